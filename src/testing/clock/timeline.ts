/** The order of things to come: a binary heap over (due, sequence), and a fast lane for what is due at once. */

import type { ClockEntry } from './clock-entry.js';

/** Draws the place of the next entry among `count` candidates. */
export type Draw = (count: number) => number;

/**
 * Entries in the order in which they run. What is scheduled for the current instant goes through a first-in first-out
 * queue instead of the heap: it comes after everything that was already due, which is what its sequence number says.
 *
 * Entries that are scheduled one after the other for the same later instant form a chain, of which the heap orders the
 * first only: a thousand clients that lost one server try again at one time, and cost the heap no more than one.
 *
 * Entries of the pool are due now as well, in no particular order: with a `draw` the seed decides which comes next,
 * and whether one of them overtakes the queue.
 */
export class Timeline {
  readonly #heap: ClockEntry[] = [];
  /** When each entry of the heap is due, at hand for comparing: the entries themselves are all over the memory. */
  readonly #dues: number[] = [];
  /** What was scheduled last for a later instant: the end of a chain, if it is still there. */
  #last: ClockEntry | undefined;
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

  /** All entries, in no particular order. */
  *entries(): Generator<ClockEntry> {
    for (const first of this.#heap) {
      for (let entry: ClockEntry | undefined = first; entry !== undefined; entry = entry.next) yield entry;
    }
    for (const entry of this.#queue) if (entry !== undefined) yield entry;
    yield* this.#pool;
  }

  /** When the earliest entry of the heap is due; Infinity when there is none. */
  get nextMicros(): number {
    return this.#dues[0] ?? Number.POSITIVE_INFINITY;
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
      const last = this.#last;
      if (last?.place === 'heap' && last.dueMicros === dueMicros) this.#chain(last, entry);
      else this.#push(entry);
      this.#last = entry;
    }
  }

  /** Adds an entry that comes before all others of its instant, and whose presence shifts no draw. */
  addUrgent(entry: ClockEntry, dueMicros: number): void {
    entry.dueMicros = dueMicros;
    entry.sequence = ++this.#sequence - Number.MAX_SAFE_INTEGER;
    this.#push(entry);
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
    const ordered = this.nextMicros <= nowMicros ? this.#heap[0] : this.#peek();
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
      if (entry.previous === undefined) this.#removeFirst(entry);
      else this.#unchain(entry, entry.previous);
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

  #chain(last: ClockEntry, entry: ClockEntry): void {
    entry.place = 'heap';
    entry.previous = last;
    last.next = entry;
  }

  #unchain(entry: ClockEntry, previous: ClockEntry): void {
    const { next } = entry;
    previous.next = next;
    if (next !== undefined) next.previous = previous;
    entry.previous = undefined;
    entry.next = undefined;
  }

  #push(entry: ClockEntry): void {
    entry.place = 'heap';
    this.#heap.push(entry);
    this.#dues.push(entry.dueMicros);
    this.#up(entry, this.#heap.length - 1);
  }

  /** The first of a chain, if only of itself. */
  #removeFirst(entry: ClockEntry): void {
    const { next, index } = entry;
    if (next !== undefined) {
      // It may stand there: what else is due at that time was scheduled before all of the chain, or after all of it.
      entry.next = undefined;
      next.previous = undefined;
      next.index = index;
      this.#heap[index] = next;
      return;
    }
    const last = this.#heap.pop() as ClockEntry;
    this.#dues.pop();
    if (last === entry) return;
    if (index > 0 && this.#isBefore(last, (index - 1) >> 1)) this.#up(last, index);
    else this.#down(last, index);
  }

  #up(entry: ClockEntry, from: number): void {
    let index = from;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      if (!this.#isBefore(entry, parentIndex)) break;
      this.#put(this.#heap[parentIndex] as ClockEntry, index);
      index = parentIndex;
    }
    this.#put(entry, index);
  }

  #down(entry: ClockEntry, from: number): void {
    const { length } = this.#heap;
    let index = from;
    for (;;) {
      let childIndex = 2 * index + 1;
      if (childIndex >= length) break;
      const rightIndex = childIndex + 1;
      if (rightIndex < length && this.#isBefore(this.#heap[rightIndex] as ClockEntry, childIndex))
        childIndex = rightIndex;
      if (this.#isBefore(entry, childIndex)) break;
      this.#put(this.#heap[childIndex] as ClockEntry, index);
      index = childIndex;
    }
    this.#put(entry, index);
  }

  #put(entry: ClockEntry, index: number): void {
    this.#heap[index] = entry;
    this.#dues[index] = entry.dueMicros;
    entry.index = index;
  }

  /** Whether an entry comes before the one that is at a place of the heap. */
  #isBefore(entry: ClockEntry, index: number): boolean {
    const dueMicros = this.#dues[index] as number;
    if (entry.dueMicros !== dueMicros) return entry.dueMicros < dueMicros;
    return entry.sequence < (this.#heap[index] as ClockEntry).sequence;
  }
}
