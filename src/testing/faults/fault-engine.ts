/** Carries faults out: what is injected now, and what is still in force. */

import type { Epoch } from '../clock/epoch.js';
import type { Link } from '../network/link.js';
import type { Acceptance, Caller, NetworkFaults } from '../network/simulated-network.js';
import type { SeededRandom } from '../seeded-random.js';
import { BEFELL_NOBODY } from '../trace/befell-nobody.js';
import { ActiveFault, type FaultWorld } from './active-fault.js';
import type { Fault } from './fault.js';
import { lastingMs, MOMENTARY_KINDS, STRIKING_KINDS } from './fault-kinds.js';
import { parseFault } from './fault-plan.js';
import { refuseStrangers, strangerOf, whyNobodyNow } from './nobody.js';

/** A fault that was injected. */
export interface FaultHandle {
  readonly fault: Fault;
  /** Ends it. Does nothing when it has ended already, or was over at once, like a cut. */
  heal(): void;
}

/** Faults apply in the order in which they were injected; where one answer is wanted, the first that has one gives it. */
export class FaultEngine implements NetworkFaults {
  readonly #world: FaultWorld;
  readonly #random: SeededRandom;
  readonly #active: ActiveFault[] = [];
  #injected = 0;

  constructor(world: FaultWorld, random: SeededRandom) {
    this.#world = world;
    this.#random = random;
  }

  /**
   * Makes something go wrong from now on.
   *
   * @param random what it leaves to chance, for a fault of a plan; left out, it was injected by hand, and draws from a
   * stream of the simulation's.
   * @throws FaultPlanError when it is no fault, or was injected by hand for a process that there is not.
   */
  inject(fault: Fault, random?: SeededRandom): FaultHandle {
    parseFault(fault);
    // What a plan names need not be there when its time comes: who is tried out with many may have died before.
    if (random === undefined) refuseStrangers(fault, this.#world);
    this.#injected += 1;
    const { kind, id } = fault;
    const { trace, clock } = this.#world.network;
    trace.record('fault', 'faults', kind, describe(fault));
    if (kind === 'heal' || kind === 'release') {
      const meant = this.#active.filter(
        (active) => (kind === 'heal' || active.fault.kind === 'hold') && (id === undefined || id === active.fault.id),
      );
      for (const active of meant) this.#end(active);
      if (id !== undefined && meant.length === 0) this.#tellOfNobody(fault, `no fault '${id}' is in force`);
      return { fault, heal: () => {} };
    }
    // Each has a stream of its own: a fault that is added or dropped shifts the draws of no other.
    const stream = random ?? this.#random.stream(id ?? `${kind}/${this.#injected}`);
    const active = new ActiveFault(fault, this.#world, stream);
    if (MOMENTARY_KINDS.includes(kind)) {
      this.#begin(active);
      return { fault, heal: () => {} };
    }
    this.#active.push(active);
    this.#begin(active);
    const lasts = lastingMs(fault);
    if (lasts !== undefined) {
      active.undo(cancelling(clock.setUrgentTimer(lasts, () => this.#end(active), `end of ${kind}`)));
    }
    return { fault, heal: () => this.#end(active) };
  }

  /** Ends every fault. */
  heal(): void {
    this.inject({ kind: 'heal' });
  }

  /** The faults in force. */
  get active(): readonly Fault[] {
    return this.#active.map(({ fault }) => fault);
  }

  refusal(address: string, caller: Caller): string | undefined {
    return this.#first((active) => active.refusal(address, caller));
  }

  linked(link: Link): void {
    for (const active of this.#active) active.linked(link);
  }

  /** Dropped by the first fault that does so; else late by what all of them together want. */
  acceptance(link: Link): Acceptance | undefined {
    if (this.#active.length === 0) return undefined;
    const fates = this.#active.map((active) => active.acceptance(link)).filter((fate) => fate !== undefined);
    const dropped = fates.find(({ drop }) => drop !== undefined);
    if (dropped !== undefined || fates.length === 0) return dropped;
    return { delayMs: fates.reduce((sum, { delayMs }) => sum + delayMs, 0), drop: undefined };
  }

  acceptFailure(link: Link): string | undefined {
    return this.#first((active) => active.acceptFailure(link));
  }

  backlogLimit(address: string): number | undefined {
    return this.#first((active) => active.backlogLimit(address));
  }

  listenDelayMs(address: string, epoch: Epoch | undefined): number {
    return this.#active.reduce((delayMs, active) => Math.max(delayMs, active.listenDelayMs(address, epoch)), 0);
  }

  listenFailure(address: string): string | undefined {
    return this.#first((active) => active.listenFailure(address));
  }

  #first<Answer>(ask: (active: ActiveFault) => Answer | undefined): Answer | undefined {
    for (const active of this.#active) {
      const answer = ask(active);
      if (answer !== undefined) return answer;
    }
    return undefined;
  }

  #begin(active: ActiveFault): void {
    const { fault } = active;
    active.begin();
    if (STRIKING_KINDS.includes(fault.kind) && active.struck === 0) {
      this.#tellOfNobody(fault, whyNobodyNow(fault, this.#world));
    }
  }

  #end(active: ActiveFault): void {
    const { fault, hasMet } = active;
    const index = this.#active.indexOf(active);
    if (index < 0) return;
    this.#active.splice(index, 1);
    this.#world.network.trace.record('fault', 'faults', `${fault.kind} ends`);
    active.end();
    // Whoever it names could have come later; only now it is certain that nobody did.
    const stranger = STRIKING_KINDS.includes(fault.kind) || hasMet ? undefined : strangerOf(fault, this.#world);
    if (stranger !== undefined) this.#tellOfNobody(fault, stranger);
  }

  #tellOfNobody({ kind }: Fault, reason: string): void {
    this.#world.network.trace.record('fault', 'faults', `${kind}${BEFELL_NOBODY}`, `since ${reason}`);
  }
}

/** The parameters of a fault in few words. */
function describe({ kind: _kind, ...parameters }: Fault): string {
  return Object.keys(parameters).length === 0 ? '' : JSON.stringify(parameters);
}

function cancelling(timer: { cancel(): void }): () => void {
  return () => timer.cancel();
}
