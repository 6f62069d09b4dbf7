/** Lets a script put bytes of its own between messages, without losing their order. */

import type { MessageWrapper } from '../../core/errors.js';
import type { Decoder, DecoderLimits, EncodedData, Encoder, Transcoder } from '../../core/transcoder.js';

/** Sent as a message, goes out as these bytes. */
export class RawBytes {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

/** Sent as a message, goes out as the first bytes of its frame. */
export class PartialFrame {
  readonly message: unknown;
  readonly bytes: number;

  constructor(message: unknown, bytes: number) {
    this.message = message;
    this.bytes = bytes;
  }
}

/**
 * The transcoder of the program, through which raw bytes and beginnings of frames pass as they are: the state machine
 * above it keeps them in order with everything else, as it does with messages.
 */
export class ScriptedTranscoder implements Transcoder {
  readonly socketEncoding: BufferEncoding | null;
  readonly #transcoder: Transcoder;
  #pending = 0;
  #whenIdle: (() => void)[] = [];

  constructor(transcoder: Transcoder) {
    this.#transcoder = transcoder;
    this.socketEncoding = transcoder.socketEncoding;
  }

  createEncoder(): Encoder {
    const encode = this.#transcoder.createEncoder();
    return (wrapper, callback) => {
      this.#pending += 1;
      let isPending = true;
      const done = (error: Error | null | undefined, data?: EncodedData): void => {
        callback(error, data);
        if (!isPending) return;
        isPending = false;
        this.#pending -= 1;
        if (this.#pending === 0) for (const idle of this.#whenIdle.splice(0)) idle();
      };
      try {
        if (wrapper.message instanceof RawBytes) done(null, wrapper.message.bytes);
        else if (wrapper.message instanceof PartialFrame) this.#encodePart(encode, wrapper, wrapper.message, done);
        else encode(wrapper, done);
      } catch (error) {
        done(error as Error);
      }
    };
  }

  createDecoder(limits?: DecoderLimits): Decoder {
    return this.#transcoder.createDecoder(limits);
  }

  /** Calls back once every message so far is encoded; at once when that is so. */
  whenIdle(callback: () => void): void {
    if (this.#pending === 0) callback();
    else this.#whenIdle.push(callback);
  }

  #encodePart(encode: Encoder, { topic }: MessageWrapper, part: PartialFrame, done: Parameters<Encoder>[1]): void {
    encode({ topic, message: part.message }, (error, data) => {
      if (error !== undefined && error !== null) {
        done(error);
        return;
      }
      const frame = typeof data === 'string' ? Buffer.from(data, this.socketEncoding ?? 'utf8') : (data ?? Buffer.of());
      if (part.bytes < frame.length) {
        done(null, frame.subarray(0, part.bytes));
      } else {
        done(new RangeError(`${part.bytes} bytes are no part of this frame, which has ${frame.length}.`));
      }
    });
  }
}
