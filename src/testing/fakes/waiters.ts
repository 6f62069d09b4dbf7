/** Those who wait for a fact, in the order in which they asked. */

import type { Pace } from './pace.js';

interface Waiter {
  /** Takes the fact if it is there. */
  attempt(): void;
  give(error: Error): void;
}

/** Facts that can be awaited: each resolves as soon as it holds, or rejects with what was seen instead. */
export class Waiters {
  readonly #pace: Pace;
  readonly #waiters = new Set<Waiter>();

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  /**
   * Resolves with what `find` gives, at once or after a later `check()`.
   *
   * @param complain makes the error to reject with, when nothing was found within the time.
   */
  wait<Fact>(find: () => { readonly fact: Fact } | undefined, withinMs: number, complain: () => Error): Promise<Fact> {
    const promise = new Promise<Fact>((resolve, reject) => {
      const end = (): void => {
        cancel();
        this.#waiters.delete(waiter);
      };
      const give = (error: Error): void => {
        end();
        reject(error);
      };
      const waiter: Waiter = {
        give,
        attempt: () => {
          try {
            const found = find();
            if (found === undefined) return;
            end();
            resolve(found.fact);
          } catch (error) {
            // A predicate of the test threw: that is for the one who waits.
            give(error as Error);
          }
        },
      };
      const cancel = this.#pace.setDeadline(withinMs, () => give(complain()));
      this.#waiters.add(waiter);
      waiter.attempt();
    });
    // A fake may be closed over a fact that the test has given up on; whoever does await it still gets the error.
    promise.catch(() => {});
    return promise;
  }

  /** Something has changed: gives each waiter its chance, in order. */
  check(): void {
    for (const waiter of [...this.#waiters]) waiter.attempt();
  }

  /** Nothing more will change. */
  giveUp(error: Error): void {
    for (const waiter of [...this.#waiters]) waiter.give(error);
  }
}
