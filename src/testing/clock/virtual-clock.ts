/** Time that passes only when nothing is left to do, and then at once. */

import type { Timer } from '../../core/runtime.js';
import { OverdueError } from '../simulation-error.js';
import { answerOf, checkUntil, microsOf } from './clock-arguments.js';
import type { ClockEntry } from './clock-entry.js';
import type { Companion, VirtualClockOptions } from './clock-options.js';
import { ClockTimer, captureStack, type PendingTimer } from './clock-timer.js';
import type { Epoch } from './epoch.js';
import { LivelockGuard } from './livelock-guard.js';
import { Timeline } from './timeline.js';

/** Kept from before anyone can install fake timers: this one has to be real. */
const realSetImmediate = globalThis.setImmediate;

/**
 * A virtual clock with its own queue of things to do.
 *
 * One instant runs its entries in order, deferred callbacks before anything else, and then waits for one real
 * `setImmediate`: by then every promise and `nextTick` of the code under test has run. Only when that brought nothing
 * new does time move, straight to the next entry.
 */
export class VirtualClock {
  /** Called whenever something is put on the clock, from inside of that call. @internal */
  onScheduled: (() => void) | undefined;
  readonly #timeline: Timeline;
  readonly #guard: LivelockGuard;
  readonly #turnsPerInstant: number;
  readonly #stacks: boolean;
  readonly #onException: ((exception: unknown) => void) | undefined;
  #nowMicros = 0;
  /** Used up to `#deferredCount` and never shortened: emptying an array costs more than filling it. */
  readonly #deferred: ((() => void) | undefined)[] = [];
  readonly #deferredEpochs: (Epoch | undefined)[] = [];
  #deferredCount = 0;
  #exceptions: unknown[] = [];
  #companion: Companion | undefined;
  #companionMs = 0;
  #running: Promise<void> | undefined;
  #epoch: Epoch | undefined;

  constructor(options: VirtualClockOptions = {}) {
    this.#timeline = new Timeline(options.draw);
    this.#guard = new LivelockGuard(options.eventsPerInstant ?? 1_000_000);
    this.#turnsPerInstant = options.turnsPerInstant ?? 1;
    this.#onException = options.onException;
    this.#stacks = options.stacks ?? false;
  }

  /** Milliseconds since the clock was made. */
  get now(): number {
    return this.#nowMicros / 1000;
  }

  /** The same in whole microseconds, the unit inside: sums of these never drift. */
  get nowMicros(): number {
    return this.#nowMicros;
  }

  /** How many entries and deferred callbacks have run. */
  get events(): number {
    return this.#guard.events;
  }

  /** When the next thing is due in virtual milliseconds: no later than now if something is due already. */
  get nextMs(): number {
    if (this.#deferredCount > 0 || this.#timeline.isDue(this.#nowMicros)) return this.now;
    return this.#nextMicros() / 1000;
  }

  /** Whether `advance`, `settle` or `until` is under way: who else would move the clock has to wait. */
  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** The process whose callback is running; undefined for the test's own code. @internal */
  get epoch(): Epoch | undefined {
    return this.#epoch;
  }

  /** Calls back once after `delayMs` virtual milliseconds. */
  setTimer(delayMs: number, callback: () => void, label: string, epoch?: Epoch): Timer {
    const timer = new ClockTimer(this, callback, label, epoch);
    if (this.#stacks) timer.stack = captureStack();
    const delayMicros = Number.isFinite(delayMs) && delayMs > 0 ? Math.ceil(delayMs * 1000) : 0;
    this.schedule(timer, this.#nowMicros + delayMicros);
    return timer;
  }

  /** A timer of the world's own, a fault's for instance: first in its instant, and no draw of the seed counts it. */
  setUrgentTimer(delayMs: number, callback: () => void, label: string): Timer {
    const timer = new ClockTimer(this, callback, label, undefined);
    this.#timeline.addUrgent(timer, this.#nowMicros + Math.ceil(delayMs * 1000));
    return timer;
  }

  /** Runs the callback before any timer or input, in the order of the calls. */
  defer(callback: () => void, epoch?: Epoch): void {
    this.#deferred[this.#deferredCount] = callback;
    this.#deferredEpochs[this.#deferredCount] = epoch;
    this.#deferredCount += 1;
    this.onScheduled?.();
  }

  /** Puts an entry at an instant; one that is scheduled already is moved. @internal */
  schedule(entry: ClockEntry, dueMicros: number): void {
    if (entry.epoch?.state === 'ended') return;
    if (entry.place !== 'nowhere') this.#timeline.remove(entry);
    this.#timeline.add(entry, dueMicros, this.#nowMicros);
    this.onScheduled?.();
  }

  /** Puts an entry at this instant, in any order against others that were woken; once is enough. @internal */
  wake(entry: ClockEntry): void {
    if (entry.epoch?.state === 'ended' || entry.place === 'queue' || entry.place === 'pool') return;
    if (entry.place !== 'nowhere') this.#timeline.remove(entry);
    this.#timeline.addUnordered(entry, this.#nowMicros);
    this.onScheduled?.();
  }

  /** Takes an entry out; does nothing when it is not scheduled. @internal */
  cancel(entry: ClockEntry): void {
    if (entry.place !== 'nowhere') this.#timeline.remove(entry);
  }

  /** Runs something now as a process would. @internal */
  within<Result>(epoch: Epoch | undefined, run: () => Result): Result {
    const former = this.#epoch;
    this.#epoch = epoch;
    try {
      return run();
    } finally {
      this.#epoch = former;
    }
  }

  /** Lets a process that was paused go on: what came due meanwhile runs now, in order. @internal */
  resume(epoch: Epoch): void {
    epoch.state = 'running';
    for (const callback of epoch.parkedCallbacks.splice(0)) this.defer(callback, epoch);
    for (const entry of epoch.parkedEntries.splice(0)) {
      if (entry.place === 'parked') this.#timeline.add(entry, this.#nowMicros, this.#nowMicros);
    }
  }

  /** Timers that have not fired, the earliest first. */
  pendingTimers(): PendingTimer[] {
    const pending: ClockTimer[] = [];
    for (const entry of this.#timeline.entries()) {
      if (entry instanceof ClockTimer && entry.epoch?.state !== 'ended') pending.push(entry);
    }
    pending.sort((one, other) => one.dueMicros - other.dueMicros || one.sequence - other.sequence);
    return pending.map(({ label, dueMicros, epoch, stack }) => ({
      label,
      dueMs: dueMicros / 1000,
      process: epoch?.name,
      stack,
    }));
  }

  /** Moves `companion` along with this clock from now on, or stops doing so. */
  accompany(companion: Companion | undefined): void {
    this.#companion = companion;
    this.#companionMs = Math.floor(this.now);
  }

  /** Lets `ms` virtual milliseconds pass, everything due in them included. */
  advance(ms: number): Promise<void> {
    const micros = microsOf(ms, 'advance()');
    return this.#exclusively(() => this.#runTo(this.#nowMicros + micros, undefined));
  }

  /** Runs everything that is due now, and what follows from it at this instant. */
  settle(): Promise<void> {
    return this.advance(0);
  }

  /**
   * Lets time pass until the predicate holds; it is asked between instants.
   *
   * @throws OverdueError when it does not hold within `within` virtual milliseconds (default 60,000).
   */
  until(predicate: () => boolean, options: { within?: number } = {}): Promise<void> {
    checkUntil(options);
    const { within = 60_000 } = options;
    const micros = microsOf(within, 'until({ within })');
    return this.#exclusively(async () => {
      if (!(await this.#runTo(this.#nowMicros + micros, () => answerOf(predicate)))) {
        throw new OverdueError(within, this.pendingTimers());
      }
    });
  }

  /** `advance` without a real turn in between: promises of the code under test do not run until it returns. */
  advanceSync(ms: number): void {
    if (this.#running !== undefined) throw new Error('The clock is already running; await that first.');
    const targetMicros = this.#nowMicros + microsOf(ms, 'advanceSync()');
    try {
      do this.#runInstant();
      while (this.#moveTowards(targetMicros));
    } catch (exception) {
      this.#exceptions.push(exception);
    }
    this.#throwExceptions();
  }

  /** `settle` without a real turn in between. */
  settleSync(): void {
    this.advanceSync(0);
  }

  /** Calls one after the other: a second caller waits for the first to be done. */
  #exclusively(run: () => Promise<unknown>): Promise<void> {
    const former = this.#running;
    let mine: Promise<void> | undefined;
    const runInTurn = async (): Promise<void> => {
      await former?.catch(() => {});
      try {
        await run();
      } catch (exception) {
        this.#exceptions.push(exception);
      }
      if (this.#running === mine) this.#running = undefined;
      this.#throwExceptions();
    };
    mine = runInTurn();
    this.#running = mine;
    return mine;
  }

  async #runTo(targetMicros: number, isDone: (() => boolean) | undefined): Promise<boolean> {
    for (;;) {
      if (isDone?.()) return true;
      for (let idleTurns = 0; idleTurns < this.#turnsPerInstant; ) {
        this.#runInstant();
        await new Promise<void>((resolve) => realSetImmediate(resolve));
        idleTurns = this.#deferredCount > 0 || this.#timeline.isDue(this.#nowMicros) ? 0 : idleTurns + 1;
      }
      if (isDone?.()) return true;
      if (!this.#moveTowards(targetMicros)) return false;
    }
  }

  #nextMicros(): number {
    const { nextMicros } = this.#timeline;
    if (this.#companion === undefined || this.#companion.countTimers?.() === 0) return nextMicros;
    // What its timers will do is not known beforehand, so it is moved a millisecond at a time.
    return Math.min(nextMicros, (this.#companionMs + 1) * 1000);
  }

  /** Moves to the next instant that has something due; false when there is none up to the target, which is then now. */
  #moveTowards(targetMicros: number): boolean {
    const nextMicros = this.#nextMicros();
    const companion = this.#companion;
    const isInTime = nextMicros <= targetMicros;
    this.#nowMicros = Math.max(this.#nowMicros, isInTime ? nextMicros : targetMicros);
    this.#guard.moved();
    if (companion !== undefined) {
      const ms = Math.floor(this.now) - this.#companionMs;
      this.#companionMs += ms;
      if (ms > 0) this.#attempt(() => companion.tick(ms));
    }
    return isInTime || (companion !== undefined && this.#timeline.isDue(this.#nowMicros));
  }

  #runInstant(): void {
    for (;;) {
      if (this.#deferredCount > 0) this.#runDeferred();
      const entry = this.#timeline.take(this.#nowMicros);
      if (entry === undefined) return;
      if (!this.#guard.count(entry)) this.#guard.report(this.now);
      const { epoch } = entry;
      if (epoch !== undefined && epoch.state !== 'running') {
        if (epoch.state === 'paused') {
          entry.place = 'parked';
          epoch.parkedEntries.push(entry);
        }
        continue;
      }
      this.#epoch = epoch;
      try {
        entry.run();
      } catch (exception) {
        this.#caught(exception);
      }
      this.#epoch = undefined;
    }
  }

  #runDeferred(): void {
    const callbacks = this.#deferred;
    const epochs = this.#deferredEpochs;
    for (let index = 0; index < this.#deferredCount; index += 1) {
      const callback = callbacks[index] as () => void;
      const epoch = epochs[index];
      callbacks[index] = undefined;
      if (!this.#guard.count(callback, epoch)) {
        this.#deferredCount = 0;
        this.#guard.report(this.now);
      }
      if (epoch !== undefined && epoch.state !== 'running') {
        if (epoch.state === 'paused') epoch.parkedCallbacks.push(callback);
        continue;
      }
      this.#epoch = epoch;
      try {
        callback();
      } catch (exception) {
        this.#caught(exception);
      }
      this.#epoch = undefined;
    }
    this.#deferredCount = 0;
  }

  #attempt(run: () => unknown): void {
    try {
      run();
    } catch (exception) {
      this.#caught(exception);
    }
  }

  #caught(exception: unknown): void {
    if (this.#onException === undefined) this.#exceptions.push(exception);
    else this.#onException(exception);
  }

  /** Nothing thrown is lost, and nothing else was lost because of it. */
  #throwExceptions(): void {
    if (this.#exceptions.length === 0) return;
    const exceptions = this.#exceptions;
    this.#exceptions = [];
    if (exceptions.length === 1) throw exceptions[0];
    throw new AggregateError(exceptions, `${exceptions.length} callbacks threw; the first: ${String(exceptions[0])}`);
  }
}
