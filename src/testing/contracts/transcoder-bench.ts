/** What a transcoder contract case works with: encoders and decoders that are watched, and messages to give them. */

import { StringDecoder } from 'node:string_decoder';
import type { MessageWrapper } from '../../core/errors.js';
import type { DecoderLimits, EncodedData, Transcoder } from '../../core/transcoder.js';
import { differences, exactly } from '../fakes/match.js';
import { summarize } from '../trace/summary.js';
import { check } from './contract-bench.js';
import type { TranscoderContractOptions } from './transcoder-contract.js';

/** Kept from before anyone can install fake timers: these have to be real. */
const realSetTimeout = globalThis.setTimeout;
const realClearTimeout = globalThis.clearTimeout;

const DEFAULT_PATIENCE_MS = 1000;
/** How long a second callback is waited for. */
const QUIET_MS = 20;

/** What JSON can express, and what has gone wrong somewhere. */
const DEFAULT_SAMPLES: readonly MessageWrapper[] = [
  { topic: 'hello', message: { name: 'ada' } },
  { topic: 'text', message: '' },
  { topic: 'number', message: 0.1 },
  { topic: 'flag', message: false },
  { topic: 'nothing', message: null },
  { topic: 'list', message: [1, [2, [3]], {}] },
  { topic: 'unicode', message: 'naïve – 漢字 – 🦉 – \u2028' },
  { topic: 'Größe 🦉', message: { 'ключ 🗝': 'ценность' } },
  { topic: 'control', message: 'a\0b\0\0c\u0001\n\r\t"\\' },
  { topic: 'frame', message: '{"topic":"inner","message":1}\0\0' },
  { topic: 'deep', message: { a: { b: { c: { d: [{ e: 'f' }] } } } } },
  { topic: 'long', message: 'x'.repeat(300) },
];

/** What a decoder has given so far. */
export interface Outcome {
  readonly messages: MessageWrapper[];
  readonly errors: unknown[];
}

/** A decoder of one connection. */
export interface WatchedDecoder {
  readonly outcome: Outcome;
  /** Gives it a chunk as a socket would, and waits for its answer. */
  push(bytes: Uint8Array): Promise<WatchedDecoder>;
}

export class TranscoderBench {
  readonly transcoder: Transcoder;
  readonly options: TranscoderContractOptions;
  readonly samples: readonly MessageWrapper[];
  readonly malformed: readonly Buffer[];
  readonly #complaints: string[] = [];
  readonly #encode: (wrapper: MessageWrapper) => Promise<Buffer>;

  constructor(transcoder: Transcoder, options: TranscoderContractOptions) {
    this.transcoder = transcoder;
    this.options = options;
    // An encoder that changes what it is given must not spoil the other cases.
    this.samples = options.samples ?? structuredClone(DEFAULT_SAMPLES);
    this.malformed = (options.malformed ?? garbage()).map((bytes) => Buffer.from(bytes as Uint8Array));
    this.#encode = this.encoder();
  }

  /** Whether what is malformed was given, and so is known to be. */
  get knowsMalformed(): boolean {
    return this.options.malformed !== undefined;
  }

  /** A fresh encoder, that gives bytes. */
  encoder(): (wrapper: MessageWrapper) => Promise<Buffer> {
    const encode = this.#watchedEncoder();
    return async (wrapper) => {
      const data = await encode(wrapper);
      check(data !== null && data !== undefined, `'${wrapper.topic}' was skipped: the encoder gave no data.`);
      return typeof data === 'string' ? Buffer.from(data, this.transcoder.socketEncoding ?? 'utf8') : Buffer.from(data);
    };
  }

  /** What a fresh encoder says against a message; throwing is one way to say it. */
  async encodeToError(wrapper: MessageWrapper): Promise<unknown> {
    const encode = this.transcoder.createEncoder();
    const { error } = await this.#answer<EncodedData>('The encoder', (callback) => {
      try {
        encode(wrapper, callback);
      } catch (thrown) {
        callback(thrown);
      }
    });
    return error ?? undefined;
  }

  /** Encodes with the encoder of the bench. */
  encode(wrapper: MessageWrapper): Promise<Buffer> {
    return this.#encode(wrapper);
  }

  /** What a fresh encoder gives, as it gives it. */
  encodeRaw(wrapper: MessageWrapper): Promise<EncodedData> {
    return this.#watchedEncoder()(wrapper);
  }

  /** The frames of all samples. */
  async encodeAll(): Promise<Buffer[]> {
    const frames: Buffer[] = [];
    for (const sample of this.samples) frames.push(await this.encode(sample));
    return frames;
  }

  /** A fresh decoder, that is given what a socket would give it. */
  decoder(limits: DecoderLimits = { maxMessageBytes: Number.MAX_SAFE_INTEGER }): WatchedDecoder {
    const { socketEncoding } = this.transcoder;
    const decode = this.transcoder.createDecoder(limits);
    const text = socketEncoding === null ? undefined : new StringDecoder(socketEncoding);
    const outcome: Outcome = { messages: [], errors: [] };
    const decoder: WatchedDecoder = {
      outcome,
      push: async (bytes) => {
        const chunk = text === undefined ? Buffer.from(bytes) : text.write(Buffer.from(bytes));
        // A socket with an encoding gives nothing until a character is complete.
        if (chunk.length === 0) return decoder;
        await this.#answer<readonly MessageWrapper[]>('The decoder', (callback) => {
          try {
            decode(chunk, callback);
          } catch (error) {
            throw new Error(`The decoder threw instead of calling back: ${String(error)}`);
          }
        }).then(({ error, result }) => {
          for (const message of result ?? []) outcome.messages.push(message);
          if (error !== undefined && error !== null) outcome.errors.push(error);
        });
        return decoder;
      },
    };
    return decoder;
  }

  /** Gives chunks to a fresh decoder, one after the other. */
  async decode(chunks: readonly Uint8Array[], limits?: DecoderLimits): Promise<Outcome> {
    const decoder = this.decoder(limits);
    for (const chunk of chunks) await decoder.push(chunk);
    return decoder.outcome;
  }

  /** Fails unless these messages came, in this order, and no error. */
  checkDecoded({ messages, errors }: Outcome, expected: readonly MessageWrapper[], where: string): void {
    check(errors.length === 0, `${where}: ${String(errors[0])}`);
    for (const [index, wrapper] of expected.entries()) {
      const actual = messages[index];
      check(actual !== undefined, `${where}: message ${index + 1} of ${expected.length} did not come.`);
      const wrong = differences(exactly({ ...wrapper }), { topic: actual.topic, message: actual.message });
      check(wrong.length === 0, `${where}: message ${index + 1} of ${expected.length}: ${wrong.join('; ')}.`);
    }
    const [extra] = messages.slice(expected.length);
    check(extra === undefined, `${where}: ${summarize([extra])} came beyond what was sent.`);
  }

  /** Fails when something called back twice. */
  checkCallbacks(): void {
    check(this.#complaints.length === 0, this.#complaints.join(' '));
  }

  /** Time for callbacks that should not come. */
  quiet(): Promise<void> {
    return new Promise((resolve) => realSetTimeout(resolve, QUIET_MS));
  }

  #watchedEncoder(): (wrapper: MessageWrapper) => Promise<EncodedData> {
    const encode = this.transcoder.createEncoder();
    return async (wrapper) => {
      const { error, result } = await this.#answer<EncodedData>('The encoder', (callback) => encode(wrapper, callback));
      if (error !== undefined && error !== null) throw error;
      const isData =
        result === null || result === undefined || typeof result === 'string' || result instanceof Uint8Array;
      check(isData, `The encoder gave ${summarize([result])}, which is no string, Buffer or null.`);
      return result;
    };
  }

  /** Resolves with what is called back; rejects when nothing is in time, or with what is thrown. */
  #answer<Result>(
    who: string,
    ask: (callback: (error: unknown, result?: Result) => void) => void,
  ): Promise<{ readonly error: unknown; readonly result: Result | undefined }> {
    const { patience = DEFAULT_PATIENCE_MS } = this.options;
    return new Promise((resolve, reject) => {
      let calls = 0;
      const overdue = realSetTimeout(
        () => reject(new Error(`${who} did not call back within ${patience} ms.`)),
        patience,
      );
      const callback = (error: unknown, result?: Result): void => {
        calls++;
        if (calls > 1) this.#complaints.push(`${who} called back ${calls} times.`);
        realClearTimeout(overdue);
        resolve({ error, result });
      };
      try {
        ask(callback);
      } catch (error) {
        realClearTimeout(overdue);
        reject(error);
      }
    });
  }
}

/** Bytes of all kinds, the same on every run. */
function garbage(): Buffer[] {
  let state = 1;
  const next = (): number => {
    state = (state * 48271) % 2147483647;
    return state & 0xff;
  };
  const lengths = [1, 2, 3, 7, 16, 64, 256, 1024];
  const random = lengths.map((length) => Buffer.from(Array.from({ length }, next)));
  return [...random, Buffer.alloc(64), Buffer.alloc(64, 0xff), Buffer.from('{"topic":'), Buffer.from('null\0\0')];
}
