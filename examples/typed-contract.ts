/**
 * Shows the typed contract: topics and messages are checked by the compiler on both ends, and inferred in listeners.
 * Run it with `node build/examples/typed-contract.js`; it ends by itself.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Server } from 'ipc';

/** One place says who may say what. Share it between the two programs. */
interface Thermostat {
  toServer: {
    measured: { room: string; celsius: number };
    /** No message: `client.send('list')`. */
    list: undefined;
  };
  toClient: {
    heat: { room: string; on: boolean };
    rooms: string[];
  };
}

const folder = mkdtempSync(join(tmpdir(), 'ipc-typed-'));
const socketFile = join(folder, 'thermostat.sock');

const server = new Server<Thermostat>({ socketFile });
const rooms = new Map<string, number>();

server.on('message.measured', ({ room, celsius }, clientId) => {
  rooms.set(room, celsius);
  server.send('heat', { room, on: celsius < 20 }, clientId);
});
server.on('message.list', (_nothing, clientId) => server.send('rooms', [...rooms.keys()], clientId));
server.on('close', () => rmSync(folder, { recursive: true }));

const client = new Client<Thermostat>({ socketFile });
client.on('connect', () => {
  client.send('measured', { room: 'kitchen', celsius: 18.5 });
  client.send('measured', { room: 'study', celsius: 21 });
  client.send('list');
});

// One listener for everything. Looking at the topic tells the type of the message.
client.on('message', (...heard) => {
  switch (heard[1]) {
    case 'heat':
      console.log(`client: heating in the ${heard[0].room} ${heard[0].on ? 'on' : 'off'}`);
      break;
    case 'rooms':
      console.log(`client: the rooms are ${heard[0].join(' and ')}`);
      client.close();
      break;
    default:
      // A topic that is added to the contract is an error here until it is handled.
      heard satisfies never;
  }
});
client.on('close', () => server.close());

// Types are for the compiler: what a peer really sends is not checked. Whoever does not trust it looks before use.
server.on('message.measured', ({ celsius }) => {
  if (!Number.isFinite(celsius)) console.log('server: that is no temperature');
});

/** Never called: what the compiler refuses. Take a comment away to see what it says. */
export function mistakes(): void {
  // @ts-expect-error there is no such topic
  client.send('messured', { room: 'kitchen', celsius: 18.5 });
  // @ts-expect-error the message lacks its room
  client.send('measured', { celsius: 18.5 });
  // @ts-expect-error that topic goes the other way
  client.send('heat', { room: 'kitchen', on: true });
  // @ts-expect-error nobody hears that event
  client.on('message.heated', () => {});
}

server.on('listening', () => client.connect());
server.listen();
