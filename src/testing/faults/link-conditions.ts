/** What each fault that shapes the bytes on their way does to one direction of a link. */

import type { Condition } from '../network/link-direction.js';
import type { SeededRandom } from '../seeded-random.js';
import type { Bandwidth, Coalesce, Corrupt, Latency, LimitData, Slice, SlowClose } from './fault.js';

const microsPerMs = 1000;
const microsPerSecond = 1_000_000;
const defaultBurstBytes = 65_536;
const largestReadBytes = 65_536;

/**
 * The exponential distribution with mean 1,000 as 64 equally likely values: logarithms differ in their last bit between
 * engines, and a trace must not.
 */
const exponentialThousandths: readonly number[] = [
  8, 24, 40, 56, 73, 90, 107, 125, 143, 161, 179, 198, 217, 237, 257, 277, 298, 319, 341, 363, 386, 409, 433, 458, 483,
  508, 535, 562, 589, 618, 647, 678, 709, 741, 774, 809, 845, 882, 920, 960, 1_002, 1_045, 1_091, 1_138, 1_188, 1_241,
  1_297, 1_356, 1_418, 1_485, 1_556, 1_633, 1_717, 1_808, 1_908, 2_019, 2_144, 2_287, 2_454, 2_655, 2_906, 3_243, 3_753,
  4_852,
];

/** Each piece arrives later. */
export function latencyCondition({ latency, jitter = 0, distribution }: Latency, random: SeededRandom): Condition {
  return {
    delay: (dueMicros) => {
      const spreadMicros =
        distribution === 'exponential'
          ? random.pick(exponentialThousandths) * jitter
          : Math.round((2 * random.next() - 1) * jitter * microsPerMs);
      return dueMicros + Math.max(0, latency * microsPerMs + spreadMicros);
    },
  };
}

/** A token bucket: pieces wait until enough tokens have come in. */
export function bandwidthCondition({ rate, burst = defaultBurstBytes }: Bandwidth): Condition {
  const burstMicros = Math.round((burst / rate) * microsPerSecond);
  let paidMicros = Number.NEGATIVE_INFINITY;
  return {
    delay: (dueMicros, bytes) => {
      paidMicros = Math.max(paidMicros, dueMicros - burstMicros) + Math.ceil((bytes / rate) * microsPerSecond);
      return Math.max(dueMicros, paidMicros);
    },
    pieceLimit: () => Math.max(1, Math.min(burst, largestReadBytes)),
  };
}

/** Pieces of a drawn size, with a pause between them. */
export function sliceCondition({ average, variation = 0, delay = 0 }: Slice, random: SeededRandom): Condition {
  let freeMicros = Number.NEGATIVE_INFINITY;
  return {
    pieceLimit: () => Math.max(1, average + Math.round((2 * random.next() - 1) * variation)),
    delay: (dueMicros, _bytes, freight) => {
      const passMicros = Math.max(dueMicros, freeMicros);
      if (freight === 'bytes') freeMicros = passMicros + delay * microsPerMs;
      return passMicros;
    },
  };
}

/** What comes within a window arrives at its end. */
export function coalesceCondition({ window, max = largestReadBytes }: Coalesce): Condition {
  let endMicros = Number.NEGATIVE_INFINITY;
  let gathered = 0;
  return {
    delay: (dueMicros, bytes) => {
      if (dueMicros > endMicros || gathered + bytes > max) {
        endMicros = Math.max(dueMicros, dueMicros > endMicros ? dueMicros + window * microsPerMs : dueMicros);
        gathered = 0;
      }
      gathered += bytes;
      return endMicros;
    },
  };
}

/** The end comes late, the bytes do not. */
export function slowCloseCondition({ delay }: SlowClose): Condition {
  return {
    delay: (dueMicros, _bytes, freight) => (freight === 'end' ? dueMicros + delay * microsPerMs : dueMicros),
  };
}

/** Lets so many bytes out and then calls back, once. */
export function limitDataCondition({ bytes }: LimitData, onReached: () => void): Condition {
  let left = bytes;
  return {
    readLimit: () => left,
    delivered: (chunk) => {
      left -= chunk.length;
      if (left === 0) onReached();
    },
  };
}

/** Flips bytes of a drawn part of the chunks. */
export function corruptCondition({ probability, bytes = 1 }: Corrupt, random: SeededRandom): Condition {
  return {
    transform: (chunk) => {
      if (!random.chance(probability) || chunk.length === 0) return chunk;
      const copy = Buffer.from(chunk);
      for (let count = 0; count < bytes; count += 1) {
        const index = random.below(copy.length);
        copy[index] = (copy[index] as number) ^ random.between(1, 255);
      }
      return copy;
    },
  };
}
