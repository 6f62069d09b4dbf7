/** A server and some clients in a simulation, driven by a script, with every promise of order watched meanwhile. */

import type { EventEmitter } from 'node:events';
import { Client, Server, type Transport } from 'ipc';
import { checkTrace, type Host, Simulation, type TraceRecord } from 'ipc/testing';
import { CLIENT_LAW_STATES, clientLaw, type EventLaw, SERVER_LAW_STATES, serverLaw } from '#testing/event-laws.js';
import { Ledger, type Numbered } from './ledger.js';
import { type Action, CLIENTS, EVENTS, type Reaction, type Script } from './script.js';

const ADDRESS = '/run/world.sock';
const CLOSE_TIMEOUT_MS = 2000;
/** Low enough for a flood to reach it once the kernel is full. */
const MAX_BUFFERED_BYTES = 150_000;
const FLOOD = { messages: 60, padding: 'x'.repeat(10_000) };

/** Thrown by listeners on purpose. */
class Planned extends Error {}

/** A client that was told to close emits none of these: its connection was not lost, it was given up. */
const UNTIL_CLOSE: ReadonlySet<string> = new Set(['connect', 'connectError', 'disconnect']);

/** The run of a script, and what came of it. */
export class World {
  readonly sim: Simulation;
  /** States of the laws in which somebody was. */
  readonly visited: Set<string> = new Set();
  readonly #script: Script;
  readonly #reactions: Reaction[];
  readonly #heard: Map<string, number> = new Map();
  readonly #serverHost: Host;
  readonly #clientHosts: Host[] = [];
  readonly #clients: (Client | undefined)[] = [];
  /** What each client calls its present connection: its own number, and how many it has had. */
  readonly #connections: Map<object, { readonly client: number; count: number }> = new Map();
  #server: Server | undefined;
  #clientIds: string[] = [];
  #broadcasts = 0;
  readonly #ledger = new Ledger();
  /** The link that each stream went over, and those on which the client, and the server, said that it is connected. */
  readonly #links: Map<string, string> = new Map();
  readonly #connectedLinks: Set<string> = new Set();
  readonly #acceptedLinks: Set<string> = new Set();
  readonly #heardBroadcasts: Map<string, number> = new Map();
  /** When each emitter was first told to close, and whether from inside a listener. */
  readonly #told: Map<EventEmitter, { readonly at: number; readonly nested: boolean }> = new Map();
  readonly #closed: Set<EventEmitter> = new Set();
  readonly #owedDrains: Set<Client> = new Set();
  #owedRefusals = 0;
  /** Clients that were told to connect. */
  readonly #wanted: Set<Client> = new Set();
  readonly #laws: Map<object, EventLaw> = new Map();
  #calls = 0;
  #reacting = 0;
  #crashed = false;
  readonly #problems: string[] = [];

  constructor(script: Script) {
    this.#script = script;
    this.#reactions = [...script.reactions];
    this.sim = new Simulation({
      seed: script.seed,
      fidelity: 'adversarial',
      onException: (exception) => {
        if (!(exception instanceof Planned)) {
          this.#problems.push(`uncaught: ${exception instanceof Error ? exception.stack : String(exception)}`);
        }
      },
    });
    this.sim.trace.subscribe((record, emitter) => {
      if (record.kind === 'event' && emitter !== undefined) {
        this.#emitted(record, emitter);
      }
    });
    this.#crashed = script.plan !== undefined;
    // What a fault starts again goes on as programs do: a server listens, a client connects.
    this.#serverHost = this.sim.host('server', ({ transport, life }) => {
      const server = this.#buildServer(transport(ADDRESS));
      if (life > 1 && script.plan !== undefined) {
        server.listen();
      }
      return { close: () => this.#close(server) };
    });
    for (let index = 0; index < CLIENTS; index++) {
      const host = this.sim.host(`client${index}`, ({ transport, life }) => {
        const client = this.#buildClient(index, transport(ADDRESS));
        if (life > 1 && script.plan !== undefined) {
          this.#connect(index);
        }
        return { close: () => this.#close(client) };
      });
      this.#clientHosts.push(host);
      host.start();
    }
  }

  /** Runs the script, lets things settle, closes everything; throws what is wrong with what happened. */
  run(): void {
    const { actions, plan } = this.#script;
    if (plan !== undefined) {
      this.sim.play(plan);
    }
    for (const action of actions) {
      this.#perform(action);
    }
    this.#reactions.length = 0;
    this.sim.heal();
    this.sim.advanceSync(20_000);
    this.#checkLiveness();
    for (let index = 0; index < CLIENTS; index++) {
      this.#close(this.#clients[index]);
    }
    this.#untilClosed();
    this.#close(this.#server);
    this.#untilClosed();
    this.#judge();
  }

  #perform(action: Action): void {
    switch (action.do) {
      case 'connect':
        this.#clientHosts[action.client]?.start();
        this.#connect(action.client);
        break;
      case 'closeClient':
        this.#close(this.#clients[action.client]);
        break;
      case 'crashClient':
        this.#crashed = true;
        this.#clientHosts[action.client]?.crash();
        this.#clients[action.client] = undefined;
        break;
      case 'send':
        this.#sendFrom(action.client, '');
        break;
      case 'flood':
        for (let count = 0; count < FLOOD.messages; count++) {
          this.#sendFrom(action.client, FLOOD.padding);
        }
        break;
      case 'sendTo':
        this.#sendTo(this.#clientIds[action.client % Math.max(1, this.#clientIds.length)] ?? 'nobody');
        break;
      case 'broadcast':
        this.#broadcasts++;
        this.#call(() => this.#server?.broadcast('all', this.#broadcasts));
        break;
      case 'startServer':
        this.#startServer();
        break;
      case 'listen':
        this.#call(() => this.#server?.listen());
        break;
      case 'closeServer':
        this.#close(this.#server);
        break;
      case 'crashServer':
        this.#crashed = true;
        this.#serverHost.crash();
        this.#server = undefined;
        break;
      case 'advance':
        this.sim.advanceSync(action.ms);
        break;
      case 'throw':
        throw new Planned('thrown by a listener');
      default:
        action satisfies never;
    }
  }

  #connect(index: number): void {
    const client = this.#clients[index];
    if (client !== undefined) {
      this.#wanted.add(client);
      this.#call(() => client.connect());
    }
  }

  #call<Result>(method: () => Result): Result {
    this.#calls++;
    try {
      return method();
    } finally {
      this.#calls--;
    }
  }

  #close(emitter: Client | Server | undefined): void {
    if (emitter !== undefined) {
      if (!this.#told.has(emitter)) {
        this.#told.set(emitter, { at: this.sim.now, nested: this.#reacting > 0 });
      }
      this.#call(() => emitter.close());
    }
  }

  /** Nothing is wrong any more, and there was time: whoever wants a connection has one, and nobody waits for a drain. */
  #checkLiveness(): void {
    const isServed = this.#server !== undefined && this.#laws.get(this.#server)?.state === 'listening';
    for (const [index, client] of this.#clients.entries()) {
      const state = client === undefined ? undefined : this.#laws.get(client)?.state;
      if (client === undefined || this.#told.has(client) || this.#clientHosts[index]?.state !== 'running') {
        continue;
      }
      if (this.#owedDrains.has(client)) {
        this.#problems.push(`client ${index} waits for a drain that does not come`);
      }
      if (isServed && this.#serverHost.state === 'running' && this.#wanted.has(client) && state !== 'open') {
        this.#problems.push(`client ${index} is ${state} although its server listens`);
      }
    }
  }

  /** Long enough for everybody who was told to close; not so long that a timer left behind would have fired. */
  #untilClosed(): void {
    const isClosing = (): boolean => [...this.#told.keys()].some((emitter) => !this.#closed.has(emitter));
    for (let waitedMs = 0; waitedMs <= CLOSE_TIMEOUT_MS && isClosing(); waitedMs += 10) {
      this.sim.advanceSync(10);
    }
  }

  // The server.

  #startServer(): void {
    if (this.#server !== undefined && this.#closed.has(this.#server)) {
      // Nothing of it is left, so this loses nothing: it makes room for the next life.
      this.#serverHost.crash();
    }
    this.#serverHost.start();
    this.#call(() => this.#server?.listen());
  }

  #buildServer(transport: Transport): Server {
    const server = new Server({ transport, closeTimeout: CLOSE_TIMEOUT_MS, maxBufferedBytes: MAX_BUFFERED_BYTES });
    this.#server = server;
    this.#clientIds = [];
    server.on('connection', (clientId) => this.#clientIds.push(clientId));
    server.on('message.count', (count: Numbered) => this.#ledger.arrive(count));
    server.on('error', (error) => this.#refused(error));
    this.#watch(server as EventEmitter, serverLaw(), 'server');
    return server;
  }

  #sendTo(clientId: string): void {
    const server = this.#server;
    // One that has closed may be replaced before it can answer.
    if (server !== undefined && !this.#closed.has(server)) {
      this.#expectRefusal(server);
      const message = this.#ledger.accept(`to ${clientId}`);
      this.#call(() => server.send('one', message, clientId));
    }
  }

  // Clients.

  #buildClient(index: number, transport: Transport): Client {
    const client = new Client({ transport, closeTimeout: CLOSE_TIMEOUT_MS, maxBufferedBytes: MAX_BUFFERED_BYTES });
    this.#clients[index] = client;
    const settled = () => this.#owedDrains.delete(client);
    const connections = { client: this.#connections.size, count: 0 };
    this.#connections.set(client, connections);
    client.on('connect', () => {
      connections.count++;
    });
    client.on('message.one', (message: Numbered) => this.#ledger.arrive(message));
    client.on('message.all', (n: number) => this.#heardBroadcast(this.#connectionOf(client), n));
    client.on('error', (error) => this.#refused(error));
    client.on('drain', settled).on('disconnect', settled).on('close', settled);
    this.#watch(client as EventEmitter, clientLaw(), 'client');
    return client;
  }

  #sendFrom(index: number, padding: string): void {
    const client = this.#clients[index];
    if (client !== undefined) {
      this.#expectRefusal(client);
      const message = { ...this.#ledger.accept(`from ${this.#connectionOf(client)}`), padding };
      if (!this.#call(() => client.send('count', message))) {
        this.#owedDrains.add(client);
      }
    }
  }

  /** A connection hears the broadcasts from some point on, one after the other. */
  #heardBroadcast(connection: string, n: number): void {
    const last = this.#heardBroadcasts.get(connection);
    if (last !== undefined && n !== last + 1) {
      this.#problems.push(`connection ${connection} heard broadcast ${n} after ${last}`);
    }
    this.#heardBroadcasts.set(connection, n);
  }

  /** @param ahead 1 while a `connect` has not reached its listeners. */
  #connectionOf(client: object, ahead = 0): string {
    const connections = this.#connections.get(client);
    return `${connections?.client}.${(connections?.count ?? 0) + ahead}`;
  }

  // Watching.

  #expectRefusal(emitter: Client | Server): void {
    if (this.#told.has(emitter)) {
      this.#owedRefusals++;
    }
  }

  #refused(error: Error): void {
    const { code, sentMessage } = error as Error & { readonly code?: string; readonly sentMessage?: Partial<Numbered> };
    if (sentMessage?.stream !== undefined) {
      this.#ledger.refuse(sentMessage as Numbered);
      this.#owedRefusals -= code === 'IPC_SEND_AFTER_CLOSE' ? 1 : 0;
    }
  }

  /** Called before the listeners of each event. */
  #emitted({ actor, name, at, detail }: TraceRecord, emitter: EventEmitter): void {
    const link = /<link (\d+) /.exec(detail)?.[1];
    if (name === 'connection' && link !== undefined) {
      this.#acceptedLinks.add(link);
      this.#links.set(`to ${/'([0-9a-f-]{36})'/.exec(detail)?.[1]}`, link);
    } else if (name === 'connect' && link !== undefined) {
      this.#connectedLinks.add(link);
      this.#links.set(`from ${this.#connectionOf(emitter, 1)}`, link);
    }
    if (this.#calls > 0) {
      this.#problems.push(`${actor} emitted '${name}' from inside a call of the application`);
    }
    const told = this.#told.get(emitter);
    // What was due at the instant of a close() from inside a listener had happened before it.
    if (told !== undefined && UNTIL_CLOSE.has(name) && emitter instanceof Client && !(told.nested && at === told.at)) {
      this.#problems.push(`${actor} emitted '${name}' after close()`);
    }
    if (name === 'close') {
      this.#closed.add(emitter);
      // Who stands still cannot keep time.
      const isPunctual = !(this.#script.plan?.faults ?? []).some(({ kind }) => kind === 'pause' || kind === 'gcPause');
      if (told === undefined || (isPunctual && at - told.at > CLOSE_TIMEOUT_MS)) {
        this.#problems.push(`${actor} closed at ${at} ms, told to at ${told?.at} ms`);
      }
    }
  }

  /** Last of all listeners, since it may throw. */
  #watch(emitter: EventEmitter, law: EventLaw, side: 'client' | 'server'): void {
    this.#laws.set(emitter, law);
    for (const event of [...EVENTS, 'message.count', 'message.one', 'message.all']) {
      emitter.prependListener(event, () => {
        law.next({ name: event });
        this.visited.add(`${side} ${law.state}`);
      });
    }
    for (const event of EVENTS) {
      emitter.on(event, () => this.#react(`${side} ${event}`, event));
    }
  }

  #react(key: string, event: string): void {
    const times = (this.#heard.get(key) ?? 0) + 1;
    this.#heard.set(key, times);
    for (const reaction of this.#reactions) {
      if (reaction.event === event && reaction.nth === times) {
        this.#reacting++;
        try {
          this.#perform(reaction.action);
        } finally {
          this.#reacting--;
        }
      }
    }
  }

  #judge(): void {
    checkTrace(this.sim.trace);
    // A client may be connected to a server that closes before it looks, and a server to a client that has given up.
    const isServed = (stream: string): boolean => {
      const link = this.#links.get(stream);
      return link === undefined || (this.#acceptedLinks.has(link) && this.#connectedLinks.has(link));
    };
    this.#problems.push(...this.#ledger.problems((stream) => !this.#crashed && isServed(stream)));
    if (!this.#crashed && this.#owedRefusals !== 0) {
      this.#problems.push(`${this.#owedRefusals} sends after close() were not refused`);
    }
    const leaks = this.sim.leaks();
    if (!leaks.isClean) {
      this.#problems.push(`left behind: ${leaks}`);
    }
    if (this.#problems.length > 0) {
      throw new Error(`${this.#problems.join('\n')}\n${this.sim.trace}`);
    }
  }
}

/** Every state that a test of the laws has to have visited. An automaton's first state is where it is before any event. */
export const ALL_STATES: readonly string[] = [
  ...CLIENT_LAW_STATES.map((state) => `client ${state}`),
  ...SERVER_LAW_STATES.map((state) => `server ${state}`),
].filter((state) => state !== 'server silent');
