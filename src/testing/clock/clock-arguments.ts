/** What a clock is asked for, which one typo away would stop it or hold for ever. */

import { anything, optionsCheck } from '../rules/check-options.js';
import { optional } from '../rules/object-rule.js';
import { show } from '../rules/rule.js';
import type { Companion } from './clock-options.js';

/** @throws TypeError for options that cannot be; the time among them is checked as any other is. */
export const checkUntil: (options: unknown) => void = optionsCheck('until()', { within: optional(anything) });

/** @throws RangeError for what is no time to wait: a clock must not come to stand at NaN or Infinity. */
export function microsOf(ms: number, call: string): number {
  if (!(ms >= 0 && ms < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`${call} takes milliseconds, zero or more; got ${ms}.`);
  }
  return Math.round(ms * 1000);
}

/** @throws TypeError for a predicate that gives a promise, which would hold whatever comes of it. */
export function answerOf(predicate: () => boolean): boolean {
  if (typeof predicate !== 'function') throw new TypeError(`until() takes a function; got ${String(predicate)}.`);
  const answer: unknown = predicate();
  if (answer instanceof Promise) {
    answer.catch(() => {});
    throw new TypeError('until() takes a function that answers at once; this one returned a promise.');
  }
  return Boolean(answer);
}

/** @throws TypeError for what cannot be moved along. */
export function checkCompanion(companion: unknown): void {
  if (typeof (Object(companion) as Partial<Companion>).tick === 'function') return;
  throw new TypeError(`accompany() takes a fake clock, which has a method tick(); got ${show(companion)}.`);
}
