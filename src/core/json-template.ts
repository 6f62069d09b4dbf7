/**
 * The JSON text of a message as a template: what messages of one kind have in common, with slots where they differ. To
 * write or to read another one takes little more than its slots.
 */

import type { Outline, Part } from './json-outline.js';
import { isSlowToRead, type Scalar, ScalarReader, scalarText } from './json-scalar.js';

/** What `read` gives for a text that does not fit; no message is this. */
export const MISFIT: unique symbol = Symbol('ipc.misfit');

/** What stands around each message, and is written and read along with it. */
export interface Surroundings {
  readonly opening: string;
  readonly closing: string;
}

/** What was measured for texts of all kinds, with what is kept of them for the next widening. */
const TEMPLATE_BYTES = 1000;
const PART_BYTES = 600;
const CHARACTER_BYTES = 5;

/** So many slots are worthwhile even when there is nothing else. */
const FEW_SLOTS = 2;

/** One for all: while a text is read no code but ours runs. */
const scalar = new ScalarReader();

/** A value of the template: a scalar that is always the same, a slot for one, or what is made of others. */
class Piece {
  /** Of an object. */
  readonly keys: readonly string[] | undefined;
  /** What is inside an object or an array. */
  readonly pieces: readonly Piece[] | undefined;
  /** Of an object or an array: one with all that is always the same in it. */
  readonly sample: object | undefined;
  /** Which of the pieces are not in the sample. */
  readonly missing: readonly number[];
  /** Of a slot: the text since the slot before. */
  readonly before: string | undefined;
  readonly isFixed: boolean;
  /** Of a fixed scalar; of a slot, what was read last. */
  value: Scalar;

  constructor({ keys, value }: Part, pieces: readonly Piece[] | undefined, before: string | undefined) {
    this.keys = keys;
    this.pieces = pieces;
    this.sample = pieces && sampleOf(keys, pieces);
    this.missing = pieces?.flatMap(({ isFixed }, index) => (isFixed ? [] : [index])) ?? [];
    this.before = before;
    this.isFixed = pieces === undefined && before === undefined;
    this.value = value;
  }
}

function sampleOf(keys: readonly string[] | undefined, pieces: readonly Piece[]): object {
  const values = pieces.map(({ value }) => value);
  return keys === undefined ? values : Object.fromEntries(keys.map((key, index) => [key, values[index]]));
}

export class JsonTemplate {
  readonly #outline: Outline;
  readonly #around: Surroundings;
  /** Which of the scalars are slots. */
  readonly #varying: ReadonlySet<number>;
  readonly #root: Piece;
  readonly #slots: Piece[] = [];
  readonly #after: string;

  constructor(outline: Outline, around: Surroundings, varying: ReadonlySet<number> = new Set()) {
    const { text, root } = outline;
    this.#outline = outline;
    this.#around = around;
    this.#varying = varying;
    let index = 0;
    let end = 0;
    const pieceOf = (part: Part): Piece => {
      if (part.parts !== undefined) {
        return new Piece(part, part.parts.map(pieceOf), undefined);
      }
      const isSlot = varying.has(index);
      index += 1;
      if (!isSlot) {
        return new Piece(part, undefined, undefined);
      }
      const before = text.slice(end, part.start);
      const slot = new Piece(part, undefined, end === 0 ? around.opening + before : before);
      this.#slots.push(slot);
      end = part.end;
      return slot;
    };
    this.#root = pieceOf(root);
    this.#after = (end === 0 ? around.opening : '') + text.slice(end) + around.closing;
  }

  /** An estimate of the memory that it takes, on the safe side. */
  get bytes(): number {
    const { text, partCount } = this.#outline;
    const { opening, closing } = this.#around;
    const characters = opening.length + text.length + closing.length;
    return TEMPLATE_BYTES + PART_BYTES * partCount + CHARACTER_BYTES * characters;
  }

  /** A template for what fits this one and for that text as well; undefined when they are not of one kind. */
  widened(outline: Outline): JsonTemplate | undefined {
    const former = this.#outline;
    if (frameOf(former) !== frameOf(outline)) {
      return undefined;
    }
    const varying = new Set(this.#varying);
    for (const [index, scalarPart] of outline.scalars.entries()) {
      if (textOf(scalarPart, outline) !== textOf(former.scalars[index] as Part, former)) {
        varying.add(index);
      }
    }
    return new JsonTemplate(outline, this.#around, varying);
  }

  /** False when there is so little in common that `JSON` is as fast. */
  isWorthwhileFor(purpose: 'writing' | 'reading'): boolean {
    const { scalars } = this.#outline;
    const isDear = (index: number) => purpose === 'reading' && isSlowToRead(scalars[index]?.value);
    const dear = [...this.#varying].filter(isDear).length;
    return this.#varying.size + dear <= Math.max(FEW_SLOTS, scalars.length / 2);
  }

  /** True when the other one has a slot that this one lacks. */
  isNarrowerThan(other: JsonTemplate): boolean {
    return this.#slots.length < other.#slots.length;
  }

  /**
   * What `JSON.stringify` gives, and what stands around it, when the message fits; otherwise undefined. A getter in a message
   * that does not fit has been asked when `JSON` asks it again.
   */
  write(message: unknown): string | undefined {
    // What all objects inherit would be taken for what they have.
    for (const _ in Object.prototype) {
      return undefined;
    }
    const written = fill(this.#root, message, '');
    return written === undefined ? undefined : written + this.#after;
  }

  /** What `JSON.parse` gives for what stands there in its surroundings, when it fits; otherwise `MISFIT`. */
  read(text: string, start: number, end: number): unknown {
    let at = start;
    for (const slot of this.#slots) {
      const before = slot.before as string;
      const from = at + before.length;
      if (text.slice(at, from) !== before) {
        return MISFIT;
      }
      at = scalar.read(text, from);
      if (at === -1) {
        return MISFIT;
      }
      slot.value = scalar.value;
    }
    return text.slice(at, end) === this.#after ? build(this.#root) : MISFIT;
  }
}

function textOf({ start, end }: Part, { text }: Outline): string {
  return text.slice(start, end);
}

/** The text with a NUL, which JSON does not have, in the place of each scalar. */
function frameOf({ text, scalars }: Outline): string {
  const gaps = scalars.map(({ start }, index) => text.slice(scalars[index - 1]?.end, start));
  return [...gaps, text.slice(scalars.at(-1)?.end)].join('\0');
}

/** What was written, and what is in the slots of the piece and before them; undefined when the value is of another kind. */
function fill(piece: Piece, value: unknown, written: string): string | undefined {
  const { before, pieces, keys } = piece;
  if (before !== undefined) {
    const text = scalarText(value);
    return text === undefined ? undefined : written + before + text;
  }
  if (pieces === undefined) {
    return value === piece.value ? written : undefined;
  }
  if (typeof value !== 'object' || value === null || typeof (value as { toJSON?: unknown }).toJSON === 'function') {
    return undefined;
  }
  return keys === undefined
    ? fillArray(pieces, value, written)
    : fillObject(keys, pieces, value as Record<string, unknown>, written);
}

function fillArray(pieces: readonly Piece[], value: object, before: string): string | undefined {
  if (!Array.isArray(value) || value.length !== pieces.length) {
    return undefined;
  }
  let written: string | undefined = before;
  for (let index = 0; index < pieces.length && written !== undefined; index++) {
    written = fill(pieces[index] as Piece, value[index], written);
  }
  return written;
}

function fillObject(
  keys: readonly string[],
  pieces: readonly Piece[],
  value: Record<string, unknown>,
  before: string,
): string | undefined {
  // This kind of loop is by far the fastest, and would see what is inherited from elsewhere too.
  if (Object.getPrototypeOf(value) !== Object.prototype || Array.isArray(value)) {
    return undefined;
  }
  let written: string | undefined = before;
  let index = 0;
  for (const key in value) {
    const child = value[key];
    if (child !== undefined) {
      if (index === keys.length || key !== keys[index]) {
        return undefined;
      }
      const piece = pieces[index] as Piece;
      index += 1;
      if (!piece.isFixed) {
        written = fill(piece, child, written);
        if (written === undefined) {
          return undefined;
        }
      } else if (child !== piece.value) {
        return undefined;
      }
    }
  }
  return index === keys.length ? written : undefined;
}

/** A value of its own each time: the application may change it. */
function build({ keys, pieces, sample, missing, value }: Piece): unknown {
  if (pieces === undefined) {
    return value;
  }
  if (keys === undefined) {
    const array = (sample as unknown[]).slice();
    for (const index of missing) {
      array[index] = build(pieces[index] as Piece);
    }
    return array;
  }
  // Of all ways to make an object with keys that are known only now this is the fastest.
  const object: Record<string, unknown> = { ...sample };
  for (const index of missing) {
    object[keys[index] as string] = build(pieces[index] as Piece);
  }
  return object;
}
