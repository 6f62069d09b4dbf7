// The limit of the socket: as many bytes as the messages would have, in buffers of 64 KiB, read and not looked at.

import { createServer } from 'node:net';
import { allDrained, allHaveRoom, dial, drained, hasRoom } from './flow.mjs';

const BLOCK = Buffer.alloc(64 * 1024, 'x');

/** Messages are only counted: `bytes` of them are a message. */
class Outgoing {
  #write;
  #bytes;
  #waiting = 0;
  #isDue = false;

  constructor(bytes, write) {
    this.#write = write;
    this.#bytes = bytes;
  }

  add() {
    this.#waiting += this.#bytes;
    while (this.#waiting >= BLOCK.length) {
      this.#waiting -= BLOCK.length;
      this.#write(BLOCK);
    }
    if (!this.#isDue) {
      this.#isDue = true;
      process.nextTick(this.#endTurn);
    }
  }

  #endTurn = () => {
    this.#isDue = false;
    if (this.#waiting > 0) this.#write(BLOCK.subarray(0, this.#waiting));
    this.#waiting = 0;
  };
}

function receive(socket, bytes, message, from) {
  let received = 0;
  socket.on('data', (chunk) => {
    for (received += chunk.length; received >= bytes; received -= bytes) message(undefined, from);
  });
  socket.on('error', () => {});
}

export async function listen(path, handlers, { bytes }) {
  const sockets = new Set();
  const everyone = new Outgoing(bytes, (block) => {
    for (const socket of sockets) socket.write(block);
  });
  const server = createServer((socket) => {
    receive(socket, bytes, handlers.message, new Outgoing(bytes, (block) => socket.write(block)));
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    handlers.connected?.();
  });
  await new Promise((resolve) => server.listen(path, resolve));
  return {
    send: (to) => to.add(),
    broadcast: () => {
      everyone.add();
      return allHaveRoom(sockets);
    },
    drained: () => allDrained(sockets),
  };
}

export async function connect(path, handlers, { bytes }) {
  const socket = await dial(path);
  receive(socket, bytes, handlers.message);
  const outgoing = new Outgoing(bytes, (block) => socket.write(block));
  return {
    send: () => {
      outgoing.add();
      return hasRoom(socket);
    },
    drained: () => drained(socket),
    close: () =>
      new Promise((resolve) => {
        socket.once('close', resolve);
        socket.end();
      }),
  };
}
