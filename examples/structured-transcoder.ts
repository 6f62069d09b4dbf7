/** A wire format for what JSON cannot say: dates, maps, sets, BigInts, buffers, cycles. Synchronous. */

import { deserialize, serialize } from 'node:v8';
import type { DecoderLimits, MessageWrapper, Transcoder } from 'ipc';
import { LengthPrefixReader, withLength } from './length-prefix.js';

/**
 * Messages as the structured clone of Node's `v8` module. Both ends must use it, on versions of Node that read each
 * other's format. Only for peers that you trust: V8 does not promise to withstand data made to harm it.
 */
export const structuredTranscoder: Transcoder = {
  // Chunks come as Buffers; a string encoding would destroy binary data.
  socketEncoding: null,

  // One encoder serves every connection, so it keeps nothing. What it throws (a function cannot be cloned) becomes an
  // EncodeError with the original as its cause.
  createEncoder: () => (wrapper, callback) => {
    callback(null, withLength(serialize(wrapper)));
  },

  // Each connection gets a decoder, which may remember. Without limits it is being used outside a Server or Client.
  createDecoder: ({ maxMessageBytes }: DecoderLimits = { maxMessageBytes: Number.POSITIVE_INFINITY }) => {
    const reader = new LengthPrefixReader(maxMessageBytes);
    return (chunk: Buffer, callback) => {
      const wrappers: MessageWrapper[] = [];
      try {
        for (const body of reader.push(chunk)) {
          // The peer's word again: the library checks that it is an object with a string topic.
          wrappers.push(deserialize(body));
        }
        callback(null, wrappers);
      } catch (error) {
        // With the messages that were good before the fault. The connection ends here.
        callback(error as Error, wrappers);
      }
    };
  },
};
