/** A client of a drill that reads a broadcast, checks each message, and acknowledges it. */

import type { EventEmitter } from 'node:events';
import { Client } from 'ipc';
import { clientLaw } from '#testing/laws/event-laws.js';
import { takeOrders, tell } from '../drills/duty.js';
import { filling } from '../drills/numbered.js';
import { obey } from '../drills/obey.js';

const [socketFile = '', name = ''] = process.argv.slice(2);
const client = new Client({ socketFile });
let received = 0;
let last = 0;
/** How many times a message was not the one after the last. */
let gaps = 0;

obey(client as EventEmitter, clientLaw(), complain);
client.on('connect', () => tell('connect'));
client.on('message.blob', ({ n, filling: text }: { n: number; filling: string }) => {
  if (n <= last) complain(`${name}: message ${n} came after ${last}`);
  if (text !== filling(n, text.length) || text === '') complain(`${name}: message ${n} came mangled`);
  if (n > last + 1) gaps += 1;
  last = n;
  received += 1;
  client.send('read', { name, n });
});
client.on('disconnect', () => complain(`${name} lost its connection`));
client.on('error', (error) => complain(`${name}: ${error.message}`));
client.on('close', () => {
  setImmediate(() => tell('close'));
});

takeOrders({
  status: () => ({ received, last, gaps }),
  close() {
    client.close();
    return undefined;
  },
});
client.connect();

function complain(problem: string): never {
  throw new Error(problem);
}
