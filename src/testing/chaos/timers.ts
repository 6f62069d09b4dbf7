/** The timers of a proxy: all in one place, so that closing it leaves none. */

/** Calls back later, and forgets everything at once when asked to. */
export class Timers {
  readonly #pending = new Set<NodeJS.Timeout>();

  /** Calls back once after the delay; the returned function cancels. */
  after(delayMs: number, callback: () => void): () => void {
    const timeout = setTimeout(() => {
      this.#pending.delete(timeout);
      callback();
    }, delayMs);
    this.#pending.add(timeout);
    return () => {
      clearTimeout(timeout);
      this.#pending.delete(timeout);
    };
  }

  /** Cancels every one that is pending. */
  clear(): void {
    for (const timeout of this.#pending) clearTimeout(timeout);
    this.#pending.clear();
  }
}
