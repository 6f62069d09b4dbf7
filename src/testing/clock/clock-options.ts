/** How a virtual clock is set up, and what may move along with it. */

import type { Draw } from './timeline.js';

/** A clock that moves along, a fake clock of sinon or fake-timers for instance. */
export interface Companion {
  tick(ms: number): unknown;
  /** How many timers it holds; with none pending it may be moved in one stride. */
  countTimers?(): number;
}

/** How a {@link VirtualClock} behaves. */
export interface VirtualClockOptions {
  /** Entries and deferred callbacks that one instant may run before it is reported as a livelock. Default 1,000,000. */
  readonly eventsPerInstant?: number;
  /**
   * Real `setImmediate` turns that must find nothing to do before time moves. Default 1, which covers promises and
   * `nextTick` of any depth; code that itself waits for `setImmediate` needs one more for each in a row.
   */
  readonly turnsPerInstant?: number;
  /** Settles the order of what reality leaves unordered; left out, the order of scheduling. */
  readonly draw?: Draw;
  /** Takes what callbacks throw; left out, `advance`, `settle` and `until` reject with it once they are done. */
  readonly onException?: (exception: unknown) => void;
  /** Whether timers remember where they were set, for the leak report. Default false: it costs more than the timer. */
  readonly stacks?: boolean;
}
