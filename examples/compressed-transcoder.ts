/** Any wire format, compressed. Asynchronous: the work is done on the thread pool, and messages keep their order. */

import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import type { Decoder, DecoderLimits, Encoder, MessageWrapper, Transcoder } from 'ipc';
import { LengthPrefixReader, withLength } from './length-prefix.js';

const deflate = promisify(deflateRaw);
const inflate = promisify<Buffer, { maxOutputLength: number }, Buffer>(inflateRaw);

/** What the framing of `inner` may add to a message. */
const FRAMING_BYTES = 64;

/** Compresses each message of `inner`. */
export function compressed(inner: Transcoder): Transcoder {
  return {
    socketEncoding: null,

    createEncoder: (): Encoder => {
      const encode = inner.createEncoder();
      return (wrapper, callback) => {
        encode(wrapper, (error, data) => {
          if (error || data === null || data === undefined) {
            // An error, or a message that `inner` skips.
            callback(error, data);
            return;
          }
          deflate(data).then(
            (body) => callback(null, withLength(body)),
            (reason: Error) => callback(reason),
          );
        });
      };
    },

    createDecoder: (limits: DecoderLimits = { maxMessageBytes: 2 ** 30 }): Decoder => {
      const reader = new LengthPrefixReader(limits.maxMessageBytes);
      const decode = inner.createDecoder(limits);
      const decodeBody = (body: Buffer) =>
        new Promise<readonly MessageWrapper[]>((resolve, reject) => {
          const chunk = inner.socketEncoding === null ? body : body.toString(inner.socketEncoding);
          decode(chunk, (error, wrappers = []) => (error ? reject(error) : resolve(wrappers)));
        });
      const decodeChunk = async (chunk: Buffer, wrappers: MessageWrapper[]): Promise<void> => {
        for (const body of reader.push(chunk)) {
          // A few bytes may blow up to gigabytes: the limit holds for what comes out as well.
          const inflated = await inflate(body, { maxOutputLength: limits.maxMessageBytes + FRAMING_BYTES });
          wrappers.push(...(await decodeBody(inflated)));
        }
      };
      // The next chunk may come before this one is done. Both use the reader, so they take turns.
      let turn: Promise<unknown> = Promise.resolve();
      return (chunk: Buffer, callback) => {
        const wrappers: MessageWrapper[] = [];
        const result = turn.then(() => decodeChunk(chunk, wrappers));
        turn = result.catch(() => {});
        result.then(
          () => callback(null, wrappers),
          (reason: Error) => callback(reason, wrappers),
        );
      };
    },
  };
}
