/** A plan being played: waits for each fault's trigger and begins it then, in the order of the plan. */

import type { FaultPlan, PlannedFault } from '../faults/fault-plan.js';
import { FrameCounter } from '../faults/frame-counter.js';
import type { InjectedFault, PlayedPlan } from './handles.js';
import type { Way } from './proxied-connection.js';
import type { Timers } from './timers.js';

interface Waiting {
  readonly index: number;
  readonly fault: PlannedFault;
  readonly counters: Map<string, FrameCounter>;
  bytes: number;
  frames: number;
}

/** Begins a fault of the plan. */
type Begin = (fault: PlannedFault, index: number) => InjectedFault;

/** Told by the proxy what happens; the first fault may begin from inside the constructor. */
export class PlanRun implements PlayedPlan {
  readonly done: Promise<void>;
  readonly #begin: Begin;
  readonly #begun: InjectedFault[] = [];
  readonly #cancels: (() => void)[] = [];
  #waiting: Waiting[];
  #accepted = 0;
  #resolveDone: () => void = () => {};

  constructor(plan: FaultPlan, timers: Timers, begin: Begin) {
    this.#begin = begin;
    this.done = new Promise((resolve) => {
      this.#resolveDone = resolve;
    });
    this.#waiting = plan.faults.map((fault, index) => ({ index, fault, counters: new Map(), bytes: 0, frames: 0 }));
    for (const entry of [...this.#waiting]) {
      const { at, afterBytes, afterFrames, afterConnects, onEvent } = entry.fault;
      const nothingToAwait = [afterBytes, afterFrames, afterConnects].some((count) => count === 0);
      const isTimed = afterBytes === undefined && afterFrames === undefined && afterConnects === undefined && !onEvent;
      if (nothingToAwait || (isTimed && (at ?? 0) === 0)) this.#fire(entry);
      else if (isTimed) this.#cancels.push(timers.after(at ?? 0, () => this.#fire(entry)));
    }
    this.#checkDone();
  }

  /** A connection has come; what is to begin with it begins before it is looked at. */
  accepted(): void {
    this.#accepted += 1;
    this.#fireThose(({ fault }) => fault.afterConnects !== undefined && this.#accepted >= fault.afterConnects);
  }

  /** The proxy emitted this. */
  emitted(event: string, connection: string): void {
    this.#fireThose(({ fault }) => fault.onEvent === event || fault.onEvent === `${connection}:${event}`);
  }

  /** Bytes went through. */
  passed(connection: number, way: Way, bytes: Buffer): void {
    this.#fireThose((entry) => {
      const { target, direction = 'both', afterBytes, afterFrames } = entry.fault;
      if ((target?.connection ?? connection) !== connection || (direction !== 'both' && direction !== way))
        return false;
      entry.bytes += bytes.length;
      if (afterFrames !== undefined) {
        const key = `${connection}/${way}`;
        const counter = entry.counters.get(key) ?? new FrameCounter();
        entry.counters.set(key, counter);
        entry.frames += counter.push(bytes);
        return entry.frames >= afterFrames;
      }
      return afterBytes !== undefined && entry.bytes >= afterBytes;
    });
  }

  /** That connection is gone. */
  closed(connection: number): void {
    for (const { counters } of this.#waiting) {
      counters.delete(`${connection}/toServer`);
      counters.delete(`${connection}/toClient`);
    }
  }

  get left(): number {
    return this.#waiting.length;
  }

  stop(): void {
    this.#waiting = [];
    for (const cancel of this.#cancels) cancel();
    this.#resolveDone();
  }

  #fireThose(isDue: (entry: Waiting) => boolean): void {
    if (this.#waiting.length === 0) return;
    for (const entry of this.#waiting.filter(isDue)) this.#fire(entry);
  }

  #fire(entry: Waiting): void {
    // What an earlier one has set off may have stopped the whole plan.
    if (!this.#waiting.includes(entry)) return;
    this.#waiting = this.#waiting.filter((other) => other !== entry);
    this.#begun.push(this.#begin(entry.fault, entry.index));
    this.#checkDone();
  }

  #checkDone(): void {
    if (this.#waiting.length > 0) return;
    const ends = this.#begun.filter(({ fault }) => endsByItself(fault)).map(({ over }) => over);
    void Promise.all(ends).then(() => this.#resolveDone());
  }
}

function endsByItself({ kind, for: forMs, ...rest }: PlannedFault | InjectedFault['fault']): boolean {
  const momentary = ['cut', 'halfClose', 'heal', 'release', 'slowStart', 'swizzle', 'replaceServer'];
  return forMs !== undefined || momentary.includes(kind) || ('restartAfter' in rest && rest.restartAfter !== undefined);
}
