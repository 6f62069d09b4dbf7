/** `JSON` for messages that tend to be alike: the same results, sooner once it has seen what they have in common. */

import { detached } from './detached.js';
import { outlineOf } from './json-outline.js';
import { JsonTemplate, MISFIT } from './json-template.js';

/** A longer text is left to `JSON`: it seldom has much in common with the next. */
const LONGEST_TEXT = 4096;

/** How many texts go by before one is learned from, and after so many misfits what was learned is put to the question. */
const FIRST_PATIENCE = 8;

/** The patience doubles with each template that did not help, up to this: where nothing fits, learning costs nothing. */
const MOST_PATIENCE = 8192;

/** All templates together are made of texts of this length at most, and take 20 to 50 bytes of memory for each character. */
const MOST_CHARACTERS = 128 * 1024;

/** Who has a template, the one that has had it for longest first. */
const keepers = new Set<AdaptiveJson>();
let characters = 0;

/** One for each kind of message, and for reading not the same as for writing. */
export class AdaptiveJson {
  #template: JsonTemplate | undefined;
  /** Since the template was last put to the question. */
  #fits = 0;
  #misfits = 0;
  /** So many texts go by before the next template. */
  #patience = FIRST_PATIENCE;

  /** True when it knows how messages are written. */
  get isReady(): boolean {
    return this.#template !== undefined;
  }

  /**
   * What `JSON.stringify` gives for a value that is no bigint, has no `toJSON`, and stands alone.
   *
   * @throws what that throws.
   */
  stringify(value: unknown): string | undefined {
    const text = this.#template?.write(value);
    if (text !== undefined) {
      this.#fits += 1;
      return text;
    }
    const plain = JSON.stringify(value) as string | undefined;
    if (plain !== undefined) {
      this.#misfit(plain, 0, plain.length);
    }
    return plain;
  }

  /**
   * What `JSON.parse` gives for the part of the text from `start` to `end`.
   *
   * @throws what that throws.
   */
  parse(text: string, start: number, end: number): unknown {
    if (this.#template !== undefined) {
      const value = this.#template.read(text, start, end);
      if (value !== MISFIT) {
        this.#fits += 1;
        return value;
      }
    }
    const value = JSON.parse(text.slice(start, end));
    this.#misfit(text, start, end);
    return value;
  }

  #misfit(text: string, start: number, end: number): void {
    if (end - start > LONGEST_TEXT) {
      return;
    }
    this.#misfits += 1;
    if (this.#misfits >= (this.#template === undefined ? this.#patience : FIRST_PATIENCE)) {
      this.#learn(text.slice(start, end));
    }
  }

  /** Changes the template to fit that text as well. One that cannot, and has not helped, goes. */
  #learn(text: string): void {
    const outline = outlineOf(detached(text));
    const widened = outline && this.#template?.widened(outline);
    const hasHelped = this.#fits >= this.#misfits;
    this.#fits = 0;
    this.#misfits = 0;
    if (this.#template === undefined) {
      this.#keep(outline && new JsonTemplate(outline));
    } else if (widened !== undefined && this.#template.isNarrowerThan(widened)) {
      this.#keep(widened.isWorthwhile ? widened : undefined);
    } else if (hasHelped) {
      this.#patience = FIRST_PATIENCE;
    } else {
      this.#keep(undefined);
    }
  }

  #keep(template: JsonTemplate | undefined): void {
    characters += (template?.size ?? 0) - (this.#template?.size ?? 0);
    this.#template = template;
    keepers.delete(this);
    if (template === undefined) {
      this.#patience = Math.min(2 * this.#patience, MOST_PATIENCE);
    } else {
      keepers.add(this);
    }
    for (const oldest of keepers) {
      if (characters <= MOST_CHARACTERS) {
        return;
      }
      oldest.#keep(undefined);
    }
  }
}
