/** Somebody who connects to the server by himself and sends garbage, for as long as he is let. */

import { connect, type Socket } from 'node:net';

/** Stays connected after the last byte, until the server drops it or `destroy()`. */
export class HostilePeer {
  readonly #socket: Socket;
  readonly #bytes: Iterator<Buffer>;

  /** @param gone told, once, how it ended. */
  constructor(path: string, bytes: Iterator<Buffer>, gone: (how: string) => void) {
    let how = 'dropped by the server';
    this.#bytes = bytes;
    this.#socket = connect({ path });
    this.#socket.on('connect', this.#send);
    this.#socket.on('drain', this.#send);
    this.#socket.on('error', (error: NodeJS.ErrnoException) => {
      how = `dropped with ${error.code ?? error.message}`;
    });
    this.#socket.on('close', () => gone(how));
    this.#socket.resume();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  readonly #send = (): void => {
    while (!this.#socket.writableNeedDrain && !this.#socket.destroyed) {
      const next = this.#bytes.next();
      if (next.done) return;
      this.#socket.write(next.value);
    }
  };
}
