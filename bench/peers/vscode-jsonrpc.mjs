// vscode-jsonrpc: notifications over a socket. A promise for each tells when it is written.

import { createServer } from 'node:net';
import { createMessageConnection, SocketMessageReader, SocketMessageWriter } from 'vscode-jsonrpc/node';
import { dial } from './flow.mjs';

/** How many may wait to be written. */
const WAITING = 256;

class Link {
  #connection;
  #waiting = 0;
  #wake = () => {};

  constructor(socket, message) {
    this.#connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
    this.#connection.onNotification('item', (item) => message(item, this));
    this.#connection.onError(() => {});
    this.#connection.listen();
  }

  send(message) {
    this.#waiting += 1;
    this.#connection.sendNotification('item', message).then(this.#written, this.#written);
    return this.#waiting < WAITING;
  }

  drained() {
    return this.#waiting === 0 ? Promise.resolve() : new Promise((resolve) => (this.#wake = resolve));
  }

  #written = () => {
    this.#waiting -= 1;
    if (this.#waiting === 0) this.#wake();
  };

  dispose() {
    this.#connection.dispose();
  }
}

export async function listen(path, handlers) {
  const links = new Set();
  const server = createServer((socket) => {
    const link = new Link(socket, handlers.message);
    links.add(link);
    socket.on('error', () => {});
    socket.on('close', () => links.delete(link));
    handlers.connected?.();
  });
  await new Promise((resolve) => server.listen(path, resolve));
  return {
    send: (to, message) => to.send(message),
    broadcast: (message) => {
      let go = true;
      for (const link of links) go = link.send(message) && go;
      return go;
    },
    drained: () => Promise.all([...links].map((link) => link.drained())),
  };
}

export async function connect(path, handlers) {
  const socket = await dial(path);
  const link = new Link(socket, handlers.message);
  return {
    send: (message) => link.send(message),
    drained: () => link.drained(),
    close: () =>
      new Promise((resolve) => {
        socket.once('close', resolve);
        link.dispose();
        socket.end();
      }),
  };
}
