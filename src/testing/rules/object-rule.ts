/** Rules for objects: which keys they may have, and what each of them may be. */

import { type Fail, type Rule, show, suggest } from './rule.js';

/** What stands under a key. */
export interface Entry {
  readonly rule: Rule;
  readonly optional: boolean;
}

/** The keys of an object. */
export type Entries = Readonly<Record<string, Entry>>;

/** Entries for every key of a type, which holds the table to it. */
export type EntriesOf<Value, Told extends string = never> = {
  readonly [Key in Exclude<keyof Value, Told>]-?: Entry;
};

/** Must be there. */
export function required(rule: Rule): Entry {
  return { rule, optional: false };
}

/** May be left out. */
export function optional(rule: Rule): Entry {
  return { rule, optional: true };
}

/** An object with these keys and no others. */
export function object(entries: Entries, expected = `an object with ${Object.keys(entries).join(', ')}`): Rule {
  return {
    expected,
    schema: schemaOf(entries),
    check: (value, path, fail) => checkEntries(asObject(value, path, fail), entries, path, fail),
  };
}

/**
 * An object that says by one of its keys which of several it is.
 *
 * @param key says which.
 * @param kinds the keys that each has beside that one.
 * @param problem said of one that there is not: `is no kind of fault`.
 */
export function variants(key: string, kinds: Readonly<Record<string, Entries>>, problem: string): Rule {
  const names = Object.keys(kinds);
  return {
    expected: `an object with ${key}`,
    schema: { oneOf: names.map((name) => schemaOf(kinds[name] ?? {}, { [key]: { const: name } })) },
    check: (value, path, fail) => {
      const object = asObject(value, path, fail);
      const kind = object[key];
      const entries = typeof kind === 'string' && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
      if (entries === undefined) fail(join(path, key), `${show(kind)} ${problem}${suggest(kind, names)}`);
      else checkEntries(object, entries, path, fail, { key, kind: String(kind) });
    },
  };
}

/** The place of a key. */
export function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function asObject(value: unknown, path: string, fail: Fail): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  return fail(path, `must be an object; got ${show(value)}`);
}

function checkEntries(
  value: Readonly<Record<string, unknown>>,
  entries: Entries,
  path: string,
  fail: Fail,
  told?: { readonly key: string; readonly kind: string },
): void {
  const known = [...(told === undefined ? [] : [told.key]), ...Object.keys(entries)];
  for (const key of Object.keys(value)) {
    const of = told === undefined ? '' : ` of '${told.kind}'`;
    if (!known.includes(key)) fail(join(path, key), `is no key${of}${suggest(key, known)}`);
  }
  for (const [key, { rule, optional: isOptional }] of Object.entries(entries)) {
    const given = value[key];
    if (given !== undefined) rule.check(given, join(path, key), fail);
    else if (!isOptional) fail(path, `${told === undefined ? '' : `'${told.kind}' `}needs ${key}, ${rule.expected}`);
  }
}

function schemaOf(entries: Entries, told: Readonly<Record<string, unknown>> = {}): Rule['schema'] {
  const needed = Object.keys(entries).filter((key) => entries[key]?.optional === false);
  return {
    type: 'object',
    required: [...Object.keys(told), ...needed],
    additionalProperties: false,
    properties: {
      ...told,
      ...Object.fromEntries(Object.entries(entries).map(([key, { rule }]) => [key, rule.schema])),
    },
  };
}
