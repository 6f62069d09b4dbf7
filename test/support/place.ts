/** A fresh directory with a socket path for one test, and everything that the test puts there. */

import type { EventEmitter } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type ClientOptions, Server, type ServerOptions } from 'ipc';
import { Child } from './child.js';
import { RawPeer, RawServer } from './raw-peer.js';
import { breachesOfClient, breachesOfServer, Recording } from './recording.js';

type WithoutAddress<Options> = Omit<Options, 'socketFile' | 'transport'>;

/** Both ends as most tests want them. */
export interface Conversation {
  server: Server;
  atServer: Recording;
  client: Client;
  atClient: Recording;
  /** The client's id. */
  id: string;
}

export class Place {
  readonly directory: string;
  readonly socketFile: string;
  readonly #ends: { end: Server | Client; seen: Recording; breaches: (seen: Recording) => string[] }[] = [];
  readonly #raws: { close(): Promise<void> }[] = [];

  private constructor(directory: string) {
    this.directory = directory;
    this.socketFile = join(directory, 'socket');
  }

  static async make(): Promise<Place> {
    return new Place(await mkdtemp(join(tmpdir(), 'ipc-test-')));
  }

  /** A server that does not listen yet. */
  server(options: WithoutAddress<ServerOptions> = {}): { server: Server; atServer: Recording } {
    const server = new Server({ socketFile: this.socketFile, ...options });
    const atServer = new Recording(server as EventEmitter);
    this.#ends.push({ end: server, seen: atServer, breaches: breachesOfServer });
    return { server, atServer };
  }

  async listening(options: WithoutAddress<ServerOptions> = {}): Promise<{ server: Server; atServer: Recording }> {
    const both = this.server(options);
    both.server.listen();
    await both.atServer.see('listening');
    return both;
  }

  /** A client that does not connect yet; unless told otherwise it is quick to come back. */
  client(options: WithoutAddress<ClientOptions> = {}): { client: Client; atClient: Recording } {
    const client = new Client({ socketFile: this.socketFile, retryDelay: 5, reconnectDelay: 5, ...options });
    const atClient = new Recording(client as EventEmitter);
    this.#ends.push({ end: client, seen: atClient, breaches: breachesOfClient });
    return { client, atClient };
  }

  async connected(options: WithoutAddress<ClientOptions> = {}): Promise<{ client: Client; atClient: Recording }> {
    const both = this.client(options);
    both.client.connect();
    await both.atClient.see('connect <connection>');
    return both;
  }

  /** A server and one client, connected. */
  async conversation(
    serverOptions: WithoutAddress<ServerOptions> = {},
    clientOptions: WithoutAddress<ClientOptions> = {},
  ): Promise<Conversation> {
    const ofServer = await this.listening(serverOptions);
    const ofClient = await this.connected(clientOptions);
    await ofServer.atServer.see('connection #1 <connection>');
    return { ...ofServer, ...ofClient, id: ofServer.atServer.id(1) };
  }

  async rawPeer(options: { allowHalfOpen?: boolean } = {}): Promise<RawPeer> {
    const peer = await RawPeer.connect(this.socketFile, options);
    this.#raws.push({
      close: () => {
        peer.socket.destroy();
        return peer.closed();
      },
    });
    return peer;
  }

  async rawServer(options: { allowHalfOpen?: boolean } = {}): Promise<RawServer> {
    const server = new RawServer(options);
    await server.listen(this.socketFile);
    this.#raws.push(server);
    return server;
  }

  /** A program of test/support/programs, which is given the socket path as its first argument. */
  program(name: string, ...args: string[]): Child {
    return this.keep(Child.program(name, this.socketFile, ...args));
  }

  /** Has a child killed at the end of the test, if it still runs by then. */
  keep(child: Child): Child {
    this.#raws.push({
      close: async () => {
        if (!child.ended) await child.kill();
      },
    });
    return child;
  }

  files(): Promise<string[]> {
    return readdir(this.directory);
  }

  /**
   * Closes everything. Fails when the events of an end were against the grammar, or when a file is left behind.
   */
  async clear({ leavesFiles = false } = {}): Promise<void> {
    for (const raw of this.#raws) {
      await raw.close();
    }
    for (const { end, seen } of this.#ends) {
      end.close();
      await seen.see('close');
    }
    const files = await this.files();
    await rm(this.directory, { recursive: true, force: true });
    const breaches = this.#ends.flatMap(({ seen, breaches }) => breaches(seen));
    if (files.length > 0 && !leavesFiles) breaches.push(`files are left: ${files.join(', ')}`);
    if (breaches.length > 0) {
      throw new Error(breaches.join('\n'));
    }
  }
}
