/** A server that echoes `echo`, answers `flood` with as many messages, and closes when told to on its input. */

import { Server } from 'ipc';

const server = new Server({ socketFile: String(process.argv[2]), maxBufferedBytes: 2 ** 30 });
server.on('listening', () => console.log('listening'));
server.on('message.echo', (message, id) => server.send('echo', message, id));
server.on('message.flood', (count, id) => {
  const filling = 'x'.repeat(10_000);
  server.send('flooding', undefined, id);
  let number = 0;
  const sendSome = () => {
    for (let some = 0; some < 20 && number < count; some++) server.send('flood', { number: number++, filling }, id);
    if (number < count) setImmediate(sendSome);
  };
  sendSome();
});
server.on('error', (error: NodeJS.ErrnoException) => console.log(`error ${error.code}`));
server.on('close', () => process.stdin.destroy());
process.stdin.on('data', () => server.close());
server.listen();
