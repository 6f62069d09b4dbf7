/** A server and some clients in a simulation, driven by plain data, with every promise of order watched meanwhile. */

import fc from 'fast-check';
import { Client, type Server as IpcServer, Server } from 'ipc';
import { checkTrace, type Host, Simulation } from 'ipc/testing';
import { CLIENT_LAW_STATES, clientLaw, SERVER_LAW_STATES, serverLaw } from '#testing/event-laws.js';

const ADDRESS = '/run/world.sock';
const CLIENTS = 3;

/** Something to do: a call of the application, or a blow of fate. */
export type Action =
  | { readonly do: 'connect' | 'closeClient' | 'send' | 'crashClient'; readonly client: number }
  | { readonly do: 'listen' | 'closeServer' | 'startServer' | 'broadcast' | 'crashServer' | 'throw' }
  | { readonly do: 'sendTo'; readonly client: number }
  | { readonly do: 'advance'; readonly ms: number };

/** What a listener does when it hears the event for the n-th time. */
export interface Reaction {
  readonly event: string;
  readonly nth: number;
  readonly action: Action;
}

/** A whole run. */
export interface Script {
  readonly seed: number;
  readonly actions: readonly Action[];
  readonly reactions: readonly Reaction[];
}

const client = fc.nat({ max: CLIENTS - 1 });

const call: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('connect' as const), client }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('send' as const), client }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('closeClient' as const), client }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('sendTo' as const), client }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('startServer' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('broadcast' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('listen' as const, 'closeServer' as const) }) },
);

const fate: fc.Arbitrary<Action> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('crashServer' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('crashClient' as const), client }) },
);

const advance: fc.Arbitrary<Action> = fc.record({
  do: fc.constantFrom('advance' as const),
  ms: fc.constantFrom(0, 0, 1, 99, 100, 101, 1000, 6000),
});

const EVENTS = [
  'listening',
  'connection',
  'connect',
  'reconnect',
  'connectError',
  'disconnect',
  'message',
  'error',
  'drain',
  'closed',
  'close',
];

/** Runs without crashes, in which nothing that was accepted may be lost. */
export const peacefulScripts: fc.Arbitrary<Script> = scripts(
  fc.oneof({ weight: 3, arbitrary: call }, { weight: 2, arbitrary: advance }),
);

/** Runs with crashes. */
export const scriptsWithCrashes: fc.Arbitrary<Script> = scripts(
  fc.oneof({ weight: 6, arbitrary: call }, { weight: 4, arbitrary: advance }, { weight: 1, arbitrary: fate }),
);

function scripts(action: fc.Arbitrary<Action>): fc.Arbitrary<Script> {
  const reaction = fc.record({
    event: fc.constantFrom(...EVENTS),
    nth: fc.integer({ min: 1, max: 3 }),
    action: fc.oneof({ weight: 5, arbitrary: call }, { weight: 1, arbitrary: fc.constant<Action>({ do: 'throw' }) }),
  });
  return fc.record({
    seed: fc.nat(),
    actions: fc.array(action, { size: 'max', minLength: 3, maxLength: 60 }),
    reactions: fc.array(reaction, { maxLength: 4 }),
  });
}

/** What one connection has brought, in the order of arrival. */
type Received = Map<string, number[]>;

class Planned extends Error {}

/** A client that was told to close emits none of these; the connection was not lost, it was given up. */
const UNTIL_CLOSE: ReadonlySet<string> = new Set(['connect', 'reconnect', 'connectError', 'disconnect']);

/** The run of a script, and what came of it. */
export class World {
  readonly sim: Simulation;
  readonly visited: Set<string> = new Set();
  readonly #script: Script;
  readonly #reactions: Reaction[];
  readonly #heard: Map<string, number> = new Map();
  readonly #serverHost: Host;
  readonly #clientHosts: Host[] = [];
  readonly #clients: (Client | undefined)[] = [];
  readonly #connections: number[] = [];
  #server: IpcServer | undefined;
  #serverClosed = false;
  #clientIds: string[] = [];
  /** For each client that was told to close, the time up to which it may still say what happened before. */
  readonly #closedAt: Map<object, number> = new Map();
  #calls = 0;
  #reacting = 0;
  #crashed = false;
  #broadcasts = 0;
  readonly #accepted: Received = new Map();
  readonly #atServer: Received = new Map();
  readonly #atClient: Received = new Map();
  readonly #sentTo: Map<string, number> = new Map();
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
    this.sim.trace.subscribe(({ kind, actor, name, at }, emitter) => {
      if (kind === 'event' && this.#calls > 0) {
        this.#problems.push(`${actor} emitted '${name}' from inside a call of the application`);
      }
      const closed = emitter === undefined ? undefined : this.#closedAt.get(emitter);
      if (kind === 'event' && UNTIL_CLOSE.has(name) && closed !== undefined && at > closed) {
        this.#problems.push(`${actor} emitted '${name}' after close()`);
      }
    });
    this.#serverHost = this.sim.host('server', ({ transport }) => this.#build(transport(ADDRESS)));
    for (let index = 0; index < CLIENTS; index++) {
      this.#clientHosts.push(
        this.sim.host(`client${index}`, ({ transport }) => this.#buildClient(index, transport(ADDRESS))),
      );
      this.#clientHosts[index]?.start();
    }
  }

  /** Runs the script, then closes everything; throws what is wrong with what happened. */
  run(): void {
    for (const action of this.#script.actions) {
      this.#perform(action);
      this.sim.settleSync();
    }
    this.#reactions.length = 0;
    this.sim.advanceSync(20_000);
    for (let index = 0; index < CLIENTS; index++) {
      this.#closeClient(index);
    }
    this.sim.advanceSync(10_000);
    this.#call(() => this.#server?.close());
    this.sim.advanceSync(10_000);
    this.#judge();
  }

  #perform(action: Action): void {
    switch (action.do) {
      case 'connect':
        this.#clientHosts[action.client]?.start();
        this.#call(() => this.#clients[action.client]?.connect());
        break;
      case 'closeClient':
        this.#closeClient(action.client);
        break;
      case 'crashClient':
        this.#crashed = true;
        this.#clientHosts[action.client]?.crash();
        this.#clients[action.client] = undefined;
        break;
      case 'send':
        this.#sendFrom(action.client);
        break;
      case 'startServer':
        if (this.#serverClosed) {
          // Nothing of it is left, so this loses nothing: it makes room for the next life.
          this.#serverHost.crash();
        }
        this.#serverHost.start();
        this.#call(() => this.#server?.listen());
        break;
      case 'listen':
        this.#call(() => this.#server?.listen());
        break;
      case 'closeServer':
        this.#call(() => this.#server?.close());
        break;
      case 'crashServer':
        this.#crashed = true;
        this.#serverHost.crash();
        this.#server = undefined;
        break;
      case 'broadcast':
        this.#broadcasts++;
        this.#call(() => this.#server?.broadcast('all', this.#broadcasts));
        break;
      case 'sendTo':
        this.#sendToClient(this.#clientIds[action.client % Math.max(1, this.#clientIds.length)] ?? 'nobody');
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

  #call(method: () => unknown): void {
    this.#calls++;
    try {
      method();
    } finally {
      this.#calls--;
    }
  }

  #closeClient(index: number): void {
    const client = this.#clients[index];
    if (client !== undefined) {
      if (!this.#closedAt.has(client)) {
        // From inside a listener, what was due at this instant still follows.
        this.#closedAt.set(client, this.#reacting > 0 ? this.sim.now : Number.NEGATIVE_INFINITY);
      }
      this.#call(() => client.close());
    }
  }

  // The server.

  #build(transport: ConstructorParameters<typeof Server>[0]['transport']): IpcServer {
    const server = new Server({ transport: transport as NonNullable<typeof transport>, closeTimeout: 2000 });
    const law = serverLaw();
    this.#server = server;
    this.#serverClosed = false;
    server.on('close', () => {
      this.#serverClosed = true;
    });
    this.#clientIds = [];
    server.on('connection', (clientId) => this.#clientIds.push(clientId));
    server.on('message.count', (count: { from: string; n: number }, clientId) => {
      const key = `${clientId} ${count.from}`;
      const list = this.#atServer.get(key) ?? [];
      list.push(count.n);
      this.#atServer.set(key, list);
    });
    this.#lawOf(server, law);
    this.#watch(
      server,
      ['listening', 'connection', 'message', 'disconnect', 'drain', 'error', 'closed', 'close'],
      () => law.state,
      'server',
    );
    return server;
  }

  #sendToClient(clientId: string): void {
    const n = (this.#sentTo.get(clientId) ?? 0) + 1;
    this.#sentTo.set(clientId, n);
    this.#call(() => this.#server?.send('one', { clientId, n }, clientId));
  }

  // Clients.

  #buildClient(index: number, transport: ConstructorParameters<typeof Client>[0]['transport']): Client {
    const client = new Client({ transport: transport as NonNullable<typeof transport>, closeTimeout: 2000 });
    const law = clientLaw();
    this.#clients[index] = client;
    client.on('connect', () => {
      this.#connections[index] = (this.#connections[index] ?? 0) + 1;
    });
    client.on('message.one', ({ clientId, n }: { clientId: string; n: number }) =>
      this.#received(`one ${clientId}`, n),
    );
    client.on('message.all', (n: number) => this.#received(`all ${index}.${this.#connections[index]}`, n));
    client.on('error', (error) => {
      const { sentMessage } = error as { sentMessage?: { from: string; n: number } };
      if (sentMessage?.from !== undefined) {
        const list = this.#accepted.get(sentMessage.from) ?? [];
        this.#accepted.set(
          sentMessage.from,
          list.filter((n) => n !== sentMessage.n),
        );
      }
    });
    this.#lawOf(client, law);
    this.#watch(
      client,
      ['connect', 'reconnect', 'connectError', 'message', 'disconnect', 'drain', 'error', 'closed', 'close'],
      () => law.state,
      'client',
    );
    return client;
  }

  #received(key: string, n: number): void {
    const list = this.#atClient.get(key) ?? [];
    list.push(n);
    this.#atClient.set(key, list);
  }

  #sendFrom(index: number): void {
    const from = `${index}.${this.#connections[index] ?? 0}`;
    const list = this.#accepted.get(from) ?? [];
    const n = (list.at(-1) ?? 0) + 1;
    this.#accepted.set(from, [...list, n]);
    this.#call(() => this.#clients[index]?.send('count', { from, n }));
  }

  // Watching.

  #watch(emitter: Client | IpcServer, events: readonly string[], state: () => string, side: string): void {
    for (const event of events) {
      (emitter as { on(event: string, listener: () => void): unknown }).on(event, () => {
        this.visited.add(`${side} ${state()}`);
        this.#react(`${side} ${event}`, event);
      });
    }
  }

  /** Follows the law's state, before any other listener: it decides nothing, it only counts what was visited. */
  #lawOf(emitter: Client | IpcServer, law: { next(event: { name: string }): unknown }): void {
    for (const event of [...EVENTS, 'message.count', 'message.one', 'message.all']) {
      (emitter as { prependListener(event: string, listener: () => void): unknown }).prependListener(event, () => {
        law.next({ name: event });
      });
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

  // Judging.

  #judge(): void {
    checkTrace(this.sim.trace);
    for (const [key, list] of [...this.#atServer, ...this.#atClient]) {
      // A connection hears the broadcasts from its beginning on, and everything that was for it alone.
      this.#checkRising(key, list, key.startsWith('all') ? (list[0] ?? 1) : 1);
    }
    if (!this.#crashed) {
      this.#checkComplete();
    }
    const { connections, timers } = this.sim.leaks();
    if (connections.length + timers.length > 0) {
      this.#problems.push(`left behind: ${JSON.stringify({ connections, timers })}`);
    }
    if (this.#problems.length > 0) {
      throw new Error(`${this.#problems.join('\n')}\n${this.sim.trace}`);
    }
  }

  #checkRising(key: string, list: readonly number[], start: number): void {
    if (list.some((n, index) => n !== start + index)) {
      this.#problems.push(`${key} brought ${list.join(', ')}: not a prefix of what was sent`);
    }
  }

  #checkComplete(): void {
    const arrived = new Map<string, number>();
    for (const [key, list] of this.#atServer) {
      const from = key.split(' ')[1] ?? '';
      arrived.set(from, (arrived.get(from) ?? 0) + list.length);
    }
    for (const [from, list] of this.#accepted) {
      if (list.length !== (arrived.get(from) ?? 0)) {
        this.#problems.push(`client ${from} sent ${list.join(', ')} and ${arrived.get(from) ?? 0} of them arrived`);
      }
    }
  }
}

/** Every state that a law test has to have visited. */
export const ALL_STATES: readonly string[] = [
  ...CLIENT_LAW_STATES.map((state) => `client ${state}`),
  ...SERVER_LAW_STATES.map((state) => `server ${state}`),
];
