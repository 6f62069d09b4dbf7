/** The promises of a transcoder as cases that any test runner can loop over. */

import type { MessageWrapper } from '../../core/errors.js';
import type { Transcoder } from '../../core/transcoder.js';
import { differences, exactly } from '../fakes/match.js';
import { type ContractCase, check } from './contract-bench.js';
import { TranscoderBench } from './transcoder-bench.js';
import { costCases } from './transcoder-cost.js';
import { limitCases } from './transcoder-limits.js';

/** What is known about the transcoder. */
export interface TranscoderContractOptions {
  /** Messages that it has to carry unchanged. Default: what JSON can express. */
  readonly samples?: readonly MessageWrapper[];
  /** Complete frames that are no messages: each has to be an error. Left out, bytes at random must do no harm. */
  readonly malformed?: readonly (Uint8Array | string)[];
  /** Messages that it cannot encode: each has to be an error. */
  readonly unencodable?: readonly unknown[];
  /** Messages that it leaves out, by giving no data for them. */
  readonly skipped?: readonly MessageWrapper[];
  /** Whether its decoder holds `maxMessageBytes` itself. Default false: then the channel does, more roughly. */
  readonly holdsLimit?: boolean;
  /** How long a callback may take, in milliseconds. Default 1000. */
  readonly patience?: number;
}

/** A case over a bench of its own. */
export type TranscoderCase = (bench: TranscoderBench) => Promise<void> | void;

/**
 * The transcoder contract.
 *
 * @returns cases: `for (const { name, run } of transcoderContract(transcoder)) it(name, run);`
 */
export function transcoderContract(transcoder: Transcoder, options: TranscoderContractOptions = {}): ContractCase[] {
  const bodies: Record<string, TranscoderCase> = {
    ...carryingCases,
    ...callbackCases,
    ...(options.unencodable === undefined ? {} : unencodableCases),
    ...(options.skipped === undefined ? {} : skippedCases),
    ...(options.holdsLimit === true ? limitCases : {}),
    ...costCases,
  };
  return Object.entries(bodies).map(([name, body]) => ({
    name,
    run: async () => body(new TranscoderBench(transcoder, options)),
  }));
}

const carryingCases: Record<string, TranscoderCase> = {
  'carries every message unchanged': async (bench) => {
    for (const sample of bench.samples) {
      const frame = await bench.encode(sample);
      bench.checkDecoded(await bench.decode([frame]), [sample], 'decoded');
    }
  },

  'carries a message that is cut at any byte': async (bench) => {
    for (const sample of bench.samples) {
      const frame = await bench.encode(sample);
      for (let cut = 1; cut < frame.length; cut++) {
        const decoded = await bench.decode([frame.subarray(0, cut), frame.subarray(cut)]);
        bench.checkDecoded(decoded, [sample], `cut after ${cut} of ${frame.length} bytes`);
      }
    }
  },

  'carries messages that come one byte at a time': async (bench) => {
    const stream = Buffer.concat(await bench.encodeAll());
    const bytes = Array.from(stream, (_, index) => stream.subarray(index, index + 1));
    bench.checkDecoded(await bench.decode(bytes), bench.samples, 'byte by byte');
  },

  'carries many messages in one chunk, in order': async (bench) => {
    const frames = await bench.encodeAll();
    const decoded = await bench.decode([Buffer.concat([...frames, ...frames])]);
    bench.checkDecoded(decoded, [...bench.samples, ...bench.samples], 'in one chunk');
  },

  'carries a chunk that ends one message and begins the next': async (bench) => {
    const frames = await bench.encodeAll();
    const stream = Buffer.concat(frames);
    let middle = 0;
    const chunks: Buffer[] = [];
    let offset = 0;
    for (const frame of frames) {
      const cut = offset + Math.ceil(frame.length / 2);
      chunks.push(stream.subarray(middle, cut));
      middle = cut;
      offset += frame.length;
    }
    chunks.push(stream.subarray(middle));
    bench.checkDecoded(await bench.decode(chunks), bench.samples, 'chunks across messages');
  },

  'keeps the decoders of two connections apart': async (bench) => {
    const [one, other] = [bench.decoder(), bench.decoder()];
    for (const sample of bench.samples) {
      const frame = await bench.encode(sample);
      const cut = Math.ceil(frame.length / 2);
      await one.push(frame.subarray(0, cut));
      await other.push(frame.subarray(0, cut));
      await one.push(frame.subarray(cut));
      await other.push(frame.subarray(cut));
    }
    bench.checkDecoded(one.outcome, bench.samples, 'first connection');
    bench.checkDecoded(other.outcome, bench.samples, 'second connection');
  },

  'serves several connections with one encoder': async (bench) => {
    const encode = bench.encoder();
    const [even, odd] = [bench.decoder(), bench.decoder()];
    for (const [index, sample] of bench.samples.entries()) {
      await (index % 2 === 0 ? even : odd).push(await encode(sample));
    }
    const parity = (wanted: number): MessageWrapper[] => bench.samples.filter((_, index) => index % 2 === wanted);
    bench.checkDecoded(even.outcome, parity(0), 'messages of the first connection');
    bench.checkDecoded(odd.outcome, parity(1), 'messages of the second connection');
  },

  'leaves the message that it encodes as it was': async (bench) => {
    for (const sample of bench.samples) {
      const given = structuredClone(sample);
      await bench.encode(given);
      const changes = differences(exactly({ ...sample }), given);
      check(changes.length === 0, `The message of '${sample.topic}' was changed: ${changes.join('; ')}.`);
    }
  },
};

const callbackCases: Record<string, TranscoderCase> = {
  'calls back once for each message that it encodes': async (bench) => {
    for (const sample of bench.samples) await bench.encode(sample);
    await bench.quiet();
    bench.checkCallbacks();
  },

  'calls back once for each chunk that it decodes, also when it completes no message': async (bench) => {
    const decoder = bench.decoder();
    for (const sample of bench.samples) {
      const frame = await bench.encode(sample);
      const cut = Math.ceil(frame.length / 2);
      await decoder.push(frame.subarray(0, cut));
      await decoder.push(frame.subarray(cut));
    }
    await bench.quiet();
    bench.checkCallbacks();
  },

  'answers bytes that are no message with an error, and does not throw': async (bench) => {
    for (const bytes of bench.malformed) {
      const { outcome } = await bench.decoder().push(bytes);
      const shown = JSON.stringify(bytes.toString('latin1').slice(0, 60));
      if (bench.knowsMalformed) check(outcome.errors.length > 0, `${shown} was taken without an error.`);
      for (const { topic } of outcome.messages) {
        check(typeof topic === 'string', `${shown} became a message whose topic is ${String(topic)}.`);
      }
    }
    await bench.quiet();
    bench.checkCallbacks();
  },
};

const unencodableCases: Record<string, TranscoderCase> = {
  'answers a message that it cannot encode with an error': async (bench) => {
    for (const message of bench.options.unencodable ?? []) {
      const error = await bench.encodeToError({ topic: 'unencodable', message });
      check(error !== undefined, 'A message that cannot be encoded was encoded.');
    }
    // The encoder goes on.
    for (const sample of bench.samples)
      bench.checkDecoded(await bench.decode([await bench.encode(sample)]), [sample], 'after it');
  },
};

const skippedCases: Record<string, TranscoderCase> = {
  'gives no data for a message that it skips, and an answer all the same': async (bench) => {
    for (const wrapper of bench.options.skipped ?? []) {
      const data = await bench.encodeRaw(wrapper);
      check(data === null || data === undefined, `'${wrapper.topic}' was to be skipped, and was encoded.`);
    }
  },
};
