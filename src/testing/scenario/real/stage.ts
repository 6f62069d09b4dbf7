/** The processes of a scenario on real sockets and the proxy between them: starts them, and keeps what they report. */

import { ChaosProxy } from '../../chaos/chaos-proxy.js';
import type { InjectedFault } from '../../chaos/handles.js';
import type { TraceRecord } from '../../trace/trace.js';
import { Evidence } from '../evidence.js';
import { type Fact, processOf } from '../fact.js';
import type { Scenario, ScenarioClient, ScenarioServer } from '../scenario.js';
import { Addresses } from './addresses.js';
import type { Assignment, News, Order } from './protocol.js';
import { StageClock } from './stage-clock.js';
import { WorkerProcess } from './worker-process.js';

/** How long a server that was started again may take until it listens, or says why it cannot. */
const START_MS = 20_000;

/** So long time goes on after everybody was there: less than what a scenario may plan for one and notice of another. */
const LEASE_MS = 25;
/** How often everybody is asked. */
const ASK_MS = 8;

/** By which a server or client shows that it is there, or that it cannot be yet. */
const FIRST_EVENTS: ReadonlySet<string> = new Set(['listening', 'error', 'connect', 'connectError']);

/** Nothing runs before it is started. */
export class Stage {
  readonly proxy: ChaosProxy;
  readonly addresses: Addresses;
  readonly clock: StageClock = new StageClock();
  readonly records: TraceRecord[] = [];
  readonly evidence: Evidence = new Evidence(() => this.records);
  readonly #scenario: Scenario;
  readonly #workers = new Map<string, WorkerProcess>();
  readonly #everyone: WorkerProcess[] = [];
  /** Servers that listen, by actor. */
  readonly #listening = new Set<string>();
  readonly #waiting = new Set<() => void>();
  #noServer: InjectedFault | undefined;
  /** Rejects when a process hangs. */
  readonly #hung: Promise<never>;
  #hang: (error: Error) => void = () => {};
  #isOver = false;

  constructor(scenario: Scenario, seed: number, directory: string) {
    this.#scenario = scenario;
    this.#hung = new Promise((_, reject) => {
      this.#hang = reject;
    });
    this.#hung.catch(() => {});
    this.addresses = new Addresses(directory);
    const [first] = scenario.servers;
    const [client, ...others] = scenario.clients;
    const names = [...scenario.servers, ...scenario.clients].map(({ name }) => name);
    this.proxy = new ChaosProxy({
      listen: this.addresses.front,
      upstream: this.addresses.upstream,
      seed,
      server: first?.name ?? 'server',
      // It sees connections and not who makes them; a name for all of them there is only if they have one.
      client: client !== undefined && others.length === 0 ? client.name : 'client',
      processes: Object.fromEntries(names.map((name) => [name, { start: () => this.#startProcess(name) }])),
      clock: this.clock,
    });
    this.proxy.on('record', (record) => {
      // Of processes we know better.
      if (record.kind !== 'process') this.#record({ ...record, at: this.now });
    });
    this.proxy.on('error', (error) => this.#thrown('proxy', error.message));
  }

  /** Milliseconds since the scenario began. */
  get now(): number {
    return toMicros(this.clock.now());
  }

  /** Starts all processes, then lets time begin. */
  async start(): Promise<void> {
    this.addresses.lead();
    await this.proxy.start();
    const { servers, clients } = this.#scenario;
    for (const processes of [servers, clients]) await this.#startBefore(processes);
    this.#followServers();
    for (const processes of [servers, clients]) for (const process of processes) this.#startAtItsTime(process);
    void this.#keepTime();
  }

  /** Time goes on as long as everybody keeps up. */
  async #keepTime(): Promise<void> {
    while (!this.#isOver) {
      try {
        await Promise.all(this.#everyone.map((worker) => worker.answer()));
      } catch (error) {
        this.#hang(error as Error);
        return;
      }
      this.clock.goOn(LEASE_MS);
      await pause(ASK_MS);
    }
  }

  /** Those who begin before the scenario does: it waits until each of them is there, or knows why not. */
  async #startBefore(processes: readonly (ScenarioServer | ScenarioClient)[]): Promise<void> {
    const early = processes.filter(({ at }) => at === undefined).map(({ name }) => this.#workers.get(name));
    for (const worker of early) {
      if (worker === undefined) continue;
      worker.order({ order: 'start' });
      await Promise.all(this.#actorsOf(worker).map((actor) => this.#until(() => this.#isThere(actor))));
    }
    this.#followServers();
  }

  #startAtItsTime(process: ScenarioServer | ScenarioClient): void {
    const { name, at, count = 1, every = 0 }: Partial<ScenarioClient> & typeof process = process;
    if (at === undefined) return;
    for (let index = 0; index < count; index += 1) {
      // In its first life: started again, it does so at once.
      const start = (): void => {
        if (this.#workers.get(name)?.life === 1) this.order(name, { order: 'start', index });
      };
      this.clock.after(at + index * every, start);
    }
  }

  /** Tells a process what to do; one that is down does not. */
  order(name: string, order: Order): void {
    const worker = this.#workers.get(name);
    if (worker?.isAlive === true) worker.order(order);
    else this.note(`${name} is down and does not ${order.order}`);
  }

  note(text: string): void {
    this.#record({ at: this.now, kind: 'note', actor: 'scenario', name: text, detail: '' });
  }

  /** Ends every fault; where no server is left, clients are to see that and not the proxy. */
  heal(): void {
    this.proxy.heal();
    this.#noServer = undefined;
    this.#followServers();
  }

  /** Whether all that these processes hold has closed. */
  haveClosed(names: readonly string[]): boolean {
    const closed = new Set(this.records.filter(({ name }) => name === 'close').map(({ actor }) => actor));
    return this.#everyone
      .filter(({ name, isAlive }) => isAlive && names.includes(name))
      .every((worker) => this.#actorsOf(worker).every((actor) => closed.has(actor)));
  }

  /**
   * Resolves when the predicate holds, or after so long.
   *
   * @throws when a process hangs.
   */
  async until(predicate: () => boolean, withinMs: number): Promise<void> {
    const deadlineMs = this.now + withinMs;
    while (this.now < deadlineMs && !predicate()) {
      await Promise.race([this.#hung, pause(Math.min(20, Math.max(1, deadlineMs - this.now)))]);
    }
  }

  /** Lets every process go, and takes everything away. Returns the names of those that did not go by themselves. */
  async end(): Promise<string[]> {
    this.#isOver = true;
    this.clock.stop();
    const left = await Promise.all(
      this.#everyone
        .filter(({ isAlive }) => isAlive)
        .map(async (worker) => ((await worker.leave()) ? [] : [worker.name])),
    );
    await this.proxy.close();
    this.addresses.remove();
    return left.flat();
  }

  /** For a run that cannot go on. */
  async abandon(): Promise<void> {
    this.#isOver = true;
    this.clock.stop();
    for (const worker of this.#everyone) if (worker.isAlive) worker.kill('SIGKILL');
    await this.proxy.close();
  }

  // Processes.

  async #startProcess(name: string): Promise<WorkerProcess> {
    const former = this.#workers.get(name);
    const server = this.#scenario.servers.find((each) => each.name === name);
    // While the old one serves, the new one needs a path of its own, as with any deployment.
    if (server !== undefined && former?.hasExited === false) this.addresses.another();
    const life = (former?.life ?? 0) + 1;
    // That a process needs a while to be there is the machine's doing, and not in any scenario.
    const goOn = this.clock.hold();
    const worker = new WorkerProcess(name, this.#assignment(name, server, life), {
      told: (news) => this.#told(news),
      ended: (ended) => this.#ended(ended),
    });
    this.#workers.set(name, worker);
    this.#everyone.push(worker);
    try {
      await worker.ready;
      this.#record({ at: this.now, kind: 'process', actor: name, name: life === 1 ? 'start' : 'restart', detail: '' });
      if (life > 1) {
        worker.order({ order: 'start' });
        await Promise.all(this.#actorsOf(worker).map((actor) => this.#until(() => this.#hasShown(actor))));
      }
      return worker;
    } finally {
      goOn();
    }
  }

  #assignment(name: string, server: ScenarioServer | undefined, life: number): Assignment {
    if (server !== undefined) return { role: { server }, life, socketFile: this.addresses.server };
    const client = this.#scenario.clients.find((each) => each.name === name);
    if (client === undefined) throw new Error(`There is no process ${name}.`);
    return { role: { client }, life, socketFile: this.addresses.front };
  }

  #actorsOf({ name, life }: WorkerProcess): string[] {
    const client = this.#scenario.clients.find((each) => each.name === name);
    if (client === undefined) return [`${name}/server-${life}`];
    const { count = 1 } = client;
    return Array.from({ length: count }, (_, index) => `${name}/client-${(life - 1) * count + index + 1}`);
  }

  #hasShown(actor: string): boolean {
    return this.records.some((record) => record.actor === actor && FIRST_EVENTS.has(record.name));
  }

  /** Whether a server listens, or a client is known to its server; or why not. */
  #isThere(actor: string): boolean {
    const isConnected = this.records.some((record) => record.actor === actor && record.name === 'connect');
    const isKnown = this.evidence.only('introduced').some(({ stream }) => stream === `${actor}#1`);
    return this.#hasShown(actor) && (!isConnected || isKnown);
  }

  /** Resolves when something that they report makes the predicate true. */
  #until(predicate: () => boolean): Promise<void> {
    const isSettled = (): boolean => this.#isOver || predicate();
    return new Promise((resolve) => {
      const timer = setTimeout(() => done(), START_MS);
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(check);
        resolve();
      };
      const check = (): void => {
        if (isSettled()) done();
      };
      this.#waiting.add(check);
      check();
    });
  }

  #ended(worker: WorkerProcess): void {
    if (worker.exitCode !== null && worker.exitCode !== 0) {
      this.#thrown(worker.name, `ended with code ${worker.exitCode}: ${worker.errorOutput}`);
    }
    if (this.#isOver) return;
    const how = worker.signalCode === 'SIGKILL' ? 'crash' : 'stop';
    this.#record({ at: this.now, kind: 'process', actor: worker.name, name: how, detail: '' });
    const isSuperseded = this.#workers.get(worker.name) !== worker;
    if (!isSuperseded) this.evidence.take({ fact: 'ended', at: this.now, process: worker.name, how });
    if (this.#listening.delete(`${worker.name}/server-${worker.life}`)) this.addresses.abandoned(worker.address);
  }

  // What they report.

  #told(news: News): void {
    if (news.news === 'fact') this.#learned(news.fact);
    if (news.news !== 'record') return;
    const record = { ...news.record, at: this.#timeAt(news.record.at) };
    this.#record(record);
    if (record.name === 'listening') {
      this.#listening.add(record.actor);
      this.addresses.listening();
      this.#followServers();
    }
  }

  #learned(news: Fact): void {
    const fact = 'at' in news ? { ...news, at: this.#timeAt(news.at) } : news;
    this.evidence.take(fact);
    for (const check of [...this.#waiting]) check();
    // It stops listening within that call, whenever it will have closed.
    if (fact.fact === 'told' && fact.to === 'close' && this.#listening.delete(fact.actor)) this.#followServers();
  }

  #timeAt(momentMs: number): number {
    return toMicros(this.clock.at(momentMs));
  }

  #record(record: TraceRecord): void {
    this.records.push(record);
    for (const check of [...this.#waiting]) check();
  }

  #thrown(name: string, what: string): void {
    this.evidence.take({ fact: 'thrown', at: this.now, process: processOf(name), what });
  }

  // Addresses.

  /** Without a server there is no file for clients either. What one leaves that a fault has ended is up to the proxy. */
  #followServers(): void {
    if (this.#isOver) return;
    const isDead = ({ name }: ScenarioServer): boolean => this.#workers.get(name)?.isAlive === false;
    if (this.#listening.size > 0) {
      this.#noServer?.heal();
      this.#noServer = undefined;
    } else if (!this.#scenario.servers.some(isDead)) {
      this.#noServer ??= this.proxy.inject({ kind: 'refuse', code: 'ENOENT', id: 'no-server' });
    }
  }
}

/** As precise as the trace of a simulation. */
function toMicros(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
