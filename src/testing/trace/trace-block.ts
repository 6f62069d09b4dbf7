/** Records of a trace in columns: no object for each of them, since most are hashed and never looked at. */

import type { TraceKind, TraceRecord } from './trace.js';

/** So many that a text of them is worth a hash, and so few that what it is made of is forgotten while it is young. */
export const recordsOfBlock = 256;

/**
 * A list of records that grows until it is full. Then one text takes the place of all details: many small strings that
 * live for a while are what costs the collector most. Cleared, it keeps its room for the next records.
 */
export class TraceBlock {
  #length = 0;
  readonly #times: number[] = new Array(recordsOfBlock);
  readonly #kinds: TraceKind[] = new Array(recordsOfBlock);
  readonly #actors: string[] = new Array(recordsOfBlock);
  readonly #names: string[] = new Array(recordsOfBlock);
  readonly #peers: (string | undefined)[] = new Array(recordsOfBlock);
  readonly #detailLengths: number[] = new Array(recordsOfBlock);
  /** As they came; of a block that is full, once somebody has asked for one of them. */
  #details: string[] | undefined = new Array(recordsOfBlock);
  /** The lines of a block that is full. */
  #text: string | undefined;

  get length(): number {
    return this.#length;
  }

  get isFull(): boolean {
    return this.#length === recordsOfBlock;
  }

  /** Adds a record to a block that is not full. */
  add(at: number, kind: TraceKind, actor: string, name: string, detail: string, peer: string | undefined): void {
    const index = this.#length;
    this.#times[index] = at;
    this.#kinds[index] = kind;
    this.#actors[index] = actor;
    this.#names[index] = name;
    this.#peers[index] = peer;
    this.#detailLengths[index] = detail.length;
    (this.#details as string[])[index] = detail;
    this.#length = index + 1;
    if (!this.isFull) return;
    this.#text = this.lines();
    this.#details = undefined;
  }

  /** One of the records, which is there. */
  at(index: number): TraceRecord {
    const peer = this.#peers[index];
    return {
      at: this.#times[index] as number,
      kind: this.#kinds[index] as TraceKind,
      actor: this.#actors[index] as string,
      name: this.#names[index] as string,
      detail: this.#detail(index),
      ...(peer === undefined ? {} : { peer }),
    };
  }

  /** The records as lines, parts separated by tabs: what is hashed. */
  lines(): string {
    if (this.#text !== undefined) return this.#text;
    // Joined rather than added up: that makes one string instead of ten for each line.
    const parts: string[] = new Array(4 * this.#length + 1);
    let [at, newLine] = [Number.NaN, ''];
    for (let index = 0; index < this.#length; index += 1) {
      if (at !== this.#times[index]) {
        at = this.#times[index] as number;
        newLine = `\n${at}`;
      }
      parts[4 * index] = index === 0 ? String(at) : `${this.#detail(index - 1)}${newLine}`;
      parts[4 * index + 1] = this.#kinds[index] as TraceKind;
      parts[4 * index + 2] = this.#actors[index] as string;
      parts[4 * index + 3] = this.#names[index] as string;
    }
    parts[4 * this.#length] = this.#length === 0 ? '' : `${this.#detail(this.#length - 1)}\n`;
    return parts.join('\t');
  }

  /** Forgets everything, and lets the records that come take its place. */
  clear(): void {
    this.#length = 0;
    this.#text = undefined;
    this.#details = new Array(recordsOfBlock);
  }

  #detail(index: number): string {
    this.#details ??= this.#cutOut(this.#text as string);
    return this.#details[index] as string;
  }

  /** The details, from the ends of the lines. */
  #cutOut(text: string): string[] {
    let begin = 0;
    return this.#detailLengths.map((length, index) => {
      const before = [this.#times[index], this.#kinds[index], this.#actors[index], this.#names[index], ''].join('\t');
      begin += before.length;
      const detail = text.slice(begin, begin + length);
      begin += length + 1;
      return detail;
    });
  }
}
