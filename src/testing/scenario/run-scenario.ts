/** Runs a scenario in the simulation: same scenario, seed and version, same trace. */

import { Client } from '../../core/client.js';
import { Server } from '../../core/server.js';
import type { Closable, Host, HostContext } from '../host.js';
import { optionsCheck } from '../rules/check-options.js';
import { type EntriesOf, optional } from '../rules/object-rule.js';
import { integer } from '../rules/rule.js';
import { Simulation } from '../simulation.js';
import { ClientPart } from './client-part.js';
import { Evidence } from './evidence.js';
import { parseScenario } from './parse-scenario.js';
import { judge, type ScenarioResult } from './result.js';
import type { Scenario, ScenarioClient, ScenarioServer } from './scenario.js';
import { ServerPart } from './server-part.js';
import { closeTimeoutOf, endOf, type PlannedStep, timetableOf } from './timetable.js';

/** How a scenario is run. */
export interface RunScenarioOptions {
  /** Instead of the scenario's. */
  readonly seed?: number;
}

const ADDRESS = '/run/scenario.sock';
/** Beyond the timeout of `close()`, in which a connection that was given up ends. */
const CLOSING_MARGIN_MS = 1000;

type Part = ClientPart | ServerPart;

const checkOptions = optionsCheck('runScenario()', {
  seed: optional(integer()),
} satisfies EntriesOf<RunScenarioOptions>);

/**
 * Plays it out in virtual time and judges it.
 *
 * @throws TypeError for options that cannot be, ScenarioError when it is no scenario; what goes wrong in it is in the result.
 */
export function runScenario(scenario: Scenario, options: RunScenarioOptions = {}): Promise<ScenarioResult> {
  checkOptions(options);
  return new SimulatedRun(parseScenario(scenario), options.seed ?? scenario.seed).run();
}

class SimulatedRun {
  readonly #scenario: Scenario;
  readonly #seed: number;
  readonly #sim: Simulation;
  readonly #evidence: Evidence;
  readonly #hosts = new Map<string, Host>();
  /** Of the present life of each process. */
  readonly #parts = new Map<string, readonly Part[]>();

  constructor(scenario: Scenario, seed: number) {
    this.#scenario = scenario;
    this.#seed = seed;
    this.#sim = new Simulation({
      seed,
      fidelity: 'adversarial',
      onException: (exception) => {
        const what = exception instanceof Error ? (exception.stack ?? exception.message) : String(exception);
        this.#evidence.take({ fact: 'thrown', at: this.#sim.now, process: 'simulation', what });
      },
    });
    const { trace } = this.#sim;
    this.#evidence = new Evidence(() => trace.records);
    trace.subscribe(({ kind, actor, name, at }) => {
      if (kind !== 'process' || (name !== 'crash' && name !== 'stop')) return;
      this.#evidence.take({ fact: 'ended', at, process: actor, how: name });
    });
  }

  async run(): Promise<ScenarioResult> {
    const { servers, clients, faults } = this.#scenario;
    const sim = this.#sim;
    for (const server of servers) this.#start(server.name, (context) => this.#buildServer(server, context));
    await sim.settle();
    for (const client of clients) this.#start(client.name, (context) => this.#buildClients(client, context));
    await sim.settle();
    for (const planned of timetableOf(this.#scenario)) {
      sim.clock.setTimer(planned.at, () => this.#perform(planned), `step ${planned.step.do}`);
    }
    sim.play({ version: 1, seed: this.#seed, faults });
    const { healAt, within, closeAt } = endOf(this.#scenario);
    await sim.advance(healAt);
    sim.heal();
    await sim.advance(within);
    const unconnected = this.#evidence.unconnected().map((actor) => ({
      at: sim.now,
      actor,
      problem: `has no connection ${within} ms after the last fault was healed`,
    }));
    await sim.advance(closeAt - sim.now);
    const closedAt = sim.now;
    await this.#close(clients);
    await this.#close(servers);
    const leaks = sim.dispose();
    const left = leaks.isClean ? [] : [{ at: sim.now, problem: leaks.toString() }];
    const told = { scenario: this.#scenario, seed: this.#seed, world: 'simulation' } as const;
    return judge(told, this.#evidence, sim.trace, (ms) => ms, { unconnected, left, closedAt });
  }

  #start(name: string, factory: (context: HostContext) => readonly Closable[]): void {
    this.#hosts.set(name, this.#sim.host(name, factory));
  }

  #buildServer({ name, at, answers = false, options }: ScenarioServer, context: HostContext): readonly Closable[] {
    const transport = context.transport(ADDRESS);
    const server = new Server({ transport, ...options });
    const part = new ServerPart(this.#nameOf(server), server, answers, this.#evidence.take, () => this.#sim.now);
    this.#parts.set(name, [part]);
    if (context.life > 1 || at === undefined) part.listen();
    else transport.runtime.setTimer(at, () => part.listen(), 'start');
    return [part];
  }

  #buildClients(
    { name, count = 1, at, every = 0, options }: ScenarioClient,
    context: HostContext,
  ): readonly Closable[] {
    const parts = Array.from({ length: count }, (_, index) => {
      const transport = context.transport(ADDRESS);
      const client = new Client({ transport, ...options });
      const part = new ClientPart(this.#nameOf(client), client, this.#evidence.take, () => this.#sim.now);
      if (context.life > 1 || at === undefined) part.connect();
      else transport.runtime.setTimer(at + index * every, () => part.connect(), 'start');
      return part;
    });
    this.#parts.set(name, parts);
    return parts;
  }

  #nameOf(emitter: object): string {
    return this.#sim.trace.nameOf(emitter) ?? '';
  }

  #perform({ process, step }: PlannedStep): void {
    const host = this.#hosts.get(process);
    if (host === undefined || host.state === 'down') {
      this.#sim.trace.note(`${process} is down and does not ${step.do}`);
      return;
    }
    for (const part of this.#parts.get(process) ?? []) {
      // As its own doing: one that stands still does it later, one that dies does not do it.
      this.#sim.clock.setTimer(0, () => part.perform(step), `step ${step.do}`, host.epoch);
    }
  }

  /** Tells all who run to close, and waits until they have. */
  async #close(processes: readonly (ScenarioClient | ScenarioServer)[]): Promise<void> {
    for (const { name } of processes) {
      const host = this.#hosts.get(name);
      if (host === undefined || host.state === 'down') continue;
      this.#sim.clock.within(host.epoch, () => {
        for (const part of this.#parts.get(name) ?? []) part.close();
      });
    }
    const limitMs = this.#sim.now + closeTimeoutOf(this.#scenario) + CLOSING_MARGIN_MS;
    do await this.#sim.advance(10);
    while (this.#sim.now < limitMs && this.#evidence.closing().length > 0);
  }
}
