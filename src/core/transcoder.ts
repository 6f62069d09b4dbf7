/** What turns messages into bytes and back: the seam for formats other than the default JSON. */

import type { MessageWrapper } from './errors.js';

/** True for what a decoder may produce: an object with a string topic. */
export function isMessageWrapper(value: unknown): value is MessageWrapper {
  return typeof value === 'object' && value !== null && typeof (value as MessageWrapper).topic === 'string';
}

/** What an encoder may produce. `null` or `undefined` skips the message. */
export type EncodedData = string | Uint8Array | null | undefined;

/**
 * Encodes one message. Calls back exactly once, at once or later, with an error or with the data; throwing is the same
 * as calling back with an error, and so is a promise that rejects. Messages leave in the order of `send`, whenever their encodings finish.
 *
 * One encoder may serve many connections, so it must not keep bytes of one message for the next.
 */
export type Encoder = (
  wrapper: MessageWrapper,
  callback: (error: Error | null | undefined, data?: EncodedData) => void,
) => void;

/** Names the way to call an `ImmediateEncoder` without a callback. */
export const immediate: unique symbol = Symbol('ipc.immediate');

/** An encoder that has always answered when it returns, and can do so without a callback. */
export interface ImmediateEncoder extends Encoder {
  /** @throws what the encoder would call back with. */
  readonly [immediate]: (topic: string, message: unknown) => string | Uint8Array;
}

/** True for an encoder that answers in place. */
export function isImmediate(encoder: Encoder): encoder is ImmediateEncoder {
  return typeof encoder === 'function' && immediate in encoder;
}

/**
 * Decodes the next chunk of a connection. Calls back exactly once for each chunk, at once or later, with the messages
 * that the chunk completed: often none, sometimes many. The error, when there is one, may come together with the
 * messages that were good before it. Each connection has its own decoder, so it may keep the rest of a chunk.
 */
export type Decoder = (
  // biome-ignore lint/suspicious/noExplicitAny: a string or a Buffer, as `socketEncoding` says
  chunk: any,
  callback: (error: Error | null | undefined, wrappers?: readonly MessageWrapper[]) => void,
) => void;

/** Limits that a decoder should hold while it waits for the rest of a message. */
export interface DecoderLimits {
  /** The longest message in bytes, delimiters not counted. */
  readonly maxMessageBytes: number;
}

/** A wire format. */
export interface Transcoder {
  /** What chunks are: an encoding such as `'utf8'` for strings, `null` for Buffers. Strings are written in it too. */
  readonly socketEncoding: BufferEncoding | null;
  createEncoder(): Encoder;
  /** One decoder for each connection, made when the first chunk comes in on it. */
  createDecoder(limits?: DecoderLimits): Decoder;
}
