/** Time and chance as arguments: everything the core may ask of the world it runs in. */

/** A pending callback. Cancelling twice, or after it has fired, does nothing. */
export interface Timer {
  cancel(): void;
}

/**
 * The clock, the dice and the queue that a `Server` or `Client` lives by. Production code gets the one of the process;
 * a simulation supplies its own, and then no other time passes.
 */
export interface Runtime {
  /** Monotonic time in milliseconds. Only differences mean anything. */
  now(): number;
  /**
   * Calls back once, never from inside this call, after at least `delayMs` milliseconds.
   *
   * @param label what the timer is for, for leak and livelock reports: `'client retryDelay'`.
   */
  setTimer(delayMs: number, callback: () => void, label: string): Timer;
  /** Uniform in `[0, 1)`. */
  random(): number;
  /** A fresh version 4 UUID. */
  createId(): string;
  /**
   * Runs the callback once the code that is running now has returned, before any timer or input. Callbacks run in the
   * order of the calls. An exception it throws is an uncaught exception.
   */
  defer(callback: () => void): void;
}
