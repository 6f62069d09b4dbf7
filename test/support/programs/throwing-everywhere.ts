/** A conversation in which every listener throws; prints, in the end and sorted, what surfaced. */

import type { EventEmitter } from 'node:events';
import { Client, Server } from 'ipc';

const [socketFile = ''] = process.argv.slice(2);
const surfaced = new Set<string>();
process.on('uncaughtException', (error) => surfaced.add(`uncaught ${error.message}`));
process.on('exit', () => console.log([...surfaced, 'exits'].sort().join('\n')));

const server = new Server({ socketFile });
const client = new Client({ socketFile, reconnectDelay: 1, retryDelay: 1 });

server.on('listening', () => client.connect());
server.on('connection', (id) => server.send('hello', 1, id));
client.on('message', () => client.send('hello', 2));
server.on('message', () => server.close());
client.on('connectError', () => client.close());

for (const event of ['listening', 'connection', 'message', 'disconnect', 'close']) {
  throwOn(server, 'server', event);
}
for (const event of ['connect', 'message', 'disconnect', 'connectError', 'close']) {
  throwOn(client, 'client', event);
}
server.listen();

function throwOn(emitter: EventEmitter, whose: string, event: string): void {
  emitter.on(event, () => {
    throw new Error(`${whose} ${event}`);
  });
}
