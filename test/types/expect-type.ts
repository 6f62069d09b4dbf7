/**
 * For the type tests: the files beside this one are compiled and never run. A line after `@ts-expect-error` must not
 * compile, and everything else must.
 */

/** True for the very same type, not just for one that fits. */
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles when the type argument is `true`: `expectType<Same<typeof value, string>>()`. */
export function expectType<_Holds extends true>(): void {}
