/** The library's own assumptions, checked where a breach would otherwise be silent. */

/** @throws Error when `condition` is false: a bug in this library, never in the program that uses it. */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) {
    throw new Error(`Broken invariant in ipc, please report it: ${message}`);
  }
}
