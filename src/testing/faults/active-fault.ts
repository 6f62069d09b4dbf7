/** One fault in force: what it does to links, dials and listeners, and how that is taken back. */

import type { Epoch } from '../clock/epoch.js';
import type { Host } from '../host.js';
import type { Link, Side } from '../network/link.js';
import type { Condition } from '../network/link-direction.js';
import type { Acceptance, Caller, SimulatedNetwork } from '../network/simulated-network.js';
import type { SeededRandom } from '../seeded-random.js';
import type { Fault } from './fault.js';
import { TargetChoice } from './fault-target.js';
import { garbage } from './garbage.js';
import {
  bandwidthCondition,
  coalesceCondition,
  corruptCondition,
  latencyCondition,
  limitDataCondition,
  sliceCondition,
  slowCloseCondition,
} from './link-conditions.js';
import { beginProcessFault } from './process-faults.js';

/** What faults happen to. */
export interface FaultWorld {
  readonly network: SimulatedNetwork;
  hosts(): Host[];
}

const bothSides: readonly Side[] = ['server', 'client'];

/** Made for each fault that is injected; lives until that is healed. */
export class ActiveFault {
  readonly fault: Fault;
  readonly #world: FaultWorld;
  readonly #random: SeededRandom;
  readonly #target: TargetChoice;
  readonly #undo: (() => void)[] = [];
  /** Calls of the operation that a `failNth` waits for. */
  #calls = 0;
  /** How many processes, links or files it has struck when it began. */
  #struck = 0;

  constructor(fault: Fault, world: FaultWorld, random: SeededRandom) {
    this.fault = fault;
    this.#world = world;
    this.#random = random;
    this.#target = new TargetChoice(fault, random, world.network);
  }

  /** Takes back what the callback undoes when the fault ends. */
  undo(callback: () => void): void {
    this.#undo.push(callback);
  }

  /** Applies it to what there is. */
  begin(): void {
    const { fault } = this;
    this.#struck = beginProcessFault(fault, this.#world, this.#target, (callback) => this.undo(callback));
    if (fault.kind === 'swizzle') this.#swizzle(fault.fraction, fault.spread);
    if (fault.kind === 'garbage') this.#sendGarbage();
    if (fault.kind === 'backlog' || fault.kind === 'acceptDelay' || fault.kind === 'slowStart') {
      this.undo(() => {
        for (const listener of this.#world.network.listeners()) listener.reconsider();
      });
    }
    if (fault.kind === 'partition') this.undo(() => this.#world.network.retryHangingDials());
    for (const link of this.#world.network.links()) this.#apply(link);
  }

  /** How many it has struck when it began, if it is of those kinds that do so. */
  get struck(): number {
    return this.#struck;
  }

  /** Whether somebody was meant so far, be it that nothing came of it. */
  get hasMet(): boolean {
    return this.#target.hasMet;
  }

  /** Takes everything back, the last first. */
  end(): void {
    for (const callback of this.#undo.splice(0).reverse()) callback();
  }

  /** Applies it to a new link. Faults that happen at one moment happen to the links of that moment. */
  linked(link: Link): void {
    const { kind } = this.fault;
    if (kind !== 'cut' && kind !== 'halfClose') this.#apply(link);
  }

  refusal(address: string, caller: Caller): string | undefined {
    const { fault } = this;
    if (fault.kind === 'refuse' && this.#target.hasDial(address, caller.actor)) return fault.code;
    if (fault.kind === 'failNth' && fault.op === 'dial' && this.#target.hasDial(address, caller.actor)) {
      return this.#nth(fault.n) ? fault.code : undefined;
    }
    if (fault.kind !== 'partition') return undefined;
    if (!isApart(fault.groups, processOf(caller), this.#world.network.serverNames(address))) return undefined;
    return fault.connects === 'hang' ? 'hang' : 'ECONNREFUSED';
  }

  acceptance(link: Link): Acceptance | undefined {
    const { fault } = this;
    if (fault.kind === 'acceptDelay' && this.#target.hasLink(link)) {
      // The same however often it is asked.
      const random = this.#random.stream(`accept/${link.id}`);
      return { delayMs: fault.delay + random.below((fault.jitter ?? 0) + 1), drop: undefined };
    }
    if (fault.kind === 'acceptDrop' && this.#target.hasLink(link)) {
      return { delayMs: fault.after ?? 0, drop: fault.mode === 'reset' ? 'reset' : 'end' };
    }
    return undefined;
  }

  backlogLimit(address: string): number | undefined {
    return this.fault.kind === 'backlog' && this.#target.hasAddress(address) ? this.fault.limit : undefined;
  }

  listenDelayMs(address: string, epoch: Epoch | undefined): number {
    const { fault } = this;
    if (fault.kind !== 'slowStart') return 0;
    return this.#target.hasServer([address, epoch?.name]) ? fault.delay : 0;
  }

  listenFailure(address: string): string | undefined {
    const { fault } = this;
    if (fault.kind !== 'failNth' || fault.op !== 'listen' || !this.#target.hasAddress(address)) return undefined;
    return this.#nth(fault.n) ? fault.code : undefined;
  }

  acceptFailure(link: Link): string | undefined {
    const { fault } = this;
    if (fault.kind !== 'failNth' || fault.op !== 'accept' || !this.#target.hasLink(link)) {
      return undefined;
    }
    return this.#nth(fault.n) ? fault.code : undefined;
  }

  #nth(n: number): boolean {
    this.#calls += 1;
    return this.#calls === n;
  }

  #apply(link: Link): void {
    const { fault } = this;
    switch (fault.kind) {
      case 'cut':
      case 'halfClose':
        if (!this.#target.hasLink(link)) return;
        this.#struck += 1;
        if (fault.kind === 'cut') this.#cut(link, fault.mode ?? 'auto', this.#target.sides);
        else link.end(fault.side === 'client' ? 'server' : 'client').finishIncoming();
        return;
      case 'stall':
      case 'hold':
        if (this.#target.hasLink(link)) for (const side of this.#target.sides) this.#block(link, side);
        return;
      case 'partition':
        if (
          isApart(
            fault.groups,
            processOf({ epoch: link.clientEpoch, actor: link.dialler }),
            this.#world.network.serverNames(link.address),
          )
        ) {
          for (const side of bothSides) this.#block(link, side);
        }
        return;
      default:
        for (const side of this.#target.sides) this.#addCondition(link, side);
    }
  }

  #addCondition(link: Link, side: Side): void {
    // Looked at first: making a condition may set something going.
    const condition = this.#target.hasLink(link) ? this.#condition(link, side) : undefined;
    if (condition === undefined) return;
    const way = link.towards(side);
    way.add(condition);
    this.undo(() => {
      way.remove(condition);
      // What a healed fault held up flows at once, unless another one still slows it.
      if (way.isDelayed) {
        link.end(side).recheck();
      } else {
        link.end(side).expedite();
      }
    });
  }

  #condition(link: Link, side: Side): Condition | undefined {
    const { fault } = this;
    const stream = (): SeededRandom => this.#random.stream(`${link.id}/${side}`);
    switch (fault.kind) {
      case 'latency':
        return latencyCondition(fault, stream());
      case 'bandwidth':
        return bandwidthCondition(fault);
      case 'slice':
        return sliceCondition(fault, stream());
      case 'coalesce':
        return coalesceCondition(fault);
      case 'slowClose':
        return slowCloseCondition(fault);
      case 'corrupt':
        return corruptCondition(fault, stream());
      case 'failNth':
        if (fault.op === 'read') {
          return { readFailure: () => (this.#nth(fault.n) ? fault.code : undefined) };
        }
        return fault.op === 'write' ? { writeFailure: () => (this.#nth(fault.n) ? fault.code : undefined) } : undefined;
      case 'limitData': {
        const reached = (): void => this.#world.network.clock.defer(() => this.#limitReached(link, side, fault.then));
        if (fault.bytes === 0) reached();
        return limitDataCondition(fault, reached);
      }
      default:
        return undefined;
    }
  }

  #limitReached(link: Link, side: Side, then: 'end' | 'reset' | 'stall' | undefined): void {
    if (then === 'stall') this.#block(link, side);
    else link.sever(then === 'reset' ? bothSides : [], true);
  }

  #block(link: Link, side: Side): void {
    link.block(side);
    this.undo(() => link.unblock(side));
  }

  /** @param resetSides who is to see a reset, where the mode is one. */
  #cut(link: Link, mode: 'eof' | 'reset' | 'auto', resetSides: readonly Side[]): void {
    if (mode !== 'auto') {
      link.sever(mode === 'reset' ? resetSides : [], mode === 'reset');
      return;
    }
    // What lies between dies as a process does: an end from which something is under way sees a reset.
    const random = this.#random.stream(`cut/${link.id}`);
    const lose = random.chance(0.5);
    link.severAsDeath(lose);
  }

  /** Stalls a drawn part of the links one after the other, and releases them in another order. */
  #swizzle(fraction: number, spreadMs: number): void {
    const { network } = this.#world;
    for (const link of network.links()) {
      const random = this.#random.stream(`swizzle/${link.id}`);
      const [isChosen, stallMs, releaseMs] = [
        random.chance(fraction),
        random.between(0, spreadMs),
        random.between(spreadMs, 2 * spreadMs),
      ];
      if (!isChosen || !this.#target.hasLink(link)) continue;
      this.#struck += 1;
      let state: 'waiting' | 'stalled' | 'released' = 'waiting';
      const release = (): void => {
        if (state === 'stalled') for (const side of this.#target.sides) link.unblock(side);
        state = 'released';
      };
      const stall = (): void => {
        if (state !== 'waiting') return;
        state = 'stalled';
        for (const side of this.#target.sides) link.block(side);
      };
      const timers = [
        network.clock.setUrgentTimer(stallMs, stall, 'swizzle stall'),
        network.clock.setUrgentTimer(releaseMs, release, 'swizzle release'),
      ];
      this.undo(() => {
        for (const timer of timers) timer.cancel();
        release();
      });
    }
  }

  /** Into connections, when it says which or that clients are to get it; else from somebody who comes for it. */
  #sendGarbage(): void {
    const { fault } = this;
    if (fault.kind !== 'garbage') return;
    const { network } = this.#world;
    const { direction, target } = fault;
    if (direction === 'toClient' || target?.connection !== undefined) {
      const from = direction === 'toClient' ? 'server' : 'client';
      for (const link of network.links()) {
        if (!this.#target.hasLink(link)) continue;
        this.#struck += 1;
        for (const chunk of garbage(fault.form)) link.end(from).send(chunk, 0, true);
      }
      return;
    }
    for (const address of network.paths()) {
      if (network.at(address) !== 'live' || !this.#target.hasAddress(address)) continue;
      this.#struck += 1;
      network.dialHostile(address, garbage(fault.form));
    }
  }
}

/** A process by its name; a client that belongs to none by its own. */
function processOf({ epoch, actor }: Pick<Caller, 'epoch' | 'actor'>): string {
  return epoch?.name ?? actor;
}

function isApart(groups: readonly (readonly string[])[], client: string, server: readonly string[]): boolean {
  const mine = groups.findIndex((group) => group.includes(client));
  const theirs = groups.findIndex((group) => server.some((name) => group.includes(name)));
  return mine !== theirs && mine !== -1 && theirs !== -1;
}
