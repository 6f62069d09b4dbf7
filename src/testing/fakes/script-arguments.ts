/** What a script is told. A slip here would make a test that tests something else, so it is told at once. */

import { optionsCheck } from '../rules/check-options.js';
import { type EntriesOf, optional } from '../rules/object-rule.js';
import { choice, LONGEST_MS, milliseconds, show, suggest } from '../rules/rule.js';
import type { CutOptions } from './expectation.js';
import type { WithinOptions } from './fake.js';

/** How a connection is cut. */
export const CUT_OPTIONS: EntriesOf<CutOptions> = { mode: optional(choice(['eof', 'reset', 'auto'])) };
export const checkCut: (options: unknown) => void = optionsCheck('cut()', CUT_OPTIONS);

/** When it comes back. */
export const checkRestart: (options: unknown) => void = optionsCheck('restart()', { after: optional(milliseconds) });

const WITHIN_OPTIONS: EntriesOf<WithinOptions> = { within: optional(milliseconds) };

/** How long a fact is waited for. */
export function checkWithin(options: unknown, call: string): void {
  if (options !== undefined) optionsCheck(call, WITHIN_OPTIONS)(options);
}

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

/** How many bytes. */
export function checkSize(bytes: unknown, call: string): void {
  if (Number.isSafeInteger(bytes) && (bytes as number) >= 0) return;
  throw new TypeError(`${call} takes a number of bytes, whole, zero or more; got ${show(bytes)}.`);
}

/** How much of a frame. */
export function checkPart(part: { readonly bytes: number } | undefined, call: string): void {
  const bytes = part?.bytes;
  if (Number.isInteger(bytes) && (bytes as number) >= 0) return;
  throw new TypeError(`${call} takes { bytes }, a whole number, zero or more; got ${show(bytes)}.`);
}

/** What a message is about. */
export function checkTopic(topic: unknown, call: string): void {
  if (typeof topic === 'string') return;
  const several = Array.isArray(topic) ? ', and several one after the other, not in an array' : '';
  throw new TypeError(`${call} takes a topic, a string${several}; got ${show(topic)}.`);
}

/** What is done. */
export function checkAction(action: unknown, call: string): void {
  if (typeof action === 'function') return;
  throw new TypeError(`${call} takes a function; got ${show(action)}.`);
}

/** One of the names that a table has. */
export function checkName(name: string, table: Readonly<Record<string, unknown>>, call: string): void {
  if (Object.hasOwn(table, name)) return;
  throw new TypeError(`${call}: ${show(name)} is none that there is${suggest(name, Object.keys(table))}`);
}
