/** The contract types what a fake expects, answers, sends and gives out. */

import { Client, Server } from 'ipc';
import { exactly, type FakeClient, type FakeServer, type ReceivedMessage } from 'ipc/testing';
import { expectType, type Same } from './expect-type.js';

interface Chat {
  toServer: { hello: { name: string; address: { city: string; zip: number } }; say: string; leave: undefined };
  toClient: { said: { by: string; text: string }; tick: number; done: undefined };
}

export async function fakeServer(fake: FakeServer<Chat>): Promise<void> {
  new Client<Chat>({ transport: fake.transport });

  fake.on('hello');
  fake.on('hello', { name: 'ada' });
  fake.on('hello', { address: { city: 'Paris' } });
  fake.on('hello', exactly({ name: 'ada', address: { city: 'Paris', zip: 1 } }));
  fake.on('hello', ({ name }) => name === 'ada');
  fake.on('say', 'hi').reply('tick', 1).delay(10).reply('done').cut({ mode: 'reset' }).times(2);
  fake.on('hello').reply('said', ({ name }, { clientId }) => {
    expectType<Same<typeof name, string>>();
    expectType<Same<typeof clientId, string | undefined>>();
    return { by: 'server', text: name };
  });
  fake.on('say').reply('tick', async (text) => text.length);
  fake.on('say').run((text, peer) => {
    expectType<Same<typeof text, string>>();
    peer.send('tick', 1);
    // @ts-expect-error the message of another type
    peer.send('tick', 'one');
  });
  // @ts-expect-error no such topic
  fake.on('helo');
  // @ts-expect-error this topic goes the other way
  fake.on('said');
  // @ts-expect-error a property of another type
  fake.on('hello', { name: 1 });
  // @ts-expect-error a property of another type, at depth
  fake.on('hello', { address: { city: 1 } });
  // @ts-expect-error all of it, and a part is missing
  fake.on('hello', exactly({ name: 'ada' }));
  // @ts-expect-error the function says nothing
  fake.on('hello', () => 'ada');
  // @ts-expect-error this topic goes the other way
  fake.on('say').reply('say', 'hi');
  // @ts-expect-error the message of another type
  fake.on('say').reply('tick', 'one');
  // @ts-expect-error the message is missing
  fake.on('say').reply('tick');
  // @ts-expect-error computed, of another type
  fake.on('say').reply('tick', (text) => text);

  const hello = await fake.received('hello', { name: 'ada' }, { within: 10 });
  expectType<Same<typeof hello, Chat['toServer']['hello']>>();
  // @ts-expect-error this topic goes the other way
  void fake.received('said');
  const said = fake.messages('say');
  expectType<Same<typeof said, string[]>>();
  const all = fake.messages();
  expectType<typeof all extends ReceivedMessage<'hello' | 'say' | 'leave'>[] ? true : false>();

  fake.send('tick', 1);
  fake.send('done');
  fake.send('tick', 1, { to: 'id' });
  fake.broadcast('said', { by: 'a', text: 'b' });
  fake.sendPartial('said', { by: 'a', text: 'b' }, { bytes: 3 });
  // @ts-expect-error the message of another type
  fake.send('tick', 'one');
  // @ts-expect-error the message is missing
  fake.broadcast('said');
  // @ts-expect-error how many bytes
  fake.sendPartial('tick', 1);
  // @ts-expect-error no such topic
  fake.ignore('helo');
}

export async function fakeClient(fake: FakeClient<Chat>): Promise<void> {
  new Server<Chat>({ transport: fake.transport });

  fake.on('said', { by: 'ada' }).reply('say', ({ text }) => text);
  fake.send('leave');
  const tick = await fake.received('tick');
  expectType<Same<typeof tick, number>>();
  // @ts-expect-error this topic goes the other way
  fake.on('say');
  // @ts-expect-error this topic goes the other way
  fake.send('tick', 1);
  // @ts-expect-error this topic goes the other way
  fake.on('said').reply('tick', 1);
}

export async function anything(fake: FakeServer, client: FakeClient): Promise<void> {
  fake.on('whatever', { deep: [1, 'two'] }).reply('anything', { at: 'all' });
  fake.on('whatever', (message) => message.length > 2).reply('computed', (message) => message.length);
  fake.send('topic', 'message');
  client.send('topic');
  const received = await fake.received('whatever');
  received.anything.goes();
}
