// The floor: the same wire format and the same JSON for each message, with every trick that is known to make Node fast
// and nothing else. No events, no limits, no lifecycle, no errors: what is left is what the work itself costs.

import { createServer } from 'node:net';
import { allDrained, allHaveRoom, dial, drained, hasRoom } from './flow.mjs';

const DELIMITER = '\0\0';
/** The envelope is written by hand; only the message goes through JSON.stringify. */
const HEAD = '{"topic":"item","message":';
const TAIL = `}${DELIMITER}`;
/** What one turn sends is joined; the first pieces are small, so that the receiver starts early. */
const FIRST_BATCH = 512;
const LARGEST_BATCH = 32 * 1024;

export const opening = '{"topic":"item","message":"';

class Batch {
  #write;
  #text = '';
  #limit = FIRST_BATCH;
  #isDue = false;

  constructor(write) {
    this.#write = write;
  }

  add(message, head = HEAD) {
    this.#text += head + JSON.stringify(message) + TAIL;
    if (this.#text.length >= this.#limit) {
      this.#flush();
      if (this.#limit < LARGEST_BATCH) this.#limit *= 2;
    }
    if (!this.#isDue) {
      this.#isDue = true;
      process.nextTick(this.#endTurn);
    }
  }

  #endTurn = () => {
    this.#isDue = false;
    this.#limit = FIRST_BATCH;
    this.#flush();
  };

  #flush() {
    if (this.#text === '') return;
    const text = this.#text;
    this.#text = '';
    this.#write(text);
  }
}

class Link {
  socket;
  #batch;
  #onMessage;
  #pending = [];
  #endsInNul = false;

  constructor(socket, onMessage) {
    this.socket = socket;
    this.#onMessage = onMessage;
    this.#batch = new Batch((text) => socket.write(text, 'utf8'));
    socket.on('data', this.#data);
    socket.on('error', () => {});
  }

  send(message, head) {
    this.#batch.add(message, head);
    return hasRoom(this.socket);
  }

  /** Searches only the chunk that came; all of its complete frames are decoded with one slice. */
  #data = (chunk) => {
    // -1 is right as well where the chunk begins with the second half of a delimiter.
    const end = chunk.lastIndexOf(DELIMITER);
    if (end === -1 && !(this.#endsInNul && chunk[0] === 0)) {
      this.#endsInNul = chunk[chunk.length - 1] === 0;
      this.#pending.push(chunk);
      return;
    }
    const next = end + DELIMITER.length;
    let text;
    if (this.#pending.length === 0) {
      text = chunk.utf8Slice(0, next);
    } else {
      this.#pending.push(chunk.subarray(0, next));
      const all = Buffer.concat(this.#pending);
      this.#pending = [];
      text = all.utf8Slice(0, all.length);
    }
    if (next < chunk.length) this.#pending.push(chunk.subarray(next));
    this.#endsInNul = next < chunk.length && chunk[chunk.length - 1] === 0;
    let start = 0;
    for (let at = text.indexOf(DELIMITER); at !== -1; at = text.indexOf(DELIMITER, start)) {
      this.#onMessage(JSON.parse(text.slice(start, at)).message, this);
      start = at + DELIMITER.length;
    }
  };
}

export async function listen(path, handlers) {
  const sockets = new Set();
  // A broadcast is encoded once, and all sockets write the same bytes.
  const everyone = new Batch((text) => {
    const bytes = Buffer.from(text, 'utf8');
    for (const socket of sockets) socket.write(bytes);
  });
  const server = createServer((socket) => {
    new Link(socket, handlers.message);
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    handlers.connected?.();
  });
  await new Promise((resolve) => server.listen(path, resolve));
  return {
    send: (to, message) => to.send(message),
    broadcast: (message) => {
      everyone.add(message);
      return allHaveRoom(sockets);
    },
    drained: () => allDrained(sockets),
  };
}

export async function connect(path, handlers) {
  const socket = await dial(path);
  const link = new Link(socket, handlers.message);
  return {
    send: (message) => link.send(message),
    sendTo: (topic, message) => link.send(message, `{"topic":${JSON.stringify(topic)},"message":`),
    drained: () => drained(socket),
    close: () =>
      new Promise((resolve) => {
        socket.once('close', resolve);
        socket.end();
      }),
  };
}
