/** The time and chance of the process, as a `Runtime`. */

import type { Runtime, Timer } from '../core/runtime.js';
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

const idBytes: Buffer = Buffer.alloc(36);

/** As it comes an id is a tree of its parts, which takes much more memory for as long as it is kept: so this is a copy. */
function createId(): string {
  const length = idBytes.write(crypto().randomUUID(), 'latin1');
  return idBytes.toString('latin1', 0, length);
}

/** The runtime of the process. Its timers keep the process alive. */
export const nodeRuntime: Runtime = {
  now: () => performance.now(),
  setTimer: (delayMs, callback) => new NodeTimer(delayMs, callback),
  random: () => Math.random(),
  createId,
  defer: (callback) => process.nextTick(callback),
};
