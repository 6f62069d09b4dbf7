/** The server process of the demo: `node demo-server.js <name> <socket file>`. Ends on SIGTERM, in good order. */

import { Server } from 'ipc';
import { type Desk, endWithParent, report } from './demo-contract.js';

const CLIENTS = 3;
/** A server that has to think always owes somebody an answer. */
const THINK_MS = 250;

const [name = 'server', socketFile = './demo.sock'] = process.argv.slice(2);
const server = new Server<Desk>({ socketFile, mode: 0o600 });
const names = new Map<string, string>();

server.on('listening', () => report('listening', `listens as process ${process.pid}`));
server.on('error', (error) => report('other', `has an error: ${error.message}`));

server.on('message.hello', (hello, clientId) => {
  names.set(clientId, hello.name);
  report('other', `hears hello from ${hello.name}`);
  server.send('welcome', { by: name }, clientId);
  if (names.size === CLIENTS) {
    report('other', 'broadcasts to everyone');
    server.broadcast('news', `${[...names.values()].sort().join(', ')} are all at ${name}`);
  }
});

server.on('message.square', (number, clientId) => {
  setTimeout(() => {
    if (names.has(clientId)) server.send('squared', { number, square: number * number }, clientId);
  }, THINK_MS);
});

server.on('message.bye', (bye) => report('other', `hears goodbye from ${bye.name}`));
server.on('disconnect', (clientId) => names.delete(clientId));
server.on('close', () => report('closed', 'is closed'));

process.once('SIGTERM', () => server.close());
endWithParent();
server.listen();
