/** A plan of faults as plain JSON: what goes wrong, when, and from which seed. It prints, shrinks and replays. */

import { type EntriesOf, object, optional, required, variants } from '../rules/object-rule.js';
import { also, exactly, integer, type JsonSchema, list, type Rule } from '../rules/rule.js';
import { eventRule } from './event-trigger.js';
import type { Fault } from './fault.js';
import { FAULT_KINDS, type KindOfFault, SCOPE_PARAMETERS } from './fault-kinds.js';

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
  /**
   * When somebody emits this event: `'connect'`, or `'client-1:connect'` for one of them. Or when a connection is
   * `accepted` (the server does not know of it yet), `connected` or `closed`: `'connection-2:closed'` for one of them.
   */
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
  /** What is wrong there. */
  readonly problem: string;

  constructor(path: string, problem: string) {
    super(path === '' ? `The fault plan ${problem}` : `Fault plan, ${path}: ${problem}`);
    this.path = path;
    this.problem = problem;
  }
}

const moment = optional(integer(0));

const triggers: EntriesOf<Trigger> = {
  at: moment,
  afterBytes: moment,
  afterFrames: moment,
  afterConnects: moment,
  onEvent: optional(eventRule),
};

/** @param also what each kind may have beside its own. */
function kinds(also: EntriesOf<Trigger> | object): Record<string, KindOfFault['parameters']> {
  return Object.fromEntries(
    Object.entries(FAULT_KINDS).map(([kind, { parameters }]) => [
      kind,
      { ...SCOPE_PARAMETERS, ...also, ...parameters },
    ]),
  );
}

const faultRule = variants('kind', kinds({}), 'is no kind of fault');

/** A fault of a plan: with a trigger, and no more than one. */
export const PLANNED_FAULT_RULE: Rule = also(
  variants('kind', kinds(triggers), 'is no kind of fault'),
  (fault, path, fail) => {
    const given = Object.keys(triggers).filter((key) => (fault as Record<string, unknown>)[key] !== undefined);
    if (given.length > 1) fail(path, `has ${given.join(' and ')}; it can begin in one way only`);
  },
);

const planRule = object({
  version: required(exactly(1)),
  seed: required(integer()),
  faults: required(list(PLANNED_FAULT_RULE)),
});

/** Checks what was read from JSON, or written by hand without types, and returns it as a plan. */
export function parseFaultPlan(value: unknown): FaultPlan {
  planRule.check(value, '', fail);
  return value as FaultPlan;
}

/** Checks one fault without a trigger, as `Simulation.inject` takes it. */
export function parseFault(value: unknown): Fault {
  const trigger = Object.keys(triggers).find((key) => Object.hasOwn(Object(value), key));
  if (trigger !== undefined) {
    fail(`fault.${trigger}`, 'is for the faults of a plan, see play(); a fault that is injected begins at once');
  }
  faultRule.check(value, 'fault', fail);
  return value as Fault;
}

/** A fault of a plan, and when it begins. */
export function splitPlanned(planned: PlannedFault): { readonly fault: Fault; readonly trigger: Trigger } {
  const { at, afterBytes, afterFrames, afterConnects, onEvent, ...fault } = planned;
  return { fault: fault as Fault, trigger: { at, afterBytes, afterFrames, afterConnects, onEvent } as Trigger };
}

/** The plan format as JSON Schema (draft 2020-12), for editors and for programs in other languages. */
export function faultPlanSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Fault plan of ipc/testing',
    ...planRule.schema,
  };
}

function fail(path: string, problem: string): never {
  throw new FaultPlanError(path, problem);
}
