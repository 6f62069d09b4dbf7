/** What a message is compared with: a part of it, all of it, or a question asked of it. */

import { summarize } from '../trace/summary.js';

/** `True` where nothing is known of a message, which is then `any`; else `False`. */
export type WhenAny<Message, True, False> = 0 extends 1 & Message ? True : False;

/** Any message but a function: next to a function in a union, `any` would leave the function's arguments untyped. */
// biome-ignore lint/complexity/noBannedTypes: with null and undefined, `{}` is whatever there is
export type AnyMessage = {} | null | undefined;

/** Any part of a message, at any depth. Arrays are whole: as long as the message's, each element compared in part. */
export type DeepPartial<Message> = Message extends readonly (infer Element)[]
  ? readonly DeepPartial<Element>[]
  : Message extends object
    ? { readonly [Key in keyof Message]?: DeepPartial<Message[Key]> }
    : Message;

/**
 * What a message has to be like: a part of it, `exactly(...)` all of it, or a function that says whether it will do.
 * Left out, any message will.
 */
export type Match<Message> =
  | WhenAny<Message, AnyMessage, DeepPartial<Message>>
  | Exactly<Message>
  | ((message: Message) => boolean);

/** Made by `exactly`. */
export class Exactly<Message> {
  readonly message: Message;

  constructor(message: Message) {
    this.message = message;
  }
}

/** Matches a message that has just these properties and no others, at every depth. */
export function exactly<Message>(message: Message): Exactly<Message> {
  return new Exactly(message);
}

/** Whether a message will do. A function that throws throws here. */
export function matches(match: unknown, message: unknown): boolean {
  return differences(match, message).length === 0;
}

/** A line for each place in which a message is not what it has to be; none when it will do. */
export function differences(match: unknown, message: unknown): string[] {
  if (match === undefined) return [];
  if (typeof match === 'function') return match(message) === true ? [] : ['the function said no'];
  const lines: string[] = [];
  if (match instanceof Exactly) compare(match.message, message, '', true, lines);
  else compare(match, message, '', false, lines);
  return lines;
}

/** A match as its author would write it. */
export function describeMatch(match: unknown): string {
  if (typeof match === 'function') return match.name === '' ? 'a function' : `function ${match.name}`;
  return match instanceof Exactly ? `exactly(${summarize([match.message])})` : summarize([match]);
}

function compare(expected: unknown, actual: unknown, path: string, isWhole: boolean, lines: string[]): void {
  if (Object.is(expected, actual) || areSameBytes(expected, actual) || areSameSpecial(expected, actual)) return;
  if (!isTree(expected) || !isTree(actual) || Array.isArray(expected) !== Array.isArray(actual)) {
    lines.push(`${at(path)}expected ${summarize([expected])}, got ${summarize([actual])}`);
    return;
  }
  if (Array.isArray(expected) && expected.length !== (actual as unknown as unknown[]).length) {
    lines.push(`${at(path)}expected ${expected.length} elements, got ${(actual as unknown as unknown[]).length}`);
    return;
  }
  for (const key of Object.keys(expected)) {
    const inner = path === '' ? key : `${path}.${key}`;
    if (Object.hasOwn(actual, key) || expected[key] === undefined) {
      compare(expected[key], actual[key], inner, isWhole, lines);
    } else {
      lines.push(`${inner}: expected ${summarize([expected[key]])}, and it is missing`);
    }
  }
  if (!isWhole) return;
  for (const key of Object.keys(actual)) {
    if (Object.hasOwn(expected, key) || actual[key] === undefined) continue;
    lines.push(`${path === '' ? key : `${path}.${key}`}: not expected, got ${summarize([actual[key]])}`);
  }
}

function at(path: string): string {
  return path === '' ? '' : `${path}: `;
}

/** True for what has parts that can be compared: plain objects, instances and arrays, but not bytes, dates and such. */
function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && !isSpecial(value);
}

const SPECIAL = [Date, RegExp, Map, Set];

/** What transcoders of one's own may carry, and what looks empty to those who only look at keys. */
function isSpecial(value: unknown): boolean {
  return SPECIAL.some((type) => value instanceof type);
}

function areSameSpecial(one: unknown, other: unknown): boolean {
  const type = SPECIAL.find((each) => one instanceof each && other instanceof each);
  return type !== undefined && differences(exactly(contentsOf(one)), contentsOf(other)).length === 0;
}

function contentsOf(value: unknown): unknown {
  if (value instanceof Date) return value.getTime();
  return value instanceof RegExp ? String(value) : [...(value as Iterable<unknown>)];
}

/** Transcoders of one's own may carry bytes. */
function areSameBytes(one: unknown, other: unknown): boolean {
  if (!(one instanceof Uint8Array && other instanceof Uint8Array)) return false;
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
