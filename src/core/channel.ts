/** One live connection that speaks messages: bytes to messages, data to few writes, and every buffer with a limit. */

import { describe } from './describe.js';
import { DecodeError, type MessageWrapper, reasonOf } from './errors.js';
import type { ResolvedOptions } from './options.js';
import type { Timer } from './runtime.js';
import { isError, Sequencer } from './sequencer.js';
import { type Decoder, isMessageWrapper } from './transcoder.js';
import type { DuplexConnection } from './transport.js';
import { Writer } from './writer.js';

/**
 * What a channel tells its owner, who may be that of many: `peer` is what the owner calls this one. `lost` comes once
 * and last.
 */
export interface ChannelHandlers<Peer> {
  message(wrapper: MessageWrapper, peer: Peer): void;
  /** What came in cannot be read. */
  error(error: DecodeError, peer: Peer): void;
  /** The connection itself reports an error; `lost` follows. */
  broken(error: Error, peer: Peer): void;
  /** The peer has finished sending; nothing can be sent to it any more either. */
  ended(peer: Peer): void;
  /** The backlog is written out, after `shouldWait` said true. */
  drained(peer: Peer): void;
  /** The connection is gone, and every message it carried has been delivered. */
  lost(peer: Peer): void;
}

/** What a channel needs to know of its owner's options. */
export type ChannelOptions = Pick<
  ResolvedOptions,
  'transcoder' | 'runtime' | 'maxMessageBytes' | 'maxBufferedBytes' | 'closeTimeout'
>;

/** Bytes that may be in the hands of a decoder that answers later, before the connection is paused. */
const DECODE_AHEAD_BYTES = 1024 * 1024;

/** How far a custom decoder may be over `maxMessageBytes` without a message: framing of its own, and one read. */
const DECODER_SLACK_BYTES = 64 * 1024;

/** Where a connection keeps its channel. */
const carried: unique symbol = Symbol('ipc.channel');

type Carrier = DuplexConnection & { [carried]: Channel<unknown> };

export class Channel<Peer> {
  readonly connection: DuplexConnection;
  /** What the owner calls this one. */
  readonly peer: Peer;
  /** The `SharedBatch` that will be written to it and to others, while there is one. */
  sharing: { flush(): void } | undefined;
  readonly #options: ChannelOptions;
  readonly #handlers: ChannelHandlers<Peer>;
  // Made when first needed: many connections carry messages one way only.
  #decoder: Decoder | undefined;
  #decoding: Sequencer<Buffer | string, readonly MessageWrapper[]> | undefined;
  #writer: Writer | undefined;
  /**
   * open: both ways. ended: the peer has finished. ending: we have, after all that was written. destroyed: cut, and
   * what still comes in is of no interest. closed: the connection is gone, some chunks may still be decoding.
   */
  #state: 'open' | 'ended' | 'ending' | 'destroyed' | 'closed' | 'lost' = 'open';
  #carriedMessage = false;
  /** Bytes given to the decoder since it last produced a message. */
  #undecidedBytes = 0;
  #decodingBytes = 0;
  #patience: Timer | undefined;

  constructor(connection: DuplexConnection, options: ChannelOptions, handlers: ChannelHandlers<Peer>, peer: Peer) {
    this.connection = connection;
    this.#options = options;
    this.#handlers = handlers;
    this.peer = peer;
    this.#adopt();
  }

  /** True while messages can be sent. */
  get sendable(): boolean {
    return this.#state === 'open' && !this.connection.destroyed;
  }

  /** True once a message has come in: the peer is alive, and not just its kernel. */
  get carriedMessage(): boolean {
    return this.#carriedMessage;
  }

  /** What is sent goes through this. The caller has looked at `sendable`, and before a message at `isFull()`. */
  get writer(): Writer {
    this.#writer ??= new Writer(this.connection, this.#options, () => this.#handlers.drained(this.peer));
    return this.#writer;
  }

  /** Finishes after everything written, and waits for the peer to finish too: `lost` follows when it has. */
  end(): void {
    if (this.#state === 'open') {
      this.#leaveAfterAll('ending');
      this.connection.end();
    }
  }

  /** Cuts the connection now. What is not written or decoded yet is dropped; `lost` follows. */
  destroy(): void {
    if (this.#state === 'closed') {
      this.#lose();
    } else if (this.#state !== 'lost') {
      this.#leave('destroyed');
      this.connection.destroy();
    }
  }

  /** What was sent so far goes out first. */
  #leaveAfterAll(state: 'ended' | 'ending'): void {
    this.sharing?.flush();
    this.#writer?.flush();
    this.#leave(state);
  }

  /** Nothing is sent in any state but the first. */
  #leave(state: 'ended' | 'ending' | 'destroyed' | 'closed'): void {
    this.#state = state;
    this.#writer?.close();
  }

  // Reading.

  connectionData(chunk: Buffer | string): void {
    if (this.#state === 'destroyed' || this.#isGone) {
      return;
    }
    this.#decodingBytes += chunk.length;
    this.#decoder ??= createDecoder(this.#options);
    this.#decoding ??= this.#createDecoding();
    this.#decoding.run(chunk, this.#decoder);
    if (this.#decodingBytes > DECODE_AHEAD_BYTES) {
      this.connection.pause();
    }
  }

  #createDecoding(): Sequencer<Buffer | string, readonly MessageWrapper[]> {
    return new Sequencer({
      finished: (chunk, error, wrappers) => this.#decoded(chunk, error, wrappers ?? []),
      repeated: (chunk, cause) => {
        const text = 'The decoder called back twice for one chunk; the second time is ignored.';
        this.#handlers.error(new DecodeError(text, chunk, isError(cause) ? { cause } : {}), this.peer);
      },
    });
  }

  #decoded(chunk: Buffer | string, error: unknown, wrappers: unknown): void {
    if (this.#decodingBytes > DECODE_AHEAD_BYTES && this.#decodingBytes - chunk.length <= DECODE_AHEAD_BYTES) {
      this.connection.resume();
    }
    this.#decodingBytes -= chunk.length;
    if (this.#state === 'destroyed') {
      return;
    }
    const messages = Array.isArray(wrappers) ? wrappers : [wrappers];
    for (const wrapper of messages) {
      if (!isMessageWrapper(wrapper)) {
        this.#reject(new DecodeError('The decoder gave what is no message: an object with a string topic.', chunk));
        return;
      }
      this.#carriedMessage = true;
      this.#handlers.message(wrapper, this.peer);
    }
    this.#undecidedBytes = messages.length > 0 ? 0 : this.#undecidedBytes + chunk.length;
    if (isError(error)) {
      this.#reject(toDecodeError(error, chunk));
    } else if (this.#undecidedBytes > this.#options.maxMessageBytes + DECODER_SLACK_BYTES) {
      const { maxMessageBytes } = this.#options;
      const text = `The peer sent over ${maxMessageBytes} bytes (options.maxMessageBytes) that made no message.`;
      this.#reject(new DecodeError(text, chunk));
    }
  }

  /** Nothing can be sent any more once the owner hears of it. */
  #reject(error: DecodeError): void {
    if (this.#state === 'closed') {
      this.#handlers.error(error, this.peer);
      this.#lose();
    } else {
      this.destroy();
      this.#handlers.error(error, this.peer);
    }
  }

  // The connection itself.

  #adopt(): void {
    const { connection } = this;
    const { socketEncoding } = this.#options.transcoder;
    if (socketEncoding !== null && socketEncoding !== undefined) {
      connection.setEncoding(socketEncoding);
    }
    (connection as Carrier)[carried] = this as Channel<unknown>;
    connection.on('error', onError);
    connection.on('end', onEnd);
    connection.on('close', onClose);
    connection.on('data', onData);
    connection.end = Object.hasOwn(connection, 'end') ? endAfter(connection.end) : end;
  }

  // What the connection tells, by the listeners below. They stay: to take them off costs each connection more than to look
  // here at what a careless Duplex may still say after its `close`.

  get #isGone(): boolean {
    return this.#state === 'closed' || this.#state === 'lost';
  }

  connectionFailed(error: Error): void {
    if (!this.#isGone) {
      this.#handlers.broken(error, this.peer);
    }
  }

  /** The application is about to end it, whose `send` before that call comes before the end. */
  connectionEnding(): void {
    if (this.#state === 'open') {
      this.#leaveAfterAll('ending');
    }
  }

  connectionEnded(): void {
    if (this.#state === 'open') {
      this.#leaveAfterAll('ended');
      // A net.Socket finishes by itself; a Duplex that allows half-open connections does not.
      this.connection.end();
      this.#handlers.ended(this.peer);
    }
  }

  connectionClosed(): void {
    if (this.#isGone) {
      return;
    }
    if (this.#state === 'destroyed') {
      this.#lose();
      return;
    }
    this.#leave('closed');
    if (this.#decoding === undefined || this.#decoding.pending === 0) {
      this.#lose();
    } else {
      const { runtime, closeTimeout } = this.#options;
      const stuck = () => this.#decoderStuck();
      this.#patience = runtime.setTimer(closeTimeout, stuck, 'decoder of a closed connection');
      this.#decoding.whenIdle(() => this.#lose());
    }
  }

  #decoderStuck(): void {
    const chunk = this.#decoding?.abandon()[0];
    const text = `The decoder has not called back for ${this.#options.closeTimeout} ms after its connection closed.`;
    this.#handlers.error(new DecodeError(text, chunk), this.peer);
    this.#lose();
  }

  #lose(): void {
    if (this.#state !== 'lost') {
      this.#state = 'lost';
      this.#patience?.cancel();
      this.#decoding?.abandon();
      this.#handlers.lost(this.peer);
    }
  }
}

// Shared by all channels: listeners of its own would be a fifth of what an idle connection takes.

function onError(this: Carrier, error: Error): void {
  this[carried].connectionFailed(error);
}

function onEnd(this: Carrier): void {
  this[carried].connectionEnded();
}

function onClose(this: Carrier): void {
  this[carried].connectionClosed();
}

/** Stands before the `end` of a connection, which the application may call to be rid of a peer. */
function end(this: Carrier, ...values: unknown[]): unknown {
  this[carried].connectionEnding();
  return Reflect.apply(Object.getPrototypeOf(this).end, this, values);
}

/** The same before an `end` of the connection's own, such as that of a wrapper. */
function endAfter(own: DuplexConnection['end']): DuplexConnection['end'] {
  return function (this: Carrier, ...values: unknown[]): unknown {
    this[carried].connectionEnding();
    return Reflect.apply(own, this, values);
  };
}

function onData(this: Carrier, chunk: Buffer | string): void {
  this[carried].connectionData(chunk);
}

/** A decoder that cannot be made is one that fails on the first chunk: the world must not throw at a connection. */
function createDecoder({ transcoder, maxMessageBytes }: ChannelOptions): Decoder {
  try {
    const decoder = transcoder.createDecoder({ maxMessageBytes });
    if (typeof decoder !== 'function') {
      throw new TypeError(`createDecoder() must return a function (chunk, callback); got ${describe(decoder)}.`);
    }
    return decoder;
  } catch (error) {
    return (_chunk, callback) => callback(error as Error);
  }
}

function toDecodeError(error: unknown, chunk: Buffer | string): DecodeError {
  if (error instanceof DecodeError) {
    return error;
  }
  return new DecodeError(`The decoder failed: ${reasonOf(error)}`, chunk, { cause: error });
}
