/** A world for servers and clients to live in: one seed, one clock, one network, one trace. */

import { installPlatform } from '../core/platform.js';
import type { Runtime } from '../core/runtime.js';
import { checkSocketPath, socketPathLimit } from '../core/socket-path.js';
import { checkCompanion } from './clock/clock-arguments.js';
import type { Companion } from './clock/clock-options.js';
import type { Epoch } from './clock/epoch.js';
import { VirtualClock } from './clock/virtual-clock.js';
import type { Fault } from './faults/fault.js';
import { FaultEngine, type FaultHandle } from './faults/fault-engine.js';
import type { FaultPlan } from './faults/fault-plan.js';
import { FaultPlayer } from './faults/fault-player.js';
import { Host, type HostFactory } from './host.js';
import { findLeaks, LeakError, type LeakReport } from './leak-report.js';
import { type Fidelity, SimulatedNetwork } from './network/simulated-network.js';
import { SimulatedRuntime, SimulatedTransport, type SimulatedTransportOptions } from './network/simulated-transport.js';
import { SeededRandom } from './seeded-random.js';
import { checkSimulationOptions } from './simulation-options.js';
import { Trace, type TraceOptions } from './trace/trace.js';

/** How a {@link Simulation} is set up. */
export interface SimulationOptions {
  /** Everything that is left to chance follows from it. Default 1. */
  readonly seed?: number;
  /** `typical` (default) is readable, `adversarial` draws from everything that reality was seen to do. */
  readonly fidelity?: Fidelity;
  /** What the trace keeps. */
  readonly trace?: TraceOptions;
  /** Whether timers, connections and listeners remember where they were made. Default false; it is slow. */
  readonly stacks?: boolean;
  /** What `dispose()` does about leaks. Default `report`: it only returns them. */
  readonly leaks?: 'report' | 'throw';
  /** Events that one instant may have before a livelock is reported. Default 1,000,000. */
  readonly eventsPerInstant?: number;
  /** Real turns that must find nothing to do before time moves. Default 1; more for code that waits for `setImmediate`. */
  readonly turnsPerInstant?: number;
  /** Takes what listeners of the code under test throw; left out, `advance` and its like reject with it. */
  readonly onException?: (exception: unknown) => void;
}

/** See the guide to `ipc/testing`. */
export class Simulation {
  readonly seed: number;
  readonly fidelity: Fidelity;
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  readonly network: SimulatedNetwork;
  readonly trace: Trace;
  /** The runtime of code that belongs to no host. */
  readonly runtime: Runtime;
  readonly #leaks: 'report' | 'throw';
  readonly #hosts = new Map<string, Host>();
  readonly #faults: FaultEngine;
  readonly #players = new Set<FaultPlayer>();
  #uninstall: (() => void) | undefined;
  #transports = 0;

  /** @throws TypeError for options that cannot be. */
  constructor(options: SimulationOptions = {}) {
    checkSimulationOptions(options);
    this.seed = options.seed ?? 1;
    this.fidelity = options.fidelity ?? 'typical';
    this.#leaks = options.leaks ?? 'report';
    this.random = new SeededRandom(this.seed);
    const order = this.random.stream('order');
    this.clock = new VirtualClock({
      stacks: options.stacks ?? false,
      ...(this.fidelity === 'adversarial' ? { draw: (count: number) => order.below(count) } : {}),
      ...(options.turnsPerInstant === undefined ? {} : { turnsPerInstant: options.turnsPerInstant }),
      ...(options.eventsPerInstant === undefined ? {} : { eventsPerInstant: options.eventsPerInstant }),
      ...(options.onException === undefined ? {} : { onException: options.onException }),
    });
    this.trace = new Trace(() => this.clock.now, options.trace);
    this.network = new SimulatedNetwork({
      clock: this.clock,
      trace: this.trace,
      fidelity: this.fidelity,
      random: this.random.stream('network'),
      stacks: options.stacks ?? false,
    });
    this.runtime = new SimulatedRuntime(this.network, 'main', undefined);
    const world = { network: this.network, hosts: () => this.hosts() };
    this.#faults = new FaultEngine(world, this.random.stream('faults'));
    this.network.faults = this.#faults;
  }

  /** Virtual milliseconds since the start. */
  get now(): number {
    return this.clock.now;
  }

  /** A transport for a `Server` or `Client` that belongs to no host. The address may be any string but an empty one. */
  transport(address: string, options: SimulatedTransportOptions = {}): SimulatedTransport {
    return this.#transport(address, options, undefined);
  }

  /** Lets `ms` virtual milliseconds pass. Rejects with what listeners threw meanwhile, once all of it has passed. */
  advance(ms: number): Promise<void> {
    return this.clock.advance(ms);
  }

  /** Lets everything happen that is due now. */
  settle(): Promise<void> {
    return this.clock.settle();
  }

  /** Lets time pass until the predicate holds, at most `within` virtual milliseconds (default 60,000). */
  until(predicate: () => boolean, options: { readonly within?: number } = {}): Promise<void> {
    return this.clock.until(predicate, options);
  }

  /** `advance` for code without promises: faster, and done when it returns. */
  advanceSync(ms: number): void {
    this.clock.advanceSync(ms);
  }

  /** `settle` for code without promises. */
  settleSync(): void {
    this.clock.settleSync();
  }

  /** Starts a process. The name stands before the names of its servers and clients in the trace. */
  host(name: string, factory: HostFactory): Host {
    if (this.#hosts.has(name)) throw new Error(`There is a host '${name}' already.`);
    const host = new Host(this.network, name, factory);
    this.#hosts.set(name, host);
    host.start();
    return host;
  }

  /** The hosts, in the order in which they were made. */
  hosts(): Host[] {
    return [...this.#hosts.values()];
  }

  /**
   * Makes something go wrong from now on, until the result heals it, `heal()` does, or its `for` is over.
   *
   * @throws FaultPlanError when it is no fault.
   */
  inject(fault: Fault): FaultHandle {
    return this.#faults.inject(fault);
  }

  /** Ends every fault, and calls off what plans still had in store. */
  heal(): void {
    for (const player of [...this.#players]) player.stop();
    this.#faults.heal();
  }

  /**
   * Starts a plan of faults: its times count from now, and what it leaves to chance follows from its own seed.
   *
   * @returns what calls off the rest of it.
   * @throws FaultPlanError when it is no plan.
   */
  play(plan: FaultPlan): FaultPlayer {
    const player = new FaultPlayer(plan, this.network, this.#faults, (over) => this.#players.delete(over));
    if (!player.isOver) this.#players.add(player);
    return player;
  }

  /**
   * Routes every `socketFile` of this process into the simulation until the result is disposed of or called: servers
   * and clients built meanwhile live here, and nothing reaches a real socket.
   */
  install(): Disposable & (() => void) {
    if (this.#uninstall !== undefined) throw new Error('This simulation is installed already.');
    const sim = this;
    const putBack = installPlatform({
      get runtime(): Runtime {
        const { epoch } = sim.clock;
        return epoch === undefined ? sim.runtime : new SimulatedRuntime(sim.network, epoch.name, epoch);
      },
      socketFileTransport: (path) => {
        checkSocketPath(path, socketPathLimit('linux'));
        return this.#transport(path, {}, this.clock.epoch);
      },
    });
    const uninstall = (): void => {
      if (this.#uninstall === undefined) return;
      this.#uninstall = undefined;
      putBack();
    };
    this.#uninstall = uninstall;
    return Object.assign(uninstall, { [Symbol.dispose]: uninstall });
  }

  /**
   * Moves a fake clock of sinon (or fake-timers) along with this one, a millisecond at a time while it has timers.
   *
   * @returns what stops it.
   */
  accompany(fakeClock: Companion): Disposable & (() => void) {
    checkCompanion(fakeClock);
    this.clock.accompany(fakeClock);
    const stop = (): void => this.clock.accompany(undefined);
    return Object.assign(stop, { [Symbol.dispose]: stop });
  }

  /** What is open or pending at the moment. */
  leaks(): LeakReport {
    return findLeaks(this.network);
  }

  /**
   * Ends the simulation: puts the platform back and says what was left.
   *
   * @throws LeakError when something was, with `leaks: 'throw'`.
   */
  dispose(): LeakReport {
    this.#uninstall?.();
    const report = this.leaks();
    if (this.#leaks === 'throw' && !report.isClean) throw new LeakError(report);
    return report;
  }

  /** Ends the simulation without looking for leaks: something has failed already, and that is what should be told. */
  abandon(): void {
    this.#uninstall?.();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #transport(address: string, options: SimulatedTransportOptions, epoch: Epoch | undefined): SimulatedTransport {
    this.#transports += 1;
    const owner = epoch?.name ?? 'main';
    return new SimulatedTransport(this.network, address, `${owner}/${address}#${this.#transports}`, epoch, options);
  }
}
