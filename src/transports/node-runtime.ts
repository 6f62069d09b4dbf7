/** The time and chance of the process, as a `Runtime`. */

import type { Runtime, Timer } from '../core/runtime.js';
import { uuidOf } from '../core/uuid.js';
import { crypto } from './builtin.js';

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

/** Drawn for 64 ids at once, since a server takes one for each connection. */
const draws: Uint32Array = new Uint32Array(256);
let taken = draws.length;

function uint32(): number {
  if (taken === draws.length) {
    crypto().randomFillSync(draws);
    taken = 0;
  }
  taken += 1;
  return draws[taken - 1] as number;
}

/** The runtime of the process. Its timers keep the process alive. */
export const nodeRuntime: Runtime = {
  now: () => performance.now(),
  setTimer: (delayMs, callback) => new NodeTimer(delayMs, callback),
  random: () => Math.random(),
  createId: () => uuidOf(uint32),
  defer: (callback) => process.nextTick(callback),
};
