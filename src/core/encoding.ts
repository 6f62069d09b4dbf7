/** The way of a message from `send` to its data: in order, whatever the encoder does. */

import { describe } from './describe.js';
import { EncodeError, type MessageWrapper, reasonOf } from './errors.js';
import { isError, Sequencer } from './sequencer.js';
import { type EncodedData, type ImmediateEncoder, immediate, isImmediate, type Transcoder } from './transcoder.js';

interface Job<Target> extends MessageWrapper {
  readonly target: Target;
}

/** What becomes of a message. Nothing is called from inside the encoder. */
export interface EncodingHandlers<Target> {
  /** The message is ready to go. Not called for a message that the encoder skips. */
  encoded(target: Target, data: string | Uint8Array, topic: string, message: unknown): void;
  failed(error: EncodeError): void;
}

/** Encodes messages one after the other, each for a target. */
export class Encoding<Target> {
  readonly #handlers: EncodingHandlers<Target>;
  /** Made with the first message: many clients only listen. */
  #sequencer: Sequencer<Job<Target>, EncodedData> | undefined;
  readonly #encodeNow: ImmediateEncoder[typeof immediate] | undefined;
  readonly #encode: (job: Job<Target>, done: (error: unknown, data?: EncodedData) => void) => void;

  constructor(transcoder: Transcoder, handlers: EncodingHandlers<Target>) {
    this.#handlers = handlers;
    const encoder = transcoder.createEncoder();
    if (typeof encoder !== 'function') {
      const got = describe(encoder);
      throw new TypeError(`options.transcoder.createEncoder() must return a function (wrapper, callback); got ${got}.`);
    }
    this.#encodeNow = isImmediate(encoder) ? encoder[immediate] : undefined;
    this.#encode = ({ topic, message }, done) => encoder({ topic, message }, done);
  }

  #createSequencer(): Sequencer<Job<Target>, EncodedData> {
    return new Sequencer({
      finished: (job, error, data) => this.#finished(job, error, data),
      repeated: (job, cause) => {
        const text = 'The encoder called back twice for one message; the second time is ignored.';
        this.#handlers.failed(new EncodeError(text, job, isError(cause) ? { cause } : {}));
      },
    });
  }

  /**
   * Encodes a message. `encoded` follows once every message before it has been dealt with: before this returns, when
   * the encoder answers at once.
   */
  run(target: Target, topic: unknown, message: unknown): void {
    const named = topic === '' || topic === null || topic === undefined ? 'none' : topic;
    if (typeof named !== 'string') {
      const text = `A topic must be a string; got ${typeof named}.`;
      this.#handlers.failed(new EncodeError(text, { topic, message }));
      return;
    }
    this.#sequencer ??= this.#createSequencer();
    const sequencer = this.#sequencer;
    // Most messages need no place in the queue: nothing is in it, and their encoder answers at once.
    if (this.#encodeNow !== undefined && sequencer.enter()) {
      try {
        this.#runNow(this.#encodeNow, target, named, message);
      } finally {
        sequencer.leave();
      }
    } else {
      sequencer.run({ target, topic: named, message }, this.#encode);
    }
  }

  #runNow(encode: ImmediateEncoder[typeof immediate], target: Target, topic: string, message: unknown): void {
    let data: string | Uint8Array;
    try {
      data = encode(topic, message);
    } catch (error) {
      this.#handlers.failed(toEncodeError(error, { topic, message }));
      return;
    }
    this.#handlers.encoded(target, data, topic, message);
  }

  /** True when every message so far has been dealt with. */
  get isIdle(): boolean {
    return this.#sequencer === undefined || this.#sequencer.pending === 0;
  }

  /** Calls back once every message so far has been dealt with; at once when that is so. */
  whenIdle(callback: () => void): void {
    if (this.#sequencer === undefined) {
      callback();
    } else {
      this.#sequencer.whenIdle(callback);
    }
  }

  /** Gives up what is not encoded yet, and returns it, oldest first. */
  abandon(): readonly Job<Target>[] {
    return this.#sequencer?.abandon() ?? [];
  }

  #finished(job: Job<Target>, error: unknown, data: EncodedData): void {
    if (isError(error)) {
      this.#handlers.failed(toEncodeError(error, job));
    } else if (typeof data === 'string' || data instanceof Uint8Array) {
      this.#handlers.encoded(job.target, data, job.topic, job.message);
    } else if (data !== null && data !== undefined) {
      const text = `The encoder must call back with a string, a Buffer or null; got ${typeof data}.`;
      this.#handlers.failed(new EncodeError(text, job));
    }
  }
}

function toEncodeError(error: unknown, wrapper: MessageWrapper): EncodeError {
  if (error instanceof EncodeError) {
    return error;
  }
  return new EncodeError(`The encoder failed: ${reasonOf(error)}`, wrapper, { cause: error });
}
