/** What a value that was read from JSON may be. The same rule checks it, explains it and stands in the JSON Schema. */

import { nearestName } from '../../core/nearest-name.js';
import { summarize } from '../trace/summary.js';

/** A JSON Schema, or a part of one. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** Told of the first thing that is wrong: where, and the rest of a sentence about it. Throws. */
export type Fail = (path: string, problem: string) => never;

/** One rule. */
export interface Rule {
  /** Completes "must be …". */
  readonly expected: string;
  readonly schema: JsonSchema;
  /** Calls `fail` when the value, or a part of it, is not allowed. */
  check(value: unknown, path: string, fail: Fail): void;
}

/** A whole number. */
export function integer(min: number = Number.MIN_SAFE_INTEGER, max: number = Number.MAX_SAFE_INTEGER): Rule {
  return numeric('integer', Number.isSafeInteger, min, max);
}

/** Any finite number. */
export function number(min: number, max: number): Rule {
  return numeric('number', Number.isFinite, min, max);
}

/** The longest time that a timer can wait. */
export const LONGEST_MS: number = 2 ** 31 - 1;

/** A time, which need not be whole. */
export const milliseconds: Rule = number(0, LONGEST_MS);

/** This value and no other. */
export function exactly(value: unknown): Rule {
  return scalar(String(value), { const: value }, (given) => given === value);
}

/** One of these strings. @param expected instead of all of them. */
export function choice(of: readonly string[], expected: string = `one of ${of.join(', ')}`): Rule {
  return scalar(
    expected,
    { enum: of },
    (value) => of.includes(value as string),
    (value) => suggest(value, of, false),
  );
}

/** A string with something in it. */
export function text(expected: string = 'a string that is not empty'): Rule {
  return scalar(expected, { type: 'string', minLength: 1 }, (value) => typeof value === 'string' && value !== '');
}

/** A string of this form. */
export function form({ source }: RegExp, expected: string): Rule {
  const whole = new RegExp(source);
  return scalar(
    expected,
    { type: 'string', pattern: source },
    (value) => typeof value === 'string' && whole.test(value),
  );
}

/** Whatever the question is answered with yes for, which JSON need not be able to hold. */
export function that(expected: string, isAllowed: (value: unknown) => boolean): Rule {
  return scalar(expected, {}, isAllowed);
}

/** True or false. */
export const boolean: Rule = scalar('true or false', { type: 'boolean' }, (value) => typeof value === 'boolean');

/** An array, of which the rule holds for each. */
export function list(item: Rule, { min = 0 }: { readonly min?: number } = {}): Rule {
  return {
    expected: 'an array',
    schema: { type: 'array', items: item.schema, ...(min > 0 ? { minItems: min } : {}) },
    check: (value, path, fail) => {
      if (!Array.isArray(value)) return fail(path, `must be an array; got ${show(value)}`);
      if (value.length < min) fail(path, `must have ${min === 1 ? 'one entry' : `${min} entries`} or more`);
      for (const [index, each] of value.entries()) item.check(each, `${path}[${index}]`, fail);
    },
  };
}

/** Whatever one of the rules allows. What is wrong is told of all of them together. */
export function anyOf(expected: string, ...rules: readonly Rule[]): Rule {
  const isAllowed = (value: unknown): boolean => rules.some((rule) => allows(rule, value));
  return scalar(expected, { anyOf: rules.map(({ schema }) => schema) }, isAllowed);
}

/** The rule, and a check of what it cannot see by itself. */
export function also(rule: Rule, check: Rule['check']): Rule {
  return {
    ...rule,
    check: (value, path, fail) => {
      rule.check(value, path, fail);
      check(value, path, fail);
    },
  };
}

/** The nearest of the names, as the end of a message; or else all of them. */
export function suggest(given: unknown, names: readonly string[], listOtherwise = true): string {
  const nearest = typeof given === 'string' ? nearestName(given, names) : undefined;
  if (nearest !== undefined) return `; did you mean '${nearest}'?`;
  return listOtherwise ? `; it may be ${names.join(', ')}` : '';
}

/** Characters of a value that a message shows. */
const SHOWN = 200;

/** A value as a message shows it. */
export function show(value: unknown): string {
  const text = textOf(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

function textOf(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  // JSON writes NaN and Infinity as null, and does not write a BigInt or a cycle.
  if (typeof value === 'number') return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return summarize([value]);
  }
}

function numeric(type: 'integer' | 'number', isOne: (value: unknown) => boolean, min: number, max: number): Rule {
  const noun = type === 'integer' ? 'a whole number' : 'a number';
  const [hasMin, hasMax] = [min > Number.MIN_SAFE_INTEGER, max < Number.MAX_SAFE_INTEGER];
  const range = hasMax ? ` from ${min} to ${max}` : hasMin ? `, ${min} or more` : '';
  const schema = { type, ...(hasMin ? { minimum: min } : {}), ...(hasMax ? { maximum: max } : {}) };
  return scalar(noun + range, schema, (value) => isOne(value) && (value as number) >= min && (value as number) <= max);
}

function scalar(
  expected: string,
  schema: JsonSchema,
  isAllowed: (value: unknown) => boolean,
  hint: (value: unknown) => string = () => '',
): Rule {
  return {
    expected,
    schema,
    check: (value, path, fail) => {
      if (!isAllowed(value)) fail(path, `must be ${expected}; got ${show(value)}${hint(value)}`);
    },
  };
}

function allows(rule: Rule, value: unknown): boolean {
  const refused = new Error('refused');
  try {
    rule.check(value, '', () => {
      throw refused;
    });
    return true;
  } catch (error) {
    if (error === refused) return false;
    throw error;
  }
}
