/** Records of a trace in columns: no object for each of them, since most are hashed and never looked at. */

import type { TraceKind, TraceRecord } from './trace.js';

/** A list of records that grows at its end. Cleared, it keeps its room for the next ones. */
export class TraceBlock {
  #length = 0;
  readonly #times: number[] = [];
  readonly #kinds: TraceKind[] = [];
  readonly #actors: string[] = [];
  readonly #names: string[] = [];
  readonly #details: string[] = [];
  readonly #peers: (string | undefined)[] = [];

  get length(): number {
    return this.#length;
  }

  add(at: number, kind: TraceKind, actor: string, name: string, detail: string, peer: string | undefined): void {
    const index = this.#length;
    this.#times[index] = at;
    this.#kinds[index] = kind;
    this.#actors[index] = actor;
    this.#names[index] = name;
    this.#details[index] = detail;
    this.#peers[index] = peer;
    this.#length = index + 1;
  }

  /** One of the records, which is there. */
  at(index: number): TraceRecord {
    const peer = this.#peers[index];
    return {
      at: this.#times[index] as number,
      kind: this.#kinds[index] as TraceKind,
      actor: this.#actors[index] as string,
      name: this.#names[index] as string,
      detail: this.#details[index] as string,
      ...(peer === undefined ? {} : { peer }),
    };
  }

  /** Forgets everything, and lets the records that come take its place. */
  clear(): void {
    this.#length = 0;
  }

  /** The records from one index up to another as lines: what is hashed. */
  lines(from: number, to: number): string {
    let text = '';
    for (let index = from; index < to; index += 1) {
      text += `${this.#times[index]}\t${this.#kinds[index]}\t${this.#actors[index]}\t${this.#names[index]}\t${this.#details[index]}\n`;
    }
    return text;
  }
}
