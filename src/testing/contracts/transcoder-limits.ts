/** The cases of the transcoder contract about `maxMessageBytes`. */

import type { MessageWrapper } from '../../core/errors.js';
import { check } from './contract-bench.js';
import type { TranscoderCase } from './transcoder-contract.js';

const LARGE: MessageWrapper = { topic: 'large', message: 'x'.repeat(20_000) };

/** Far enough under the message that framing of any kind makes no difference. */
const LIMIT_BYTES = 10_000;

export const limitCases: Record<string, TranscoderCase> = {
  'takes a message that is no longer than maxMessageBytes': async (bench) => {
    const frame = await bench.encode(LARGE);
    const outcome = await bench.decode([frame], { maxMessageBytes: frame.length });
    bench.checkDecoded(outcome, [LARGE], 'at the limit');
  },

  'answers a message that is longer than maxMessageBytes with an error': async (bench) => {
    const { errors } = await bench.decode([await bench.encode(LARGE)], { maxMessageBytes: LIMIT_BYTES });
    check(errors.length > 0, `A message of 20000 bytes was taken, with maxMessageBytes ${LIMIT_BYTES}.`);
  },

  'answers an unfinished message that passes maxMessageBytes with an error, without waiting for its end': async (
    bench,
  ) => {
    const frame = await bench.encode(LARGE);
    const decoder = bench.decoder({ maxMessageBytes: LIMIT_BYTES });
    for (let offset = 0; offset < 16_000; offset += 1000) await decoder.push(frame.subarray(offset, offset + 1000));
    check(
      decoder.outcome.errors.length > 0,
      `16000 bytes without an end were kept, with maxMessageBytes ${LIMIT_BYTES}.`,
    );
  },

  'counts maxMessageBytes for each message, not for the connection': async (bench) => {
    const frame = await bench.encode(LARGE);
    const outcome = await bench.decode([frame, Buffer.concat([frame, frame])], { maxMessageBytes: frame.length });
    bench.checkDecoded(outcome, [LARGE, LARGE, LARGE], 'three at the limit');
  },
};
