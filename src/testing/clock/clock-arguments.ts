/** What a clock is asked for, which one typo away would stop it or hold for ever. */

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
