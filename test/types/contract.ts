/** The type argument of `Server` and `Client` types topics and messages end to end. */

import { Client, type Contract, Server } from 'ipc';
import { expectType, type Same } from './expect-type.js';

interface Chat {
  toServer: { hello: { name: string }; say: string; leave: undefined; vote: number | undefined };
  toClient: { said: { by: string; text: string }; tick: number };
}

export function clientSends(client: Client<Chat>): void {
  expectType<Same<ReturnType<typeof client.send>, boolean>>();
  client.send('hello', { name: 'ada' });
  client.send('say', 'good morning');
  // A message may be left out where it may be undefined.
  client.send('leave');
  client.send('leave', undefined);
  client.send('vote');
  client.send('vote', 3);
  // @ts-expect-error no such topic
  client.send('helo', { name: 'ada' });
  // @ts-expect-error the message of another type
  client.send('hello', 'ada');
  // @ts-expect-error a property is missing
  client.send('hello', {});
  // @ts-expect-error a property too many
  client.send('hello', { name: 'ada', age: 36 });
  // @ts-expect-error the message is missing
  client.send('say');
  // @ts-expect-error this topic has no message
  client.send('leave', 'now');
  // @ts-expect-error this topic goes the other way
  client.send('said', { by: 'ada', text: 'hello' });
  // @ts-expect-error with a contract a topic is named
  client.send(null, 'hello');
  // @ts-expect-error with a contract a topic is named
  client.send('', 'hello');
  // @ts-expect-error one argument too many
  client.send('say', 'hello', 'ada');
}

export function topicsInVariables(client: Client<Chat>, topic: 'say' | 'hello', server: Server<Chat>): void {
  const topics = ['said', 'tick'] as const;
  for (const name of topics) {
    // @ts-expect-error which message it takes is open
    server.broadcast(name, 'text that is not the message of any');
  }
  // @ts-expect-error a number is the message of neither
  client.send(topic, 1);
}

export function serverSends(server: Server<Chat>, clientId: string): void {
  expectType<Same<ReturnType<typeof server.send>, boolean>>();
  expectType<Same<ReturnType<typeof server.broadcast>, boolean>>();
  server.send('said', { by: 'ada', text: 'hello' }, clientId);
  server.broadcast('tick', 1);
  // @ts-expect-error the id is missing
  server.send('tick', 1);
  // @ts-expect-error an id is a string
  server.send('tick', 1, 7);
  // @ts-expect-error the message of another type
  server.send('tick', 'one', clientId);
  // @ts-expect-error this topic goes the other way
  server.send('say', 'hello', clientId);
  // @ts-expect-error the message is missing
  server.broadcast('tick');
  // @ts-expect-error the message of another type
  server.broadcast('said', { by: 'ada' });
  // @ts-expect-error no such topic
  server.broadcast('tock', 1);
}

export function clientListens(client: Client<Chat>): void {
  client.on('message.said', (message) => {
    expectType<Same<typeof message, { by: string; text: string }>>();
  });
  client.once('message.tick', (message) => {
    expectType<Same<typeof message, number>>();
  });
  client.on('message.said', ({ by, text }) => {
    expectType<Same<typeof by, string>>();
    expectType<Same<typeof text, string>>();
  });
  // A listener may want fewer arguments than there are.
  client.on('message.tick', () => {});
  // @ts-expect-error the client sends this topic, it does not hear it
  client.on('message.say', () => {});
  // @ts-expect-error no such topic
  client.on('message.sayd', () => {});
  // @ts-expect-error the message of another type
  client.on('message.tick', (message: string) => message);
  // @ts-expect-error one argument too many
  client.on('message.tick', (_message, clientId) => clientId);
}

export function clientListensToAll(client: Client<Chat>): void {
  // The topic tells the type of the message, as long as the two stay in one tuple.
  client.on('message', (...heard) => {
    expectType<
      Same<typeof heard, [message: { by: string; text: string }, topic: 'said'] | [message: number, topic: 'tick']>
    >();
    if (heard[1] === 'tick') {
      expectType<Same<(typeof heard)[0], number>>();
    } else {
      expectType<Same<(typeof heard)[0], { by: string; text: string }>>();
    }
  });
  client.on('message', (message, topic) => {
    expectType<Same<typeof topic, 'said' | 'tick'>>();
    expectType<Same<typeof message, number | { by: string; text: string }>>();
    if (topic === 'tick') {
      expectType<Same<typeof message, number>>();
    }
  });
}

export function serverListens(server: Server<Chat>): void {
  server.on('message.hello', (message, clientId) => {
    expectType<Same<typeof message, { name: string }>>();
    expectType<Same<typeof clientId, string>>();
  });
  server.on('message.leave', (message) => {
    expectType<Same<typeof message, undefined>>();
  });
  server.on('message', (message, topic, clientId) => {
    expectType<Same<typeof clientId, string>>();
    if (topic === 'say') {
      expectType<Same<typeof message, string>>();
    }
  });
  // @ts-expect-error the server sends this topic, it does not hear it
  server.on('message.said', () => {});
  // @ts-expect-error the message of another type
  server.on('message.say', (message: number) => message);
}

interface OneWay {
  toServer: { log: string };
  // biome-ignore lint/complexity/noBannedTypes: a direction without topics
  toClient: {};
}

export function aDirectionMayBeEmpty(server: Server<OneWay>, client: Client<OneWay>): void {
  client.send('log', 'text');
  client.on('connect', () => client.close());
  // @ts-expect-error nothing can be sent that way
  server.broadcast('log', 'text');
  // @ts-expect-error nothing comes that way
  client.on('message.log', () => {});
}

type Both = { toServer: { ping: 1 }; toClient: { pong: 2 } };

export function contractsAreInterfacesOrTypes(): void {
  const client: Client<Both> = new Client<Both>({ socketFile: './x' });
  client.send('ping', 1);
  const contract: Contract = { toServer: {}, toClient: {} };
  expectType<Same<keyof typeof contract, 'toServer' | 'toClient'>>();
  // @ts-expect-error a direction is missing
  new Client<{ toServer: { ping: 1 } }>({ socketFile: './x' });
  // @ts-expect-error no contract
  new Server<string>({ socketFile: './x' });
}

export function contractsOfOthersDoNotFit(client: Client<Chat>): void {
  // @ts-expect-error it sends other topics
  const other: Client<Both> = client;
  other.close();
}

/** Helpers that do not care for topics take the loose type: every typed one is one. */
export function helpers(client: Client<Chat>, server: Server<Chat>): void {
  const watch = (loose: Client) => loose.on('error', (error) => console.error(error.message));
  const serve = (loose: Server) => loose.on('connection', (clientId) => loose.send('welcome', 'you', clientId));
  watch(client);
  serve(server);
}

export function genericCode<C extends Contract>(client: Client<C>): Client {
  client.connect();
  client.close();
  return client;
}
