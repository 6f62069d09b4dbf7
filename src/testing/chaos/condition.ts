/** What faults do to the bytes that go one way through one connection. */

import type { Fault } from '../faults/fault.js';
import type { SeededRandom } from '../seeded-random.js';
import { TokenBucket } from './token-bucket.js';

/** One fault's part in one lane. A lane asks all of its conditions, in the order in which they came. */
export interface Condition {
  /** Nothing is passed on. */
  readonly blocks?: boolean;
  /** Nothing is read either, so that the sender feels it. */
  readonly stopsReading?: boolean;
  /** Most bytes that may be kept waiting. */
  readonly queueBytes?: number;
  /** How much later the end arrives. */
  readonly endDelayMs?: number;
  /** Chunks that come within the window are joined. */
  readonly gather?: { readonly windowMs: number; readonly maxBytes: number };
  /** Time between two writes; 0 is one turn of the loop. */
  readonly pauseMs?: number;
  /** Bytes may pass from now on. */
  begun?(): void;
  /** A chunk that has come in, changed. */
  alter?(chunk: Buffer): Buffer;
  /** Drawn once for each chunk. */
  delayMs?(): number;
  /** How many of so many bytes may be written now. */
  allowance?(bytes: number, nowMs: number): number;
  /** When to ask again, after an allowance of 0. */
  waitMs?(bytes: number): number;
  /** So many bytes were written. */
  written?(bytes: number): void;
}

/** Kept waiting at most when a fault is about time and not about the sender. */
const PATIENT_QUEUE_BYTES = 1024 * 1024;

const DEFAULT_BURST_BYTES = 65_536;

/**
 * The condition that a fault is; undefined when it does nothing to the bytes.
 *
 * @param limitReached what to do when `limitData` has let its bytes pass.
 */
export function conditionOf(
  fault: Fault,
  random: SeededRandom,
  nowMs: number,
  limitReached: () => void,
): Condition | undefined {
  switch (fault.kind) {
    case 'latency': {
      const { latency, jitter = 0, distribution = 'uniform' } = fault;
      const spread = distribution === 'uniform' ? uniform : exponential;
      return {
        queueBytes: PATIENT_QUEUE_BYTES,
        delayMs: () => Math.max(0, latency + spread(random, jitter)),
      };
    }
    case 'bandwidth':
      return limitRate(fault.rate, fault.burst ?? DEFAULT_BURST_BYTES, nowMs);
    case 'slice':
      return cutSmaller(fault.average, fault.variation ?? 0, fault.delay ?? 0, random);
    case 'coalesce': {
      const maxBytes = Math.min(fault.max ?? DEFAULT_BURST_BYTES, PATIENT_QUEUE_BYTES);
      return { queueBytes: PATIENT_QUEUE_BYTES, gather: { windowMs: fault.window, maxBytes } };
    }
    case 'limitData':
      return limitBytes(fault.bytes, fault.then === 'stall', limitReached);
    case 'slowClose':
      return { endDelayMs: fault.delay };
    case 'stall':
    case 'partition':
    case 'swizzle':
      return { blocks: true, stopsReading: true };
    case 'hold':
      return { blocks: true, queueBytes: PATIENT_QUEUE_BYTES };
    case 'corrupt': {
      const { probability, bytes = 1 } = fault;
      return { alter: (chunk) => (random.chance(probability) ? flip(chunk, bytes, random) : chunk) };
    }
    default:
      return undefined;
  }
}

function uniform(random: SeededRandom, jitterMs: number): number {
  return random.between(-jitterMs, jitterMs);
}

/** Mean `jitterMs`. In whole milliseconds, which hides the last bits that engines differ in. */
function exponential(random: SeededRandom, jitterMs: number): number {
  return Math.round(-Math.log(1 - random.next()) * jitterMs);
}

function limitRate(rate: number, burst: number, nowMs: number): Condition {
  const bucket = new TokenBucket(rate, burst, nowMs);
  return {
    allowance: (bytes, nowMs) => Math.min(bytes, bucket.available(nowMs)),
    waitMs: (bytes) => bucket.waitMs(bytes),
    written: (bytes) => bucket.take(bytes),
  };
}

function cutSmaller(average: number, variation: number, delayMs: number, random: SeededRandom): Condition {
  const draw = (): number => Math.max(1, random.between(average - variation, average + variation));
  let pieceBytes = draw();
  return {
    pauseMs: delayMs,
    allowance: (bytes) => Math.min(bytes, pieceBytes),
    written: () => {
      pieceBytes = draw();
    },
  };
}

function limitBytes(limit: number, stalls: boolean, reached: () => void): Condition {
  let leftBytes = limit;
  return {
    get blocks() {
      return stalls && leftBytes === 0;
    },
    begun: () => {
      if (leftBytes === 0) reached();
    },
    allowance: (bytes) => Math.min(bytes, leftBytes),
    waitMs: () => Number.POSITIVE_INFINITY,
    written: (bytes) => {
      leftBytes -= bytes;
      if (leftBytes === 0) reached();
    },
  };
}

/** Flips bits of as many bytes, in a copy: none of them stays what it was. */
function flip(chunk: Buffer, bytes: number, random: SeededRandom): Buffer {
  const copy = Buffer.from(chunk);
  for (let count = 0; count < bytes; count += 1) {
    const index = random.below(copy.length);
    copy[index] = (chunk[index] ?? 0) ^ random.between(1, 255);
  }
  return copy;
}
