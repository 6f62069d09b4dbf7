/** A fault that has begun: what it applies to, and what is to be undone when it is healed. */

import type { Fault } from '../faults/fault.js';
import type { SeededRandom } from '../seeded-random.js';
import type { InjectedFault } from './handles.js';
import type { Way } from './proxied-connection.js';

/** Draws whom it applies to from a stream of its own for each connection, whatever the order in which they come. */
export class ActiveFault implements InjectedFault {
  readonly fault: Fault;
  /** `latency-2`: its kind, and a number or its id. */
  readonly name: string;
  readonly random: SeededRandom;
  readonly over: Promise<void>;
  inForce: Promise<void> = Promise.resolve();
  readonly #drawn = new Map<number, boolean>();
  readonly #ending: (fault: ActiveFault) => void;
  #undos: (() => void)[] = [];
  readonly #connectionUndos = new Map<number, (() => void)[]>();
  #state: 'active' | 'over' = 'active';
  #resolveOver: () => void = () => {};

  constructor(fault: Fault, name: string, random: SeededRandom, ending: (fault: ActiveFault) => void) {
    this.fault = fault;
    this.name = name;
    this.random = random;
    this.#ending = ending;
    this.over = new Promise((resolve) => {
      this.#resolveOver = resolve;
    });
  }

  get isOver(): boolean {
    return this.#state === 'over';
  }

  /** Whether the connection is one of those that it is for. Drawn once. */
  appliesTo(connection: number): boolean {
    const drawn = this.#drawn.get(connection) ?? this.#draw(connection);
    this.#drawn.set(connection, drawn);
    return drawn;
  }

  /** The ways that it is for. */
  get ways(): readonly Way[] {
    const { direction = 'both' } = this.fault;
    return direction === 'both' ? ['toServer', 'toClient'] : [direction];
  }

  /** To be called when it is healed, the last one first. */
  onHeal(undo: () => void): void {
    this.#undos.push(undo);
  }

  /** The same for what it does to one connection. */
  onHealOf(connection: number, undo: () => void): void {
    const undos = this.#connectionUndos.get(connection);
    if (undos === undefined) this.#connectionUndos.set(connection, [undo]);
    else undos.push(undo);
  }

  /** That connection is gone: there is nothing to undo. */
  forget(connection: number): void {
    this.#connectionUndos.delete(connection);
    this.#drawn.delete(connection);
  }

  heal(): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    const undos = [...this.#undos, ...[...this.#connectionUndos.values()].flat()].reverse();
    this.#undos = [];
    this.#connectionUndos.clear();
    for (const undo of undos) undo();
    this.#ending(this);
    this.#resolveOver();
  }

  #draw(connection: number): boolean {
    const { target, toxicity = 1 } = this.fault;
    const client = target?.client;
    const fraction = typeof client === 'object' && 'fraction' in client ? client.fraction : 1;
    const random = this.random.stream(`connection-${connection}`);
    // Both are drawn whatever their values, so that changing one does not shift the other.
    const isMet = random.chance(toxicity);
    const isChosen = random.chance(fraction);
    return isMet && isChosen && (target?.connection ?? connection) === connection;
  }
}
