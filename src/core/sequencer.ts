/** Lets results out in the order in which their work began, whenever each of them finishes. */

interface Slot<Job, Result> {
  readonly job: Job;
  state: 'pending' | 'done' | 'repeated';
  error: unknown;
  result: Result | undefined;
}

/** What a piece of work calls when it is finished. */
export type Done<Result> = (error: unknown, result?: Result) => void;

/** Whether work that called back with `error` failed: by custom, null and undefined say that all went well. */
export function isError(error: unknown): boolean {
  return error !== undefined && error !== null;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as PromiseLike<unknown>).then === 'function';
}

/** What becomes of work. Neither is called while any work is being begun, nor one from inside the other. */
export interface SequencerHandlers<Job, Result> {
  /** In order. See `isError`. */
  finished(job: Job, error: unknown, result: Result | undefined): void;
  /** The work called back again, or threw or rejected after it had called back: `error`. Once for each piece of work. */
  repeated(job: Job, error: unknown): void;
}

const NONE: readonly never[] = [];

/**
 * From here on the slots that were let out are cut off once they are half of all, so that a queue that never runs empty
 * does not grow, and no slot is moved more than once for each that is let out.
 */
const SLOTS_KEPT = 1024;

/** A queue of pieces of work that call back: encodings of messages, decodings of chunks. */
export class Sequencer<Job, Result> {
  readonly #handlers: SequencerHandlers<Job, Result>;
  /**
   * Those from `#head` to `#tail` have not been let out. Never shortened while it is short: emptying an array and
   * filling it again costs more than the work that most begin. Begins with the room that most need.
   */
  #slots: (Slot<Job, Result> | undefined)[] = [undefined];
  #head = 0;
  #tail = 0;
  // These two are mostly empty: replaced and never changed, so that all sequencers share one empty array.
  #repetitions: readonly { readonly job: Job; readonly error: unknown }[] = NONE;
  #whenIdle: readonly (() => void)[] = NONE;
  /**
   * Calls into work and handlers under way. Nothing is let out from inside one: foreign code is never entered twice, and
   * a handler that makes later work finish is done with its own result first.
   */
  #entered = 0;
  #abandoned = false;

  constructor(handlers: SequencerHandlers<Job, Result>) {
    this.#handlers = handlers;
  }

  /** Pieces of work that have not been let out. */
  get pending(): number {
    return this.#tail - this.#head;
  }

  /**
   * Begins a piece of work. If it finishes at once and nothing is before it, it is let out before this returns; when
   * this is called from inside work or a handler, right after that.
   */
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
        this.#repetitions = [...this.#repetitions, { job, error }];
        this.#release();
      }
    };
    this.#slots[this.#tail] = slot;
    this.#tail++;
    this.#entered++;
    const failed = (error: unknown): void => done(error ?? new Error(`It threw ${String(error)}.`));
    try {
      const answer: unknown = work(job, done);
      // An async function throws by rejecting what it returns.
      if (isThenable(answer)) {
        answer.then(undefined, failed);
      }
    } catch (error) {
      failed(error);
    }
    this.#entered--;
    this.#release();
  }

  /**
   * For work that is done on the spot. True when nothing is pending or under way: then nothing is let out until `leave()`,
   * which must follow.
   */
  enter(): boolean {
    if (this.#entered > 0 || this.#tail > this.#head) {
      return false;
    }
    this.#entered++;
    return true;
  }

  /** See `enter()`. Lets out what was begun since then. */
  leave(): void {
    this.#entered--;
    if (this.#tail + this.#repetitions.length + this.#whenIdle.length > 0) {
      this.#release();
    }
  }

  /** Calls back once nothing is pending; at once when nothing is. */
  whenIdle(callback: () => void): void {
    this.#whenIdle = [...this.#whenIdle, callback];
    this.#release();
  }

  /**
   * Gives up what is pending and who waits for it, for good: nothing is let out or reported any more, whatever calls
   * back. Oldest job first.
   */
  abandon(): Job[] {
    const jobs = (this.#slots.slice(this.#head, this.#tail) as Slot<Job, Result>[]).map((slot) => slot.job);
    this.#slots = [undefined];
    this.#head = 0;
    this.#tail = 0;
    this.#repetitions = NONE;
    this.#whenIdle = NONE;
    this.#abandoned = true;
    return jobs;
  }

  #release(): void {
    if (this.#entered > 0) {
      return;
    }
    this.#entered++;
    try {
      while (this.#releaseNext()) {}
    } finally {
      this.#entered--;
    }
  }

  /** False when there is nothing to let out or to tell. */
  #releaseNext(): boolean {
    const slot = this.#slots[this.#head];
    if (slot !== undefined && slot.state !== 'pending') {
      this.#advance();
      this.#handlers.finished(slot.job, slot.error, slot.result);
      return true;
    }
    const repetition = this.#repetitions[0];
    if (repetition !== undefined) {
      this.#repetitions = this.#repetitions.slice(1);
      this.#handlers.repeated(repetition.job, repetition.error);
      return true;
    }
    const idle = this.#whenIdle[0];
    if (slot !== undefined || idle === undefined) {
      return false;
    }
    this.#whenIdle = this.#whenIdle.slice(1);
    idle();
    return true;
  }

  #advance(): void {
    this.#slots[this.#head] = undefined;
    this.#head++;
    if (this.#head === this.#tail) {
      this.#head = 0;
      this.#tail = 0;
    } else if (this.#head >= SLOTS_KEPT && 2 * this.#head >= this.#tail) {
      // Into an array of its own: one that is only shortened keeps the room of what has stood in it.
      this.#slots = this.#slots.slice(this.#head, this.#tail);
      this.#tail -= this.#head;
      this.#head = 0;
    }
  }
}
