/** The cases of the transcoder contract about cost: so many times the bytes must not cost many times so many times. */

import type { MessageWrapper } from '../../core/errors.js';
import { check } from './contract-bench.js';
import type { TranscoderBench } from './transcoder-bench.js';
import type { TranscoderCase } from './transcoder-contract.js';

/**
 * How the bytes grow, step by step. What grows with their square may be the lesser part of the cost at first, and then
 * shows at the second step.
 */
const GROWTHS = [8, 4];
/** So many times what is linear: quadratic is 8 and 4 times. What lies between is the noise of a busy machine. */
const MOST = 3;
/** A measurement under this says more about the timer than about the decoder. */
const LEAST_MS = 4;
/** What disturbs a measurement only ever adds to it, so the best of several counts. */
const ROUNDS = 5;

export const costCases: Record<string, TranscoderCase> = {
  'decodes a long message that comes in small chunks in linear time': (bench) =>
    checkLinear(bench, async (size) => {
      const frame = await bench.encode({ topic: 'long', message: 'x'.repeat(size * 64) });
      return chunksOf(frame, 64);
    }),

  'decodes a chunk of many messages in linear time': (bench) =>
    checkLinear(bench, async (size) => {
      const sample = bench.samples[0] as MessageWrapper;
      const frame = await bench.encode(sample);
      return [Buffer.concat(Array.from({ length: size }, () => frame))];
    }),
};

function chunksOf(stream: Buffer, length: number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let offset = 0; offset < stream.length; offset += length) chunks.push(stream.subarray(offset, offset + length));
  return chunks;
}

async function checkLinear(bench: TranscoderBench, stream: (size: number) => Promise<Buffer[]>): Promise<void> {
  let size = 1000;
  let smallMs = await bestOf(bench, await stream(size));
  while (smallMs < LEAST_MS && size < 64_000) {
    size *= 2;
    smallMs = await bestOf(bench, await stream(size));
  }
  for (const growth of GROWTHS) {
    const allowedMs = Math.max(smallMs, LEAST_MS) * growth * MOST;
    size *= growth;
    const chunks = await stream(size);
    let largeMs = Number.POSITIVE_INFINITY;
    // Once more after the first that holds: the next step is compared with the best.
    for (let round = 0, held = 0; round < 4 && held < 2; round++) {
      largeMs = Math.min(largeMs, await time(bench, chunks, allowedMs));
      held += Number(largeMs <= allowedMs);
    }
    const problem = `${growth} times the bytes took over ${growth * MOST} times as long: ${smallMs.toFixed(1)} ms at first.`;
    check(largeMs <= allowedMs, problem);
    smallMs = largeMs;
  }
}

async function bestOf(bench: TranscoderBench, chunks: readonly Buffer[]): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) best = Math.min(best, await time(bench, chunks));
  return best;
}

/** Gives up, and says Infinity, once it is clear that it takes too long. */
async function time(
  bench: TranscoderBench,
  chunks: readonly Buffer[],
  limitMs = Number.POSITIVE_INFINITY,
): Promise<number> {
  const decoder = bench.decoder();
  const start = cpuMs();
  for (const chunk of chunks) {
    await decoder.push(chunk);
    if (cpuMs() - start > limitMs) return Number.POSITIVE_INFINITY;
  }
  check(decoder.outcome.errors.length === 0, `The decoder failed: ${String(decoder.outcome.errors[0])}`);
  return cpuMs() - start;
}

/** Time of this process on the processor: a busy machine does not add to it, as it does to the time of day. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
