/** Lets results out in the order in which their work began, whenever each of them finishes. */

interface Slot<Job, Result> {
  readonly job: Job;
  state: 'pending' | 'done' | 'repeated';
  error: unknown;
  result: Result | undefined;
}

/** What a piece of work calls when it is finished. */
export type Done<Result> = (error: unknown, result?: Result) => void;

/** What becomes of work. Neither is called while the work itself is running. */
export interface SequencerHandlers<Job, Result> {
  /** In order. `error` is undefined or null when the work went well. */
  finished(job: Job, error: unknown, result: Result | undefined): void;
  /** The work called back again, or threw after it had called back. Once for each piece of work. */
  repeated(job: Job): void;
}

/** From here on the slots that were let out are cut off, so that a queue that never runs empty does not grow. */
const SLOTS_KEPT = 1024;

/** A queue of pieces of work that call back: encodings of messages, decodings of chunks. */
export class Sequencer<Job, Result> {
  readonly #handlers: SequencerHandlers<Job, Result>;
  #slots: Slot<Job, Result>[] = [];
  /** Index of the oldest slot that has not been let out. */
  #head = 0;
  /** Calls into foreign code under way: nothing is let out from inside one, so that it is never entered twice. */
  #running = 0;
  #abandoned = false;
  #whenIdle: (() => void)[] = [];

  constructor(handlers: SequencerHandlers<Job, Result>) {
    this.#handlers = handlers;
  }

  /** Pieces of work that have not been let out. */
  get pending(): number {
    return this.#slots.length - this.#head;
  }

  /** Begins a piece of work. If it finishes at once and nothing is before it, it is let out before this returns. */
  run(job: Job, work: (job: Job, done: Done<Result>) => void): void {
    const slot: Slot<Job, Result> = { job, state: 'pending', error: undefined, result: undefined };
    const done: Done<Result> = (error, result) => {
      if (slot.state === 'pending') {
        slot.state = 'done';
        slot.error = error;
        slot.result = result;
        this.#release();
      } else if (slot.state === 'done' && !this.#abandoned) {
        slot.state = 'repeated';
        this.#handlers.repeated(job);
      }
    };
    this.#slots.push(slot);
    this.#running++;
    try {
      work(job, done);
    } catch (error) {
      done(error ?? new Error(`It threw ${String(error)}.`));
    }
    this.#running--;
    this.#release();
  }

  /** Calls back once nothing is pending; at once when nothing is. */
  whenIdle(callback: () => void): void {
    this.#whenIdle.push(callback);
    this.#release();
  }

  /**
   * Gives up for good what is pending and who waits for it: none of it is let out, whenever it finishes, and no
   * handler is called any more. Oldest job first.
   */
  abandon(): Job[] {
    this.#abandoned = true;
    const jobs = this.#slots.slice(this.#head).map((slot) => slot.job);
    this.#slots = [];
    this.#head = 0;
    this.#whenIdle = [];
    return jobs;
  }

  #release(): void {
    if (this.#running > 0) {
      return;
    }
    // A handler may make the next piece finish: that one comes after all that this one has to say.
    this.#running++;
    for (let slot = this.#slots[this.#head]; slot !== undefined; slot = this.#slots[this.#head]) {
      if (slot.state === 'pending') {
        break;
      }
      this.#advance();
      this.#handlers.finished(slot.job, slot.error, slot.result);
    }
    while (this.pending === 0 && this.#whenIdle.length > 0) {
      this.#whenIdle.shift()?.();
    }
    this.#running--;
  }

  #advance(): void {
    this.#head++;
    if (this.#head === this.#slots.length) {
      this.#slots.length = 0;
      this.#head = 0;
    } else if (this.#head === SLOTS_KEPT) {
      this.#slots.splice(0, SLOTS_KEPT);
      this.#head = 0;
    }
  }
}
