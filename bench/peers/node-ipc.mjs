// node-ipc with its defaults, apart from its log and from its limit of 100 connections.

import { IPCModule } from 'node-ipc';
import { allDrained, allHaveRoom, drained, hasRoom } from './flow.mjs';

const ipc = new IPCModule();
ipc.config.silent = true;
ipc.config.maxConnections = 1_000_000;
ipc.config.retry = 5;
let ids = 0;

export const opening = '{"type":"item","data":"';

export async function listen(path, handlers) {
  await new Promise((resolve) => {
    ipc.serve(path, resolve);
    ipc.server.start();
  });
  const { server } = ipc;
  server.on('item', handlers.message);
  server.on('error', (error) => handlers.error?.(error));
  if (handlers.connected) server.on('connect', handlers.connected);
  return {
    send: (to, message) => server.emit(to, 'item', message),
    broadcast: (message) => {
      server.broadcast('item', message);
      return allHaveRoom(server.sockets);
    },
    drained: () => allDrained([...server.sockets]),
  };
}

export async function connect(path, handlers) {
  ids += 1;
  const id = `server${ids}`;
  ipc.connectTo(id, path);
  const client = ipc.of[id];
  client.on('item', handlers.message);
  client.on('error', () => {});
  await new Promise((resolve) => client.on('connect', resolve));
  const { socket } = client;
  return {
    send: (message) => {
      client.emit('item', message);
      return hasRoom(socket);
    },
    drained: () => drained(socket),
    close: () =>
      new Promise((resolve) => {
        socket.once('close', resolve);
        ipc.disconnect(id);
      }),
  };
}
