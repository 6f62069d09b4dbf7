/** The time and chance of the process, as a `Runtime`. */

import type { Runtime, Timer } from '../core/runtime.js';
import { uuid } from './uuid.js';

/** Longest delay of `setTimeout`; anything above fires after 1 ms instead. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

class NodeTimer implements Timer {
  readonly #dueMs: number;
  readonly #callback: () => void;
  #handle: NodeJS.Timeout;

  constructor(delayMs: number, callback: () => void) {
    this.#dueMs = performance.now() + delayMs;
    this.#callback = callback;
    this.#handle = this.#arm(delayMs);
  }

  cancel(): void {
    clearTimeout(this.#handle);
  }

  #arm(delayMs: number): NodeJS.Timeout {
    return setTimeout(NodeTimer.#elapse, Math.min(Math.ceil(delayMs), LONGEST_TIMEOUT_MS), this);
  }

  static #elapse(timer: NodeTimer): void {
    timer.#elapsed();
  }

  // A timeout may be a leg of a longer delay, and the loop's clock, which counts whole milliseconds, may run up to one
  // ahead of performance.now(). Either way the promise is "after at least".
  #elapsed(): void {
    const remainingMs = this.#dueMs - performance.now();
    if (remainingMs > 0) {
      this.#handle = this.#arm(remainingMs);
    } else {
      this.#callback();
    }
  }
}

/** The runtime of the process. Its timers keep the process alive. */
export const nodeRuntime: Runtime = {
  now: () => performance.now(),
  setTimer: (delayMs, callback) => new NodeTimer(delayMs, callback),
  random: () => Math.random(),
  createId: uuid,
  defer: (callback) => process.nextTick(callback),
};
