// This library, from its build: dist, or the folder that IPC_BENCH_DIST names, to compare two builds.

import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = process.env.IPC_BENCH_DIST ?? join(import.meta.dirname, '../../dist');
// By its path: inside bench, which is a package of its own, the name `ipc` is not ours.
const { Client, Server } = await import(pathToFileURL(join(folder, 'index.js')));

/** What its message looks like on the wire before its end. */
export const opening = '{"topic":"item","message":"';

export async function listen(path, handlers, options) {
  const server = new Server({ socketFile: path, ...limits(options) });
  if (options.anyTopic) server.on('message', (message, _topic, from) => handlers.message(message, from));
  else server.on('message.item', handlers.message);
  if (handlers.connected) server.on('connection', handlers.connected);
  server.on('error', (error) => {
    if (!handlers.error) throw error;
    handlers.error(error);
  });
  server.listen();
  await once(server, 'listening');
  return {
    send: (to, message) => server.send('item', message, to),
    broadcast: (message) => server.broadcast('item', message),
    drained: () => new Promise((resolve) => server.once('drain', resolve)),
  };
}

export async function connect(path, handlers, options) {
  const client = new Client({ socketFile: path, retryDelay: 5, ...limits(options) });
  client.on('message.item', handlers.message);
  client.on('error', (error) => {
    throw error;
  });
  client.connect();
  await new Promise((resolve) => client.once('connect', resolve));
  return {
    send: (message) => client.send('item', message),
    sendTo: (topic, message) => client.send(topic, message),
    drained: () => new Promise((resolve) => client.once('drain', resolve)),
    close: () =>
      new Promise((resolve) => {
        client.once('close', resolve);
        client.close();
      }),
  };
}

/** Only what must differ from the defaults: a message of 256 MiB is over the limit that a server has without being asked. */
function limits({ longestBytes = 0 }) {
  return longestBytes > 90e6 ? { maxMessageBytes: longestBytes * 2 } : {};
}
