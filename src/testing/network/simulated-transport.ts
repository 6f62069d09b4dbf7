/** A transport whose address is in a simulation. */

import type { EventEmitter } from 'node:events';
import type { Runtime, Timer } from '../../core/runtime.js';
import type { Dial, DialHandlers, Listener, ListenHandlers, Transport } from '../../core/transport.js';
import type { Epoch } from '../clock/epoch.js';
import { optionsCheck } from '../rules/check-options.js';
import { type EntriesOf, optional } from '../rules/object-rule.js';
import { boolean, integer, show } from '../rules/rule.js';
import type { SeededRandom } from '../seeded-random.js';
import { defaultBacklog } from './simulated-listener.js';
import type { Caller, SimulatedNetwork } from './simulated-network.js';

/** What can be said about a simulated address beside its path. */
export interface SimulatedTransportOptions {
  /** Connections that wait to be accepted before further ones get EAGAIN. Default 511, as in Node. */
  readonly backlog?: number;
  /** Whether each side may go on writing after the other has finished. Default false; the library does not. */
  readonly allowHalfOpen?: boolean;
}

const checkOptions = optionsCheck('transport()', {
  backlog: optional(integer(0)),
  allowHalfOpen: optional(boolean),
} satisfies EntriesOf<SimulatedTransportOptions>);

/** The clock, dice and queue of one user of the simulation: its draws shift nobody else's. */
export class SimulatedRuntime implements Runtime {
  readonly #network: SimulatedNetwork;
  readonly #purpose: string;
  readonly #epoch: Epoch | undefined;
  #random: SeededRandom | undefined;

  constructor(network: SimulatedNetwork, purpose: string, epoch: Epoch | undefined) {
    this.#network = network;
    this.#purpose = purpose;
    this.#epoch = epoch;
  }

  now(): number {
    return this.#network.clock.now;
  }
  setTimer(delayMs: number, callback: () => void, label: string): Timer {
    return this.#network.clock.setTimer(delayMs, callback, label, this.#epoch);
  }
  defer(callback: () => void): void {
    this.#network.clock.defer(callback, this.#epoch);
  }
  random(): number {
    return this.#stream().next();
  }
  createId(): string {
    return this.#stream().uuid();
  }

  /** Made when first needed: ten thousand clients that never draw should cost nothing. */
  #stream(): SeededRandom {
    this.#random ??= this.#network.random.stream(this.#purpose);
    return this.#random;
  }
}

/** Made by `Simulation.transport()`. */
export class SimulatedTransport implements Transport {
  readonly runtime: SimulatedRuntime;
  readonly address: string;
  readonly #network: SimulatedNetwork;
  readonly #options: SimulatedTransportOptions;
  #caller: Caller;

  constructor(
    network: SimulatedNetwork,
    address: string,
    purpose: string,
    epoch: Epoch | undefined,
    options: SimulatedTransportOptions,
  ) {
    if (typeof address !== 'string' || address === '') {
      throw new TypeError(`transport() takes an address, a string that is not empty; got ${show(address)}.`);
    }
    checkOptions(options);
    this.#network = network;
    this.address = address;
    this.#options = options;
    this.#caller = { epoch, actor: purpose, allowHalfOpen: options.allowHalfOpen ?? false };
    this.runtime = new SimulatedRuntime(network, purpose, epoch);
  }

  attach(owner: EventEmitter): void {
    const { epoch, allowHalfOpen = false } = this.#caller;
    this.#caller = { epoch, actor: this.#network.trace.watch(owner, undefined, epoch?.name), allowHalfOpen };
  }

  dial(handlers: DialHandlers): Dial {
    return this.#network.dial(this.address, handlers, this.#caller);
  }

  listen(handlers: ListenHandlers): Listener {
    return this.#network.listen(this.address, handlers, this.#caller, this.#options.backlog ?? defaultBacklog);
  }
}
