/** A runtime that stands still until the test moves it. */

import type { Runtime, Timer } from 'ipc';

interface PendingTimer extends Timer {
  readonly dueMs: number;
  readonly label: string;
  readonly callback: () => void;
}

export class FakeRuntime implements Runtime {
  #nowMs = 0;
  #timers: PendingTimer[] = [];
  #deferred: (() => void)[] = [];

  now(): number {
    return this.#nowMs;
  }

  random(): number {
    return 0.5;
  }

  createId(): string {
    return 'no id';
  }

  setTimer(delayMs: number, callback: () => void, label: string): Timer {
    const timer: PendingTimer = {
      dueMs: this.#nowMs + delayMs,
      label,
      callback,
      cancel: () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
      },
    };
    this.#timers.push(timer);
    return timer;
  }

  defer(callback: () => void): void {
    this.#deferred.push(callback);
  }

  /** Labels of the timers that are set. */
  get timers(): string[] {
    return this.#timers.map(({ label }) => label);
  }

  /** Ends the turn: runs what was deferred, and what that defers. */
  endTurn(): void {
    for (let callback = this.#deferred.shift(); callback !== undefined; callback = this.#deferred.shift()) callback();
  }

  /** Lets time pass; the timers that are due by then fire in order. */
  elapse(delayMs: number): void {
    this.endTurn();
    this.#nowMs += delayMs;
    for (const timer of this.#timers.filter(({ dueMs }) => dueMs <= this.#nowMs)) {
      timer.cancel();
      timer.callback();
      this.endTurn();
    }
  }
}
