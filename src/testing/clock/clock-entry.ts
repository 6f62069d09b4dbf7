/** Something the virtual clock will run: a timer, or the waking of a socket. */

import type { Epoch } from './epoch.js';

/** Where an entry is at the moment; the clock keeps it. */
export type EntryPlace = 'nowhere' | 'heap' | 'queue' | 'pool' | 'parked';

/**
 * An entry is an object that can be scheduled again and again, so that a socket that wakes a million times allocates
 * nothing. It is in one place at most.
 */
export abstract class ClockEntry {
  /** When it runs, in microseconds. */
  dueMicros = 0;
  /** Ties between entries of one instant are settled in the order of scheduling. */
  sequence = 0;
  place: EntryPlace = 'nowhere';
  /** Position in that place. */
  index = 0;
  /** Its neighbours in a chain of entries that are due at one time. */
  previous: ClockEntry | undefined;
  next: ClockEntry | undefined;
  /** The process it belongs to; none for the test's own code. */
  readonly epoch: Epoch | undefined;

  constructor(epoch: Epoch | undefined) {
    this.epoch = epoch;
  }

  /** What it is for, for leak and livelock reports. */
  abstract get label(): string;
  abstract run(): void;
}
