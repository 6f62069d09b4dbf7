/**
 * Shows how to live with a server that comes and goes: a client that starts before it, keeps what it could not send,
 * survives a restart, and another one that gives up.
 * Run it with `node build/examples/resilience.js`; it ends by itself.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, exponential, Server } from 'ipc';

interface Journal {
  toServer: { entry: { number: number; text: string } };
  toClient: { stored: number };
}

const folder = mkdtempSync(join(tmpdir(), 'ipc-resilience-'));
const socketFile = join(folder, 'journal.sock');

/**
 * A client that loses nothing: an entry is kept until the server says that it is stored, and sent again after a loss.
 * The library does not do this by itself, since only the application knows which messages may be sent twice.
 */
class JournalClient {
  readonly #client = new Client<Journal>({
    socketFile,
    // 20 ms, 40 ms, 80 ms ... up to 200 ms, each of them shortened at random by up to a half.
    retryDelay: exponential({ initial: 20, factor: 2, max: 200, jitter: 0.5 }),
    reconnectDelay: { min: 10, max: 50 },
  });
  readonly #pending = new Map<number, string>();
  #connected = false;
  #lastNumber = 0;

  constructor() {
    this.#client.on('connect', () => {
      this.#connected = true;
      console.log(`client: connected; sends ${this.#pending.size} pending entries`);
      for (const [number, text] of this.#pending) this.#client.send('entry', { number, text });
    });
    this.#client.on('disconnect', () => {
      this.#connected = false;
      console.log(`client: lost the server; ${this.#pending.size} entries are pending`);
    });
    this.#client.once('connectError', (error) => console.log(`client: no server yet (${codeOf(error)}), tries again`));
    this.#client.on('reconnect', () => console.log('client: that was a reconnection'));
    this.#client.on('message.stored', (number) => {
      this.#pending.delete(number);
      console.log(`client: entry ${number} is safe`);
      if (this.#pending.size === 0 && number === 4) this.#client.close();
    });
    this.#client.on('error', (error) => console.log(`client: ${error.message}`));
    this.#client.connect();
  }

  write(text: string): void {
    this.#lastNumber += 1;
    this.#pending.set(this.#lastNumber, text);
    // Without a connection the next connect sends it.
    if (this.#connected) this.#client.send('entry', { number: this.#lastNumber, text });
  }

  onClose(listener: () => void): void {
    this.#client.on('close', listener);
  }
}

/** What is stored outlives the server, and an entry that comes twice is stored once. */
const stored = new Map<number, string>();

function startServer(name: string, stopAfter?: number): Server<Journal> {
  const server = new Server<Journal>({ socketFile });
  server.on('listening', () => console.log(`${name}: listening`));
  server.on('message.entry', ({ number, text }, clientId) => {
    stored.set(number, text);
    server.send('stored', number, clientId);
    // What has been sent is still delivered; the client sees a loss only then.
    if (number === stopAfter) server.close();
  });
  server.on('error', (error) => console.log(`${name}: ${error.message}`));
  server.on('close', () => console.log(`${name}: closed`));
  server.listen();
  return server;
}

/** Counts the failures and stops trying: `close()` is for good. */
function giveUpAfter(attempts: number): void {
  const client = new Client({ socketFile: join(folder, 'nobody.sock'), retryDelay: 10 });
  let failures = 0;
  client.on('connectError', (error) => {
    failures += 1;
    if (failures === attempts) {
      console.log(`other client: gives up after ${failures} attempts (${codeOf(error)})`);
      client.close();
    }
  });
  client.connect();
}

function codeOf(error: NodeJS.ErrnoException): string {
  return error.code ?? error.message;
}

giveUpAfter(3);
const client = new JournalClient();
client.write('written before there is a server');
client.write('and another');

setTimeout(() => {
  startServer('server 1', 2).on('close', () => {
    client.write('written while there is no server');
    client.write('and the last');
    setTimeout(() => {
      const server = startServer('server 2');
      client.onClose(() => server.close());
      server.on('close', () => {
        console.log(`stored: ${[...stored.keys()].sort().join(', ')}`);
        rmSync(folder, { recursive: true });
      });
    }, 100);
  });
}, 100);
