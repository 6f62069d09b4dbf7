/** JSON as editors write it. */

/**
 * Parses it; a byte order mark before it, which some editors on Windows put there, is no part of it.
 *
 * @throws SyntaxError when it is none.
 */
export function parseJson(text: string): unknown {
  return JSON.parse(text.replace(/^\uFEFF/, ''));
}

/** What a file given to a command may be by mistake. */
type Format = 'fault plan' | 'scenario';

/** What JSON that was refused looks like: both have faults, and only a scenario says who is there. */
export function formatOf(value: unknown): Format | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (['servers', 'clients', 'workload', 'expect'].some((key) => Object.hasOwn(value, key))) return 'scenario';
  return Object.hasOwn(value, 'faults') ? 'fault plan' : undefined;
}
