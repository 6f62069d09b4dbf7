/** Counts what one instant runs, and keeps the last labels for the report when it is too much. */

import { LivelockError } from '../simulation-error.js';
import type { Epoch } from './epoch.js';

const labelsKept = 1000;

/** One per clock. Labels are only gathered close to the limit: until then an event costs two additions. */
export class LivelockGuard {
  readonly #eventsPerInstant: number;
  #events = 0;
  #eventsThisInstant = 0;
  #labels: string[] = [];

  constructor(eventsPerInstant: number) {
    this.#eventsPerInstant = eventsPerInstant;
  }

  /** How many events there were in all. */
  get events(): number {
    return this.#events;
  }

  /** Time has passed. */
  moved(): void {
    this.#eventsThisInstant = 0;
    if (this.#labels.length > 0) {
      this.#labels = [];
    }
  }

  /**
   * Counts one event; false when this instant has had as many as it may.
   *
   * @param event an entry, or a deferred callback, which has no label: its name and its process have to do.
   * @param epoch the process of a deferred callback.
   */
  count(event: { readonly label: string } | (() => void), epoch?: Epoch): boolean {
    this.#events += 1;
    this.#eventsThisInstant += 1;
    if (this.#eventsThisInstant + labelsKept < this.#eventsPerInstant) {
      return true;
    }
    this.#labels.push(typeof event === 'function' ? labelOf(event, epoch) : event.label);
    return this.#eventsThisInstant < this.#eventsPerInstant;
  }

  /** Throws the report, and starts to count anew. */
  report(nowMs: number): never {
    const labels = this.#labels;
    this.moved();
    throw new LivelockError(nowMs, this.#eventsPerInstant, labels);
  }
}

function labelOf({ name }: () => void, epoch: Epoch | undefined): string {
  return `deferred callback${name === '' ? '' : ` ${name}()`}${epoch === undefined ? '' : ` of ${epoch.name}`}`;
}
