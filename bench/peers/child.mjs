// The channel that Node gives a child process: the server is the parent, and there is one client.

import { fork } from 'node:child_process';

/** Every so many messages one asks to be told when it is written; so many of these may be under way. */
const EVERY = 64;
const WAITING = 16;

class Outgoing {
  #channel;
  #sent = 0;
  #waiting = 0;
  #wake = () => {};

  constructor(channel) {
    this.#channel = channel;
  }

  send(message) {
    this.#sent += 1;
    if (this.#sent % EVERY !== 0) {
      this.#channel.send(message);
    } else {
      this.#waiting += 1;
      this.#channel.send(message, this.#written);
    }
    return this.#waiting < WAITING;
  }

  drained() {
    return this.#waiting === 0 ? Promise.resolve() : new Promise((resolve) => (this.#wake = resolve));
  }

  #written = () => {
    this.#waiting -= 1;
    if (this.#waiting === 0) this.#wake();
  };
}

export function channel(serialization) {
  return {
    async listen(_path, handlers, { client }) {
      const [program, ...args] = client;
      const child = fork(program, args, { serialization, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      const outgoing = new Outgoing(child);
      child.on('message', (message) => handlers.message(message, outgoing));
      return { send: (to, message) => to.send(message) };
    },
    async connect(_path, handlers) {
      const outgoing = new Outgoing(process);
      process.on('message', handlers.message);
      process.on('disconnect', () => process.exit());
      return { send: (message) => outgoing.send(message), drained: () => outgoing.drained() };
    },
  };
}
