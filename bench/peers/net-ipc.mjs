// net-ipc, JSON without compression, which is its default.

import netIpc from 'net-ipc';
import { drained, hasRoom } from './flow.mjs';

const { Client, Server } = netIpc;

/** The greeting, and then a message whose length has no last byte yet. */
export const opening = 'IPC';

export async function listen(path, handlers) {
  const server = new Server({ path });
  server.on('message', handlers.message);
  server.on('error', (error) => handlers.error?.(error));
  if (handlers.connected) server.on('connect', handlers.connected);
  await server.start();
  let sent = Promise.resolve();
  return {
    send: (to, message) => void to.send(message),
    broadcast: (message) => {
      sent = server.broadcast(message);
      // One after the other: of several that wait, a drain settles only half, and the others never.
      return false;
    },
    drained: () => sent,
  };
}

export async function connect(path, handlers) {
  const client = new Client({ path });
  client.on('message', handlers.message);
  client.on('error', () => {});
  await client.connect();
  const socket = client.connection;
  return {
    send: (message) => {
      void client.send(message);
      return hasRoom(socket);
    },
    drained: () => drained(socket),
    close: () =>
      new Promise((resolve) => {
        client.once('close', resolve);
        void client.close();
      }),
  };
}
