/** A simulated process: it can crash, stop, freeze and start again, as one. */

import { Epoch } from './clock/epoch.js';
import type { SimulatedNetwork } from './network/simulated-network.js';
import { SimulatedTransport, type SimulatedTransportOptions } from './network/simulated-transport.js';
import { optionsCheck } from './rules/check-options.js';
import { optional } from './rules/object-rule.js';
import { boolean, show } from './rules/rule.js';

/** What a process is given to run with. */
export interface HostContext {
  readonly name: string;
  /** Which life of the process this is, from 1. */
  readonly life: number;
  /** A transport of this process: what uses it dies with the process. */
  transport(address: string, options?: SimulatedTransportOptions): SimulatedTransport;
}

/** Something with a graceful end, a `Server` or `Client` for instance. */
export interface Closable {
  close(): unknown;
}

/** Builds what runs in the process; what it returns is closed by `stop()`. */
// biome-ignore lint/suspicious/noConfusingVoidType: so that a factory may simply not return anything
export type HostFactory = (context: HostContext) => Closable | readonly Closable[] | void;

const checkRestart = optionsCheck('restart()', { graceful: optional(boolean) });

/**
 * | state | call | next |
 * | --- | --- | --- |
 * | down | start | running: the factory is called |
 * | running | pause / resume | paused / running; what came due meanwhile then runs at once |
 * | running | stop | down, once what the factory returned has been closed; its callbacks still run |
 * | running, paused | crash | down: no callback of this life runs again, its connections end, its socket files stay |
 */
export class Host {
  readonly name: string;
  readonly #network: SimulatedNetwork;
  readonly #factory: HostFactory;
  #epoch: Epoch | undefined;
  #closables: readonly Closable[] = [];
  #lives = 0;
  #transports = 0;

  constructor(network: SimulatedNetwork, name: string, factory: HostFactory) {
    if (typeof name !== 'string' || name === '') throw new TypeError(`A host needs a name; got ${show(name)}.`);
    if (typeof factory !== 'function') {
      throw new TypeError(`The host '${name}' needs a function that builds what runs in it; got ${show(factory)}.`);
    }
    this.#network = network;
    this.name = name;
    this.#factory = factory;
  }

  get state(): 'down' | 'running' | 'paused' {
    return this.#epoch === undefined || this.#epoch.state === 'ended' ? 'down' : this.#epoch.state;
  }

  /** Starts a new life. Does nothing while one is running. */
  start(): void {
    if (this.state !== 'down') return;
    const { clock } = this.#network;
    const epoch = new Epoch(this.name);
    this.#epoch = epoch;
    this.#lives += 1;
    this.#record(this.#lives === 1 ? 'start' : 'restart');
    const context: HostContext = {
      name: this.name,
      life: this.#lives,
      transport: (address, options = {}) => this.#transport(epoch, address, options),
    };
    const built = clock.within(epoch, () => this.#factory(context));
    this.#closables = closablesOf(built, this.name);
  }

  /** The process dies where it stands. */
  crash(): void {
    const epoch = this.#epoch;
    if (epoch === undefined || epoch.state === 'ended') return;
    epoch.state = 'ended';
    this.#record('crash');
    this.#network.crash(epoch);
    this.#epoch = undefined;
    this.#closables = [];
  }

  /** The process closes what its factory returned; it goes on until that is done, and `start` begins a new life. */
  stop(): void {
    const epoch = this.#epoch;
    if (epoch === undefined) return;
    if (epoch.state === 'paused') this.resume();
    this.#record('stop');
    this.#epoch = undefined;
    this.#network.clock.within(epoch, () => {
      for (const closable of this.#closables) closable.close();
    });
  }

  /** Ends this life, abruptly unless asked to be graceful, and starts the next. */
  restart(options: { readonly graceful?: boolean } = {}): void {
    checkRestart(options);
    if (options.graceful === true) this.stop();
    else this.crash();
    this.start();
  }

  /** A new life takes over the addresses of the old one, which is then closed gracefully: a deployment. */
  replace(): void {
    const epoch = this.#epoch;
    if (epoch === undefined || this.state === 'down') return;
    if (epoch.state === 'paused') this.resume();
    this.#record('replace');
    this.#network.yieldAddresses(epoch);
    const closables = this.#closables;
    this.#epoch = undefined;
    this.start();
    // The successor claims the address first; a client that loses the old one finds the new.
    this.#network.clock.setTimer(
      1,
      () => {
        for (const closable of closables) closable.close();
      },
      `end of the former ${this.name}`,
      epoch,
    );
  }

  /** The process makes no progress; the kernel still takes connections and bytes for it. */
  pause(): void {
    if (this.#epoch?.state !== 'running') return;
    this.#epoch.state = 'paused';
    this.#record('pause');
  }

  /** The process goes on. */
  resume(): void {
    if (this.#epoch?.state !== 'paused') return;
    this.#record('resume');
    this.#network.clock.resume(this.#epoch);
  }

  /** The life that runs now, for code that is called from inside it. @internal */
  get epoch(): Epoch | undefined {
    return this.#epoch;
  }

  /** A transport of the life that runs now. */
  transport(address: string, options: SimulatedTransportOptions = {}): SimulatedTransport {
    return this.#transport(this.#epoch, address, options);
  }

  #transport(epoch: Epoch | undefined, address: string, options: SimulatedTransportOptions): SimulatedTransport {
    this.#transports += 1;
    return new SimulatedTransport(this.#network, address, `${this.name}/${this.#transports}`, epoch, options);
  }

  #record(what: string): void {
    this.#network.trace.record('process', this.name, what);
  }
}

/** @throws TypeError for what `stop()` could not close: better told at the start than in the middle of a fault. */
function closablesOf(built: unknown, name: string): readonly Closable[] {
  if (built === undefined || built === null) return [];
  const closables: readonly unknown[] = Array.isArray(built) ? built : [built];
  const wrong = closables.find((one) => typeof (one as Partial<Closable> | null | undefined)?.close !== 'function');
  if (closables.every((one) => one !== wrong)) return closables as readonly Closable[];
  throw new TypeError(
    `The factory of the host '${name}' must return what stop() is to close, a Server or Client or an array of them, ` +
      `or nothing; it returned ${wrong instanceof Promise ? 'a promise, and cannot be asynchronous' : show(wrong)}.`,
  );
}
