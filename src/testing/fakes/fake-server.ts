/**
 * A scripted server, for testing programs that use our `Client`.
 *
 * The real `Server` and the real wire format run in it; only what it says is a script. In memory by default, on a real
 * socket with `socketFile`.
 *
 * | state | input | next |
 * | --- | --- | --- |
 * | starting | elapsed | binding |
 * | binding | listening | listening |
 * | binding | delay | stopping: it listens later |
 * | starting | stop | stopped |
 * | binding, listening | stop / restart | stopping |
 * | stopping | closed | stopped / starting |
 * | stopped | restart | starting |
 */

import type { AnyContract, Contract, MessageArgument, TopicOf } from '../../core/contract.js';
import { Server } from '../../core/server.js';
import type { DuplexConnection } from '../../core/transport.js';
import type { RefusalCode } from '../faults/fault.js';
import { anything, optionsCheck } from '../rules/check-options.js';
import { type Entries, type EntriesOf, optional } from '../rules/object-rule.js';
import { text } from '../rules/rule.js';
import type { CutOptions, ScriptedPeer } from './expectation.js';
import { Fake, type WithinOptions } from './fake.js';
import { FAKE_OPTIONS, type FakeOptions } from './fake-world.js';
import { GatedTransport } from './gated-transport.js';
import { MALFORMED_FRAMES, type Malformation } from './malformed-frames.js';
import { CUT_OPTIONS, checkName, checkRestart, checkSize } from './script-arguments.js';
import { cutConnection, type Send, sendPartial, sendRaw } from './scripted-connection.js';

/** Options of a `FakeServer`. */
export type FakeServerOptions = FakeOptions;

/** Which client, for what goes to one. */
export interface ToOptions {
  /** Its id. Default: the client that connected last. */
  readonly to?: string;
}

const checkOptions = optionsCheck('FakeServer', FAKE_OPTIONS);

const TO_OPTIONS: EntriesOf<ToOptions> = { to: optional(text('the id of a client')) };

/** How long a client that does not finish is waited for at `stop()`, in milliseconds. */
const CLOSE_TIMEOUT_MS = 1000;

interface Peer {
  readonly clientId: string;
  /** From 1, in the order in which they connected. */
  readonly number: number;
  readonly connection: DuplexConnection;
}

type State =
  | { readonly name: 'starting' | 'stopped' | 'closed' }
  | { readonly name: 'binding' | 'listening'; readonly server: Server }
  /** `restartAfterMs` is undefined when it is to stay stopped. */
  | { readonly name: 'stopping'; readonly server: Server; readonly restartAfterMs: number | undefined };

/** A scripted server. It listens from the start. */
export class FakeServer<C extends Contract = AnyContract> extends Fake<C['toServer'], C['toClient']> {
  readonly #maxMessageBytes: number | undefined;
  readonly #peers = new Map<string, Peer>();
  #state: State = { name: 'starting' };
  #lastNumber = 0;
  #listenDelayMs = 0;
  #startTimer: { cancel(): void } | undefined;
  #heal: (() => void) | undefined;

  /** @throws TypeError for options that cannot be. */
  constructor(options: FakeServerOptions = {}) {
    checkOptions(options);
    super(options);
    this.#maxMessageBytes = options.maxMessageBytes;
    this.#listen();
  }

  /** Ids of the clients that are connected, in the order in which they came. */
  get clients(): string[] {
    return [...this.#peers.keys()];
  }

  /** Resolves once it listens. */
  listening(options?: WithinOptions): Promise<void> {
    return this.until(() => this.#state.name === 'listening', 'It does not listen.', 'listening()', options);
  }

  /** Resolves once a client is connected, or is already. */
  connected(options?: WithinOptions): Promise<void> {
    return this.until(() => this.#peers.size > 0, 'No client is connected.', 'connected()', options);
  }

  /** Resolves once no client is connected. */
  disconnected(options?: WithinOptions): Promise<void> {
    return this.until(() => this.#peers.size === 0, 'A client is connected.', 'disconnected()', options);
  }

  /** Sends a message to one client, by default to the one that connected last. */
  send<T extends TopicOf<C['toClient']>>(
    topic: T,
    ...[message, options]: [...MessageArgument<C['toClient'][T]>, options?: ToOptions]
  ): void {
    this.#sendTo(this.#peer('send', options as ToOptions | undefined))(topic, message);
  }

  /** Sends a message to every client. */
  broadcast<T extends TopicOf<C['toClient']>>(topic: T, ...[message]: MessageArgument<C['toClient'][T]>): void {
    for (const peer of this.#peers.values()) this.#sendTo(peer)(topic, message);
  }

  /** Sends bytes as they are, in order with the messages. */
  sendRaw(bytes: Uint8Array | string, options?: ToOptions): void {
    sendRaw(this.#sendTo(this.#peer('sendRaw', options)), bytes);
  }

  /** Sends the first `bytes` bytes of the frame of a message. What is sent next then completes it, or breaks it. */
  sendPartial<T extends TopicOf<C['toClient']>>(
    topic: T,
    message: C['toClient'][T],
    options: ToOptions & { readonly bytes: number },
  ): void {
    sendPartial(
      this.#sendTo(this.#peer('sendPartial', options, { bytes: optional(anything) })),
      topic,
      message,
      options,
    );
  }

  /** Sends a frame of the default wire format that is no message. */
  sendMalformed(malformation: Malformation = 'notJson', options?: ToOptions): void {
    checkName(malformation, MALFORMED_FRAMES, 'sendMalformed()');
    this.sendRaw(MALFORMED_FRAMES[malformation], options);
  }

  /** Sends a message of more than this many bytes, for clients with a smaller `maxMessageBytes`. */
  sendOversized(bytes: number, options?: ToOptions): void {
    checkSize(bytes, 'sendOversized()');
    this.#sendTo(this.#peer('sendOversized', options))('oversized', 'x'.repeat(bytes));
  }

  /** Refuses new connections until `accept()`; those that are there live on. On a socket file only with `ENOENT`. */
  refuse(code?: RefusalCode): void {
    const { ownTransport, simulation, address } = this.world;
    this.#heal?.();
    if (ownTransport instanceof GatedTransport) {
      if (code !== undefined && code !== 'ENOENT') {
        throw new Error(
          `refuse('${code}') needs a simulation: a real socket file can only be taken away, which is ENOENT.`,
        );
      }
      ownTransport.shut();
      this.#heal = () => ownTransport.open();
    } else if (simulation !== undefined) {
      const fault = { kind: 'refuse', code: code ?? 'ECONNREFUSED', target: { server: address } } as const;
      const handle = simulation.inject(fault);
      this.#heal = () => handle.heal();
    }
  }

  /** Ends `refuse()`. */
  accept(): void {
    this.#heal?.();
    this.#heal = undefined;
  }

  /** From now on it answers this much later, and listens so much later too if it does not listen yet. Zero ends it. */
  override delay(ms: number): void {
    super.delay(ms);
    this.#listenDelayMs = ms;
    if (this.#state.name === 'binding' || this.#state.name === 'starting') this.restart();
  }

  /** Ends connections now, after what was sent so far: of one client, or of all. They may come back. */
  cut(options: CutOptions & ToOptions = {}): void {
    const last = this.#peer('cut', options, CUT_OPTIONS);
    const { to, ...how } = options;
    for (const peer of to === undefined ? [...this.#peers.values()] : [last]) this.#cut(peer, how);
  }

  /** Shuts down as a server does: delivers what was sent, ends every connection, removes its socket file. */
  stop(): void {
    this.#stop(undefined);
  }

  /** Shuts down, and listens again `after` milliseconds after it has (default 0). */
  restart(options: { readonly after?: number } = {}): void {
    checkRestart(options);
    this.#stop(options.after ?? 0);
  }

  protected override *connections(): Iterable<DuplexConnection> {
    for (const { connection } of this.#peers.values()) yield connection;
  }

  protected override describe(): string {
    const { size } = this.#peers;
    const refuses = this.#heal === undefined ? '' : ' and refuses new clients';
    return `It is ${this.#state.name}${refuses}; ${size > 1 ? `${size} clients are` : `${size === 1 ? '1' : 'no'} client is`} connected.`;
  }

  protected override shut(): Promise<void> {
    this.accept();
    const closed =
      this.#state.name === 'binding' || this.#state.name === 'listening' || this.#state.name === 'stopping';
    if (!closed) {
      this.#state = { name: 'closed' };
      return Promise.resolve();
    }
    const { server } = this.#state as Extract<State, { server: Server }>;
    return new Promise((resolve) => {
      server.once('close', () => {
        this.#state = { name: 'closed' };
        resolve();
      });
      for (const { connection } of this.#peers.values()) connection.destroy();
      server.close();
    });
  }

  #stop(restartAfterMs: number | undefined): void {
    const state = this.#state;
    if (state.name === 'closed') return;
    if (state.name === 'stopping') {
      this.#state = { ...state, restartAfterMs };
    } else if (state.name === 'binding' || state.name === 'listening') {
      this.#state = { name: 'stopping', server: state.server, restartAfterMs };
      state.server.close();
    } else {
      this.#startTimer?.cancel();
      this.#state = { name: 'stopped' };
      if (restartAfterMs !== undefined) this.#start(restartAfterMs);
    }
  }

  #start(afterMs: number): void {
    this.#state = { name: 'starting' };
    const delayMs = afterMs + this.#listenDelayMs;
    if (delayMs === 0) this.#listen();
    else this.#startTimer = this.startTimer(delayMs, () => this.#listen(), 'start of a fake server');
  }

  #listen(): void {
    const server = new Server({
      transport: this.world.ownTransport,
      transcoder: this.world.transcoder,
      closeTimeout: CLOSE_TIMEOUT_MS,
      maxMessageBytes: this.#maxMessageBytes,
    });
    this.#state = { name: 'binding', server };
    server.on('listening', () => {
      if (this.#state.name === 'binding') this.#state = { name: 'listening', server };
      this.waiters.check();
    });
    server.on('connection', (clientId, connection) => this.#connected(clientId, connection));
    server.on('message', (message: unknown, topic: string, clientId: string) => {
      const peer = this.#peers.get(clientId);
      if (peer !== undefined) this.heard(topic, message, `client ${peer.number}`, this.#scripted(peer));
    });
    server.on('disconnect', (clientId) => {
      this.#peers.delete(clientId);
      this.waiters.check();
    });
    server.on('error', (error) => this.#errored(error));
    server.on('close', () => this.#closed());
    server.listen();
  }

  #connected(clientId: string, connection: DuplexConnection): void {
    this.#lastNumber += 1;
    this.#peers.set(clientId, { clientId, number: this.#lastNumber, connection });
    if (this.isStalled) connection.pause();
    this.waiters.check();
  }

  #closed(): void {
    const state = this.#state;
    if (state.name === 'stopping') {
      this.#state = { name: 'stopped' };
      if (state.restartAfterMs !== undefined) this.#start(state.restartAfterMs);
    }
  }

  #errored(error: Error & { readonly clientId?: unknown }): void {
    const peer = this.#peers.get(String(error.clientId));
    this.failed(error, peer === undefined ? '' : ` from client ${peer.number}`);
    if (this.#state.name === 'binding') this.waiters.giveUp(error);
  }

  #cut({ connection }: Peer, options: CutOptions): void {
    cutConnection(this.world, connection, options);
  }

  #sendTo({ clientId }: Peer): Send {
    return (topic, message) =>
      this.perform(() => {
        if ('server' in this.#state) this.#state.server.send(topic, message, clientId);
      });
  }

  #scripted(peer: Peer): ScriptedPeer<C['toClient']> {
    const send = this.#sendTo(peer);
    return {
      clientId: peer.clientId,
      send: (topic, ...[message]) => send(topic, message),
      sendRaw: (bytes) => sendRaw(send, bytes),
      sendPartial: (topic, message, part) => sendPartial(send, topic, message, part),
      cut: (options = {}) => this.#cut(peer, options),
    };
  }

  /** @param others what the options may have beside `to`; somebody else checks some of it. */
  #peer(method: string, options: ToOptions = {}, others: Entries = {}): Peer {
    optionsCheck(`${method}()`, { ...TO_OPTIONS, ...others })(options);
    const { to } = options;
    const peer = to === undefined ? [...this.#peers.values()].at(-1) : this.#peers.get(to);
    if (peer !== undefined) return peer;
    const who = to === undefined ? 'no client is connected' : `there is no client ${to}`;
    throw new Error(`${method}(): ${who}. Await fake.connected(), or a message, first.`);
  }
}
