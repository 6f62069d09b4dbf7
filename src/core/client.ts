/** The `Client`: an emitter that carries out what its lifecycle (client-lifecycle.ts) says. */

import type { EventEmitter } from 'node:events';
import { invariant } from './assert.js';
import { type Delay, delayMs, isDelayMs } from './backoff.js';
import { Channel, type ChannelHandlers } from './channel.js';
import { type ClientEffect, type ClientInput, type ClientState, stepClient } from './client-lifecycle.js';
import type { AnyContract, Contract, EmptyTopic, MessageArgument, MessageOf, TopicOf } from './contract.js';
import { Encoding } from './encoding.js';
import { BackpressureError, NoServerError, reasonOf, SendAfterCloseError, UsageError } from './errors.js';
import type { ClientEvents } from './events.js';
import { type ClientOptions, type ResolvedClientOptions, resolveClientOptions } from './options.js';
import { Outbox } from './outbox.js';
import type { Timer } from './runtime.js';
import { eventOf } from './topic.js';
import type { Dial, DialHandlers, DuplexConnection } from './transport.js';
import { TypedEmitter } from './typed-emitter.js';

/** What is waited when the application's delay function gives no usable delay. */
const FALLBACK_DELAY_MS = 1000;

/**
 * Connects to a `Server`, retries until it is there, and comes back when the connection is lost. See `ClientEvents` for
 * the events and their order.
 */
export class Client<C extends Contract = AnyContract> extends TypedEmitter<ClientEvents<C['toClient']>> {
  readonly #options: ResolvedClientOptions;
  readonly #outbox: Outbox;
  readonly #encoding: Encoding<Channel<Client>>;
  #state: ClientState = { name: 'idle' };
  #dial: Dial | undefined;
  #channel: Channel<Client> | undefined;
  #timer: Timer | undefined;
  #openedAt = 0;
  /** The wait before the present connection: outliving it shows that the connection is healthy. */
  #waitedMs = 0;

  /** For the channels of all clients. */
  static readonly #channelHandlers: ChannelHandlers<Client> = {
    message: ({ topic, message }, client) => {
      client.#outbox.push('message', message, topic);
      client.#outbox.push(eventOf(topic), message);
      client.#outbox.flush();
    },
    error: (error, client) => client.#report(error),
    broken: (error, client) => {
      // The disconnect that follows says it too: a program that does not listen for errors need not end over it.
      if (client.listenerCount('error') > 0) {
        client.#report(error);
      }
    },
    ended: (client) => client.#dispatch({ name: 'ended' }),
    drained: (client) => {
      client.#outbox.push('drain');
      client.#outbox.flushLater();
    },
    lost: (client) => client.#lost(),
  };

  // Made once and not for each attempt or connection: a client may have very many of those.

  readonly #dialHandlers: DialHandlers = {
    opened: (connection) => this.#opened(connection),
    failed: (error) => {
      this.#dial = undefined;
      this.#happened({ name: 'failed' }, error);
    },
  };
  readonly #elapsed = (): void => this.#happened({ name: 'elapsed' });
  readonly #random = (): number => this.#options.runtime.random();

  /**
   * Nothing happens until `connect()`; listeners may be attached at once.
   *
   * @throws TypeError when an option cannot be used.
   */
  constructor(options: ClientOptions) {
    super();
    this.#options = resolveClientOptions(options);
    this.#outbox = new Outbox(this as EventEmitter, this.#options.runtime);
    this.#encoding = new Encoding(this.#options.transcoder, {
      encoded: (channel, data, topic, message) => this.#write(channel, data, message, topic),
      failed: (error) => this.#answer(error),
    });
    this.#options.transport.attach?.(this as EventEmitter);
  }

  /**
   * Starts connecting; `connect` or `connectError` follows. May be called once: a second call emits `error`
   * (`IPC_ALREADY_CONNECTED`; after `close()`, `IPC_CLOSED`) and changes nothing.
   */
  connect(): void {
    this.#dispatch({ name: 'connect' });
  }

  /**
   * Sends a message to the server. It goes out in the order of the calls, joined with what else is sent in this turn.
   * Without a connection there is an `error` (`NoServerError`); messages are not kept for the next one.
   *
   * @param topic what the message is about; an empty one is sent as `none`.
   * @param message anything the transcoder can encode; by default what JSON can express.
   * @returns false when the caller should wait for `drain` before it sends more.
   */
  send<T extends TopicOf<C['toServer']> | EmptyTopic<C['toServer']>>(
    topic: T,
    ...[message]: MessageArgument<MessageOf<C['toServer'], T>>
  ): boolean {
    const channel = this.#channel;
    if (this.#isClosing()) {
      this.#answer(new SendAfterCloseError('send() was called after close(). Build a new Client.', message, topic));
      return true;
    }
    if (channel === undefined || !channel.sendable) {
      const text = 'send() was called without a connection to the server. Wait for connect, or keep the message.';
      this.#answer(new NoServerError(text, message, topic));
      return true;
    }
    if (channel.writer.isFull()) {
      this.#refuse(channel, message, topic);
    } else {
      this.#encoding.run(channel, topic, message);
    }
    return !channel.writer.shouldWait();
  }

  /**
   * Ends it for good: no more attempts, everything already sent is delivered, then `close` follows. What is on its way
   * here is still emitted. Works in every state, and a second call does nothing.
   */
  close(): void {
    this.#dispatch({ name: 'close' });
    this.#outbox.flushLater();
  }

  #isClosing(): boolean {
    return this.#state.name === 'closing' || this.#state.name === 'closed';
  }

  /** Takes a step of the lifecycle; the emissions wait in the outbox for a flush. */
  #dispatch(input: ClientInput, error?: Error): void {
    const { next, effects } = stepClient(this.#state, input);
    this.#state = next;
    for (const effect of effects) {
      this.#perform(effect, error);
    }
  }

  /** The same for what the world does: the emissions happen now. */
  #happened(input: ClientInput, error?: Error): void {
    this.#dispatch(input, error);
    this.#outbox.flush();
  }

  #perform(effect: ClientEffect, error: Error | undefined): void {
    switch (effect) {
      case 'dial':
        this.#startDial();
        break;
      case 'abortDial':
        this.#dial?.abort();
        break;
      case 'startRetryTimer':
        this.#startWait('retryDelay', 'client retryDelay');
        break;
      case 'startReconnectTimer':
        this.#startWait('reconnectDelay', 'client reconnectDelay');
        break;
      case 'startCloseTimer':
        this.#startTimer(this.#options.closeTimeout, 'client closeTimeout');
        break;
      case 'cancelTimer':
        this.#timer?.cancel();
        break;
      case 'endConnection':
        this.#encoding.whenIdle(() => this.#channel?.end());
        break;
      case 'destroyConnection':
        this.#channel?.destroy();
        break;
      case 'refuseConnect':
        this.#answer(
          this.#isClosing()
            ? new UsageError('IPC_CLOSED', 'connect() was called after close(). Build a new Client.')
            : new UsageError('IPC_ALREADY_CONNECTED', 'connect() may be called once; retries are automatic.'),
        );
        break;
      case 'emitConnect':
        this.#outbox.push('connect', this.#connection());
        break;
      case 'emitReconnect':
        this.#outbox.push('reconnect', this.#connection());
        break;
      case 'emitConnectError':
        this.#outbox.push('connectError', error);
        break;
      case 'emitDisconnect':
        this.#outbox.push('disconnect');
        break;
      case 'emitClose':
        this.#queueClose();
        break;
      default:
        effect satisfies never;
    }
  }

  // Connecting.

  #startDial(): void {
    this.#dial = this.#options.transport.dial(this.#dialHandlers);
  }

  #opened(connection: DuplexConnection): void {
    invariant(this.#state.name === 'dialing', `a dial opened while ${this.#state.name}`);
    this.#dial = undefined;
    this.#openedAt = this.#options.runtime.now();
    this.#channel = new Channel(connection, this.#options, Client.#channelHandlers, this as unknown as Client);
    this.#happened({ name: 'opened' });
  }

  #lost(): void {
    // Of interest only to who comes back; the clock is not asked for nothing.
    const healthy = !this.#isClosing() && (this.#channel?.carriedMessage === true || this.#livedMs() > this.#waitedMs);
    this.#channel = undefined;
    this.#happened({ name: 'lost', healthy });
  }

  #livedMs(): number {
    return this.#options.runtime.now() - this.#openedAt;
  }

  #connection(): DuplexConnection {
    invariant(this.#channel !== undefined, 'connected without a channel');
    return this.#channel.connection;
  }

  // Waiting.

  #startWait(option: 'retryDelay' | 'reconnectDelay', label: string): void {
    const state = this.#state;
    invariant(state.name === 'waiting', `a wait began while ${state.name}`);
    const waitMs = this.#resolveDelay(this.#options[option], option, state.attempt);
    // The application's function may have called close().
    if (this.#state === state) {
      this.#waitedMs = waitMs;
      this.#startTimer(waitMs, label);
    }
  }

  #resolveDelay(delay: Delay, option: string, attempt: number): number {
    let cause: unknown;
    let given: unknown;
    try {
      given = delayMs(delay, attempt, this.#random);
    } catch (error) {
      cause = error;
    }
    if (isDelayMs(given)) {
      return given;
    }
    const happened = cause === undefined ? `returned ${reasonOf(given)}` : `threw ${reasonOf(cause)}`;
    const text = `options.${option} ${happened}, which is no number of milliseconds; waiting ${FALLBACK_DELAY_MS}.`;
    this.#outbox.push('error', new UsageError('IPC_BAD_DELAY', text, { cause }));
    return FALLBACK_DELAY_MS;
  }

  #startTimer(delay: number, label: string): void {
    this.#timer = this.#options.runtime.setTimer(delay, this.#elapsed, label);
  }

  // Sending.

  #write(channel: Channel<Client>, data: string | Uint8Array, message: unknown, topic: string): void {
    if (!channel.sendable) {
      const text = 'The connection to the server was lost before the message was encoded.';
      this.#answer(new NoServerError(text, message, topic));
    } else if (channel.writer.isFull()) {
      this.#refuse(channel, message, topic);
    } else {
      channel.writer.write(data);
    }
  }

  #refuse(channel: Channel<Client>, message: unknown, topic: unknown): void {
    const { bufferedBytes } = channel.writer;
    const text =
      `The server does not read: ${bufferedBytes} bytes are waiting, and options.maxBufferedBytes is ` +
      `${this.#options.maxBufferedBytes}. The message was not sent; wait for drain when send() returns false.`;
    this.#answer(new BackpressureError(text, message, topic, { clientId: undefined, bufferedBytes }));
  }

  // Emitting.

  /** Emits the error now. */
  #report(error: Error): void {
    this.#outbox.push('error', error);
    this.#outbox.flush();
  }

  /** Emits the error that answers a call of the application: after the call. */
  #answer(error: Error): void {
    this.#outbox.push('error', error);
    this.#outbox.flushLater();
  }

  #queueClose(): void {
    for (const { message, topic } of this.#encoding.abandon()) {
      const text = 'The client closed before the message was encoded.';
      this.#outbox.push('error', new NoServerError(text, message, topic));
    }
    this.#outbox.push('closed');
    this.#outbox.push('close');
  }
}
