/**
 * A proxy for unix sockets that does to two real programs what the simulation does to simulated ones.
 *
 * | state | input | next |
 * | --- | --- | --- |
 * | new | start | starting, and open when the socket file is there |
 * | new, starting, open | close | closing, and closed when nothing is left |
 * | closing, closed | close | the same, with the first one's promise |
 */

import { checkSocketPath, socketPathLimit } from '../../core/socket-path.js';
import { TypedEmitter } from '../../core/typed-emitter.js';
import type { Fault } from '../faults/fault.js';
import { MOMENTARY_KINDS } from '../faults/fault-kinds.js';
import { type FaultPlan, type PlannedFault, parseFault, parseFaultPlan, splitPlanned } from '../faults/fault-plan.js';
import { anything, optionsCheck } from '../rules/check-options.js';
import { type EntriesOf, optional } from '../rules/object-rule.js';
import { also, boolean, text, that } from '../rules/rule.js';
import { SeededRandom } from '../seeded-random.js';
import { Trace, type TraceKind } from '../trace/trace.js';
import { ActiveFault } from './active-fault.js';
import { begin, receive } from './fault-effects.js';
import { FrontDoor } from './front-door.js';
import type { InjectedFault, PlayedPlan } from './handles.js';
import { ManagedProcess } from './managed-process.js';
import type { ChaosProcessOptions, ChaosProxyEvents, ChaosProxyOptions } from './options.js';
import { PlanRun } from './plan-run.js';
import { ProxiedConnection, type Way } from './proxied-connection.js';
import { checkPossible, checkTrigger, type Means } from './real-fault.js';
import { systemClock, Timers } from './timers.js';
import type { World } from './world.js';

const aProcess = that(
  'an object with start(), a function that resolves with the process',
  (value) => typeof (value as Partial<ChaosProcessOptions> | null)?.start === 'function',
);
const processTable = that('an object with a process for each name', (value) => typeof value === 'object');

const checkKnown = optionsCheck('ChaosProxy', {
  listen: optional(anything),
  upstream: optional(anything),
  seed: optional(anything),
  server: optional(text()),
  client: optional(text()),
  processes: optional(
    also(processTable, (processes, path, fail) => {
      for (const [name, process] of Object.entries(processes as object)) {
        aProcess.check(process, `${path}.${name}`, fail);
      }
    }),
  ),
  recordBytes: optional(boolean),
  clock: optional(anything),
} satisfies EntriesOf<ChaosProxyOptions>);

type ProxyState =
  | { readonly name: 'new' | 'open' }
  | { readonly name: 'starting'; readonly started: Promise<void> }
  | { readonly name: 'closing'; readonly closed: Promise<void> };

/** Passes everything on unchanged until faults are injected. See the guide to `ipc/testing`. */
export class ChaosProxy extends TypedEmitter<ChaosProxyEvents> implements AsyncDisposable {
  readonly seed: number;
  /** What it did, in milliseconds since it was made. */
  readonly trace: Trace;
  readonly #random: SeededRandom;
  readonly #recordsBytes: boolean;
  readonly #means: Means;
  readonly #world: World;
  readonly #door: FrontDoor;
  readonly #timers: Timers;
  readonly #processes: ReadonlyMap<string, ManagedProcess>;
  readonly #connections = new Map<number, ProxiedConnection>();
  readonly #runs = new Set<PlanRun>();
  #active: readonly ActiveFault[] = [];
  #state: ProxyState = { name: 'new' };
  #connectionCount = 0;
  #faultCount = 0;
  /** Called when the last connection is gone. */
  #emptied: () => void = () => {};

  /** @throws TypeError for options that cannot be. Touches nothing before `start()`. */
  constructor(options: ChaosProxyOptions) {
    super();
    checkOptions(options);
    const { upstream, processes = {}, server = 'server', client = 'client' } = options;
    this.seed = options.seed ?? 1;
    this.#random = new SeededRandom(this.seed);
    this.#recordsBytes = options.recordBytes ?? true;
    this.#means = { server, client, processes: Object.keys(processes) };
    this.#processes = new Map(
      Object.entries(processes).map(([name, process]) => [name, new ManagedProcess(name, process)]),
    );
    this.#door = new FrontDoor(options.listen, { accepted: (socket) => this.#accepted(socket), failed: this.#failed });
    this.#timers = new Timers(options.clock ?? systemClock);
    const startedMs = this.#timers.now();
    this.trace = new Trace(() => Math.round((this.#timers.now() - startedMs) * 1000) / 1000);
    this.trace.subscribe((record) => this.emit('record', record));
    this.#world = {
      upstream,
      door: this.#door,
      timers: this.#timers,
      means: this.#means,
      processes: this.#processes,
      connections: () => [...this.#connections.values()],
      activeFaults: () => this.#active,
      isClosing: () => this.#state.name === 'closing',
      log: (kind, actor, name, detail) => this.#log(kind, actor, name, detail),
      failed: this.#failed,
    };
  }

  /**
   * Starts the processes that do not run yet, the server before it listens and the others after.
   *
   * @throws when the socket file is taken by anything but a socket that nobody listens on, or cannot be made.
   */
  start(): Promise<void> {
    if (this.#state.name !== 'new') throw new TypeError('A ChaosProxy can be started once.');
    const started = this.#start();
    this.#state = { name: 'starting', started };
    return started;
  }

  async #start(): Promise<void> {
    const server = this.#processes.get(this.#means.server);
    await server?.start();
    if (this.#state.name !== 'closing') await this.#door.open();
    const others = [...this.#processes.values()].filter((process) => process !== server);
    if (this.#state.name !== 'closing') await Promise.all(others.map((process) => process.start()));
    if (this.#state.name === 'closing') return;
    this.#state = { name: 'open' };
    this.#log('note', 'proxy', 'listening');
    this.emit('listening');
  }

  /**
   * Begins a fault now.
   *
   * @throws FaultPlanError when it is no fault, or one that this proxy cannot do; then nothing has begun.
   */
  inject(fault: Fault): InjectedFault {
    this.#checkAlive('inject');
    checkPossible(parseFault(fault), 'fault', this.#means);
    this.#faultCount += 1;
    return this.#begin(fault, `${this.#faultCount}`, this.#random.stream(`fault-${this.#faultCount}`));
  }

  /** Ends every fault. A plan that is being played goes on. */
  heal(): void {
    for (const active of this.#active) active.heal();
  }

  /**
   * Whether a plan can be played here, without playing it.
   *
   * @throws FaultPlanError when it is no plan, or one with a fault or trigger that this proxy cannot do.
   */
  check(plan: FaultPlan): void {
    parseFaultPlan(plan);
    for (const [index, fault] of plan.faults.entries()) {
      checkPossible(fault, `faults[${index}]`, this.#means);
      checkTrigger(fault, `faults[${index}]`);
    }
  }

  /**
   * Begins the faults of a plan as their triggers say, with the plan's seed.
   *
   * @throws FaultPlanError when it is no plan, or one with a fault or trigger that this proxy cannot do.
   */
  play(plan: FaultPlan): PlayedPlan {
    this.#checkAlive('play');
    this.check(plan);
    const random = new SeededRandom(plan.seed);
    this.#log('note', 'proxy', 'plan', `${plan.faults.length} faults, seed ${plan.seed}`);
    const beginOne = (fault: PlannedFault, index: number): InjectedFault =>
      this.#begin(splitPlanned(fault).fault, `${index}`, random.stream(`fault-${index}`));
    const run = new PlanRun(plan, this.#timers, beginOne);
    this.#runs.add(run);
    return run;
  }

  /** Ends every fault and connection, removes the socket file, and ends the processes that the proxy has started. */
  close(): Promise<void> {
    if (this.#state.name === 'closing') return this.#state.closed;
    const before = this.#state;
    const closed = Promise.resolve().then(() => this.#close(before));
    this.#state = { name: 'closing', closed };
    return closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(before: ProxyState): Promise<void> {
    // A start that fails has told whoever started it.
    if (before.name === 'starting') await before.started.catch(() => {});
    // First of all, so that healing does not open it again. If that fails, all the rest is to be ended none the less.
    const [door] = await Promise.allSettled([this.#door.close()]);
    for (const run of this.#runs) run.stop();
    this.heal();
    if (this.#connections.size > 0) {
      await new Promise<void>((resolve) => {
        this.#emptied = resolve;
        for (const connection of this.#connections.values()) connection.destroy();
      });
    }
    await Promise.all([...this.#processes.values()].map((process) => process.letGo()));
    this.#timers.clear();
    this.#log('note', 'proxy', 'closed');
    if (door.status === 'rejected') throw door.reason;
  }

  #accepted(socket: ConstructorParameters<typeof ProxiedConnection>[1]): void {
    this.#connectionCount += 1;
    const number = this.#connectionCount;
    const connection = new ProxiedConnection(number, socket, this.#timers, {
      connected: () => this.#tell('connected', connection),
      room: (way, bytes) => {
        let room = bytes.length;
        for (const run of this.#runs) room = Math.min(room, run.room(number, way, bytes));
        return room;
      },
      passed: (way, bytes, delayedMs) => this.#passed(connection, way, bytes, delayedMs),
      noted: (name, detail) => this.#log('link', connection.name, name, detail),
      closed: () => this.#closed(connection),
    });
    this.#connections.set(number, connection);
    for (const run of this.#runs) run.accepted();
    this.#tell('accepted', connection);
    receive(connection, this.#world);
  }

  #passed(connection: ProxiedConnection, way: Way, bytes: Buffer, delayedMs: number): void {
    if (this.#recordsBytes) {
      const delay = delayedMs === 0 ? '' : `, delayed by ${delayedMs} ms`;
      this.#log('bytes', connection.name, way, `${bytes.length} bytes${delay}`);
    }
    for (const run of this.#runs) run.passed(connection.number, way, bytes);
  }

  #closed(connection: ProxiedConnection): void {
    this.#connections.delete(connection.number);
    for (const active of this.#active) active.forget(connection.number);
    for (const run of this.#runs) run.closed(connection.number);
    this.#tell('closed', connection);
    if (this.#connections.size === 0) this.#emptied();
  }

  #tell(event: 'accepted' | 'connected' | 'closed', connection: ProxiedConnection): void {
    this.#log('link', connection.name, event);
    for (const run of this.#runs) run.emitted(event, connection.name);
    this.emit(event, connection.number);
  }

  #begin(fault: Fault, number: string, random: SeededRandom): InjectedFault {
    const name = fault.id ?? `${fault.kind}-${number}`;
    const active = new ActiveFault(fault, name, random, (over) => {
      this.#active = this.#active.filter((other) => other !== over);
      if (!MOMENTARY_KINDS.includes(fault.kind)) this.#log('fault', 'faults', `${fault.kind} ends`, name);
    });
    // In the words of the simulation, so that both logs can be shown in the same way.
    const { kind, ...parameters } = fault;
    const detail = Object.keys(parameters).length === 0 ? '' : JSON.stringify(parameters);
    this.#log('fault', 'faults', kind, detail);
    this.#active = [...this.#active, active];
    begin(active, this.#world);
    return active;
  }

  #log(kind: TraceKind, actor: string, name: string, detail = ''): void {
    this.trace.record(kind, actor, name, detail);
  }

  readonly #failed = (error: unknown): void => {
    const reason = error instanceof Error ? error : new Error(String(error));
    this.#log('note', 'proxy', 'failed', reason.message);
    this.emit('error', reason);
  };

  #checkAlive(method: string): void {
    if (this.#state.name === 'closing') throw new TypeError(`ChaosProxy.${method}() was called after close().`);
  }
}

function checkOptions(options: ChaosProxyOptions): void {
  if (process.platform === 'win32') throw new TypeError('A ChaosProxy is for unix sockets; Windows has none in Node.');
  checkKnown(options ?? {});
  try {
    checkSocketPath(options?.listen, socketPathLimit(process.platform));
  } catch (error) {
    throw new TypeError((error as Error).message.replace('options.socketFile', 'options.listen'));
  }
  if (typeof options?.upstream !== 'string' || options.upstream === '') {
    throw new TypeError('options.upstream must be the path of the socket file of the server.');
  }
  if (options.upstream === options.listen) {
    throw new TypeError('options.listen and options.upstream are the same; the proxy needs a path of its own.');
  }
  if (options.seed !== undefined && !Number.isSafeInteger(options.seed)) {
    throw new TypeError(`options.seed must be a whole number; got ${String(options.seed)}.`);
  }
}
