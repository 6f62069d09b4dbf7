/** The time of a proxy, and its timers: all in one place, so that closing it leaves none. */

/** What a proxy measures time with. */
export interface ChaosClock {
  /** Milliseconds since any moment. */
  now(): number;
  /** Calls back once after the delay; the returned function cancels. */
  after(delayMs: number, callback: () => void): () => void;
  /** A fault takes the machine a while until it is in force: a clock that need not go on may stand still meanwhile. */
  waitFor?(work: Promise<unknown>): void;
}

/** The time of the system. */
export const systemClock: ChaosClock = {
  now: () => performance.now(),
  after: (delayMs, callback) => {
    const timeout = setTimeout(callback, delayMs);
    return () => clearTimeout(timeout);
  },
};

/** Calls back later, and forgets everything at once when asked to. */
export class Timers implements ChaosClock {
  readonly #clock: ChaosClock;
  readonly #pending = new Set<() => void>();

  constructor(clock: ChaosClock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  after(delayMs: number, callback: () => void): () => void {
    const stop = this.#clock.after(delayMs, () => {
      this.#pending.delete(cancel);
      callback();
    });
    const cancel = (): void => {
      stop();
      this.#pending.delete(cancel);
    };
    this.#pending.add(cancel);
    return cancel;
  }

  waitFor(work: Promise<unknown>): void {
    this.#clock.waitFor?.(work);
  }

  /** Cancels every one that is pending. */
  clear(): void {
    for (const cancel of this.#pending) cancel();
  }
}
