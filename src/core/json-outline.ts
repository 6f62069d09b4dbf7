/** What a JSON text consists of: its values as a tree, with the place of each scalar in the text. */

import type { Scalar } from './json-scalar.js';

/** One value in a text. */
export class Part {
  /** Of an object, in the order of the text. */
  readonly keys: string[] | undefined;
  /** What is inside an object or an array; undefined for a scalar. */
  readonly parts: Part[] | undefined;
  /** Of a scalar. */
  readonly value: Scalar;
  /** Where a scalar stands in the text. */
  readonly start: number;
  readonly end: number;

  constructor(keys: string[] | undefined, parts: Part[] | undefined, value: Scalar = null, start = 0, end = 0) {
    this.keys = keys;
    this.parts = parts;
    this.value = value;
    this.start = start;
    this.end = end;
  }
}

export interface Outline {
  readonly text: string;
  readonly root: Part;
  /** Values of all kinds. */
  readonly partCount: number;
  /** All scalars in the order of the text. */
  readonly scalars: readonly Part[];
}

/** A string, with the colon behind it if it is a key; a bracket; or another scalar. */
const TOKEN = /"(?:[^"\\]|\\.)*"(?:\s*:)?|[{}[\]]|[^\s{}[\],:"]+/g;

/** More of either is left alone: to take it apart takes long, and the stack of the caller is not ours to fill. */
export const MOST_PARTS = 128;
export const MOST_LEVELS = 32;

/** Keys that objects do not keep in the order in which they come. */
const INDEX = /^\d+$/;

/**
 * Takes apart a text that JSON can read. Undefined when it is a scalar, is large or deep, has an object with a key twice,
 * with a number for a key, or with a key that all objects inherit: to set that may be another thing than to have it.
 */
export function outlineOf(text: string): Outline | undefined {
  const around = new Part(undefined, []);
  const open = [around];
  const scalars: Part[] = [];
  let partCount = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const inner = open.at(-1) as Part;
    if (partCount > MOST_PARTS || open.length > MOST_LEVELS) {
      return undefined;
    }
    if (token === '{' || token === '[') {
      const part = new Part(token === '{' ? [] : undefined, []);
      inner.parts?.push(part);
      open.push(part);
      partCount += 1;
    } else if (token === '}' || token === ']') {
      open.pop();
    } else if (token.endsWith(':')) {
      const key: string = JSON.parse(token.slice(0, token.lastIndexOf('"') + 1));
      if (key in Object.prototype || INDEX.test(key) || inner.keys?.includes(key)) {
        return undefined;
      }
      inner.keys?.push(key);
    } else {
      const part = new Part(undefined, undefined, JSON.parse(token), index, index + token.length);
      inner.parts?.push(part);
      scalars.push(part);
      partCount += 1;
    }
  }
  const root = around.parts?.[0];
  return root?.parts === undefined ? undefined : { text, root, partCount, scalars };
}
