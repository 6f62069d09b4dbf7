/** What happened in a simulation, in order: kept as records, rendered only when somebody asks. */

import { createHash, type Hash } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import { summarize } from './summary.js';
import { recordsOfBlock, TraceBlock } from './trace-block.js';
import { TraceSlice } from './trace-slice.js';

/**
 * What a record tells of: an `event` of a Server or Client, a `link` made or ended, `bytes` read, a `fault`, a
 * `process`, or a `note` of the test's own.
 */
export type TraceKind = 'event' | 'link' | 'bytes' | 'fault' | 'process' | 'note';

/** One thing that happened. */
export interface TraceRecord {
  /** Virtual milliseconds. */
  readonly at: number;
  readonly kind: TraceKind;
  /** Who: `client-1`, `server-1`, the name of a process. */
  readonly actor: string;
  /** What: the name of the event. */
  readonly name: string;
  /** With what, in few words. */
  readonly detail: string;
  /** Who is at the other end: of bytes, who gets them. */
  readonly peer?: string;
}

/** How much a trace keeps. */
export interface TraceOptions {
  /** Records kept for rendering and assertions; of older ones only the hash is left. Default 200,000. */
  readonly keep?: number;
  /** Whether records that are not kept go into the hash. Default true. */
  readonly hash?: boolean;
  /** Whether bytes read are recorded. Default true. */
  readonly bytes?: boolean;
  /** Whether events carry their arguments. Default true. */
  readonly details?: boolean;
}

/** The record of a whole simulation. */
export class Trace extends TraceSlice {
  readonly #now: () => number;
  readonly #keep: number;
  readonly #details: boolean;
  readonly #hashes: boolean;
  readonly recordsBytes: boolean;
  readonly #names = new WeakMap<object, string>();
  readonly #counts = new Map<string, number>();
  /** Names that were given, and do not follow from the counts. */
  readonly #named = new Set<string>();
  readonly #listeners: ((record: TraceRecord, emitter: EventEmitter | undefined) => void)[] = [];
  #dropped: Hash | undefined;
  #droppedCount = 0;
  /** What is kept: at least `keep` records once there were so many. All blocks but the last are full. */
  readonly #blocks: TraceBlock[] = [];
  #block: TraceBlock = new TraceBlock();
  /** The first of those that are kept, as objects: made when somebody asks for them. */
  #shown: TraceRecord[] = [];

  constructor(now: () => number, options: TraceOptions = {}) {
    super([]);
    this.#now = now;
    this.#blocks.push(this.#block);
    this.#keep = Math.max(1, options.keep ?? 200_000);
    this.#details = options.details ?? true;
    this.#hashes = options.hash ?? true;
    this.recordsBytes = options.bytes ?? true;
  }

  /** How many records there were, those not kept included. */
  get length(): number {
    return this.#droppedCount + this.#kept;
  }

  override get records(): readonly TraceRecord[] {
    for (let index = this.#shown.length; index < this.#kept; index += 1) {
      const block = this.#blocks[Math.floor(index / recordsOfBlock)] as TraceBlock;
      this.#shown.push(block.at(index % recordsOfBlock));
    }
    return this.#shown;
  }

  get #kept(): number {
    return (this.#blocks.length - 1) * recordsOfBlock + this.#block.length;
  }

  /** Adds a record at the current virtual time. */
  record(kind: TraceKind, actor: string, name: string, detail = '', emitter?: EventEmitter): void {
    this.#add(kind, actor, name, detail, undefined, emitter);
  }

  /** Adds bytes that came through: `#3 25`, the number of the link and how many. */
  recordBytes(from: string, to: string, detail: string): void {
    this.#add('bytes', from, 'bytes', detail, to, undefined);
  }

  #add(
    kind: TraceKind,
    actor: string,
    name: string,
    detail: string,
    peer: string | undefined,
    emitter: EventEmitter | undefined,
  ): void {
    if (this.#block.isFull) this.#turnOver();
    this.#block.add(this.#now(), kind, actor, name, detail, peer);
    if (this.#listeners.length === 0) return;
    const record = this.#block.at(this.#block.length - 1);
    for (const listener of this.#listeners) listener(record, emitter);
  }

  /** Adds a line of the test's own. */
  note(text: string): void {
    this.record('note', 'test', text);
  }

  /** Calls back after each record, from inside whatever caused it. */
  subscribe(listener: (record: TraceRecord, emitter: EventEmitter | undefined) => void): () => void {
    this.#listeners.push(listener);
    return () => {
      const index = this.#listeners.indexOf(listener);
      if (index >= 0) this.#listeners.splice(index, 1);
    };
  }

  /**
   * Records every event of an emitter from now on, before its listeners run.
   *
   * @param name what to call it; left out, its class and a number: `client-1`.
   * @param process the process it belongs to, which stands before its name: `worker/client-1`.
   * @returns the name.
   */
  watch(emitter: EventEmitter, name?: string, process?: string): string {
    const known = this.#names.get(emitter);
    if (known !== undefined) return known;
    const stem = emitter.constructor.name.toLowerCase();
    const actor = name ?? this.#nextName(process === undefined ? stem : `${process}/${stem}`);
    this.#names.set(emitter, actor);
    if (name !== undefined) this.#named.add(name);
    const emit = emitter.emit;
    emitter.emit = (event: string | symbol, ...values: unknown[]): boolean => {
      if (event !== 'newListener' && event !== 'removeListener') {
        this.record('event', actor, String(event), this.#details ? summarize(values) : '', emitter);
      }
      return emit.call(emitter, event, ...values);
    };
    return actor;
  }

  /** The name of a watched emitter. */
  nameOf(emitter: object): string | undefined {
    return this.#names.get(emitter);
  }

  /** Whether a watched emitter has this name, or had it. */
  isActor(name: string): boolean {
    const [, stem = '', number] = /^(.*)-([1-9]\d*)$/s.exec(name) ?? [];
    return this.#named.has(name) || Number(number) <= (this.#counts.get(stem) ?? 0);
  }

  /** The names of the first watched emitters of each kind, at most so many in all. */
  actors(most: number): string[] {
    const names = [...this.#named].slice(0, most);
    for (const [stem, count] of this.#counts) {
      for (let number = 1; number <= count && names.length < most; number += 1) names.push(`${stem}-${number}`);
    }
    return names;
  }

  override of(actor: string | object): TraceSlice {
    const name = typeof actor === 'string' ? actor : this.#names.get(actor);
    if (name === undefined) throw new TypeError('trace.of() takes a name, or a Server or Client of this simulation.');
    return super.of(name);
  }

  /** SHA-256 over every record, those not kept included: equal for equal runs. */
  hash(): string {
    const hash = this.#dropped?.copy() ?? createHash('sha256');
    for (const block of this.#blocks) hash.update(block.lines());
    return hash.digest('hex');
  }

  #nextName(stem: string): string {
    const count = (this.#counts.get(stem) ?? 0) + 1;
    this.#counts.set(stem, count);
    return `${stem}-${count}`;
  }

  /** Begins another block; the first makes room for it when there is enough without that. */
  #turnOver(): void {
    const first = this.#kept - recordsOfBlock < this.#keep ? undefined : this.#drop();
    this.#block = first ?? new TraceBlock();
    this.#blocks.push(this.#block);
  }

  /** Forgets the records of the first block, which is empty then. */
  #drop(): TraceBlock {
    const block = this.#blocks.shift() as TraceBlock;
    if (this.#hashes) {
      this.#dropped ??= createHash('sha256');
      this.#dropped.update(block.lines());
    }
    block.clear();
    this.#droppedCount += recordsOfBlock;
    this.#shown = this.#shown.slice(recordsOfBlock);
    return block;
  }
}
