/** A server and some clients in a simulation, driven by a script, with every promise of order watched meanwhile. */

import type { EventEmitter } from 'node:events';
import { Client, Server } from 'ipc';
import { checkTrace, type Host, type SimulatedTransport, Simulation, type TraceRecord } from 'ipc/testing';
import { clientLaw, type EventLaw, serverLaw } from '#testing/laws/event-laws.js';
import { BacklogLaw } from './backlog-law.js';
import { APPLICATION_TIMER, drawnTranscoder, LONGEST_WORK_MS } from './drawn-transcoder.js';
import { type Bait, HostileLaw, hostileChunks } from './hostile-law.js';
import { Ledger, type Numbered } from './ledger.js';
import { PatienceLaw } from './patience-law.js';
import { type Action, CLIENTS, EVENTS, LARGEST_BYTES, type Reaction, type Script } from './script.js';

const ADDRESS = '/run/world.sock';
export const CLOSE_TIMEOUT_MS = 2000;
/** Low enough for a flood to reach it once the kernel is full. */
const MAX_BUFFERED_BYTES = 150_000;
const MAX_MESSAGE_BYTES = 400_000;
const FLOOD = { messages: 30, bytes: 20_000 };
/** With nothing that slows anybody down, closing takes as long as the work that is under way. */
const PROMPT_CLOSE_MS = 300;

interface ToOne extends Numbered {
  /** How many broadcasts there had been when it was sent. */
  readonly after: number;
  readonly padding: string;
}

interface Broadcast {
  readonly n: number;
  readonly padding: string;
}

/** Thrown by listeners on purpose. */
class Planned extends Error {}

/** A client that was told to close emits none of these: its connection was not lost, it was given up. */
const UNTIL_CLOSE: ReadonlySet<string> = new Set(['connect', 'connectError', 'disconnect']);

/** The run of a script, and what came of it. */
export class World {
  readonly sim: Simulation;
  /** States of the laws in which somebody was. */
  readonly visited: Set<string> = new Set();
  /** The longest that anybody took from `close()` to `close` who had not stood still; the law is that it is within `closeTimeout`. */
  slowestCloseMs = 0;
  /** Reactions that took place, as `side event`. */
  readonly reacted: Set<string> = new Set();
  readonly #script: Script;
  readonly #reactions: Reaction[];
  readonly #heard: Map<string, number> = new Map();
  readonly #serverHost: Host;
  readonly #rivalHost: Host;
  readonly #clientCount: number;
  readonly #clientHosts: Host[] = [];
  readonly #clients: (Client | undefined)[] = [];
  /** What each client calls its present connection: its own number, and how many it has had. */
  readonly #connections: Map<object, { readonly client: number; count: number }> = new Map();
  #server: Server | undefined;
  #rival: Server | undefined;
  #clientIds: string[] = [];
  #broadcasts = 0;
  readonly #ledger = new Ledger();
  /** The link that each stream went over, and those on which the client, and the server, said that it is connected. */
  readonly #links: Map<string, string> = new Map();
  readonly #connectedLinks: Set<string> = new Set();
  readonly #acceptedLinks: Set<string> = new Set();
  readonly #heardBroadcasts: Map<string, number> = new Map();
  /** How many broadcasts there had been when the last message to one was sent that a connection heard. */
  readonly #heardAfter: Map<string, number> = new Map();
  /** When each emitter was first told to close, and whether from inside a listener. */
  readonly #told: Map<EventEmitter, { readonly at: number; readonly nested: boolean }> = new Map();
  readonly #closed: Set<EventEmitter> = new Set();
  readonly #backlogs: Map<object, BacklogLaw> = new Map();
  readonly #patience: Map<object, PatienceLaw> = new Map();
  readonly #hostile: Map<Server, HostileLaw> = new Map();
  #owedRefusals = 0;
  /** What listeners threw on purpose, and what of that came out as uncaught. */
  #thrown = 0;
  #surfaced = 0;
  #isHushed = false;
  /** The topic of the last `message` of each emitter. */
  readonly #topics: Map<EventEmitter, string> = new Map();
  /** Clients that were told to connect. */
  readonly #wanted: Set<Client> = new Set();
  readonly #laws: Map<object, EventLaw> = new Map();
  #calls = 0;
  #reacting = 0;
  /** Something may be lost: a process crashes, the world has faults, or a transcoder gets stuck. */
  #isLossy: boolean;
  readonly #isStuck: boolean;
  /** Who stands still cannot keep time. */
  readonly #isPunctual: boolean;
  readonly #problems: string[] = [];

  constructor(script: Script) {
    this.#script = script;
    this.#reactions = [...script.reactions];
    this.sim = new Simulation({
      seed: script.seed,
      fidelity: script.fidelity ?? 'adversarial',
      // The laws are about the whole of it, also where a fault delivers every byte by itself.
      trace: { keep: 5_000_000 },
      onException: (exception) => {
        if (exception instanceof Planned) {
          this.#surfaced++;
        } else {
          this.#problems.push(`uncaught: ${exception instanceof Error ? exception.stack : String(exception)}`);
        }
      },
    });
    this.#clientCount = script.clients ?? CLIENTS;
    const faults = script.plan?.faults ?? [];
    this.#isStuck = script.transcoder === 'stuck';
    this.#isLossy = this.#isStuck || script.plan !== undefined;
    this.#isPunctual = !faults.some(({ kind }) => kind === 'pause' || kind === 'gcPause');
    this.sim.trace.subscribe((record, emitter) => {
      if (record.kind === 'event' && emitter !== undefined) {
        this.#emitted(record, emitter);
      }
    });
    // What a fault starts again goes on as programs do: a server listens, a client connects.
    this.#serverHost = this.sim.host('server', ({ transport, life }) => {
      const server = this.#buildServer(transport(ADDRESS));
      if (life > 1 && script.plan !== undefined) {
        server.listen();
      }
      return { close: () => this.#close(server) };
    });
    this.#rivalHost = this.sim.host('rival', ({ transport, life }) =>
      // The life in which it is made is over before anything happens.
      life > 1 ? this.#buildRival(transport(ADDRESS)) : undefined,
    );
    this.#rivalHost.crash();
    for (let index = 0; index < this.#clientCount; index++) {
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
    this.#reviveServer();
    this.sim.advanceSync(20_000);
    this.#checkLiveness();
    for (let index = 0; index < this.#clientCount; index++) {
      this.#close(this.#clients[index]);
    }
    this.#untilClosed();
    this.#close(this.#server);
    this.#untilClosed();
    if (this.#script.transcoder !== undefined && this.#script.transcoder !== 'json') {
      // Whoever closed has given up what its transcoder was at, and that cannot be told to stop.
      this.sim.advanceSync(LONGEST_WORK_MS);
    }
    this.#judge();
  }

  /** What one client went through. Links are numbered through the whole world, which is none of its business. */
  storyOf(client: number): string {
    const records = this.sim.trace.records.filter(
      ({ kind, actor }) => kind === 'event' && actor.startsWith(`client${client}/`),
    );
    return records.map(({ at, name, detail }) => `${at} ${name} ${detail.replace(/<link \d+/, '<link')}`).join('\n');
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
        this.#isLossy = true;
        this.#clientHosts[action.client]?.crash();
        this.#clients[action.client] = undefined;
        break;
      case 'send':
        this.#sendFrom(action.client, action.bytes ?? 0);
        break;
      case 'flood':
        for (let count = 0; count < FLOOD.messages; count++) {
          this.#sendFrom(action.client, FLOOD.bytes);
        }
        break;
      case 'sendTo':
        this.#sendTo(
          this.#clientIds[action.client % Math.max(1, this.#clientIds.length)] ?? 'nobody',
          action.bytes ?? 0,
        );
        break;
      case 'broadcast':
        this.#broadcast(0);
        break;
      case 'floodAll':
        for (let count = 0; count < FLOOD.messages; count++) {
          this.#broadcast(FLOOD.bytes);
        }
        break;
      case 'hostile':
        this.sim.network.dialHostile(ADDRESS, hostileChunks(action.form));
        break;
      case 'startServer':
        this.#startServer();
        break;
      case 'startRival':
        this.#rivalHost.start();
        this.#call(() => this.#rival?.listen());
        break;
      case 'listen':
        // The dead call nothing.
        if (this.#serverHost.state !== 'down') {
          this.#call(() => this.#server?.listen());
        }
        break;
      case 'closeServer':
        this.#close(this.#server);
        break;
      case 'crashServer':
        this.#isLossy = true;
        this.#serverHost.crash();
        this.#server = undefined;
        break;
      case 'advance':
        this.sim.advanceSync(action.ms);
        break;
      case 'throw':
        this.#thrown++;
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
      this.#backlogs.get(client)?.checkAlive();
      if (!this.#isStuck) {
        this.#backlogs.get(client)?.settled();
      }
      if (state === 'open' && !this.#isStuck) {
        this.#checkTimers(`client${index}`, 'although it is connected');
      }
      if (isServed && this.#serverHost.state === 'running' && this.#wanted.has(client) && state !== 'open') {
        this.#problems.push(`client ${index} is ${state} although its server listens`);
      }
    }
    if (isServed && this.#server !== undefined && !this.#told.has(this.#server)) {
      this.#backlogs.get(this.#server)?.checkAlive();
      if (!this.#isStuck) {
        this.#backlogs.get(this.#server)?.settled();
        this.#hostile.get(this.#server)?.settled();
      }
    }
  }

  /** There is always somebody who sees to it that a server runs in the end. */
  #reviveServer(): void {
    this.#close(this.#rival);
    this.#untilClosed();
    const server = this.#server;
    const isServing = server !== undefined && this.#laws.get(server)?.state === 'listening' && !this.#told.has(server);
    if (isServing && this.#serverHost.state === 'running') {
      return;
    }
    this.#close(server);
    this.#untilClosed();
    this.#startServer();
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
      // Nothing of it is left, so this makes room for the next life; all it may lose is what a listener has just thrown.
      this.#isHushed ||= this.#reacting > 0;
      this.#serverHost.crash();
    }
    this.#serverHost.start();
    this.#call(() => this.#server?.listen());
  }

  #buildRival(transport: SimulatedTransport): Server {
    const rival = new Server(this.#options(transport));
    this.#rival = rival;
    rival.on('message.count', (count: Numbered) => this.#ledger.arrive(count));
    rival.on('error', (error) => this.#refused(error));
    this.#watch(rival as EventEmitter, serverLaw(), 'server');
    return rival;
  }

  #buildServer(transport: SimulatedTransport): Server {
    const server = new Server(this.#options(transport));
    this.#server = server;
    this.#clientIds = [];
    const backlog = this.#backlogOf(server);
    const hostile = new HostileLaw((problem) => this.#problems.push(problem));
    this.#hostile.set(server, hostile);
    server.on('connection', (clientId, connection) => {
      this.#clientIds.push(clientId);
      backlog.connected(clientId, connection);
    });
    server.on('drain', (clientId) => backlog.drained(clientId));
    server.on('disconnect', (clientId) => {
      backlog.disconnected(clientId);
      hostile.disconnected(clientId);
    });
    server.on('message', (_message, topic, clientId) => hostile.message(topic, clientId));
    server.on('message.count', (count: Numbered) => this.#ledger.arrive(count));
    server.on('message.bait', (bait: Bait, clientId) => hostile.heard(bait, clientId));
    server.on('error', (error) => {
      this.#refused(error);
      backlog.error(error, 'all');
      if (!this.#isStuck) {
        hostile.error(error);
      }
    });
    this.#watch(server as EventEmitter, serverLaw(), 'server');
    return server;
  }

  #options(transport: SimulatedTransport) {
    return {
      transport,
      transcoder: drawnTranscoder(this.#script.transcoder ?? 'json', transport.runtime),
      closeTimeout: CLOSE_TIMEOUT_MS,
      maxBufferedBytes: MAX_BUFFERED_BYTES,
      maxMessageBytes: MAX_MESSAGE_BYTES,
    };
  }

  #backlogOf(emitter: Client | Server): BacklogLaw {
    // One message may overshoot, and what a turn gathers on the way there.
    const limitBytes = MAX_BUFFERED_BYTES + LARGEST_BYTES + 34_000;
    const law = new BacklogLaw(limitBytes, (problem) => this.#problems.push(problem));
    this.#backlogs.set(emitter, law);
    return law;
  }

  #broadcast(bytes: number): void {
    this.#broadcasts++;
    const message: Broadcast = { n: this.#broadcasts, padding: 'x'.repeat(bytes) };
    this.#call(() => this.#server?.broadcast('all', message));
  }

  #sendTo(clientId: string, bytes: number): void {
    const server = this.#server;
    // One that has closed may be replaced before it can answer.
    if (server !== undefined && !this.#closed.has(server)) {
      this.#expectRefusal(server);
      const numbered = this.#ledger.accept(`to ${clientId}`);
      const message: ToOne = { ...numbered, after: this.#broadcasts, padding: 'x'.repeat(bytes) };
      const goOn = this.#call(() => server.send('one', message, clientId));
      this.#backlogs.get(server)?.sent(clientId, goOn);
    }
  }

  // Clients.

  #buildClient(index: number, transport: SimulatedTransport): Client {
    const complain = (problem: string): void => {
      if (this.#isPunctual) {
        this.#problems.push(`client ${index}: ${problem}`);
      }
    };
    const patience = new PatienceLaw(this.#script.delays ?? 'fixed', () => this.sim.now, complain);
    const client = new Client({ ...this.#options(transport), ...patience.options });
    this.#clients[index] = client;
    this.#patience.set(client, patience);
    const backlog = this.#backlogOf(client);
    const connections = { client: this.#connections.size, count: 0 };
    this.#connections.set(client, connections);
    client.on('connect', (connection) => {
      connections.count++;
      backlog.connected('server', connection);
    });
    client.on('message.one', (message: ToOne) => {
      this.#ledger.arrive(message);
      this.#heardOne(this.#connectionOf(client), message.after);
    });
    client.on('message.all', ({ n }: Broadcast) => this.#heardBroadcast(this.#connectionOf(client), n));
    client.on('error', (error) => this.#refused(error));
    client.on('drain', () => backlog.drained('server'));
    client.on('disconnect', () => backlog.disconnected('server')).on('close', () => backlog.disconnected('server'));
    this.#watch(client as EventEmitter, clientLaw(), 'client');
    return client;
  }

  #sendFrom(index: number, bytes: number): void {
    const client = this.#clients[index];
    if (client !== undefined) {
      this.#expectRefusal(client);
      const numbered = this.#ledger.accept(`from ${this.#connectionOf(client)}`);
      const goOn = this.#call(() => client.send('count', { ...numbered, padding: 'x'.repeat(bytes) }));
      this.#backlogs.get(client)?.sent('server', goOn);
    }
  }

  /** A connection hears the broadcasts from some point on, one after the other, unless it did not read. */
  #heardBroadcast(connection: string, n: number): void {
    const last = this.#heardBroadcasts.get(connection);
    if (last !== undefined && (n <= last || (n !== last + 1 && !this.#hasMissed(connection)))) {
      this.#problems.push(`connection ${connection} heard broadcast ${n} after ${last}`);
    }
    if (n <= (this.#heardAfter.get(connection) ?? 0)) {
      this.#problems.push(`connection ${connection} heard broadcast ${n} after a message that was sent after it`);
    }
    this.#heardBroadcasts.set(connection, n);
  }

  /** What is sent to one keeps its place among the broadcasts. */
  #heardOne(connection: string, after: number): void {
    const last = this.#heardBroadcasts.get(connection) ?? 0;
    if (last > after) {
      this.#problems.push(`connection ${connection} heard broadcast ${last} before a message that was sent before it`);
    }
    this.#heardAfter.set(connection, after);
  }

  #hasMissed(connection: string): boolean {
    const link = this.#links.get(`from ${connection}`);
    const [stream] = [...this.#links].find(([name, other]) => other === link && name.startsWith('to ')) ?? [];
    return [...this.#backlogs.values()].some((law) => law.hasMissed(stream?.slice('to '.length) ?? ''));
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
    this.#patience.get(emitter)?.next(name);
    this.#checkTopic(emitter, actor, name);
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
      // In a process that had a life before, they may be those of the former one.
      if (emitter instanceof Client && actor.endsWith('/client-1') && this.#clients.includes(emitter)) {
        this.#checkTimers(actor, 'after close');
      }
      const limitMs = this.#isLossy ? CLOSE_TIMEOUT_MS : PROMPT_CLOSE_MS;
      // In whole microseconds, as the clock counts: differences of fractions are not exact.
      const tookMs = told === undefined ? 0 : Math.round((at - told.at) * 1000) / 1000;
      if (this.#isPunctual) this.slowestCloseMs = Math.max(this.slowestCloseMs, tookMs);
      if (told === undefined || (this.#isPunctual && tookMs > limitMs)) {
        this.#problems.push(`${actor} closed at ${at} ms, told to at ${told?.at} ms`);
      }
    }
  }

  /** A client that is closed, or connected and idle, waits for nothing. */
  #checkTimers(actor: string, when: string): void {
    const [host] = actor.split('/');
    for (const { label, process } of this.sim.clock.pendingTimers()) {
      if (process === host && label !== APPLICATION_TIMER) {
        this.#problems.push(`${actor} has a timer '${label}' ${when}`);
      }
    }
  }

  /** A `message` names its topic, and so does the event after it. */
  #checkTopic(emitter: EventEmitter, actor: string, name: string): void {
    const expected = this.#topics.get(emitter);
    if (name.startsWith('message.') && name !== `message.${expected}`) {
      this.#problems.push(`${actor} emitted '${name}' after a message about ${expected}`);
    }
  }

  /** Last of all listeners, since it may throw. */
  #watch(emitter: EventEmitter, law: EventLaw, side: 'client' | 'server'): void {
    this.#laws.set(emitter, law);
    emitter.prependListener('message', (_message: unknown, topic: string) => this.#topics.set(emitter, topic));
    for (const event of [...EVENTS, 'message.bait', 'message.__proto__']) {
      emitter.prependListener(event, () => {
        law.next({ name: event });
        this.visited.add(`${side} ${law.state}`);
      });
    }
    for (const event of EVENTS) {
      emitter.on(event, () => this.#react(side, event));
    }
  }

  #react(side: 'client' | 'server', event: string): void {
    const key = `${side} ${event}`;
    const times = (this.#heard.get(key) ?? 0) + 1;
    this.#heard.set(key, times);
    for (const reaction of this.#reactions) {
      const isHere = reaction.side === undefined || reaction.side === side;
      if (isHere && reaction.event === event && reaction.nth === times) {
        this.reacted.add(key);
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
    this.#problems.push(...this.#ledger.problems((stream) => !this.#isLossy && isServed(stream)));
    if (!this.#isLossy && this.#owedRefusals !== 0) {
      this.#problems.push(`${this.#owedRefusals} sends after close() were not refused`);
    }
    if (!this.#isLossy && !this.#isHushed && this.#thrown !== this.#surfaced) {
      this.#problems.push(`${this.#surfaced} of ${this.#thrown} exceptions of listeners were uncaught`);
    }
    const leaks = this.sim.leaks();
    const timers = leaks.timers.filter(({ label }) => label !== APPLICATION_TIMER);
    if (leaks.connections.length + leaks.listeners.length + timers.length > 0) {
      this.#problems.push(`left behind: ${leaks}`);
    }
    if (this.#problems.length > 0) {
      throw new Error(`${this.#problems.join('\n')}\n${this.sim.trace}`);
    }
  }
}
