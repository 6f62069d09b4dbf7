/** Checks what was read from JSON, and says where it is wrong, what is wrong there, and what was probably meant. */

import type { FaultKind, FaultTarget } from '../faults/fault.js';
import { FaultPlanError, parseFaultPlan } from '../faults/fault-plan.js';
import { nearestName } from '../faults/nearest-name.js';
import type { Scenario } from './scenario.js';
import {
  CLIENT_TABLE,
  EXPECTATION_TABLES,
  LIVENESS_TABLE,
  type ScenarioRule,
  type ScenarioTable,
  SERVER_TABLE,
  STEP_TABLES,
} from './scenario-tables.js';

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

type Json = Readonly<Record<string, unknown>>;
/** Names of the processes. */
type Names = Readonly<Record<'servers' | 'clients', readonly string[]>>;

const KEYS = ['version', 'name', 'about', 'seed', 'servers', 'clients', 'workload', 'faults', 'expect', 'liveness'];

/** Kinds that befall a process, which has to be named. */
const OF_A_PROCESS: readonly FaultKind[] = ['crash', 'stop', 'pause', 'gcPause', 'replaceServer'];

/**
 * Returns the value as a scenario.
 *
 * @throws ScenarioError for the first thing that is wrong with it.
 */
export function parseScenario(value: unknown): Scenario {
  const scenario = object(value, '');
  checkKeys(scenario, KEYS, '');
  if (scenario.version !== 1) throw new ScenarioError('version', `must be 1; got ${show(scenario.version)}`);
  if (typeof scenario.name !== 'string' || !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(scenario.name)) {
    throw new ScenarioError('name', `must be in kebab-case, such as 'slow-reader'; got ${show(scenario.name)}`);
  }
  checkRule(scenario.about, { type: 'text' }, 'about', { servers: [], clients: [] });
  if (!Number.isSafeInteger(scenario.seed)) {
    throw new ScenarioError('seed', `must be a whole number; got ${show(scenario.seed)}`);
  }
  const names = { servers: namesIn(scenario, 'servers'), clients: namesIn(scenario, 'clients') };
  checkNames(names);
  checkEach(scenario, 'servers', SERVER_TABLE, names);
  checkEach(scenario, 'clients', CLIENT_TABLE, names);
  for (const [index, step] of list(scenario, 'workload').entries()) checkStep(step, `workload[${index}]`, names);
  checkFaults(scenario, names);
  for (const [index, each] of list(scenario, 'expect').entries()) checkExpectation(each, `expect[${index}]`, names);
  if (scenario.liveness !== undefined) {
    checkTable(object(scenario.liveness, 'liveness'), LIVENESS_TABLE, 'liveness', names);
  }
  return value as Scenario;
}

function namesIn(scenario: Json, key: 'servers' | 'clients'): string[] {
  const entries = list(scenario, key);
  if (entries.length === 0) throw new ScenarioError(key, 'must have one entry or more');
  return entries.map((entry, index) => {
    const { name } = object(entry, `${key}[${index}]`);
    if (typeof name !== 'string' || !/^[a-z][a-z0-9-]*$/.test(name)) {
      throw new ScenarioError(
        `${key}[${index}].name`,
        `must be a name of small letters, digits and dashes; got ${show(name)}`,
      );
    }
    return name;
  });
}

function checkNames({ servers, clients }: Names): void {
  const all = [...servers, ...clients];
  const twice = all.find((name, index) => all.indexOf(name) !== index);
  if (twice !== undefined) throw new ScenarioError('', `has two processes named '${twice}'; each needs its own name`);
}

function checkEach(scenario: Json, key: 'servers' | 'clients', table: ScenarioTable, names: Names): void {
  for (const [index, entry] of list(scenario, key).entries()) {
    checkTable(object(entry, `${key}[${index}]`), table, `${key}[${index}]`, names);
  }
}

function checkStep(value: unknown, path: string, names: Names): void {
  const step = object(value, path);
  const known = Object.keys(STEP_TABLES);
  if (typeof step.do !== 'string' || !known.includes(step.do)) {
    const isFault = (OF_A_PROCESS as readonly unknown[]).includes(step.do);
    const hint = isFault ? `; it befalls a process, so it belongs to faults` : suggest(step.do, known);
    throw new ScenarioError(`${path}.do`, `${show(step.do)} is nothing that can be done${hint}`);
  }
  const table = STEP_TABLES[step.do as keyof typeof STEP_TABLES];
  checkTable(step, table, path, names, 'do', step.do);
  if (step.do === 'close' && (step.client === undefined) === (step.server === undefined)) {
    throw new ScenarioError(path, "'close' needs one of client and server");
  }
}

function checkExpectation(value: unknown, path: string, names: Names): void {
  const expectation = object(value, path);
  const { that } = expectation;
  const known = Object.keys(EXPECTATION_TABLES);
  if (typeof that !== 'string' || !known.includes(that)) {
    throw new ScenarioError(`${path}.that`, `${show(that)} is nothing that can be expected${suggest(that, known)}`);
  }
  const table: ScenarioTable = EXPECTATION_TABLES[that as keyof typeof EXPECTATION_TABLES];
  checkTable(expectation, table, path, names, 'that', that);
  if (expectation.client !== undefined && expectation.server !== undefined) {
    throw new ScenarioError(
      path,
      'has client and server; it is about one of them, or about all when both are left out',
    );
  }
}

/** The plan is checked as any other; and whom its faults name must be there. */
function checkFaults(scenario: Json, names: Names): void {
  let faults: Scenario['faults'];
  try {
    ({ faults } = parseFaultPlan({ version: 1, seed: scenario.seed, faults: list(scenario, 'faults') }));
  } catch (error) {
    throw error instanceof FaultPlanError ? scenarioErrorOf(error) : error;
  }
  for (const [index, { kind, target = {} }] of faults.entries()) {
    const path = `faults[${index}].target`;
    if (target.server !== undefined) checkRule(target.server, { type: 'name', of: 'servers' }, `${path}.server`, names);
    for (const client of clientsNamed(target)) {
      // One client of a process may be named too: `crowd/client-3`.
      const [process = ''] = client.split('/');
      checkRule(process, { type: 'name', of: 'clients' }, `${path}.client`, names);
    }
    if (OF_A_PROCESS.includes(kind) && target.server === undefined && clientsNamed(target).length === 0) {
      throw new ScenarioError(path, `must say whom the ${kind} befalls: { server: name } or { client: name }`);
    }
  }
}

/** The same mistake, told of the scenario that the plan stands in. */
export function scenarioErrorOf(error: FaultPlanError): ScenarioError {
  return new ScenarioError(error.path, error.message.replace(/^Fault plan, [^:]*: /, ''));
}

function clientsNamed({ client }: FaultTarget): readonly string[] {
  if (client === undefined || client === 'all') return [];
  if (typeof client === 'string') return [client];
  if (Array.isArray(client)) return client as readonly string[];
  return 'oneOf' in client ? client.oneOf : [];
}

/** @param told the key that says which table it is, and its value. */
function checkTable(value: Json, table: ScenarioTable, path: string, names: Names, ...told: string[]): void {
  const [tellingKey, kind] = told;
  const known = [...(tellingKey === undefined ? [] : [tellingKey]), ...Object.keys(table)];
  checkKeys(value, known, path, kind === undefined ? '' : ` of '${kind}'`);
  for (const [key, { rule, optional }] of Object.entries(table)) {
    if (value[key] !== undefined) checkRule(value[key], rule, `${path}.${key}`, names);
    else if (!optional) {
      throw new ScenarioError(path, `${kind === undefined ? '' : `'${kind}' `}needs ${key}, ${expected(rule, names)}`);
    }
  }
}

function checkRule(value: unknown, rule: ScenarioRule, path: string, names: Names): void {
  if (rule.type === 'object') {
    checkTable(object(value, path), rule.table, path, names);
  } else if (!follows(value, rule, names)) {
    const hint = rule.type === 'name' ? suggest(value, names[rule.of], false) : '';
    throw new ScenarioError(path, `must be ${expected(rule, names)}; got ${show(value)}${hint}`);
  }
}

function follows(value: unknown, rule: Exclude<ScenarioRule, { type: 'object' }>, names: Names): boolean {
  switch (rule.type) {
    case 'integer':
      return Number.isSafeInteger(value) && (value as number) >= rule.min;
    case 'text':
      return typeof value === 'string' && value !== '';
    case 'boolean':
      return typeof value === 'boolean';
    case 'delay':
      return isTime(value) || isRange(value);
    case 'name':
      return names[rule.of].includes(value as string);
    default:
      return rule satisfies never;
  }
}

function expected(rule: ScenarioRule, names: Names): string {
  switch (rule.type) {
    case 'integer':
      return `a whole number, ${rule.min} or more`;
    case 'text':
      return 'a string that is not empty';
    case 'boolean':
      return 'true or false';
    case 'delay':
      return 'milliseconds, or { min, max } of them';
    case 'name':
      return `the name of one of the ${rule.of}: ${names[rule.of].join(', ')}`;
    case 'object':
      return `an object with ${Object.keys(rule.table).join(', ')}`;
    default:
      return rule satisfies never;
  }
}

function isTime(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isRange(value: unknown): boolean {
  const { min, max, ...rest } = (typeof value === 'object' && value !== null ? value : {}) as Json;
  return isTime(min) && isTime(max) && (min as number) <= (max as number) && Object.keys(rest).length === 0;
}

function list(scenario: Json, key: string): readonly unknown[] {
  const value = scenario[key];
  if (!Array.isArray(value)) throw new ScenarioError(key, `must be an array; got ${show(value)}`);
  return value;
}

function object(value: unknown, path: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw new ScenarioError(path, `must be an object; got ${show(value)}`);
}

function checkKeys(value: Json, known: readonly string[], path: string, of = ''): void {
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw new ScenarioError(path === '' ? unknown : `${path}.${unknown}`, `is no key${of}${suggest(unknown, known)}`);
}

function suggest(given: unknown, names: readonly string[], listOtherwise = true): string {
  const nearest = typeof given === 'string' ? nearestName(given, names) : undefined;
  if (nearest !== undefined) return `; did you mean '${nearest}'?`;
  return listOtherwise ? `; it may be ${names.join(', ')}` : '';
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
