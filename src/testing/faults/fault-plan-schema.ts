/** The plan format as JSON Schema (draft 2020-12), for editors and for programs in other languages. */

import { FAULT_KINDS, type KindOfFault, type Parameter, type Rule, SCOPE_PARAMETERS } from './fault-kinds.js';
import { TRIGGER_PARAMETERS } from './fault-plan.js';

/** A JSON Schema, or a part of one. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** Made from the same table as `parseFaultPlan`, so the two agree. */
export function faultPlanSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Fault plan of ipc/testing',
    type: 'object',
    required: ['version', 'seed', 'faults'],
    additionalProperties: false,
    properties: {
      version: { const: 1 },
      seed: { type: 'integer' },
      faults: { type: 'array', items: { oneOf: Object.entries(FAULT_KINDS).map(kindSchema) } },
    },
  };
}

function kindSchema([kind, { parameters }]: [string, KindOfFault]): JsonSchema {
  const all: Readonly<Record<string, Parameter>> = { ...SCOPE_PARAMETERS, ...TRIGGER_PARAMETERS, ...parameters };
  const entries = Object.entries(all);
  return {
    type: 'object',
    required: ['kind', ...entries.filter(([, { optional }]) => !optional).map(([name]) => name)],
    additionalProperties: false,
    properties: {
      kind: { const: kind },
      ...Object.fromEntries(entries.map(([name, { rule }]) => [name, ruleSchema(rule)])),
    },
  };
}

const NAMES: JsonSchema = { type: 'array', items: { type: 'string' }, minItems: 1 };

function ruleSchema(rule: Rule): JsonSchema {
  switch (rule.type) {
    case 'integer':
    case 'number':
      return { type: rule.type, minimum: rule.min, maximum: rule.max };
    case 'choice':
      return { enum: rule.of };
    case 'string':
      return { type: 'string', minLength: 1 };
    case 'boolean':
      return { type: 'boolean' };
    case 'groups':
      return { type: 'array', items: NAMES, minItems: 2 };
    case 'target':
      return targetSchema();
    default:
      return rule satisfies never;
  }
}

function targetSchema(): JsonSchema {
  const fraction = { type: 'number', minimum: 0, maximum: 1 };
  const oneOf = { type: 'object', required: ['oneOf'], additionalProperties: false, properties: { oneOf: NAMES } };
  const part = { type: 'object', required: ['fraction'], additionalProperties: false, properties: { fraction } };
  return {
    type: 'object',
    additionalProperties: false,
    properties: {
      server: { type: 'string' },
      client: { anyOf: [{ type: 'string' }, NAMES, oneOf, part] },
      connection: { type: 'integer', minimum: 1 },
    },
  };
}
