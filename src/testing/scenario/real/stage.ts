/** The processes of a scenario on real sockets and the proxy between them: starts them, and keeps what they report. */

import { renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ChaosProxy } from '../../chaos/chaos-proxy.js';
import type { InjectedFault } from '../../chaos/handles.js';
import type { TraceRecord } from '../../trace/trace.js';
import { Evidence } from '../evidence.js';
import { type Fact, processOf } from '../fact.js';
import type { Scenario, ScenarioClient, ScenarioServer } from '../scenario.js';
import { type Assignment, millisecondsSince, type News, type Order } from './protocol.js';
import { WorkerProcess } from './worker-process.js';

/** How long a server that was started again may take until it listens, or says why it cannot. */
const START_MS = 30_000;

/** A process that takes longer to start does so on a machine that is busy with something else. */
const PROMPT_START_MS = 250;
/** What else is waited for may take so many times what a start takes too long. */
const STARTS = 10;

/** By which a server or client shows that it is there, or that it cannot be yet. */
const FIRST_EVENTS: ReadonlySet<string> = new Set(['listening', 'error', 'connect', 'connectError']);

/** Servers listen on a path of their own, `upstream` leads to that; clients connect to the proxy at `front`. */
export class Stage {
  readonly proxy: ChaosProxy;
  readonly records: TraceRecord[] = [];
  readonly evidence: Evidence = new Evidence(() => this.records);
  readonly #scenario: Scenario;
  readonly #directory: string;
  readonly #workers = new Map<string, WorkerProcess>();
  readonly #everyone: WorkerProcess[] = [];
  /** Names of socket files whose server was killed. */
  readonly #stale = new Set<string>();
  /** Servers that listen, by actor. */
  readonly #listening = new Set<string>();
  readonly #waiting = new Set<() => void>();
  #addresses = 1;
  #startedAt: bigint | undefined;
  #noServer: InjectedFault | undefined;
  #slowestStartMs = 0;
  #isOver = false;

  constructor(scenario: Scenario, seed: number, directory: string) {
    this.#scenario = scenario;
    this.#directory = directory;
    const [first] = scenario.servers;
    const [client, ...others] = scenario.clients;
    const names = [...scenario.servers, ...scenario.clients].map(({ name }) => name);
    this.proxy = new ChaosProxy({
      listen: this.#path('front'),
      upstream: this.#path('upstream'),
      seed,
      server: first?.name ?? 'server',
      // It sees connections and not who makes them; a name for all of them there is only if they have one.
      client: client !== undefined && others.length === 0 ? client.name : 'client',
      processes: Object.fromEntries(names.map((name) => [name, { start: () => this.#startProcess(name) }])),
    });
    this.proxy.on('record', (record) => {
      // Of processes we know better.
      if (record.kind !== 'process') this.#record({ ...record, at: this.now });
    });
    this.proxy.on('error', (error) => this.#thrown('proxy', error.message));
  }

  /** Milliseconds since the scenario began. */
  get now(): number {
    return this.#startedAt === undefined ? 0 : millisecondsSince(this.#startedAt);
  }

  /**
   * How long something may take that takes so long by itself. Real time is not exact, and least so on a machine that is
   * busy with something else, which shows in how long processes take to start.
   */
  readonly slack = (withinMs: number): number =>
    withinMs * 3 + 250 + STARTS * Math.max(0, this.#slowestStartMs - PROMPT_START_MS);

  /** How many times a process was started again. */
  get restarts(): number {
    return this.records.filter(({ kind, name }) => kind === 'process' && name === 'restart').length;
  }

  /** Whether whoever was replaced is gone: until then there are clients that will have to move. */
  get isHandedOver(): boolean {
    return this.#everyone.every((worker) => !worker.isAlive || this.#workers.get(worker.name) === worker);
  }

  /** Starts all processes, then lets the scenario begin for all of them at once. */
  async start(): Promise<void> {
    this.#point();
    await this.proxy.start();
    const { servers, clients } = this.#scenario;
    for (const processes of [servers, clients]) await this.#startBefore(processes);
    this.#startedAt = process.hrtime.bigint();
    this.#followServers();
    for (const worker of this.#workers.values()) this.#begin(worker);
  }

  /** Those who begin before the scenario does: it waits until each of them is there, or knows why not. */
  async #startBefore(processes: readonly (ScenarioServer | ScenarioClient)[]): Promise<void> {
    const early = processes.filter(({ at }) => at === undefined).map(({ name }) => this.#workers.get(name));
    for (const worker of early) {
      if (worker === undefined) continue;
      worker.order({ order: 'start' });
      await Promise.all(this.#actorsOf(worker).map((actor) => this.#upAndRunning(actor)));
    }
    this.#followServers();
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

  /** Whether a file is what a server has left that was killed and not started again. */
  isLeftByTheDead(file: string): boolean {
    return this.#stale.has(file);
  }

  /** Resolves when the predicate holds, or after so long. */
  async until(predicate: () => boolean, withinMs: number): Promise<void> {
    const deadlineMs = this.now + withinMs;
    while (this.now < deadlineMs && !predicate()) await pause(Math.min(20, Math.max(0, deadlineMs - this.now)));
  }

  /** Lets every process go, and takes everything away. Returns the names of those that did not go by themselves. */
  async end(): Promise<string[]> {
    this.#isOver = true;
    const left = await Promise.all(
      this.#everyone
        .filter(({ isAlive }) => isAlive)
        .map(async (worker) => ((await worker.leave()) ? [] : [worker.name])),
    );
    await this.proxy.close();
    rmSync(this.#path('upstream'), { force: true });
    return left.flat();
  }

  /** For a run that cannot go on. */
  async abandon(): Promise<void> {
    for (const worker of this.#everyone) if (worker.isAlive) worker.kill('SIGKILL');
    await this.proxy.close();
  }

  // Processes.

  async #startProcess(name: string): Promise<WorkerProcess> {
    const former = this.#workers.get(name);
    const server = this.#scenario.servers.find((each) => each.name === name);
    // While the old one serves, the new one needs a path of its own, as with any deployment.
    if (server !== undefined && former?.hasExited === false) this.#addresses += 1;
    const life = (former?.life ?? 0) + 1;
    const worker = new WorkerProcess(name, this.#assignment(name, server, life), {
      told: (news) => this.#told(news),
      ended: (ended) => this.#ended(ended),
    });
    this.#workers.set(name, worker);
    this.#everyone.push(worker);
    const spawnedMs = performance.now();
    await worker.ready;
    this.#slowestStartMs = Math.max(this.#slowestStartMs, performance.now() - spawnedMs);
    this.#record({ at: this.now, kind: 'process', actor: name, name: life === 1 ? 'start' : 'restart', detail: '' });
    if (life > 1) {
      this.#begin(worker);
      if (server !== undefined) await this.#upAndRunning(`${name}/server-${life}`);
    }
    return worker;
  }

  #assignment(name: string, server: ScenarioServer | undefined, life: number): Assignment {
    if (server !== undefined) return { role: { server }, life, socketFile: this.#path(`server-${this.#addresses}`) };
    const client = this.#scenario.clients.find((each) => each.name === name);
    if (client === undefined) throw new Error(`There is no process ${name}.`);
    return { role: { client }, life, socketFile: this.#path('front') };
  }

  #actorsOf({ name, life }: WorkerProcess): string[] {
    const client = this.#scenario.clients.find((each) => each.name === name);
    if (client === undefined) return [`${name}/server-${life}`];
    const { count = 1 } = client;
    return Array.from({ length: count }, (_, index) => `${name}/client-${(life - 1) * count + index + 1}`);
  }

  #begin(worker: WorkerProcess): void {
    worker.order({ order: 'begin', startedAt: `${this.#startedAt}` });
  }

  #upAndRunning(actor: string): Promise<void> {
    const isSettled = (): boolean =>
      this.#isOver || this.records.some((record) => record.actor === actor && FIRST_EVENTS.has(record.name));
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
    if (this.#listening.delete(`${worker.name}/server-${worker.life}`)) this.#stale.add(basename(worker.address));
  }

  // What they report.

  #told(news: News): void {
    if (news.news === 'fact') this.#learned(news.fact);
    if (news.news !== 'record') return;
    const { record } = news;
    this.#record(record);
    if (record.name === 'listening') {
      this.#listening.add(record.actor);
      this.#stale.delete(`server-${this.#addresses}`);
      this.#point();
      this.#followServers();
    }
  }

  #learned(fact: Fact): void {
    this.evidence.take(fact);
    // It stops listening within that call, whenever it will have closed.
    if (fact.fact === 'told' && fact.to === 'close' && this.#listening.delete(fact.actor)) this.#followServers();
  }

  #record(record: TraceRecord): void {
    this.records.push(record);
    for (const check of [...this.#waiting]) check();
  }

  #thrown(name: string, what: string): void {
    this.evidence.take({ fact: 'thrown', at: this.now, process: processOf(name), what });
  }

  // Addresses.

  /** Without a server there is no file for clients either. Who was killed has left his. */
  #followServers(): void {
    if (this.#isOver) return;
    if (this.#listening.size > 0) {
      this.#noServer?.heal();
      this.#noServer = undefined;
    } else {
      this.#noServer ??= this.proxy.inject({ kind: 'refuse', code: 'ENOENT', id: 'no-server' });
    }
  }

  /** Lets `upstream` lead to the present address, in one step. */
  #point(): void {
    const next = this.#path('next');
    rmSync(next, { force: true });
    symlinkSync(this.#path(`server-${this.#addresses}`), next);
    renameSync(next, this.#path('upstream'));
  }

  #path(name: string): string {
    return join(this.#directory, name);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
