/** Plays a plan: waits for the beginning of each of its faults, and injects it. */

import type { KernelBuffer } from '../network/kernel-buffer.js';
import type { Link } from '../network/link.js';
import type { Condition } from '../network/link-direction.js';
import type { SimulatedNetwork } from '../network/simulated-network.js';
import { SeededRandom } from '../seeded-random.js';
import { CONNECTION_EVENT, splitEvent } from './event-trigger.js';
import type { Fault } from './fault.js';
import type { FaultEngine } from './fault-engine.js';
import { type FaultPlan, type PlannedFault, parseFaultPlan, splitPlanned } from './fault-plan.js';
import { TargetChoice } from './fault-target.js';
import { FrameCounter } from './frame-counter.js';

/** What is to be released when a fault begins or is called off: subscriptions, timers, conditions of links. */
type Waiting = (() => void)[];

/** A plan that was started with `Simulation.play()`. */
export class FaultPlayer {
  readonly plan: FaultPlan;
  readonly #network: SimulatedNetwork;
  readonly #engine: FaultEngine;
  readonly #random: SeededRandom;
  /** What each fault still waits with. Those that have begun wait no more, and keep nothing alive. */
  readonly #waiting = new Set<Waiting>();
  readonly #over: (player: FaultPlayer) => void;
  #left: number;

  /** @param over told when nothing is waited for any more; not from inside the constructor. */
  constructor(plan: FaultPlan, network: SimulatedNetwork, engine: FaultEngine, over: (player: FaultPlayer) => void) {
    this.plan = parseFaultPlan(plan);
    this.#network = network;
    this.#engine = engine;
    this.#random = new SeededRandom(plan.seed, 'plan');
    this.#over = over;
    this.#left = plan.faults.length;
    for (const [index, fault] of plan.faults.entries()) this.#await(fault, index);
  }

  /** How many faults have not begun yet. */
  get left(): number {
    return this.#left;
  }

  /** Whether there is nothing left to wait for: all has begun, or was called off. */
  get isOver(): boolean {
    return this.#waiting.size === 0;
  }

  /** Calls off what has not begun yet. What is in force stays. */
  stop(): void {
    for (const waiting of [...this.#waiting]) this.#release(waiting);
  }

  #release(waiting: Waiting): void {
    if (!this.#waiting.delete(waiting)) return;
    for (const release of waiting.splice(0)) release();
    if (this.isOver) this.#over(this);
  }

  #await(planned: PlannedFault, index: number): void {
    const { fault, trigger } = splitPlanned(planned);
    const { at, afterBytes, afterFrames, afterConnects, onEvent } = trigger;
    const waiting: Waiting = [];
    this.#waiting.add(waiting);
    const begin = (): void => {
      if (!this.#waiting.has(waiting)) return;
      this.#left -= 1;
      // Each fault draws from a stream of its place in the plan: dropping another one shifts nothing.
      this.#engine.inject(fault, this.#random.stream(`${index}`));
      this.#release(waiting);
    };
    // What triggers it is in the middle of something; it happens right after that.
    const beginSoon = (): void => this.#network.clock.defer(begin);
    if (onEvent !== undefined) this.#onEvent(onEvent, waiting, beginSoon);
    else if (afterConnects !== undefined) this.#afterConnects(afterConnects, waiting, beginSoon);
    else if (afterBytes !== undefined) this.#afterCount(fault, afterBytes, byteCounter, waiting, beginSoon);
    else if (afterFrames !== undefined) this.#afterCount(fault, afterFrames, frameCounter, waiting, beginSoon);
    else this.#at(at ?? 0, fault, waiting, begin);
  }

  #at(at: number, { kind }: Fault, waiting: Waiting, begin: () => void): void {
    const timer = this.#network.clock.setUrgentTimer(at, begin, `planned ${kind}`);
    waiting.push(() => timer.cancel());
  }

  #onEvent(wanted: string, waiting: Waiting, begin: () => void): void {
    const [ofConnection, number, linkEvent] = CONNECTION_EVENT.exec(wanted) ?? [];
    if (ofConnection !== undefined) {
      waiting.push(
        this.#network.onLink((event, { id }) => {
          if (event === linkEvent && Number(number ?? id) === id) begin();
        }),
      );
    }
    const { actor, event } = splitEvent(wanted);
    waiting.push(
      this.#network.trace.subscribe((record) => {
        const isActor = actor === undefined || record.actor === actor || record.actor.startsWith(`${actor}/`);
        if (record.kind === 'event' && record.name === event && isActor) begin();
      }),
    );
  }

  #afterConnects(wanted: number, waiting: Waiting, begin: () => void): void {
    let connects = 0;
    waiting.push(
      this.#network.onLink((event) => {
        if (event !== 'accepted') return;
        connects += 1;
        if (connects === wanted) begin();
      }),
    );
  }

  /**
   * Counts something in what is delivered to the fault's target, in its direction, on all its connections together, and
   * lets nothing through beyond the count until the fault has begun.
   */
  #afterCount(fault: Fault, wanted: number, newCounter: () => Counter, waiting: Waiting, begin: () => void): void {
    if (wanted === 0) {
      begin();
      return;
    }
    const target = new TargetChoice(fault, this.#random.stream('trigger'), this.#network);
    const { clock } = this.#network;
    const unwatch: (() => void)[] = [];
    const stop = (): void => {
      for (const callback of unwatch.splice(0)) callback();
    };
    // A jump of the clock is to change nothing, and so cuts nothing either.
    const cuts = fault.kind !== 'clockJump';
    let counted = 0;
    const watch = (link: Link): void => {
      if (!target.hasLink(link)) return;
      for (const side of target.sides) {
        const counter = newCounter();
        const readLimit = (arrived: KernelBuffer): number =>
          counted < wanted ? counter.room(arrived, wanted - counted, clock.nowMicros) : 0;
        const condition: Condition = {
          ...(cuts ? { readLimit } : {}),
          delivered: (chunk) => {
            counted += counter.count(chunk);
            if (counted >= wanted) begin();
          },
        };
        link.towards(side).add(condition);
        unwatch.push(() => {
          link.towards(side).remove(condition);
          if (cuts) link.end(side).recheck();
        });
      }
    };
    for (const link of this.#network.links()) watch(link);
    unwatch.push(this.#network.onLink((event, link) => event === 'accepted' && watch(link)));
    waiting.push(stop);
  }
}

/** Counts something in the bytes of one way. */
interface Counter {
  /** How many bytes may come out before so many more are counted. */
  room(waiting: KernelBuffer, left: number, nowMicros: number): number;
  count(chunk: Buffer): number;
}

function byteCounter(): Counter {
  return { room: (_waiting, left) => left, count: ({ length }) => length };
}

function frameCounter(): Counter {
  const frames = new FrameCounter();
  return {
    room: (waiting, left, nowMicros) => frames.ends(waiting.peek(nowMicros))[left - 1] ?? Number.POSITIVE_INFINITY,
    count: (chunk) => frames.push(chunk),
  };
}
