/** A plan of faults as plain JSON: what goes wrong, when, and from which seed. It prints, shrinks and replays. */

import type { Fault, FaultTarget } from './fault.js';
import { FAULT_KINDS, type KindOfFault, type Parameter, type Rule, SCOPE_PARAMETERS } from './fault-kinds.js';
import { nearestName } from './nearest-name.js';

/** When a fault begins: at a time, or at something that happens. Exactly one of them; `at: 0` when none is given. */
export interface Trigger {
  /** Milliseconds since the plan began. */
  readonly at?: number;
  /** When this many bytes have been delivered to the fault's target, in its direction. */
  readonly afterBytes?: number;
  /** When this many frames have. */
  readonly afterFrames?: number;
  /** At the n-th connection, counted from 1. */
  readonly afterConnects?: number;
  /** When somebody emits this event: `'connect'`, or `'client-1:connect'` for one of them. */
  readonly onEvent?: string;
}

/** A fault with its beginning. */
export type PlannedFault = Fault & Trigger;

/** The plan. `version` is 1. */
export interface FaultPlan {
  readonly version: 1;
  /** Decides whatever the faults leave to chance. */
  readonly seed: number;
  readonly faults: readonly PlannedFault[];
}

/** A plan that cannot be run; the message names the place, what is wrong there, and what it may be. */
export class FaultPlanError extends TypeError {
  readonly code: string = 'IPC_FAULT_PLAN';
  override readonly name: string = 'FaultPlanError';
  /** Where in the plan: `faults[2].latency`. */
  readonly path: string;

  constructor(path: string, problem: string) {
    super(path === '' ? `The fault plan ${problem}` : `Fault plan, ${path}: ${problem}`);
    this.path = path;
  }
}

/** Checks what was read from JSON, or written by hand without types, and returns it as a plan. */
export function parseFaultPlan(value: unknown): FaultPlan {
  const plan = record(value, '');
  checkKeys(plan, ['version', 'seed', 'faults'], '');
  if (plan.version !== 1) {
    throw new FaultPlanError('version', `must be 1; got ${show(plan.version)}`);
  }
  if (!Number.isSafeInteger(plan.seed)) {
    throw new FaultPlanError('seed', `must be a whole number; got ${show(plan.seed)}`);
  }
  const faults = plan.faults;
  if (!Array.isArray(faults)) {
    throw new FaultPlanError('faults', `must be an array; got ${show(faults)}`);
  }
  for (const [index, fault] of faults.entries()) {
    checkPlannedFault(fault, `faults[${index}]`);
  }
  return value as FaultPlan;
}

/** Checks one fault without a trigger, as `Simulation.inject` takes it. */
export function parseFault(value: unknown): Fault {
  checkFault(record(value, 'fault'), 'fault', {});
  return value as Fault;
}

/** @throws FaultPlanError for the first fault of the plan that real sockets cannot have, with the reason. */
export function checkForRealSockets(plan: FaultPlan): void {
  for (const [index, fault] of plan.faults.entries()) {
    const { simulatorOnly }: KindOfFault = FAULT_KINDS[fault.kind];
    if (simulatorOnly !== undefined) {
      throw new FaultPlanError(`faults[${index}]`, `'${fault.kind}' works in the simulation only: ${simulatorOnly}`);
    }
  }
}

const moment: Rule = { type: 'integer', min: 0, max: Number.MAX_SAFE_INTEGER };

/** The keys that say when a fault begins. */
export const TRIGGER_PARAMETERS: Readonly<Record<keyof Trigger, Parameter>> = {
  at: { rule: moment, optional: true },
  afterBytes: { rule: moment, optional: true },
  afterFrames: { rule: moment, optional: true },
  afterConnects: { rule: moment, optional: true },
  onEvent: { rule: { type: 'string' }, optional: true },
};

function checkPlannedFault(value: unknown, path: string): void {
  const fault = record(value, path);
  checkFault(fault, path, TRIGGER_PARAMETERS);
  const triggers = Object.keys(TRIGGER_PARAMETERS).filter((key) => fault[key] !== undefined);
  if (triggers.length > 1) {
    throw new FaultPlanError(path, `has ${triggers.join(' and ')}; it can begin in one way only`);
  }
}

function checkFault(
  fault: Readonly<Record<string, unknown>>,
  path: string,
  triggers: Readonly<Record<string, Parameter>>,
): void {
  const kinds = Object.keys(FAULT_KINDS);
  const { kind } = fault;
  if (typeof kind !== 'string' || !kinds.includes(kind)) {
    throw new FaultPlanError(`${path}.kind`, `${show(kind)} is no kind of fault${suggest(kind, kinds)}`);
  }
  const own: KindOfFault['parameters'] = FAULT_KINDS[kind as keyof typeof FAULT_KINDS].parameters;
  const parameters: Readonly<Record<string, Parameter>> = { ...SCOPE_PARAMETERS, ...triggers, ...own };
  checkKeys(fault, ['kind', ...Object.keys(parameters)], path, ` of '${kind}'`);
  for (const [name, { rule, optional }] of Object.entries(parameters)) {
    const value = fault[name];
    if (value !== undefined) {
      checkRule(value, rule, `${path}.${name}`);
    } else if (!optional) {
      throw new FaultPlanError(path, `'${kind}' needs ${name}, ${expected(rule)}`);
    }
  }
}

function checkRule(value: unknown, rule: Rule, path: string): void {
  if (rule.type === 'target') {
    checkTarget(value, path);
  } else if (!follows(value, rule)) {
    const hint = rule.type === 'choice' ? suggest(value, rule.of, false) : '';
    throw new FaultPlanError(path, `must be ${expected(rule)}; got ${show(value)}${hint}`);
  }
}

function follows(value: unknown, rule: Exclude<Rule, { type: 'target' }>): boolean {
  switch (rule.type) {
    case 'integer':
    case 'number': {
      const fits = rule.type === 'integer' ? Number.isSafeInteger(value) : Number.isFinite(value);
      return fits && (value as number) >= rule.min && (value as number) <= rule.max;
    }
    case 'choice':
      return rule.of.includes(value as string);
    case 'string':
      return typeof value === 'string' && value !== '';
    case 'boolean':
      return typeof value === 'boolean';
    case 'groups':
      return Array.isArray(value) && value.length >= 2 && value.every(isNames);
    default:
      return rule satisfies never;
  }
}

function expected(rule: Rule): string {
  switch (rule.type) {
    case 'integer':
    case 'number': {
      const kind = rule.type === 'integer' ? 'a whole number' : 'a number';
      return rule.max === Number.MAX_SAFE_INTEGER
        ? `${kind}, ${rule.min} or more`
        : `${kind} from ${rule.min} to ${rule.max}`;
    }
    case 'choice':
      return `one of ${rule.of.join(', ')}`;
    case 'string':
      return 'a string that is not empty';
    case 'boolean':
      return 'true or false';
    case 'groups':
      return 'two or more arrays of names of processes';
    case 'target':
      return 'an object with server, client or connection';
    default:
      return rule satisfies never;
  }
}

function checkTarget(value: unknown, path: string): void {
  const target = record(value, path);
  checkKeys(target, ['server', 'client', 'connection'], path);
  const { server, client, connection } = target as FaultTarget;
  if (server !== undefined && typeof server !== 'string') {
    throw new FaultPlanError(`${path}.server`, `must be the name of a process; got ${show(server)}`);
  }
  if (connection !== undefined && !(Number.isSafeInteger(connection) && connection >= 1)) {
    throw new FaultPlanError(`${path}.connection`, `must be a whole number, 1 or more; got ${show(connection)}`);
  }
  if (client !== undefined && typeof client !== 'string' && !isNames(client)) {
    checkChosenClients(record(client, `${path}.client`), `${path}.client`);
  }
}

function checkChosenClients(client: Readonly<Record<string, unknown>>, path: string): void {
  checkKeys(client, ['oneOf', 'fraction'], path);
  const { oneOf, fraction } = client;
  if (oneOf !== undefined ? !isNames(oneOf) : !follows(fraction, { type: 'number', min: 0, max: 1 })) {
    throw new FaultPlanError(path, 'must be a name, names, { oneOf: names } or { fraction: 0 to 1 }');
  }
}

function isNames(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string');
}

function record(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new FaultPlanError(path, `must be an object; got ${show(value)}`);
  }
  return value as Readonly<Record<string, unknown>>;
}

function checkKeys(value: object, known: readonly string[], path: string, of = ''): void {
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) {
      throw new FaultPlanError(path === '' ? key : `${path}.${key}`, `is no key${of}${suggest(key, known)}`);
    }
  }
}

function suggest(given: unknown, names: readonly string[], listOtherwise = true): string {
  const nearest = typeof given === 'string' ? nearestName(given, names) : undefined;
  if (nearest !== undefined) {
    return `; did you mean '${nearest}'?`;
  }
  return listOtherwise ? `; it may be ${names.join(', ')}` : '';
}

function show(value: unknown): string {
  return typeof value === 'object' && value !== null
    ? (JSON.stringify(value) ?? 'an object')
    : (JSON.stringify(value) ?? String(value));
}
