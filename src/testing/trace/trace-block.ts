/** Records of a trace in columns: no object for each of them, since most are hashed and never looked at. */

import type { TraceKind, TraceRecord } from './trace.js';

/** So many that a text of them is worth a hash, and so few that what it is made of is forgotten while it is young. */
export const recordsOfBlock = 256;

/**
 * A list of records that grows until it is full. Then one text takes the place of all details: many small strings that
 * live for a while are what costs the collector most.
 */
export class TraceBlock {
  #length = 0;
  readonly #times: number[] = new Array(recordsOfBlock);
  readonly #kinds: TraceKind[] = new Array(recordsOfBlock);
  readonly #actors: string[] = new Array(recordsOfBlock);
  readonly #names: string[] = new Array(recordsOfBlock);
  readonly #peers: (string | undefined)[] = new Array(recordsOfBlock);
  /** Of a block that is not full. */
  #details: string[] = new Array(recordsOfBlock);
  /** Of a block that is full: its lines, and where the detail of each begins and ends. */
  #text: string | undefined;
  readonly #begins: number[] = [];
  readonly #ends: number[] = [];

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
    this.#details[index] = detail;
    this.#peers[index] = peer;
    this.#length = index + 1;
    if (this.isFull) this.#seal();
  }

  /** One of the records, which is there. */
  at(index: number): TraceRecord {
    const peer = this.#peers[index];
    return {
      at: this.#times[index] as number,
      kind: this.#kinds[index] as TraceKind,
      actor: this.#actors[index] as string,
      name: this.#names[index] as string,
      detail: this.#text?.slice(this.#begins[index], this.#ends[index]) ?? (this.#details[index] as string),
      ...(peer === undefined ? {} : { peer }),
    };
  }

  /** The records as lines, parts separated by tabs: what is hashed. */
  lines(): string {
    if (this.#text !== undefined) return this.#text;
    // Joined rather than added up: that makes one string instead of ten for each line.
    const parts: string[] = [];
    let lineEnd = '';
    for (let index = 0; index < this.#length; index += 1) {
      parts.push(
        `${lineEnd}${this.#times[index]}`,
        this.#kinds[index] as TraceKind,
        this.#actors[index] as string,
        this.#names[index] as string,
      );
      lineEnd = `${this.#details[index]}\n`;
    }
    return parts.length === 0 ? '' : `${parts.join('\t')}\t${lineEnd}`;
  }

  #seal(): void {
    let end = -1;
    for (let index = 0; index < this.#length; index += 1) {
      // After the newline: time, kind, actor and name, and a tab after each of them.
      const begin =
        end +
        5 +
        String(this.#times[index]).length +
        (this.#kinds[index] as string).length +
        (this.#actors[index] as string).length +
        (this.#names[index] as string).length;
      end = begin + (this.#details[index] as string).length;
      this.#begins.push(begin);
      this.#ends.push(end);
    }
    this.#text = this.lines();
    this.#details = [];
  }
}
