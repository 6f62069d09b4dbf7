/** One life of a simulated process: from its start to its crash. Everything scheduled belongs to one, or to the test. */

import type { ClockEntry } from './clock-entry.js';

/**
 * Whose callbacks these are. The clock asks before each callback: a crashed process is never called again, a paused one
 * later.
 */
export class Epoch {
  /** Name of the process, as it stands in the trace. */
  readonly name: string;
  state: 'running' | 'paused' | 'ended' = 'running';
  /** What came due while the process was paused, in order. */
  readonly parkedEntries: ClockEntry[] = [];
  readonly parkedCallbacks: (() => void)[] = [];

  constructor(name: string) {
    this.name = name;
  }
}
