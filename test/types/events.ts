/** Events with their arguments, and Node's EventEmitter with everything that takes one. */

import { EventEmitter, on, once } from 'node:events';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Client, type ClientEvents, type DuplexConnection, type Server, type ServerEvents } from 'ipc';
import { expectType, type Same } from './expect-type.js';

interface Chat {
  toServer: { say: string };
  toClient: { tick: number };
}

export function clientEvents(client: Client<Chat>): void {
  client.on('connect', (connection) => expectType<Same<typeof connection, DuplexConnection>>());
  client.on('reconnect', (connection) => expectType<Same<typeof connection, DuplexConnection>>());
  client.on('connectError', (error) => expectType<Same<typeof error, NodeJS.ErrnoException>>());
  client.on('error', (error) => expectType<Same<typeof error, NodeJS.ErrnoException>>());
  for (const event of ['disconnect', 'drain', 'close', 'closed'] as const) {
    client.on(event, (...values) => expectType<Same<typeof values, []>>());
  }
  // @ts-expect-error an event of the server
  client.on('listening', () => {});
  // @ts-expect-error it has no argument
  client.on('disconnect', (reason: string) => reason);
  // @ts-expect-error misspelt
  client.once('connnect', () => {});
}

export function serverEvents(server: Server<Chat>): void {
  server.on('connection', (clientId, connection) => {
    expectType<Same<typeof clientId, string>>();
    expectType<Same<typeof connection, DuplexConnection>>();
  });
  server.on('disconnect', (clientId) => expectType<Same<typeof clientId, string>>());
  server.on('drain', (clientId) => expectType<Same<typeof clientId, string>>());
  server.on('error', (error) => expectType<Same<typeof error, NodeJS.ErrnoException>>());
  for (const event of ['listening', 'close', 'closed'] as const) {
    server.on(event, (...values) => expectType<Same<typeof values, []>>());
  }
  // @ts-expect-error an event of the client
  server.on('connectError', () => {});
}

export function everyMethodOfAnEmitter(client: Client<Chat>): void {
  const listener = (tick: number): void => expectType<Same<typeof tick, number>>();
  client
    .addListener('message.tick', listener)
    .on('message.tick', listener)
    .once('message.tick', listener)
    .prependListener('message.tick', listener)
    .prependOnceListener('message.tick', listener)
    .off('message.tick', listener)
    .removeListener('message.tick', listener)
    .removeAllListeners('message.tick')
    .removeAllListeners()
    .setMaxListeners(20)
    .connect();
  expectType<Same<ReturnType<typeof client.listenerCount>, number>>();
  client.listenerCount('message.tick');
  // @ts-expect-error takes another message
  client.off('message.tick', (tick: string) => tick);
  // @ts-expect-error no such event
  client.removeAllListeners('tick');
}

export function isAnEventEmitter(client: Client<Chat>, server: Server): EventEmitter[] {
  const emitter: EventEmitter = client;
  expectType<typeof client extends EventEmitter ? true : false>();
  if (emitter instanceof Client) {
    emitter.connect();
  }
  return [emitter, server, new EventEmitter()];
}

export async function worksWithTheHelpersOfNode(client: Client<Chat>, server: Server): Promise<void> {
  await once(client, 'connect');
  await once(server, 'listening', { signal: AbortSignal.timeout(1000) });
  const [message] = await once(client, 'message.tick');
  console.log(message);
  for await (const [tick] of on(client, 'message.tick', { close: ['close'] })) {
    console.log(tick);
  }
}

export function connectionsAreSocketsAndDuplexes(socket: Socket, duplex: Duplex, client: Client): void {
  const connections: DuplexConnection[] = [socket, duplex];
  client.on('connect', (connection) => {
    // On unix sockets it is a net.Socket.
    if (connection instanceof Socket) {
      connection.unref();
    }
    connection.destroy();
  });
  console.log(connections.length);
}

export function namesOfEvents(): void {
  expectType<
    Same<
      keyof ClientEvents<{ tick: number }>,
      | ('connect' | 'reconnect' | 'connectError' | 'disconnect' | 'message' | 'message.tick')
      | ('drain' | 'error' | 'close' | 'closed')
    >
  >();
  expectType<
    Same<
      keyof ServerEvents<{ say: string }>,
      ('listening' | 'connection' | 'message' | 'message.say' | 'disconnect') | ('drain' | 'error' | 'close' | 'closed')
    >
  >();
}
