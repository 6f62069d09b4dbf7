/** How long to wait before the next attempt. */

import { describe } from './describe.js';

/**
 * A delay in milliseconds: a number, a range to draw from uniformly each time, or a function of the attempt.
 *
 * `attempt` is 1 for the first wait since the last healthy connection, 2 for the next one, and so on. A connection is
 * healthy once a message has come in on it, or once it has lived longer than the wait before it: `connect` alone proves
 * nothing, since the kernel accepts connections for a server that is stuck.
 */
export type Delay = number | { readonly min: number; readonly max: number } | DelayFunction;

/** `random` is uniform in `[0, 1)`; drawing from it rather than from `Math.random` lets a simulation repeat a run. */
export type DelayFunction = (attempt: number, random: () => number) => number;

/** Longest delay that a timer can take, about 24.8 days: `setTimeout` makes a longer one fire at once. */
export const LONGEST_DELAY_MS: number = 2 ** 31 - 1;

/** True for what a timer can wait. */
export function isDelayMs(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= LONGEST_DELAY_MS;
}

/** The delay before the next attempt. `random` is uniform in `[0, 1)`. The result of a function is not checked. */
export function delayMs(delay: Delay, attempt: number, random: () => number): number {
  if (typeof delay === 'function') {
    return delay(attempt, random);
  }
  return typeof delay === 'number' ? delay : delay.min + random() * (delay.max - delay.min);
}

/** Options of `exponential`. */
export interface ExponentialOptions {
  /** Milliseconds before the second attempt. Default 100. */
  initial?: number;
  /** What each wait is multiplied by for the next. Default 2; at least 1. */
  factor?: number;
  /** Longest wait in milliseconds, jitter included. Default 30,000. */
  max?: number;
  /** The part of each wait that is drawn at random, 0 to 1. Default 0.5: between half of the wait and all of it. */
  jitter?: number;
}

/**
 * A `retryDelay` or `reconnectDelay` that grows: `initial`, `initial * factor`, ... up to `max`. The jitter keeps many
 * clients that lost one server from coming back in step.
 *
 * @throws TypeError when the options are no object, or one of them is out of its range.
 */
export function exponential(options: ExponentialOptions = {}): DelayFunction {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`exponential: expected an object of options, or nothing; got ${describe(options)}.`);
  }
  const { initial = 100, factor = 2, max = 30_000, jitter = 0.5 } = options;
  const range = `a number of milliseconds from 0 to ${LONGEST_DELAY_MS}`;
  check(isDelayMs(initial), 'initial', range, initial);
  check(isDelayMs(max), 'max', range, max);
  check(Number.isFinite(factor) && factor >= 1, 'factor', 'a number, 1 or more', factor);
  check(Number.isFinite(jitter) && jitter >= 0 && jitter <= 1, 'jitter', 'a number from 0 to 1', jitter);
  return (attempt, random) => {
    // Not infinite: zero times that would be no number.
    const growth = Math.min(factor ** (attempt - 1), Number.MAX_VALUE);
    const wait = Math.min(max, initial * growth);
    return wait * (1 - jitter * random());
  };
}

function check(holds: boolean, option: string, expected: string, value: unknown): void {
  if (!holds) {
    throw new TypeError(`exponential: ${option} must be ${expected}; got ${describe(value)}.`);
  }
}
