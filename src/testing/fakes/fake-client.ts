/**
 * A scripted client, for testing programs that use our `Server`: the twin of `FakeServer`.
 *
 * The real `Client` and the real wire format run in it; only what it says is a script. In memory by default, on a real
 * socket with `socketFile`. It connects from the start, and comes back when the connection is lost, as a `Client` does.
 *
 * | state | input | next |
 * | --- | --- | --- |
 * | away | connect | connecting |
 * | connecting | connect | connected |
 * | connected | disconnect | connecting, as the `Client` in it does |
 * | connecting, connected | stop / crash / restart | leaving |
 * | leaving | closed | away, or connecting after the time given to restart |
 */

import { Client } from '../../core/client.js';
import type { AnyContract, Contract, MessageArgument, TopicOf } from '../../core/contract.js';
import type { DuplexConnection } from '../../core/transport.js';
import { optionsCheck } from '../rules/check-options.js';
import { optional } from '../rules/object-rule.js';
import { boolean, milliseconds } from '../rules/rule.js';
import type { CutOptions, ScriptedPeer } from './expectation.js';
import { Fake, type WithinOptions } from './fake.js';
import { FAKE_OPTIONS, type FakeOptions } from './fake-world.js';
import { MALFORMED_FRAMES, type Malformation } from './malformed-frames.js';
import { checkCut, checkName, checkRestart, checkSize } from './script-arguments.js';
import { cutConnection, type Send, sendPartial, sendRaw } from './scripted-connection.js';

/** Options of a `FakeClient`. */
export interface FakeClientOptions extends FakeOptions {
  /** Whether it connects from the start. Default true. */
  readonly connect?: boolean;
  /** Wait before the next attempt when the server is not there, in milliseconds. Default 10. */
  readonly retryDelay?: number;
  /** Wait before it comes back after a loss, in milliseconds. Default 100, as for a `Client`. */
  readonly reconnectDelay?: number;
}

const checkOptions = optionsCheck('FakeClient', {
  ...FAKE_OPTIONS,
  connect: optional(boolean),
  retryDelay: optional(milliseconds),
  reconnectDelay: optional(milliseconds),
});

type State =
  | { readonly name: 'away' | 'closed' }
  | { readonly name: 'connecting'; readonly client: Client }
  | { readonly name: 'connected'; readonly client: Client; readonly connection: DuplexConnection }
  /** `restartAfterMs` is undefined when it is to stay away. */
  | { readonly name: 'leaving'; readonly client: Client; readonly restartAfterMs: number | undefined };

/** A scripted client. */
export class FakeClient<C extends Contract = AnyContract> extends Fake<C['toClient'], C['toServer']> {
  readonly #options: FakeClientOptions;
  #state: State = { name: 'away' };

  /** @throws TypeError for options that cannot be. */
  constructor(options: FakeClientOptions = {}) {
    checkOptions(options);
    super(options);
    this.#options = options;
    // After the running code, so that a server that starts listening in it is found at the first attempt.
    if (options.connect !== false) this.world.runtime.defer(() => this.connect());
  }

  /** Connects, if it is away. */
  connect(): void {
    if (this.#state.name !== 'away') return;
    const { transcoder, ownTransport } = this.world;
    const { retryDelay = 10, reconnectDelay = 100, maxMessageBytes } = this.#options;
    const client = new Client({ transport: ownTransport, transcoder, retryDelay, reconnectDelay, maxMessageBytes });
    this.#state = { name: 'connecting', client };
    client.on('connect', (connection) => {
      if (this.#state.name === 'connecting') this.#state = { name: 'connected', client, connection };
      if (this.isStalled) connection.pause();
      this.waiters.check();
    });
    client.on('disconnect', () => {
      if (this.#state.name === 'connected') this.#state = { name: 'connecting', client };
      this.waiters.check();
    });
    client.on('message', (message: unknown, topic: string) => this.heard(topic, message, '', this.#scripted()));
    client.on('error', (error) => this.failed(error, ''));
    client.on('close', () => this.#left());
    client.connect();
  }

  /** Resolves once it is connected. */
  connected(options?: WithinOptions): Promise<void> {
    return this.until(() => this.#state.name === 'connected', 'It is not connected.', 'connected()', options);
  }

  /** Resolves once it is not connected. */
  disconnected(options?: WithinOptions): Promise<void> {
    const isGone = (): boolean => this.#state.name !== 'connected' && this.#state.name !== 'leaving';
    return this.until(isGone, 'It is connected.', 'disconnected()', options);
  }

  /** Sends a message to the server. */
  send<T extends TopicOf<C['toServer']>>(topic: T, ...[message]: MessageArgument<C['toServer'][T]>): void {
    this.#sender('send')(topic, message);
  }

  /** Sends bytes as they are, in order with the messages. */
  sendRaw(bytes: Uint8Array | string): void {
    sendRaw(this.#sender('sendRaw'), bytes);
  }

  /** Sends the first `bytes` bytes of the frame of a message. What is sent next then completes it, or breaks it. */
  sendPartial<T extends TopicOf<C['toServer']>>(
    topic: T,
    message: C['toServer'][T],
    options: { readonly bytes: number },
  ): void {
    sendPartial(this.#sender('sendPartial'), topic, message, options);
  }

  /** Sends a frame of the default wire format that is no message. */
  sendMalformed(malformation: Malformation = 'notJson'): void {
    checkName(malformation, MALFORMED_FRAMES, 'sendMalformed()');
    this.sendRaw(MALFORMED_FRAMES[malformation]);
  }

  /** Sends a message of more than this many bytes, for servers with a smaller `maxMessageBytes`. */
  sendOversized(bytes: number): void {
    checkSize(bytes, 'sendOversized()');
    this.#sender('sendOversized')('oversized', 'x'.repeat(bytes));
  }

  /** Ends the connection now, after what was sent so far. It comes back after its `reconnectDelay`. */
  cut(options: CutOptions = {}): void {
    checkCut(options);
    cutConnection(this.world, this.#connection('cut'), options);
  }

  /** Leaves as a client does: delivers what was sent, ends the connection, and stays away. */
  stop(): void {
    this.#leave(undefined, false);
  }

  /** Is gone at once, as a process that dies, and stays away. */
  crash(): void {
    this.#leave(undefined, true);
  }

  /** Leaves, and connects again `after` milliseconds after it has (default 0), as a new client. */
  restart(options: { readonly after?: number } = {}): void {
    checkRestart(options);
    const { after = 0 } = options;
    if (this.#state.name === 'away') this.#connectAfter(after);
    else this.#leave(after, false);
  }

  protected override *connections(): Iterable<DuplexConnection> {
    if (this.#state.name === 'connected') yield this.#state.connection;
  }

  protected override describe(): string {
    return `It is ${this.#state.name}.`;
  }

  protected override shut(): Promise<void> {
    const state = this.#state;
    if (!('client' in state)) {
      this.#state = { name: 'closed' };
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      state.client.once('close', () => {
        this.#state = { name: 'closed' };
        resolve();
      });
      if (state.name === 'connected') state.connection.destroy();
      state.client.close();
    });
  }

  #leave(restartAfterMs: number | undefined, isCrash: boolean): void {
    const state = this.#state;
    if (!('client' in state)) return;
    const { client } = state;
    if (state.name === 'connected' && isCrash) state.connection.destroy();
    this.#state = { name: 'leaving', client, restartAfterMs };
    client.close();
  }

  #left(): void {
    if (this.#state.name !== 'leaving') return;
    const { restartAfterMs } = this.#state;
    this.#state = { name: 'away' };
    if (restartAfterMs !== undefined) this.#connectAfter(restartAfterMs);
    this.waiters.check();
  }

  #connectAfter(ms: number): void {
    if (ms === 0) this.connect();
    else this.startTimer(ms, () => this.connect(), 'return of a fake client');
  }

  #connection(method: string): DuplexConnection {
    if (this.#state.name === 'connected') return this.#state.connection;
    throw new Error(`${method}(): it is ${this.#state.name}, not connected. Await fake.connected() first.`);
  }

  #sender(method: string): Send {
    this.#connection(method);
    return this.#send;
  }

  readonly #send: Send = (topic, message) =>
    this.perform(() => {
      if ('client' in this.#state) this.#state.client.send(topic, message);
    });

  #scripted(): ScriptedPeer<C['toServer']> {
    return {
      clientId: undefined,
      send: (topic, ...[message]) => this.#send(topic, message),
      sendRaw: (bytes) => sendRaw(this.#send, bytes),
      sendPartial: (topic, message, part) => sendPartial(this.#send, topic, message, part),
      cut: (options = {}) => {
        if (this.#state.name === 'connected') cutConnection(this.world, this.#state.connection, options);
      },
    };
  }
}
