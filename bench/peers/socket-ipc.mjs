// @crussell52/socket-ipc: the same wire format and the same events as ours. It has no backpressure of its own.

import { once } from 'node:events';
import socketIpc from '@crussell52/socket-ipc';
import { allDrained, allHaveRoom, drained, hasRoom } from './flow.mjs';

const { Client, Server } = socketIpc;

export const opening = '{"topic":"item","message":"';

export async function listen(path, handlers) {
  const sockets = new Set();
  const server = new Server({ socketFile: path });
  server.on('message.item', handlers.message);
  server.on('connection', (_id, socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    handlers.connected?.();
  });
  server.on('error', (error) => handlers.error?.(error));
  server.listen();
  await once(server, 'listening');
  return {
    send: (to, message) => server.send('item', message, to),
    broadcast: (message) => {
      server.broadcast('item', message);
      return allHaveRoom(sockets);
    },
    drained: () => allDrained(sockets),
  };
}

export async function connect(path, handlers) {
  const client = new Client({ socketFile: path, retryDelay: 5 });
  client.on('message.item', handlers.message);
  client.on('error', () => {});
  client.connect();
  const socket = await new Promise((resolve) => client.once('connect', resolve));
  return {
    send: (message) => {
      client.send('item', message);
      return hasRoom(socket);
    },
    drained: () => drained(socket),
    close: () =>
      new Promise((resolve) => {
        client.once('close', resolve);
        client.close();
      }),
  };
}
