/** Version 4 UUIDs, as RFC 9562 writes them. Many are made at once: a server takes one for each connection. */

import { crypto } from './builtin.js';

const MADE_AT_ONCE = 64;
const RANDOM_BYTES = 16;
const TEXT_BYTES = 36;

const DASH = 0x2d;
const ZERO = 0x30;
const A = 0x61;

/** Where the two digits of each byte begin. */
const PLACES: readonly number[] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

const random: Buffer = Buffer.alloc(MADE_AT_ONCE * RANDOM_BYTES);
const text: Buffer = Buffer.alloc(MADE_AT_ONCE * TEXT_BYTES, DASH);
let taken = MADE_AT_ONCE;

/**
 * A fresh one. It is a string of one piece: one that was put together of parts takes much more memory, for as long as the
 * client is there.
 */
export function uuid(): string {
  if (taken === MADE_AT_ONCE) {
    makeMore();
    taken = 0;
  }
  const start = taken * TEXT_BYTES;
  taken += 1;
  return text.toString('latin1', start, start + TEXT_BYTES);
}

function makeMore(): void {
  crypto().randomFillSync(random);
  for (let made = 0; made < MADE_AT_ONCE; made++) {
    for (let index = 0; index < RANDOM_BYTES; index++) {
      const byte = marked(random[made * RANDOM_BYTES + index] as number, index);
      writeByte(made * TEXT_BYTES + (PLACES[index] as number), byte);
    }
  }
}

/** Four bits say that it is version 4, and two that it is a UUID of this kind. */
function marked(byte: number, index: number): number {
  if (index === 6) {
    return (byte & 0x0f) | 0x40;
  }
  return index === 8 ? (byte & 0x3f) | 0x80 : byte;
}

function writeByte(at: number, byte: number): void {
  text[at] = digit(byte >> 4);
  text[at + 1] = digit(byte & 0x0f);
}

function digit(value: number): number {
  return value < 10 ? ZERO + value : A - 10 + value;
}
