/** What a script is told. A slip here would make a test that tests something else, so it is told at once. */

import { choice, LONGEST_MS, show, suggest } from '../rules/rule.js';
import type { CutOptions } from './expectation.js';

const CUT_MODES = ['eof', 'reset', 'auto'];
const cutMode = choice(CUT_MODES);

/** A time to wait. */
export function checkMs(ms: unknown, call: string): number {
  if (typeof ms === 'number' && ms >= 0 && ms <= LONGEST_MS) return ms;
  throw new TypeError(`${call} takes milliseconds, zero or more; got ${show(ms)}.`);
}

/** Bytes as they go out. */
export function checkBytes(bytes: unknown, call: string): void {
  if (typeof bytes === 'string' || bytes instanceof Uint8Array) return;
  throw new TypeError(`${call} takes a string or a Uint8Array; got ${show(bytes)}.`);
}

/** How much of a frame. */
export function checkPart(part: { readonly bytes: number } | undefined, call: string): void {
  const bytes = part?.bytes;
  if (Number.isInteger(bytes) && (bytes as number) >= 0) return;
  throw new TypeError(`${call} takes { bytes }, a whole number, zero or more; got ${show(bytes)}.`);
}

/** How a connection is cut. */
export function checkCut({ mode }: CutOptions = {}): void {
  if (mode === undefined) return;
  cutMode.check(mode, '', (_path, problem) => {
    throw new TypeError(`cut(): mode ${problem}.`);
  });
}

/** One of the names that a table has. */
export function checkName(name: string, table: Readonly<Record<string, unknown>>, call: string): void {
  if (Object.hasOwn(table, name)) return;
  throw new TypeError(`${call}: ${show(name)} is none that there is${suggest(name, Object.keys(table))}`);
}
