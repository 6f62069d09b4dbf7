/** The `Server`: an emitter that carries out what its lifecycle (server-lifecycle.ts) says. */

import type { EventEmitter } from 'node:events';
import { invariant } from './assert.js';
import { Channel, type ChannelHandlers } from './channel.js';
import type { AnyContract, Contract, EmptyTopic, MessageArgument, MessageOf, TopicOf } from './contract.js';
import { describe } from './describe.js';
import { Encoding } from './encoding.js';
import { BackpressureError, BadClientError, SendAfterCloseError, UsageError } from './errors.js';
import type { ServerEvents } from './events.js';
import { type ResolvedOptions, resolveServerOptions, type ServerOptions } from './options.js';
import { Outbox } from './outbox.js';
import type { Timer } from './runtime.js';
import { type ServerEffect, type ServerInput, type ServerState, stepServer } from './server-lifecycle.js';
import { SharedBatch } from './shared-batch.js';
import { eventOf } from './topic.js';
import type { DuplexConnection, Listener } from './transport.js';
import { TypedEmitter } from './typed-emitter.js';

/** What an input of the lifecycle is about. */
type Subject = { readonly error?: Error; readonly connection?: DuplexConnection; readonly clientId?: string };

/** Where a message goes: to one client, or to all of them. */
type Target = Channel<string> | 'all';

/**
 * Listens for any number of `Client`s, hears their messages, and sends to one or to all. See `ServerEvents` for the
 * events and their order.
 */
export class Server<C extends Contract = AnyContract> extends TypedEmitter<ServerEvents<C['toServer']>> {
  readonly #options: ResolvedOptions;
  readonly #outbox: Outbox;
  readonly #encoding: Encoding<Target>;
  readonly #peers: Map<string, Channel<string>> = new Map();
  readonly #shared: SharedBatch;
  /** Clients for which a broadcast has already reported that they do not read. */
  readonly #reported: Set<string> = new Set();
  #state: ServerState = { name: 'idle' };
  #listener: Listener | undefined;
  #timer: Timer | undefined;
  /** For the connections of all clients. */
  readonly #channelHandlers: ChannelHandlers<string> = {
    message: ({ topic, message }, clientId) => {
      this.#outbox.push('message', message, topic, clientId);
      this.#outbox.push(eventOf(topic), message, clientId);
      this.#outbox.flush();
    },
    error: (error, clientId) => {
      error.clientId = clientId;
      this.#report(error);
    },
    broken: (error) => {
      // The disconnect that follows says it too: a program that does not listen for errors need not end over it.
      if (this.listenerCount('error') > 0) {
        this.#report(error);
      }
    },
    ended: () => {},
    drained: (clientId) => {
      this.#reported.delete(clientId);
      this.#outbox.push('drain', clientId);
      this.#outbox.flushLater();
    },
    lost: (clientId) => this.#happened('lost', { clientId }),
  };

  /**
   * Nothing touches the disk until `listen()`; listeners may be attached at once.
   *
   * @throws TypeError when an option cannot be used.
   */
  constructor(options: ServerOptions) {
    super();
    this.#options = resolveServerOptions(options);
    this.#outbox = new Outbox(this as EventEmitter, this.#options.runtime);
    this.#encoding = new Encoding(this.#options.transcoder, {
      encoded: (target, data, topic, message) => this.#deliver(target, data, message, topic),
      failed: (error) => this.#answer(error),
    });
    this.#shared = new SharedBatch(this.#options);
    this.#options.transport.attach?.(this as EventEmitter);
  }

  /**
   * Starts listening; `listening` follows, or an `error` such as `EADDRINUSE`, after which only `close()` is left. May
   * be called once: a second call emits `error` (`IPC_ALREADY_LISTENING`; after `close()`, `IPC_CLOSED`) and changes nothing.
   */
  listen(): void {
    this.#dispatch('listen', {});
  }

  /**
   * Sends a message to one client, in the order of the calls. For an id that is unknown or gone there is an `error`
   * (`BadClientError`).
   *
   * @param topic what the message is about; an empty one is sent as `none`.
   * @param message anything the transcoder can encode; by default what JSON can express.
   * @param clientId as `connection` and `message` give it.
   * @returns false when the caller should wait for that client's `drain` before it sends more.
   */
  send<T extends TopicOf<C['toClient']> | EmptyTopic<C['toClient']>>(
    topic: T,
    message: MessageOf<C['toClient'], T>,
    clientId: string,
  ): boolean {
    if (this.#isClosing()) {
      this.#answer(new SendAfterCloseError('send() was called after close(). Build a new Server.', message, topic));
      return true;
    }
    const channel = this.#peers.get(clientId);
    if (channel === undefined || !channel.sendable) {
      const text =
        typeof clientId === 'string'
          ? `There is no client ${clientId}: it never was, or it has disconnected.`
          : `send() takes the id of a client as its third argument; got ${describe(clientId)}. To all: broadcast().`;
      this.#answer(new BadClientError(text, message, topic, clientId));
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
   * Sends a message to every client that is connected when it has been encoded, which happens once. Does nothing when
   * there is none. A client that does not read is skipped, with one `error` (`BackpressureError`) until it drains.
   *
   * @param topic what the message is about; an empty one is sent as `none`.
   * @param message anything the transcoder can encode; by default what JSON can express.
   * @returns false when there is a client whose `drain` the caller should wait for before it sends more.
   */
  broadcast<T extends TopicOf<C['toClient']> | EmptyTopic<C['toClient']>>(
    topic: T,
    ...[message]: MessageArgument<MessageOf<C['toClient'], T>>
  ): boolean {
    if (this.#isClosing()) {
      const text = 'broadcast() was called after close(). Build a new Server.';
      this.#answer(new SendAfterCloseError(text, message, topic));
      return true;
    }
    // Who comes before an earlier broadcast has been encoded gets that one, and so must get this one.
    if (this.#peers.size === 0 && this.#encoding.isIdle) {
      return true;
    }
    this.#encoding.run('all', topic, message);
    let wait = false;
    for (const channel of this.#peers.values()) {
      wait = (channel.sendable && channel.writer.shouldWait()) || wait;
    }
    return !wait;
  }

  /**
   * Ends it for good: stops listening and gives up the socket file, delivers everything already sent, ends every
   * connection, then `close` follows. What is on its way here is still emitted. A client that does not finish within
   * `closeTimeout` is cut off. Works in every state, and a second call does nothing.
   */
  close(): void {
    this.#dispatch('close', {});
    this.#outbox.flushLater();
  }

  #isClosing(): boolean {
    return this.#state.name === 'closing' || this.#state.name === 'closed';
  }

  /** Takes a step of the lifecycle; the emissions wait in the outbox for a flush. */
  #dispatch(input: ServerInput, subject: Subject): void {
    const { next, effects } = stepServer(this.#state, input);
    this.#state = next;
    for (const effect of effects) {
      this.#perform(effect, subject);
    }
  }

  /** The same for what the world does: the emissions happen now. */
  #happened(input: ServerInput, subject: Subject = {}): void {
    this.#dispatch(input, subject);
    this.#outbox.flush();
  }

  #perform(effect: ServerEffect, { error, connection, clientId = '' }: Subject): void {
    switch (effect) {
      case 'bind':
        this.#bind();
        break;
      case 'unbind':
        this.#listener?.close();
        break;
      case 'adopt':
        this.#adopt(clientId, connection);
        break;
      case 'reject':
        connection?.on('error', ignore);
        connection?.destroy();
        break;
      case 'forget':
        this.#peers.delete(clientId);
        this.#reported.delete(clientId);
        break;
      case 'startCloseTimer':
        this.#startCloseTimer();
        break;
      case 'cancelTimer':
        this.#timer?.cancel();
        break;
      case 'endPeers':
        this.#encoding.whenIdle(() => this.#forEachPeer((channel) => channel.end()));
        break;
      case 'destroyPeers':
        this.#forEachPeer((channel) => channel.destroy());
        break;
      case 'refuseListen':
        this.#answer(
          this.#isClosing()
            ? new UsageError('IPC_CLOSED', 'listen() was called after close(). Build a new Server.')
            : new UsageError(
                'IPC_ALREADY_LISTENING',
                'listen() may be called once; after a failure build a new Server.',
              ),
        );
        break;
      case 'emitListening':
        this.#outbox.push('listening');
        break;
      case 'emitConnection':
        this.#outbox.push('connection', clientId, connection);
        break;
      case 'emitDisconnect':
        this.#outbox.push('disconnect', clientId);
        break;
      case 'emitError':
        this.#outbox.push('error', error);
        break;
      case 'emitClose':
        this.#queueClose();
        break;
      default:
        effect satisfies never;
    }
  }

  // Listening.

  #bind(): void {
    this.#listener = this.#options.transport.listen({
      listening: () => this.#happened('bound'),
      failed: (error) => this.#happened('failed', { error }),
      accepted: (connection) => this.#happened('accepted', { connection, clientId: this.#options.runtime.createId() }),
      error: (error) => this.#happened('faulted', { error }),
      closed: () => this.#happened('unbound'),
    });
  }

  #startCloseTimer(): void {
    const elapsed = () => this.#happened('elapsed');
    this.#timer = this.#options.runtime.setTimer(this.#options.closeTimeout, elapsed, 'server closeTimeout');
  }

  // Peers.

  #adopt(clientId: string, connection: DuplexConnection | undefined): void {
    invariant(connection !== undefined, 'accepted without a connection');
    this.#peers.set(clientId, new Channel(connection, this.#options, this.#channelHandlers, clientId));
  }

  /** Over a copy: an action may make a peer go. */
  #forEachPeer(action: (channel: Channel<string>) => void): void {
    for (const channel of [...this.#peers.values()]) {
      action(channel);
    }
  }

  // Sending.

  #deliver(target: Target, data: string | Uint8Array, message: unknown, topic: string): void {
    if (target === 'all') {
      this.#shared.send(this.#peers, data, (channel) => this.#skip(channel, message, topic));
      return;
    }
    if (!target.sendable) {
      const text = `Client ${target.peer} disconnected before the message was encoded.`;
      this.#answer(new BadClientError(text, message, topic, target.peer));
      return;
    }
    target.sharing?.flush();
    if (target.writer.isFull()) {
      this.#refuse(target, message, topic);
    } else {
      target.writer.write(data);
    }
  }

  /** Says once, until it drains, that a client does not get what is broadcast. */
  #skip(channel: Channel<string>, message: unknown, topic: string): void {
    if (!this.#reported.has(channel.peer)) {
      this.#reported.add(channel.peer);
      this.#refuse(channel, message, topic);
    }
  }

  #refuse(channel: Channel<string>, message: unknown, topic: unknown): void {
    const { peer: clientId } = channel;
    const { bufferedBytes } = channel.writer;
    const text =
      `Client ${clientId} does not read: ${bufferedBytes} bytes are waiting, and options.maxBufferedBytes is ` +
      `${this.#options.maxBufferedBytes}. The message was not sent to it; wait for its drain, or end its connection.`;
    this.#answer(new BackpressureError(text, message, topic, { clientId, bufferedBytes }));
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
    for (const { message, topic, target } of this.#encoding.abandon()) {
      if (target !== 'all') {
        const text = `The server closed before the message to ${target.peer} was encoded.`;
        this.#outbox.push('error', new BadClientError(text, message, topic, target.peer));
      }
    }
    this.#outbox.push('closed');
    this.#outbox.push('close');
  }
}

/** What happens to a connection that was never taken on concerns nobody, and must not end the process. */
function ignore(): void {}
