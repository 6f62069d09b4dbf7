/** Plays a plan: waits for the beginning of each of its faults, and injects it. */

import type { Link } from '../network/link.js';
import type { SimulatedNetwork } from '../network/simulated-network.js';
import { SeededRandom } from '../seeded-random.js';
import type { Fault } from './fault.js';
import { checkForSimulation, type FaultEngine } from './fault-engine.js';
import { type FaultPlan, type PlannedFault, parseFaultPlan } from './fault-plan.js';
import { TargetChoice } from './fault-target.js';
import { FrameCounter } from './frame-counter.js';
import { watchCondition } from './link-conditions.js';

/** A plan that was started with `Simulation.play()`. */
export class FaultPlayer {
  readonly plan: FaultPlan;
  readonly #network: SimulatedNetwork;
  readonly #engine: FaultEngine;
  readonly #random: SeededRandom;
  readonly #stop: (() => void)[] = [];
  #left: number;

  constructor(plan: FaultPlan, network: SimulatedNetwork, engine: FaultEngine) {
    this.plan = parseFaultPlan(plan);
    for (const fault of plan.faults) checkForSimulation(fault);
    this.#network = network;
    this.#engine = engine;
    this.#random = new SeededRandom(plan.seed, 'plan');
    this.#left = plan.faults.length;
    for (const [index, fault] of plan.faults.entries()) this.#await(fault, index);
  }

  /** How many faults have not begun yet. */
  get left(): number {
    return this.#left;
  }

  /** Calls off what has not begun yet. What is in force stays. */
  stop(): void {
    for (const stop of this.#stop.splice(0)) stop();
  }

  #await(planned: PlannedFault, index: number): void {
    const { at, afterBytes, afterFrames, afterConnects, onEvent, ...fault } = planned;
    let state: 'waiting' | 'begun' = 'waiting';
    const begin = (): void => {
      if (state === 'begun') return;
      state = 'begun';
      this.#left -= 1;
      // Each fault draws from a stream of its place in the plan: dropping another one shifts nothing.
      this.#engine.inject(fault as Fault, this.#random.stream(`${index}`));
    };
    // What triggers it is in the middle of something; it happens right after that.
    const beginSoon = (): void => this.#network.clock.defer(begin);
    if (onEvent !== undefined) this.#onEvent(onEvent, beginSoon);
    else if (afterConnects !== undefined) this.#afterConnects(afterConnects, beginSoon);
    else if (afterBytes !== undefined) this.#afterBytes(fault as Fault, afterBytes, bytesIn, beginSoon);
    else if (afterFrames !== undefined) this.#afterBytes(fault as Fault, afterFrames, framesIn, beginSoon);
    else this.#at(at ?? 0, fault as Fault, begin);
  }

  #at(at: number, { kind }: Fault, begin: () => void): void {
    const timer = this.#network.clock.setUrgentTimer(at, begin, `planned ${kind}`);
    this.#stop.push(() => timer.cancel());
  }

  #onEvent(wanted: string, begin: () => void): void {
    const split = wanted.lastIndexOf(':');
    const [actor, event] = split < 0 ? [undefined, wanted] : [wanted.slice(0, split), wanted.slice(split + 1)];
    this.#stop.push(
      this.#network.trace.subscribe((record) => {
        const isActor = actor === undefined || record.actor === actor || record.actor.startsWith(`${actor}/`);
        if (record.kind === 'event' && record.name === event && isActor) begin();
      }),
    );
  }

  #afterConnects(wanted: number, begin: () => void): void {
    let connects = 0;
    this.#stop.push(
      this.#network.onLink(() => {
        connects += 1;
        if (connects === wanted) begin();
      }),
    );
  }

  /** Counts something in what is delivered to the fault's target, in its direction, on all its connections together. */
  #afterBytes(fault: Fault, wanted: number, counter: () => (chunk: Buffer) => number, begin: () => void): void {
    if (wanted === 0) begin();
    const target = new TargetChoice(fault, this.#random.stream('trigger'), (address) =>
      this.#network.serverNames(address),
    );
    let counted = 0;
    const watch = (link: Link): void => {
      if (!target.hasLink(link)) return;
      for (const side of target.sides) {
        const count = counter();
        const condition = watchCondition((chunk) => {
          counted += count(chunk);
          if (counted >= wanted) begin();
        });
        link.towards(side).add(condition);
        this.#stop.push(() => link.towards(side).remove(condition));
      }
    };
    for (const link of this.#network.links()) watch(link);
    this.#stop.push(this.#network.onLink(watch));
  }
}

function bytesIn(): (chunk: Buffer) => number {
  return (chunk) => chunk.length;
}

function framesIn(): (chunk: Buffer) => number {
  const counter = new FrameCounter();
  return (chunk) => counter.push(chunk);
}
