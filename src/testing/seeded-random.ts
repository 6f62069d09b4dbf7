/** Chance that can be replayed: one seed, and one independent stream of draws for every purpose. */

import { uuidOf } from '../core/uuid.js';

/**
 * A fast seeded generator (sfc32: integer adds, shifts and xors only, so every engine draws the same).
 *
 * A stream depends on the seed and on its purpose alone, never on what other streams drew: an extra draw in one place
 * shifts nothing elsewhere.
 */
export class SeededRandom {
  readonly seed: number;
  readonly purpose: string;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number, purpose = '') {
    this.seed = seed;
    this.purpose = purpose;
    this.#a = scramble(seed | 0, purpose);
    this.#b = scramble(Math.floor(seed / 0x1_0000_0000) ^ 0x9e37_79b9, purpose);
    this.#c = scramble(this.#a ^ this.#b ^ 0x85eb_ca6b, purpose);
    // The first outputs still show the seed; a dozen rounds hide it.
    for (let round = 0; round < 12; round += 1) this.uint32();
  }

  /** The stream for another purpose under the same seed; purposes nest: `'link'`, then `'link/7'`. */
  stream(purpose: string): SeededRandom {
    return new SeededRandom(this.seed, this.purpose === '' ? purpose : `${this.purpose}/${purpose}`);
  }

  /** Uniform over the 32-bit unsigned integers. */
  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Uniform in `[0, 1)`. */
  next(): number {
    return this.uint32() / 0x1_0000_0000;
  }

  /** A uniform integer in `[0, bound)`. */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  /** A uniform integer in `[min, max]`. */
  between(min: number, max: number): number {
    return min + this.below(max - min + 1);
  }

  /** True with the given probability. Draws once whatever the probability, so that changing it shifts nothing. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of the items. */
  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }

  /** A version 4 UUID. */
  uuid(): string {
    return uuidOf(() => this.uint32());
  }
}

/** Mixes a number and a name into 32 bits: FNV-1a over the name, then the finaliser of MurmurHash3. */
function scramble(value: number, name: string): number {
  let hash = 0x811c_9dc5 ^ value;
  for (let index = 0; index < name.length; index += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x0100_0193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return hash ^ (hash >>> 16);
}
