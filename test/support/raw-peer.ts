/** Plain sockets that speak bytes, to stand opposite the library. */

import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A frame as the wire has it. */
export function frame(topic: unknown, message?: unknown): string {
  return `${JSON.stringify({ topic, message })}\0\0`;
}

/** One end of a connection. It reads all that comes unless told to pause. */
export class RawPeer {
  readonly socket: Socket;
  received: Buffer = Buffer.alloc(0);
  /** The code of the error that ended the connection, if one did. */
  failure: string | undefined;
  #chunks: Buffer[] = [];
  #nulCount = 0;
  #wake: (() => void)[] = [];

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      for (let at = chunk.indexOf(0); at !== -1; at = chunk.indexOf(0, at + 1)) this.#nulCount++;
      this.#notify();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.failure = error.code;
    });
    socket.on('end', () => this.#notify());
    socket.on('close', () => this.#notify());
  }

  /** Connects; with `allowHalfOpen`, so that the test decides when this side ends. */
  static async connect(path: string, { allowHalfOpen = true } = {}): Promise<RawPeer> {
    const socket = connect({ path, allowHalfOpen });
    const peer = new RawPeer(socket);
    await once(socket, 'connect');
    return peer;
  }

  write(data: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => this.socket.write(data, () => resolve()));
  }

  /** The frames that came, as text. */
  get frames(): string[] {
    this.received = Buffer.concat([this.received, ...this.#chunks]);
    this.#chunks = [];
    return this.received.toString().split('\0\0').slice(0, -1);
  }

  /** Resolves once so many frames have come. */
  async readFrames(count: number): Promise<string[]> {
    while (this.#nulCount < 2 * count) {
      if (this.socket.destroyed) {
        throw new Error(`the connection ended after ${this.#nulCount / 2} of ${count} frames`);
      }
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
    return this.frames;
  }

  /** Resolves once the other side has ended. */
  async ended(): Promise<void> {
    while (!this.socket.readableEnded && !this.socket.destroyed) {
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  async closed(): Promise<void> {
    if (!this.socket.closed) {
      await new Promise((resolve) => this.socket.once('close', resolve));
    }
  }

  #notify(): void {
    for (const wake of this.#wake.splice(0)) {
      wake();
    }
  }
}

/** A server of plain sockets. */
export class RawServer {
  readonly server: Server;
  readonly peers: RawPeer[] = [];
  #waiting: ((peer: RawPeer) => void)[] = [];
  #unclaimed: RawPeer[] = [];

  constructor({ allowHalfOpen = true } = {}) {
    this.server = createServer({ allowHalfOpen }, (socket) => {
      const peer = new RawPeer(socket);
      this.peers.push(peer);
      const waiter = this.#waiting.shift();
      if (waiter) waiter(peer);
      else this.#unclaimed.push(peer);
    });
  }

  async listen(path: string): Promise<void> {
    this.server.listen(path);
    await once(this.server, 'listening');
  }

  /** The next connection, in the order in which they came. */
  accept(): Promise<RawPeer> {
    const peer = this.#unclaimed.shift();
    return peer ? Promise.resolve(peer) : new Promise((resolve) => this.#waiting.push(resolve));
  }

  async close(): Promise<void> {
    for (const { socket } of this.peers) {
      socket.destroy();
    }
    if (this.server.listening) {
      this.server.close();
      await once(this.server, 'close');
    }
  }
}
