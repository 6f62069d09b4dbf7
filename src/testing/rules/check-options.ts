/** Options that the kit is given. A misspelled one would make a test that tests nothing, so it is told at once. */

import { type Entries, object } from './object-rule.js';
import { type Rule, show, that } from './rule.js';

/** A function. */
export const callback: Rule = that('a function', (value) => typeof value === 'function');

/** Whatever it is: somebody else checks it. */
export const anything: Rule = that('anything', () => true);

/**
 * Returns what checks options.
 *
 * @param of whose they are, for messages.
 */
export function optionsCheck(of: string, entries: Entries): (options: unknown) => void {
  const rule = object(entries);
  return (options) => {
    if (typeof options !== 'object' || options === null) {
      throw new TypeError(`The options of ${of} must be an object; got ${show(options)}.`);
    }
    rule.check(options, '', (path, problem) => {
      throw new TypeError(
        `${of}: options${path === '' ? '' : `.${path}`} ${problem}${problem.endsWith('?') ? '' : '.'}`,
      );
    });
  };
}
