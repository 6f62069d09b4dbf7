/** What a transport contract case works with: a fresh address, patience, and a record of what each side saw. */

import type { Dial, DuplexConnection, Listener, Transport } from '../../core/transport.js';

/** A fresh address for one case, and what its world needs to be waited for. */
export interface ContractWorld {
  readonly transport: Transport;
  /** Resolves once the predicate holds; rejects when it does not within a time that is long for this world. */
  until(predicate: () => boolean): Promise<void>;
  /** Resolves after a time in which anything that was going to happen has happened. */
  quiet(): Promise<void>;
  /** Removes the file that stands at the address, behind the listener's back. For the option `socketFile`. */
  takeAway?(): void;
  /** Gives the address back. What the case has left open is ended before. */
  dispose(): unknown;
}

/** One promise of the contract. */
export interface ContractCase {
  readonly name: string;
  run(): Promise<void>;
}

/** The parts of `net.Socket` beyond the contract, that unix sockets and the simulation share. */
export interface SocketLike extends Omit<DuplexConnection, 'write' | 'on'> {
  write(chunk: Uint8Array | string, callback?: (error?: Error | null) => void): boolean;
  on(event: 'data', listener: (chunk: Buffer | string) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'end' | 'drain' | 'close', listener: () => void): unknown;
}

/** One side of a connection, and everything it has emitted. */
export class Witness {
  readonly connection: SocketLike;
  /** `data 5`, `end`, `error ECONNRESET`, `close`, in order. */
  readonly events: string[] = [];
  readonly chunks: (Buffer | string)[] = [];
  /** Set while a method is being called, to catch events from inside. */
  #inside: string | undefined;

  constructor(connection: DuplexConnection, reads: boolean) {
    const socket = connection as unknown as SocketLike;
    this.connection = socket;
    socket.on('end', () => this.#saw('end'));
    socket.on('drain', () => this.#saw('drain'));
    socket.on('close', () => this.#saw('close'));
    socket.on('error', (error) => this.#saw(`error ${(error as NodeJS.ErrnoException).code ?? error.message}`));
    if (reads) this.read();
  }

  /** Starts to consume. */
  read(): void {
    this.connection.on('data', (chunk) => {
      this.chunks.push(chunk);
      this.#saw(`data ${chunk.length}`);
    });
  }

  /** Everything received, joined. */
  get received(): Buffer {
    return Buffer.concat(this.chunks.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk) : chunk)));
  }

  get isClosed(): boolean {
    return this.events.includes('close');
  }

  /** The sizes of the reads. */
  get reads(): number[] {
    return this.chunks.map(({ length }) => length);
  }

  /** The events without the data. */
  get story(): string {
    return this.events.filter((event) => !event.startsWith('data')).join(', ');
  }

  /** Calls something on the connection; any event from inside it is a violation. */
  act<Result>(name: string, call: (connection: SocketLike) => Result): Result {
    this.#inside = name;
    try {
      return call(this.connection);
    } finally {
      this.#inside = undefined;
    }
  }

  #saw(event: string): void {
    check(this.#inside === undefined, `'${event}' was emitted from inside ${this.#inside}().`);
    check(!this.isClosed, `'${event}' came after 'close'.`);
    this.events.push(event);
  }
}

/** A connected pair and its listener. */
export interface Pair {
  readonly client: Witness;
  readonly server: Witness;
  readonly listener: Listener;
}

/** Fails a case. */
export function check(condition: boolean, complaint: string): asserts condition {
  if (!condition) throw new Error(complaint);
}

/** Fails a case unless both are the same, compared as JSON. */
export function checkEqual(actual: unknown, expected: unknown, what: string): void {
  const [one, other] = [JSON.stringify(actual), JSON.stringify(expected)];
  check(one === other, `${what}: expected ${other}, got ${one}.`);
}

/** Fails a case unless the value is one of those that reality showed. */
export function checkOneOf(actual: string, legal: readonly string[], what: string): void {
  check(legal.includes(actual), `${what}: expected one of ${JSON.stringify(legal)}, got '${actual}'.`);
}

/** Everything that happened to a listener, and its connections. */
export class ListenWitness {
  readonly events: string[] = [];
  readonly accepted: Witness[] = [];
  readonly listener: Listener;

  constructor(transport: Transport, reads: boolean) {
    let isInside = true;
    const saw = (event: string): void => {
      check(!isInside, `'${event}' was called from inside listen().`);
      this.events.push(event);
    };
    this.listener = transport.listen({
      listening: () => saw('listening'),
      failed: (error) => saw(`failed ${(error as NodeJS.ErrnoException).code}`),
      accepted: (connection) => {
        this.accepted.push(new Witness(connection, reads));
        saw('accepted');
      },
      error: (error) => saw(`error ${(error as NodeJS.ErrnoException).code}`),
      closed: () => saw('closed'),
    });
    isInside = false;
  }
}

/** How an attempt to connect ended. */
export class DialWitness {
  readonly events: string[] = [];
  client: Witness | undefined;
  readonly dial: Dial;
  #inside: string | undefined = 'dial';

  constructor(transport: Transport, reads: boolean) {
    this.dial = transport.dial({
      opened: (connection) => {
        this.client = new Witness(connection, reads);
        this.#saw('opened');
      },
      failed: (error) => this.#saw(`failed ${(error as NodeJS.ErrnoException).code}`),
    });
    this.#inside = undefined;
  }

  abort(): void {
    this.#inside = 'abort';
    this.dial.abort();
    this.#inside = undefined;
  }

  #saw(event: string): void {
    check(this.#inside === undefined, `'${event}' was called from inside ${this.#inside}().`);
    this.events.push(event);
  }
}

/** Listens, and waits until it does. */
export async function listening(world: ContractWorld, reads = true): Promise<ListenWitness> {
  const witness = new ListenWitness(world.transport, reads);
  await world.until(() => witness.events.length > 0);
  checkEqual(witness.events, ['listening'], 'listen()');
  return witness;
}

/** Makes a connection. Each side consumes what it gets unless told not to. */
export async function connected(
  world: ContractWorld,
  reads: { readonly client?: boolean; readonly server?: boolean } = {},
): Promise<Pair> {
  const server = await listening(world, reads.server ?? true);
  const dial = new DialWitness(world.transport, reads.client ?? true);
  await world.until(() => dial.events.length > 0 && server.accepted.length > 0);
  checkEqual(dial.events, ['opened'], 'dial()');
  return {
    client: dial.client as Witness,
    server: server.accepted[0] as Witness,
    listener: server.listener,
  };
}

/** Runs a case in its world, and ends what it has left: a case stops where it has seen enough. */
export async function runIn(world: ContractWorld, body: (world: ContractWorld) => Promise<void>): Promise<void> {
  const ends: (() => void)[] = [];
  const { transport } = world;
  const watched: Transport = {
    dial: (handlers) =>
      transport.dial({
        ...handlers,
        opened: (connection) => {
          ends.push(() => connection.destroy());
          handlers.opened(connection);
        },
      }),
    listen: (handlers) => {
      const listener = transport.listen({
        ...handlers,
        accepted: (connection) => {
          ends.push(() => connection.destroy());
          handlers.accepted(connection);
        },
      });
      ends.push(() => listener.close());
      return listener;
    },
  };
  try {
    await body({
      transport: watched,
      until: (predicate) => world.until(predicate),
      quiet: () => world.quiet(),
      ...(world.takeAway === undefined ? {} : { takeAway: () => world.takeAway?.() }),
      dispose: () => world.dispose(),
    });
  } finally {
    for (const end of ends) end();
    await world.dispose();
  }
}
