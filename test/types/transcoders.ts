/** Wire formats of one's own. */

import { type Decoder, type DecoderLimits, type EncodedData, type Encoder, jsonTranscoder, type Transcoder } from 'ipc';
import { expectType, type Same } from './expect-type.js';

export const minimal: Transcoder = {
  socketEncoding: 'utf8',
  createEncoder: () => (wrapper, callback) => {
    expectType<Same<typeof wrapper.topic, string>>();
    expectType<Same<typeof wrapper.message, unknown>>();
    callback(null, `${wrapper.topic} ${String(wrapper.message)}\n`);
  },
  createDecoder: () => (chunk: string, callback) => {
    callback(
      null,
      chunk.split('\n').map((line) => ({ topic: 'line', message: line })),
    );
  },
};

export const answers: Encoder = (_wrapper, callback) => {
  callback(null, 'text');
  callback(null, Buffer.from('bytes'));
  callback(null, new Uint8Array(2));
  callback(null, null);
  callback(undefined, undefined);
  callback(null);
  callback(new Error('no'));
  // @ts-expect-error neither text nor bytes
  callback(null, 7);
  // @ts-expect-error not an Error
  callback('no');
};

export const decoder: Decoder = (chunk: Buffer, callback) => {
  callback(null, []);
  callback(null);
  callback(new Error('bad'), [{ topic: 'good', message: chunk }]);
  // @ts-expect-error an array
  callback(null, { topic: 'good', message: chunk });
  // @ts-expect-error the message is missing
  callback(null, [{ topic: 'good' }]);
};

export const withLimits = (limits: DecoderLimits): Decoder => jsonTranscoder.createDecoder(limits);
export const withoutLimits: Decoder = jsonTranscoder.createDecoder();

// @ts-expect-error createDecoder is missing
export const half: Transcoder = { socketEncoding: null, createEncoder: () => answers };
// @ts-expect-error no encoding that Node knows
export const unknownEncoding: Transcoder = { ...minimal, socketEncoding: 'utf-9' };

expectType<Same<EncodedData, string | Uint8Array | null | undefined>>();
