/** Runs a scenario with real processes on real sockets: the same properties, with slack in time, and no equal traces. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ChaosProxy } from '../../chaos/chaos-proxy.js';
import { FaultPlanError } from '../../faults/fault-plan.js';
import { optionsCheck } from '../../rules/check-options.js';
import { type EntriesOf, optional, required } from '../../rules/object-rule.js';
import { integer, text } from '../../rules/rule.js';
import { TraceSlice } from '../../trace/trace-slice.js';
import { parseScenario, ScenarioError, scenarioErrorOf } from '../parse-scenario.js';
import { checkExpectation } from '../properties.js';
import { judge, type ScenarioResult } from '../result.js';
import type { RunScenarioOptions } from '../run-scenario.js';
import type { Scenario } from '../scenario.js';
import { closeTimeoutOf, endOf, type PlannedStep, timetableOf } from '../timetable.js';
import { Stage } from './stage.js';

/** How a scenario is run for real. */
export interface RunForRealOptions extends RunScenarioOptions {
  /** An empty folder for the socket files, with a short path: they may have about 100 bytes. */
  readonly directory: string;
}

const checkOptions = optionsCheck('runScenarioForReal()', {
  seed: optional(integer()),
  directory: required(text('an empty folder with a short path')),
} satisfies EntriesOf<RunForRealOptions>);

/** When nothing has arrived for so long, nothing is under way. */
const QUIET_MS = 150;

/** By then whatever a fault has done last is known everywhere, and what is to be started again is being started. */
const NOTICE_MS = 100;

/** Processes hear of each other later than in the simulation, and not all in the same order. */
function slack(withinMs: number): number {
  return withinMs * 3 + 250;
}

/**
 * Whether a scenario can be run on real sockets.
 *
 * @returns why it cannot; undefined when it can.
 */
export function whyNotForReal(scenario: Scenario): ScenarioError | undefined {
  try {
    checkForReal(parseScenario(scenario), '/tmp');
    return undefined;
  } catch (error) {
    if (error instanceof ScenarioError) return error;
    throw error;
  }
}

/**
 * Starts a process for each of its servers and clients with a `ChaosProxy` between them, lets the scenario happen, and
 * judges it.
 *
 * @throws TypeError for options that cannot be, ScenarioError when it is no scenario, or has a fault that cannot be done for real; nothing has begun then.
 */
export async function runScenarioForReal(scenario: Scenario, options: RunForRealOptions): Promise<ScenarioResult> {
  checkOptions(options);
  checkForReal(parseScenario(scenario), options.directory);
  const seed = options.seed ?? scenario.seed;
  const stage = new Stage(scenario, seed, options.directory);
  try {
    return await perform(stage, scenario, seed, options.directory);
  } catch (error) {
    await stage.abandon();
    throw error;
  }
}

async function perform(stage: Stage, scenario: Scenario, seed: number, directory: string): Promise<ScenarioResult> {
  const { servers, clients, faults } = scenario;
  await stage.start();
  stage.proxy.play({ version: 1, seed, faults });
  const { evidence } = stage;
  const { healAt, within, closeAt } = endOf(scenario);
  const steps = timetableOf(scenario);
  plan(
    stage,
    steps.filter(({ at }) => at <= healAt),
    0,
  );
  await stage.until(() => false, healAt - stage.now);
  stage.heal();
  await stage.until(() => false, NOTICE_MS);
  if (scenario.liveness !== undefined) {
    await stage.until(() => evidence.unconnected().length === 0, slack(within));
  }
  const unconnected = evidence.unconnected().map((actor) => ({
    at: stage.now,
    actor,
    problem: `has no connection ${slack(within)} ms after the last fault was healed`,
  }));
  const wentOnAt = stage.now;
  plan(
    stage,
    steps.filter(({ at }) => at > healAt),
    wentOnAt - healAt,
  );
  await stage.until(() => false, closeAt - within - healAt);
  // What is under way may arrive; when everything has, nobody needs to wait.
  const isMet = (): boolean =>
    scenario.expect.every((expectation) => checkExpectation(expectation, evidence, slack).length === 0);
  const doneAt = stage.now;
  const isQuiet = (): boolean => stage.now - Math.max(doneAt, evidence.lastArrivalAt) > QUIET_MS;
  await stage.until(() => isQuiet() && isMet(), slack(within));
  const closedAt = stage.now;
  for (const processes of [clients, servers]) {
    const names = processes.map(({ name }) => name);
    for (const name of names) stage.order(name, { order: 'close' });
    await stage.until(() => stage.haveClosed(names), slack(closeTimeoutOf(scenario)));
  }
  const stayed = await stage.end();
  const left = [
    ...stayed.map((actor) => ({ actor, problem: 'had closed everything and did not exit by itself' })),
    ...readdirSync(directory)
      .filter((name) => !stage.addresses.isLeftByTheDead(name))
      .map((name) => ({ problem: `the file ${name} is left` })),
  ];
  const trace = new TraceSlice(stage.records.toSorted((a, b) => a.at - b.at));
  return judge({ scenario, seed, world: 'sockets' }, evidence, trace, slack, { unconnected, left, closedAt });
}

/** Plans the steps, all of them so much later. */
function plan(stage: Stage, steps: readonly PlannedStep[], laterMs: number): void {
  for (const { at, process, step } of steps) {
    stage.clock.after(at + laterMs - stage.now, () => stage.order(process, { order: 'perform', step }));
  }
}

function checkForReal(scenario: Scenario, directory: string): void {
  if (process.platform === 'win32')
    throw new ScenarioError('', 'needs unix sockets, which Node has none of on Windows');
  const [server] = scenario.servers;
  const names = [...scenario.servers, ...scenario.clients].map(({ name }) => name);
  const [client, ...others] = scenario.clients.map(({ name }) => name);
  const start = (): Promise<never> => Promise.reject(new Error('This proxy is for asking only.'));
  const proxy = new ChaosProxy({
    listen: join(directory, 'front'),
    upstream: join(directory, 'upstream'),
    server: server?.name ?? 'server',
    client: client !== undefined && others.length === 0 ? client : 'client',
    processes: Object.fromEntries(names.map((name) => [name, { start }])),
  });
  try {
    proxy.check({ version: 1, seed: scenario.seed, faults: scenario.faults });
  } catch (error) {
    throw error instanceof FaultPlanError ? scenarioErrorOf(error) : error;
  }
}
