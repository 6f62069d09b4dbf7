/** The order of things to come: a binary heap over (due, sequence), and a fast lane for what is due at once. */

import type { ClockEntry } from './clock-entry.js';

/** Draws the place of the next entry among `count` candidates. */
export type Draw = (count: number) => number;

/**
 * Entries in the order in which they run. What is scheduled for the current instant goes through a first-in first-out
 * queue instead of the heap: it comes after everything that was already due, which is what its sequence number says.
 *
 * Entries of the pool are due now as well, in no particular order: with a `draw` the seed decides which comes next,
 * and whether one of them overtakes the queue.
 */
export class Timeline {
  readonly #heap: ClockEntry[] = [];
  /** Used from head to tail, and never shortened: emptying an array costs more than filling it. */
  readonly #queue: (ClockEntry | undefined)[] = [];
  #queueHead = 0;
  #queueTail = 0;
  readonly #pool: ClockEntry[] = [];
  readonly #draw: Draw | undefined;
  #sequence = 0;

  constructor(draw: Draw | undefined) {
    this.#draw = draw;
  }

  /** How many entries are due later than the current instant. */
  get later(): number {
    return this.#heap.length;
  }

  /** All entries, in no particular order. */
  *entries(): Generator<ClockEntry> {
    yield* this.#heap;
    for (const entry of this.#queue) if (entry !== undefined) yield entry;
    yield* this.#pool;
  }

  /** When the earliest entry of the heap is due; Infinity when there is none. */
  get nextMicros(): number {
    return this.#heap[0]?.dueMicros ?? Number.POSITIVE_INFINITY;
  }

  /** Adds an entry that is nowhere yet, in the order of the calls. */
  add(entry: ClockEntry, dueMicros: number, nowMicros: number): void {
    entry.dueMicros = dueMicros;
    entry.sequence = ++this.#sequence;
    if (dueMicros <= nowMicros) {
      entry.place = 'queue';
      entry.index = this.#queueTail;
      this.#queue[this.#queueTail] = entry;
      this.#queueTail += 1;
    } else {
      entry.place = 'heap';
      this.#up(entry, this.#heap.push(entry) - 1);
    }
  }

  /** Adds an entry that comes before all others of its instant, and whose presence shifts no draw. */
  addUrgent(entry: ClockEntry, dueMicros: number): void {
    entry.dueMicros = dueMicros;
    entry.sequence = ++this.#sequence - Number.MAX_SAFE_INTEGER;
    entry.place = 'heap';
    this.#up(entry, this.#heap.push(entry) - 1);
  }

  /** Adds an entry that is due now and whose order against others of that kind reality leaves open. */
  addUnordered(entry: ClockEntry, nowMicros: number): void {
    if (this.#draw === undefined) {
      this.add(entry, nowMicros, nowMicros);
      return;
    }
    entry.dueMicros = nowMicros;
    entry.sequence = ++this.#sequence;
    entry.place = 'pool';
    entry.index = this.#pool.push(entry) - 1;
  }

  /** Whether anything is due at this instant. */
  isDue(nowMicros: number): boolean {
    return this.nextMicros <= nowMicros || this.#pool.length > 0 || this.#peek() !== undefined;
  }

  /** Takes the next entry that is due; undefined when there is none. */
  take(nowMicros: number): ClockEntry | undefined {
    const first = this.#heap[0];
    const ordered = first !== undefined && first.dueMicros <= nowMicros ? first : this.#peek();
    let entry = ordered;
    if (this.#pool.length > 0 && this.#draw !== undefined && !(ordered !== undefined && ordered.sequence < 0)) {
      const drawn = this.#draw(this.#pool.length + (ordered === undefined ? 0 : 1));
      entry = this.#pool[drawn] ?? ordered;
    }
    if (entry !== undefined) {
      this.remove(entry);
    }
    return entry;
  }

  /** Takes an entry out, wherever it is. */
  remove(entry: ClockEntry): void {
    const { place, index } = entry;
    entry.place = 'nowhere';
    if (place === 'heap') {
      const last = this.#heap.pop() as ClockEntry;
      if (last !== entry) this.#settleAt(last, index);
    } else if (place === 'queue') {
      this.#queue[index] = undefined;
    } else if (place === 'pool') {
      const last = this.#pool.pop() as ClockEntry;
      if (last !== entry) {
        this.#pool[index] = last;
        last.index = index;
      }
    }
  }

  /** The first entry of the queue that was not removed, left where it is. */
  #peek(): ClockEntry | undefined {
    while (this.#queueHead < this.#queueTail) {
      const entry = this.#queue[this.#queueHead];
      if (entry !== undefined) {
        return entry;
      }
      this.#queueHead += 1;
    }
    // Positions are remembered by the entries, so it starts over only when none is in it.
    this.#queueHead = 0;
    this.#queueTail = 0;
    return undefined;
  }

  #settleAt(entry: ClockEntry, index: number): void {
    if (index > 0 && before(entry, this.#heap[(index - 1) >> 1] as ClockEntry)) this.#up(entry, index);
    else this.#down(entry, index);
  }

  #up(entry: ClockEntry, from: number): void {
    const heap = this.#heap;
    let index = from;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex] as ClockEntry;
      if (!before(entry, parent)) break;
      heap[index] = parent;
      parent.index = index;
      index = parentIndex;
    }
    heap[index] = entry;
    entry.index = index;
  }

  #down(entry: ClockEntry, from: number): void {
    const heap = this.#heap;
    const { length } = heap;
    let index = from;
    for (;;) {
      let childIndex = 2 * index + 1;
      if (childIndex >= length) break;
      let child = heap[childIndex] as ClockEntry;
      const right = heap[childIndex + 1];
      if (right !== undefined && before(right, child)) {
        childIndex += 1;
        child = right;
      }
      if (!before(child, entry)) break;
      heap[index] = child;
      child.index = index;
      index = childIndex;
    }
    heap[index] = entry;
    entry.index = index;
  }
}

function before(one: ClockEntry, other: ClockEntry): boolean {
  return one.dueMicros < other.dueMicros || (one.dueMicros === other.dueMicros && one.sequence < other.sequence);
}
