/** Everything that is known of a run, by the time it is judged. */

import type { TraceRecord } from '../trace/trace.js';
import { Delivery } from './delivery.js';
import { type Fact, processOf } from './fact.js';

/** A call, and when it was made. */
export interface Told {
  readonly at: number;
  readonly actor: string;
}

/** Filled while the scenario runs, simulated or real. */
export class Evidence {
  readonly facts: Fact[] = [];
  readonly delivery: Delivery = new Delivery();
  /** Those whose process has died or stopped. */
  readonly #gone = new Set<string>();
  #lastArrivalAt = 0;
  readonly #records: () => readonly TraceRecord[];

  /** @param records gives the trace so far. */
  constructor(records: () => readonly TraceRecord[]) {
    this.#records = records;
  }

  readonly take = (fact: Fact): void => {
    this.facts.push(fact);
    this.delivery.take(fact);
    if (fact.fact === 'arrived') this.#lastArrivalAt = fact.at;
    if (fact.fact !== 'ended') return;
    for (const { actor } of this.told()) {
      if (processOf(actor) === fact.process) this.#gone.add(actor);
    }
  };

  /** When a message arrived last. */
  get lastArrivalAt(): number {
    return this.#lastArrivalAt;
  }

  /** Events of one name, or all: of one process, or all. */
  events(name: string | undefined, process: string | undefined): TraceRecord[] {
    return this.#records().filter(
      (record) =>
        record.kind === 'event' &&
        (name === undefined || record.name === name) &&
        (process === undefined || processOf(record.actor) === process),
    );
  }

  /** Facts of one sort. */
  only<Sort extends Fact['fact']>(sort: Sort): Extract<Fact, { fact: Sort }>[] {
    return this.facts.filter((fact): fact is Extract<Fact, { fact: Sort }> => fact.fact === sort);
  }

  /** Who was told to do what. */
  told(to?: 'connect' | 'listen' | 'close'): Told[] {
    return this.only('told').filter((fact) => to === undefined || fact.to === to);
  }

  /** Whether an actor's process has died or was stopped. */
  isGone(actor: string): boolean {
    return this.#gone.has(actor);
  }

  /** Clients that want a connection and have none now. */
  unconnected(): string[] {
    const isOpen = new Map<string, boolean>();
    for (const { actor } of this.told('connect')) isOpen.set(actor, false);
    for (const { actor } of this.told('close')) isOpen.delete(actor);
    for (const { actor, name } of this.events(undefined, undefined)) {
      if (isOpen.has(actor) && (name === 'connect' || name === 'disconnect')) isOpen.set(actor, name === 'connect');
    }
    return [...isOpen].filter(([actor, open]) => !open && !this.isGone(actor)).map(([actor]) => actor);
  }

  /** Those who were told to close and have not done so, though their process lives. */
  closing(): string[] {
    const closed = new Set(this.events('close', undefined).map(({ actor }) => actor));
    const told = new Set(this.told('close').map(({ actor }) => actor));
    return [...told].filter((actor) => !closed.has(actor) && !this.isGone(actor));
  }
}
