/** A timer of the virtual clock. */

import type { Timer } from '../../core/runtime.js';
import { ClockEntry } from './clock-entry.js';
import type { Epoch } from './epoch.js';
import type { VirtualClock } from './virtual-clock.js';

/** A timer that has not fired, as the leak report shows it. */
export interface PendingTimer {
  readonly label: string;
  readonly dueMs: number;
  readonly process: string | undefined;
  readonly stack: string | undefined;
}

/** What `setTimer` gives back. */
export class ClockTimer extends ClockEntry implements Timer {
  readonly #clock: VirtualClock;
  readonly #callback: () => void;
  readonly label: string;
  stack: string | undefined;

  constructor(clock: VirtualClock, callback: () => void, label: string, epoch: Epoch | undefined) {
    super(epoch);
    this.#clock = clock;
    this.#callback = callback;
    this.label = label;
  }

  run(): void {
    this.#callback();
  }

  cancel(): void {
    this.#clock.cancel(this);
  }
}

/** Where the caller of the library stands: the stack without the frames of this folder's own calls. */
export function captureStack(): string {
  return (new Error().stack ?? '').split('\n').slice(3).join('\n');
}
