/** Checks what was read from JSON, and says where it is wrong, what is wrong there, and what was probably meant. */

import type { FaultTarget } from '../faults/fault.js';
import { PROCESS_KINDS } from '../faults/fault-kinds.js';
import type { FaultPlanError } from '../faults/fault-plan.js';
import type { Scenario, ScenarioClient } from './scenario.js';
import { nameOf, type ProcessNames, scenarioRule } from './scenario-tables.js';
import { endOf } from './timetable.js';

/** A scenario that cannot be run. */
export class ScenarioError extends TypeError {
  readonly code: string = 'IPC_SCENARIO';
  override readonly name: string = 'ScenarioError';
  /** Where in the scenario: `workload[2].topic`. */
  readonly path: string;

  constructor(path: string, problem: string) {
    super(path === '' ? `The scenario ${problem}` : `Scenario, ${path}: ${problem}`);
    this.path = path;
  }
}

/**
 * Returns the value as a scenario.
 *
 * @throws ScenarioError for the first thing that is wrong with it.
 */
export function parseScenario(value: unknown): Scenario {
  const names: ProcessNames = { servers: namesIn(value, 'servers'), clients: namesIn(value, 'clients') };
  checkNames(names);
  scenarioRule(names).check(value, '', fail);
  const scenario = value as Scenario;
  checkTargets(scenario, names);
  checkFaultTimes(scenario);
  checkStarts(scenario);
  return scenario;
}

/** A mistake in the plan of a scenario, told of the scenario. */
export function scenarioErrorOf({ path, problem }: FaultPlanError): ScenarioError {
  return new ScenarioError(path, problem);
}

/** What looks like a name of a process; whether all of them are is for the rules to say. */
function namesIn(value: unknown, key: keyof ProcessNames): string[] {
  const entries = (value as Partial<Record<keyof ProcessNames, unknown>> | null | undefined)?.[key];
  const named: unknown[] = Array.isArray(entries) ? entries.map((entry) => entry?.name) : [];
  return named.filter((name) => typeof name === 'string');
}

function checkNames({ servers, clients }: ProcessNames): void {
  const all = [...servers, ...clients];
  const twice = all.find((name, index) => all.indexOf(name) !== index);
  if (twice !== undefined) fail('', `has two processes named '${twice}'; each needs its own name`);
}

/** Whom its faults name must be there, and what befalls a process must say which. */
function checkTargets({ faults }: Scenario, names: ProcessNames): void {
  for (const [index, { kind, target = {} }] of faults.entries()) {
    const path = `faults[${index}].target`;
    if (target.server !== undefined) nameOf('servers', names).check(target.server, `${path}.server`, fail);
    for (const client of clientsNamed(target)) {
      // One client of a process may be named too: `crowd/client-3`.
      const [process = ''] = client.split('/');
      nameOf('clients', names).check(process, `${path}.client`, fail);
    }
    if (PROCESS_KINDS.includes(kind) && target.server === undefined && clientsNamed(target).length === 0) {
      fail(path, `must say whom the ${kind} befalls: { server: name } or { client: name }`);
    }
  }
}

/** What begins when everything is healed would never happen, and the scenario pass without it. */
function checkFaultTimes({ faults, liveness }: Scenario): void {
  const { healAt } = liveness ?? { healAt: Number.POSITIVE_INFINITY };
  for (const [index, { at }] of faults.entries()) {
    if (at === undefined || at < healAt) continue;
    fail(`faults[${index}].at`, `must be before liveness.healAt, ${healAt}, when every fault ends; got ${at}`);
  }
}

/** Nor would a process begin after the end, and what is expected of everybody is not expected of it. */
function checkStarts(scenario: Scenario): void {
  const { closeAt } = endOf(scenario);
  for (const key of ['servers', 'clients'] as const) {
    for (const [index, { at = 0, every = 0, count = 1 }] of (scenario[key] as readonly ScenarioClient[]).entries()) {
      const lastAt = at + every * (count - 1);
      if (lastAt <= closeAt) continue;
      fail(`${key}[${index}]`, `begins at ${lastAt}, and everybody closes at ${closeAt}; put liveness.healAt after it`);
    }
  }
}

function clientsNamed({ client }: FaultTarget): readonly string[] {
  if (client === undefined || client === 'all') return [];
  if (typeof client === 'string') return [client];
  if (Array.isArray(client)) return client as readonly string[];
  return 'oneOf' in client ? client.oneOf : [];
}

function fail(path: string, problem: string): never {
  throw new ScenarioError(path, problem);
}
