/** A program of its own: a server at the path it is given, that answers `ask` until it gets SIGTERM. */

import { Server } from 'ipc';

const server = new Server({ socketFile: process.argv[2] ?? '' });
server.on('message', (message, topic, id) => {
  if (topic === 'ask') server.send('answer', message, id);
});
server.on('error', (error) => {
  // A client that is cut off is none of its troubles; an address that is taken is.
  if (!('clientId' in error) && (error as NodeJS.ErrnoException).syscall === 'listen') process.exitCode = 1;
});
server.on('listening', () => process.stdout.write('listening\n'));
process.once('SIGTERM', () => server.close());
server.listen();
