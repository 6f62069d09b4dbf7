/** A real server and real clients with a proxy between them, in a folder of their own, that write down what they see. */

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Client, Server } from 'ipc';
import { ChaosProxy, type ChaosProxyOptions } from 'ipc/testing';
import { openDescriptors } from './descriptors.js';

/** Waits for what has to happen, however slow the machine is. */
export async function until(predicate: () => boolean, what = 'It', withinMs = 8_000): Promise<void> {
  const deadlineMs = performance.now() + withinMs;
  while (!predicate()) {
    if (performance.now() > deadlineMs) throw new Error(`${what} did not happen within ${withinMs} ms.`);
    await sleep(1);
  }
}

/** A client and what it has seen: events by name, errors with their code. */
export interface WatchedClient {
  readonly client: Client;
  readonly events: string[];
  readonly received: unknown[];
}

/** A socket and what it has seen. */
export interface WatchedSocket {
  readonly socket: net.Socket;
  readonly events: string[];
  readonly chunks: Buffer[];
  text(): string;
}

export function watchSocket(socket: net.Socket): WatchedSocket {
  const watched: WatchedSocket = {
    socket,
    events: [],
    chunks: [],
    text: () => Buffer.concat(watched.chunks).toString(),
  };
  for (const name of ['connect', 'end', 'close']) socket.on(name, () => watched.events.push(name));
  socket.on('error', (error: NodeJS.ErrnoException) => watched.events.push(`error ${error.code}`));
  socket.on('data', (chunk) => watched.chunks.push(chunk));
  return watched;
}

export class ChaosBench {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'ipc-chaos-'));
  readonly front: string = join(this.folder, 'front');
  readonly app: string = join(this.folder, 'app');
  readonly proxy: ChaosProxy;
  /** What the proxy emitted, but for its records. */
  readonly proxyEvents: string[] = [];
  readonly serverEvents: string[] = [];
  readonly received: unknown[] = [];
  readonly #descriptors = openDescriptors();
  readonly #ends: (() => Promise<unknown> | unknown)[] = [];

  constructor(options: Partial<ChaosProxyOptions> = {}) {
    this.proxy = new ChaosProxy({ listen: this.front, upstream: this.app, ...options });
    for (const name of ['listening', 'accepted', 'connected', 'closed'] as const) {
      this.proxy.on(name, (...values: unknown[]) => this.proxyEvents.push([name, ...values].join(' ')));
    }
  }

  /** With our own server behind it, which answers `ask` with `answer`. */
  static async start(options: Partial<ChaosProxyOptions> = {}): Promise<ChaosBench> {
    const bench = new ChaosBench(options);
    await bench.serve();
    await bench.proxy.start();
    return bench;
  }

  /** With a server behind it that has no protocol. */
  static async startRaw(
    options: Partial<ChaosProxyOptions> = {},
  ): Promise<{ bench: ChaosBench; peers: WatchedSocket[] }> {
    const bench = new ChaosBench(options);
    const peers: WatchedSocket[] = [];
    const server = net.createServer({ allowHalfOpen: true }, (socket) => peers.push(watchSocket(socket)));
    await new Promise<void>((resolve) => server.listen(bench.app, resolve));
    bench.#ends.push(() => {
      for (const { socket } of peers) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    });
    await bench.proxy.start();
    return { bench, peers };
  }

  async serve(): Promise<Server> {
    const server = new Server({ socketFile: this.app });
    const names = new Map<string, string>();
    server.on('connection', (id) => {
      names.set(id, `${names.size + 1}`);
      this.serverEvents.push(`connection ${names.get(id)}`);
    });
    server.on('disconnect', (id) => this.serverEvents.push(`disconnect ${names.get(id)}`));
    server.on('error', (error) => this.serverEvents.push(`error ${(error as NodeJS.ErrnoException).code}`));
    server.on('message', (message, topic, id) => {
      this.received.push(message);
      if (topic === 'ask') server.send('answer', message, id);
    });
    const listening = new Promise<void>((resolve) => server.once('listening', resolve));
    server.listen();
    await listening;
    this.#ends.push(() => {
      const closed = new Promise<void>((resolve) => server.once('close', resolve));
      server.close();
      return closed;
    });
    return server;
  }

  /** Not connected yet. */
  client(): WatchedClient {
    const client = new Client({ socketFile: this.front, retryDelay: 5, reconnectDelay: 5 });
    const watched: WatchedClient = { client, events: [], received: [] };
    for (const name of ['connect', 'reconnect', 'disconnect', 'close'] as const) {
      client.on(name, () => watched.events.push(name));
    }
    for (const name of ['connectError', 'error'] as const) {
      client.on(name, (error: NodeJS.ErrnoException) => watched.events.push(`${name} ${error.code}`));
    }
    client.on('message', (message) => watched.received.push(message));
    this.#ends.push(() => {
      if (watched.events.includes('close')) return undefined;
      const closed = new Promise<void>((resolve) => client.once('close', resolve));
      client.close();
      return closed;
    });
    return watched;
  }

  /** Connected, and the server knows. */
  async connect(): Promise<WatchedClient> {
    const connections = this.serverEvents.length;
    const watched = this.client();
    watched.client.connect();
    await until(() => this.serverEvents.length > connections, 'The connection');
    return watched;
  }

  /** A socket to the front, without a protocol. */
  dial(): WatchedSocket {
    const socket = net.connect({ path: this.front, allowHalfOpen: true });
    this.#ends.push(() => socket.destroy());
    return watchSocket(socket);
  }

  /** Names of what the proxy recorded of faults and the like, without bytes. */
  told(): string[] {
    const { records } = this.proxy.trace;
    return records.filter(({ kind }) => kind !== 'bytes').map(({ actor, name }) => `${actor} ${name}`);
  }

  /** Ends everything, and proves that the proxy left nothing behind. */
  async dispose(): Promise<void> {
    try {
      // The proxy last: who is connected through it must be able to say goodbye, whatever the faults were.
      this.proxy.heal();
      for (const end of this.#ends.reverse()) await end();
      await this.proxy.close();
      expect(readdirSync(this.folder)).to.deep.equal([]);
      await until(() => openDescriptors() <= this.#descriptors, 'Closing all descriptors');
      // In a turn without a timer of our own; the one left is the watchdog of mocha.
      await new Promise((resolve) => setImmediate(resolve));
      expect(countTimers()).to.be.at.most(1);
    } finally {
      rmSync(this.folder, { recursive: true, force: true });
    }
  }
}

function countTimers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}
