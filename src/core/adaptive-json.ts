/** `JSON` for messages that tend to be alike: the same results, sooner once it has seen what they have in common. */

import { detached } from './detached.js';
import { MOST_LEVELS, MOST_PARTS, type Outline, outlineOf } from './json-outline.js';
import { scalarText } from './json-scalar.js';
import { JsonTemplate, MISFIT, type Surroundings } from './json-template.js';
import { LearningBudget } from './learning-budget.js';

/** A longer text is not learned from: it seldom has much in common with the next. */
const LONGEST_TEXT = 2048;

/** How many texts go by before one is learned from, and after so many misfits what was learned is put to the question. */
const FIRST_PATIENCE = 8;

/** So many texts go by before the others are asked for help: to find out whether they may takes longer than they save once. */
const BEFORE_HELP = 1;

/** What others know already is worth less: a template of its own is the price of so many lessons then. */
const HELPED_LESSON = 8;

/** The patience doubles with each template that did not help, up to this: where nothing fits, learning costs next to nothing. */
const MOST_PATIENCE = 8192;

/** All templates together take no more memory than this. */
const MOST_BYTES = 1024 * 1024;

/** Who has a template, the one whose template is oldest first. */
const keepers = new Set<AdaptiveJson>();
let bytes = 0;

const shared = new LearningBudget();

/**
 * One for each kind of message, and for reading not the same as for writing. What it knows already is tried first, with
 * `write` or `read`; if that is not enough `stringify` or `parse` do it, and learn from it.
 */
export class AdaptiveJson {
  // Not as one object: of very many kinds each object is one more that the processor has to wait for.
  readonly #opening: string;
  readonly #closing: string;
  readonly #others: AdaptiveJson | undefined;
  readonly #budget: LearningBudget;
  /** The others, once there was a message that they may try to write: without getters, which they would ask in vain. */
  #helper: AdaptiveJson | undefined;
  #template: JsonTemplate | undefined;
  /** Since the template was last put to the question. */
  #fits = 0;
  #misfits = 0;
  /** So many texts go by before the next template. */
  #patience = FIRST_PATIENCE;

  /**
   * @param others one for messages of many kinds, which knows what all of those have in common: it is asked while this one
   *   knows nothing itself. Nothing stands before its messages, and the same after them.
   */
  constructor({ opening, closing }: Surroundings, others?: AdaptiveJson, budget: LearningBudget = shared) {
    this.#opening = opening;
    this.#closing = closing;
    this.#others = others;
    this.#budget = budget;
  }

  /** True when it knows how messages are written. */
  get isReady(): boolean {
    return this.#template !== undefined;
  }

  /** What `JSON.stringify` gives for a value, and what stands around it; undefined unless it is known how that is written. */
  write(value: unknown): string | undefined {
    if (this.#template === undefined) {
      return this.#helper && this.#writtenBy(this.#helper, value);
    }
    const text = this.#template.write(value);
    if (text !== undefined) {
      this.#fits += 1;
    }
    return text;
  }

  #writtenBy(helper: AdaptiveJson, value: unknown): string | undefined {
    const text = helper.write(value);
    if (text === undefined) {
      return undefined;
    }
    if (this.#isDueToLearn(text.length, HELPED_LESSON)) {
      this.#learnToWrite(value, text.slice(0, text.length - this.#closing.length));
    }
    return this.#opening + text;
  }

  /**
   * What `JSON.stringify` gives for a value that is no bigint, has no `toJSON`, and stands alone; `write` did not know it.
   *
   * @throws what that throws.
   */
  stringify(value: unknown): string | undefined {
    const text = this.#helper === undefined ? toJson(value) : this.#helper.stringify(value);
    if (text !== undefined) {
      if (this.#others !== undefined && this.#misfits === BEFORE_HELP) {
        this.#helper = text.length <= LONGEST_TEXT && !hasWaysOfItsOwn(value) ? this.#others : undefined;
      }
      if (this.#isDueToLearn(text.length)) {
        this.#learnToWrite(value, text);
      }
    }
    return text;
  }

  #learnToWrite(value: unknown, text: string): void {
    const outline = learnable(text);
    this.#learn(outline !== undefined && isUsual(outline) && !hasWaysOfItsOwn(value) ? outline : undefined, 'writing');
  }

  /** The value that stands from `start` to `end` in its surroundings; `MISFIT` unless it is known how that is read. */
  read(text: string, start: number, end: number): unknown {
    if (this.#template === undefined) {
      return this.#others === undefined ? MISFIT : this.#readBy(this.#others, text, start, end);
    }
    const value = this.#template.read(text, start, end);
    if (value !== MISFIT) {
      this.#fits += 1;
    }
    return value;
  }

  #readBy(others: AdaptiveJson, text: string, start: number, end: number): unknown {
    const from = start + this.#opening.length;
    if (!others.isReady || text.slice(start, from) !== this.#opening) {
      return MISFIT;
    }
    const value = others.read(text, from, end);
    if (value !== MISFIT && this.#isDueToLearn(end - from, HELPED_LESSON)) {
      this.#learn(learnable(text.slice(from, end - this.#closing.length)), 'reading');
    }
    return value;
  }

  /**
   * What `JSON.parse` gives for what stands from `start` to `end`, without its surroundings; `read` did not know it.
   *
   * @throws what that throws.
   */
  parse(text: string, start: number, end: number): unknown {
    const value =
      this.#others === undefined ? JSON.parse(text.slice(start, end)) : this.#others.parse(text, start, end);
    if (this.#isDueToLearn(end - start)) {
      this.#learn(learnable(text.slice(start, end)), 'reading');
    }
    return value;
  }

  /** Counts a misfit, and says whether to learn from it. */
  #isDueToLearn(length: number, lessons = 1): boolean {
    this.#misfits += 1;
    this.#budget.earn();
    if (this.#misfits < (this.#template === undefined ? this.#patience : FIRST_PATIENCE)) {
      return false;
    }
    // Of a long text nothing is learned but that it is long.
    const isPaid = length > LONGEST_TEXT || this.#budget.spend(lessons);
    if (!isPaid && this.#template !== undefined && this.#fits < this.#misfits) {
      // To try a template in vain for each message costs more than to have none.
      this.#keep(undefined);
    }
    return isPaid;
  }

  /** Makes the template fit that text as well. One that cannot, and has not helped, goes. */
  #learn(outline: Outline | undefined, purpose: 'writing' | 'reading'): void {
    const template = this.#template;
    const widened = outline && template?.widened(outline);
    if (template === undefined) {
      this.#keep(outline && new JsonTemplate(outline, { opening: this.#opening, closing: this.#closing }));
    } else if (widened !== undefined && template.isNarrowerThan(widened)) {
      this.#keep(widened.isWorthwhileFor(purpose) ? widened : undefined);
    } else if (this.#fits < this.#misfits) {
      this.#keep(undefined);
    } else {
      this.#patience = FIRST_PATIENCE;
    }
    this.#fits = 0;
    this.#misfits = 0;
  }

  #keep(template: JsonTemplate | undefined): void {
    this.#drop();
    if (template === undefined) {
      this.#wait();
      return;
    }
    this.#template = template;
    bytes += template.bytes;
    keepers.add(this);
    for (const oldest of keepers) {
      if (bytes <= MOST_BYTES) {
        break;
      }
      oldest.#drop();
      oldest.#wait();
    }
  }

  #drop(): void {
    bytes -= this.#template?.bytes ?? 0;
    this.#template = undefined;
    keepers.delete(this);
  }

  /** Longer than last time, unless the template that is gone has helped. */
  #wait(): void {
    this.#patience = this.#fits >= FIRST_PATIENCE ? FIRST_PATIENCE : Math.min(2 * this.#patience, MOST_PATIENCE);
    this.#fits = 0;
    this.#misfits = 0;
  }
}

function toJson(value: unknown): string | undefined {
  return JSON.stringify(value);
}

function learnable(text: string): Outline | undefined {
  return text.length > LONGEST_TEXT ? undefined : outlineOf(detached(text));
}

/** False when something is not written as it always is: `JSON.rawJSON` can do that. */
function isUsual({ text, scalars }: Outline): boolean {
  return scalars.every(({ value, start, end }) => text.slice(start, end) === scalarText(value));
}

/**
 * True when to write the value runs code of the application, which should happen once and not for a template as well. Also
 * when there is so much in the value that it is not looked through, or when it does not let itself be looked at.
 */
function hasWaysOfItsOwn(value: unknown): boolean {
  let left = MOST_PARTS;
  return search(value, MOST_LEVELS);

  function search(inner: unknown, levels: number): boolean {
    left -= 1;
    if (typeof inner !== 'object' || inner === null) {
      return false;
    }
    try {
      return levels === 0 || 'toJSON' in inner || keysOf(inner).some((key) => left < 0 || isOwn(inner, key, levels));
    } catch {
      return true;
    }
  }

  function isOwn(inner: object, key: string, levels: number): boolean {
    const { get, value: below } = Object.getOwnPropertyDescriptor(inner, key) ?? {};
    return get !== undefined || search(below, levels - 1);
  }
}

/** Under which JSON would look. */
function keysOf(value: object): readonly string[] {
  return Array.isArray(value)
    ? Array.from({ length: Math.min(value.length, MOST_PARTS + 1) }, (_, index) => `${index}`)
    : Object.keys(value);
}
