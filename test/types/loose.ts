/** Without a type argument everything is as loose as the API page. */

import { type AnyContract, Client, type ClientEvents, Server } from 'ipc';
import { expectType, type Same } from './expect-type.js';

export function clients(): void {
  const client = new Client({ socketFile: './app.sock' });
  expectType<Same<typeof client, Client<AnyContract>>>();
  client.send('anything', { at: 'all' });
  client.send('nothing');
  client.send('', 1);
  client.send(null, 1);
  client.send(undefined, 1);
  const topic: string = 'computed';
  client.send(topic, new Date());
  client.on('message', (message, name) => {
    expectType<Same<typeof name, string>>();
    // The message is `any`, so that listeners may say what they expect.
    message.whatever();
  });
  client.on('message.dessert', (message) => message.flavour);
  client.on('message.dessert', (message: { flavour: string }) => message.flavour);
  client.on(`message.${topic}`, () => {});
  // @ts-expect-error a topic is a string
  client.send(7, 'message');
  // @ts-expect-error no such event
  client.on('mesage', () => {});
  // @ts-expect-error no such event
  client.on('connection', () => {});
}

export function servers(server: Server): void {
  server.send('anything', { at: 'all' }, 'id');
  server.send(null, 1, 'id');
  server.broadcast('nothing');
  server.broadcast('', [1, 2]);
  server.on('message.dessert', (message, clientId) => {
    expectType<Same<typeof clientId, string>>();
    return message.flavour;
  });
  // @ts-expect-error no such event
  server.on('connect', () => {});
}

export function typedOnesDoForFunctionsThatTakeAny(): void {
  const close = (end: { close(): void }) => end.close();
  close(new Server<{ toServer: { a: 1 }; toClient: { b: 2 } }>({ socketFile: './app.sock' }));
}

export type EventsAreExported = ClientEvents<{ tick: number }>['message.tick'];
