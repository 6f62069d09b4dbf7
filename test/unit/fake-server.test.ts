import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type DuplexConnection, type Transcoder } from 'ipc';
import { checkTrace, exactly, FakeServer, type FakeServerOptions, Simulation } from 'ipc/testing';
import { lengthTranscoder, lineTranscoder } from '../support/broken-transcoders.js';
import { type Chat, ChatApp } from '../support/chat-app.js';

/** A fake and a program that talks to it; the greeting of the program is of no interest. */
function start(options: FakeServerOptions = {}): { fake: FakeServer<Chat>; app: ChatApp } {
  const fake = new FakeServer<Chat>(options).ignore('hello');
  const app = new ChatApp({ transport: fake.transport });
  app.start();
  return { fake, app };
}

/** The whole text of what verify() throws. */
function report(fake: FakeServer<any>): string {
  try {
    fake.verify();
  } catch (error) {
    assert.equal((error as Error).name, 'VerificationError');
    return (error as Error).message;
  }
  return 'nothing';
}

/** The whole text of a rejection. */
async function rejection(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'nothing',
    (error: Error) => error.message,
  );
}

describe('FakeServer', () => {
  it('runs the example of the guide', async () => {
    const fake = new FakeServer<Chat>();
    const app = new ChatApp({ transport: fake.transport });
    fake.on('hello', { name: 'ada' }).reply('said', { by: 'server', text: 'welcome' });
    app.start();
    assert.deepEqual(await fake.received('hello'), { name: 'ada' });
    fake.sendPartial('said', { by: 'x', text: 'y' }, { bytes: 10 }); // half a frame...
    fake.cut(); // ...then gone
    await app.reconnected();
    fake.verify(); // nothing unexpected, nothing left over

    assert.deepEqual(app.lines, ['server: welcome', 'server: welcome']);
    assert.deepEqual(app.errors, []);
    assert.equal(fake.simulation.now, 100);
  });

  describe('answers', () => {
    it('a canned message, and one computed from what came', async () => {
      const { fake, app } = start();
      fake.on('say', 'ping').reply('said', { by: 'server', text: 'pong' });
      fake.on('say', (text) => text.startsWith('echo')).reply('said', (text) => ({ by: 'server', text }));
      await fake.connected();

      app.client.send('say', 'echo one');
      app.client.send('say', 'ping');
      await fake.received('say', 'ping');

      assert.deepEqual(app.lines, ['server: echo one', 'server: pong']);
      fake.verify();
    });

    it('with a promise, and goes on when it has resolved', async () => {
      const { fake, app } = start();
      fake
        .on('say')
        .reply('said', async (text) => {
          await sleep(1);
          return { by: 'late', text };
        })
        .reply('said', { by: 'then', text: 'more' });
      await fake.connected();

      app.client.send('say', 'hi');
      await fake.received('say');
      while (app.lines.length < 2) await sleep(1);

      assert.deepEqual(app.lines, ['late: hi', 'then: more']);
    });

    it('several times over, with delays on the virtual clock', async () => {
      const { fake, app } = start();
      const said: [number, number][] = [];
      app.client.on('message.tick', (count) => said.push([count, fake.simulation.now]));
      fake.on('say').reply('tick', 1).delay(30_000).reply('tick', 2).delay(5).reply('tick', 3);
      await fake.connected();

      app.client.send('say', 'count');
      await fake.simulation.until(() => said.length === 3);

      assert.deepEqual(said, [
        [1, 0],
        [2, 30_000],
        [3, 30_005],
      ]);
    });

    it('later, all of it, after delay()', async () => {
      const { fake, app } = start();
      fake.on('say').reply('tick', 1);
      await fake.connected();
      fake.delay(250);
      app.client.send('say', 'hi');
      const heard = new Promise((resolve) => app.client.once('message.tick', () => resolve(fake.simulation.now)));

      assert.equal(await heard, 250);
    });

    it('with bytes, half a frame, an end, or anything else', async () => {
      const { fake, app } = start();
      const ran: unknown[] = [];
      fake.on('say', 'raw').replyRaw('{"topic":"said","message":{"by":"raw","text":"t"}}\0\0');
      fake.on('say', 'run').run((message, peer) => ran.push([message, peer.clientId === fake.clients[0]]));
      fake.on('say', 'cut').reply('tick', 1).replyPartial('tick', 2, { bytes: 5 }).cut();
      await fake.connected();
      const lost = new Promise((resolve) => app.client.once('disconnect', () => resolve(undefined)));
      const ticks: number[] = [];
      app.client.on('message.tick', (count) => ticks.push(count));

      for (const text of ['raw', 'run', 'cut']) app.client.send('say', text);
      await lost;

      assert.deepEqual(app.lines, ['raw: t']);
      assert.deepEqual(ran, [['run', true]]);
      assert.deepEqual(ticks, [1]);
      fake.verify();
    });

    it('a limited number of times, those first that have a limit, then the latest', async () => {
      const { fake, app } = start();
      fake.on('say').reply('tick', 0);
      fake.on('say').once().reply('tick', 1);
      fake.on('say').times(2).reply('tick', 2);
      fake.on('say').reply('tick', 3);
      const ticks: number[] = [];
      app.client.on('message.tick', (count) => ticks.push(count));
      await fake.connected();

      for (let count = 0; count < 5; count++) app.client.send('say', 'hi');
      await fake.simulation.settle();

      assert.deepEqual(ticks, [1, 2, 2, 3, 3]);
    });
  });

  describe('received()', () => {
    it('gives each message once, those that have come and those to come', async () => {
      const { fake, app } = start();
      await fake.connected();
      app.client.send('say', 'one');
      app.client.send('say', 'two');

      assert.equal(await fake.received('say'), 'one');
      assert.equal(await fake.received('say'), 'two');
      const third = fake.received('say', (text) => text !== 'no');
      app.client.send('say', 'no');
      app.client.send('say', 'three');
      assert.equal(await third, 'three');
      assert.deepEqual(fake.messages('say'), ['one', 'two', 'no', 'three']);
    });

    it('serves those who wait in the order in which they asked', async () => {
      const { fake, app } = start();
      await fake.connected();
      const [first, second] = [fake.received('say'), fake.received('say')];
      app.client.send('say', 'one');
      app.client.send('say', 'two');

      assert.deepEqual(await Promise.all([first, second]), ['one', 'two']);
    });

    it('reaches what comes only after many retries', async () => {
      const { fake } = start();
      fake.refuse('EACCES');
      fake.simulation.clock.setTimer(9_500, () => fake.accept(), 'test');

      assert.deepEqual(await fake.received('hello'), { name: 'ada' });

      assert.equal(fake.simulation.now, 10_000);
    });

    it('waits for a program that is busy in the real world', async () => {
      const fake = new FakeServer<Chat>();
      const app = new ChatApp({ transport: fake.transport });
      setTimeout(() => app.start(), 30);

      assert.deepEqual(await fake.received('hello', undefined, { within: 10 }), { name: 'ada' });
    });

    it('tells what came instead', async () => {
      const { fake, app } = start();
      await fake.received('hello');
      app.client.send('say', 'hi');

      assert.equal(
        await rejection(fake.received('hello', { name: 'eve' }, { within: 500 })),
        `No 'hello' like {name: 'eve'} came. Received:
  hello {name: 'ada'} from client 1 at 0 ms: name: expected 'eve', got 'ada'
  say 'hi' from client 1 at 0 ms: another topic
Waited 500 virtual ms. It is listening; 1 client is connected.`,
      );
      assert.equal(fake.simulation.now, 500);
    });

    it('tells of a message that was given to an earlier call', async () => {
      const { fake } = start();
      await fake.received('hello');

      assert.equal(
        await rejection(fake.received('hello', undefined, { within: 500 })),
        `No 'hello' came. Received:
  hello {name: 'ada'} from client 1 at 0 ms: taken by an earlier received()
Waited 500 virtual ms. It is listening; 1 client is connected.`,
      );
    });

    it('tells that the fake itself keeps everybody away', async () => {
      const fake = new FakeServer();
      fake.refuse();
      fake.stall();

      const text = await rejection(fake.received('hello', undefined, { within: 10 }));

      assert.match(text, /It is listening and refuses new clients; no client is connected\. It is stalled\.$/);
      await fake.close();
    });

    it('tells that nothing came', async () => {
      const fake = new FakeServer<Chat>();

      assert.equal(
        await rejection(fake.received('say')),
        `No 'say' came. Nothing was received.
Waited 60000 virtual ms. It is listening; no client is connected.`,
      );
    });

    it('rejects with what its function throws', async () => {
      const { fake } = start();
      const broken = fake.received('hello', () => {
        throw new Error('no idea');
      });

      assert.equal(await rejection(broken), 'no idea');
    });

    it('ends with the fake', async () => {
      const { fake } = start();
      const waiting = fake.received('say');
      await fake.close();

      assert.equal(await rejection(waiting), 'The FakeServer was closed.');
    });
  });

  describe('matches', () => {
    const eve = { name: 'eve', tags: ['a', 'b'], address: { city: 'Paris', zip: null } };
    const rows: [string, unknown, boolean][] = [
      ['anything', undefined, true],
      ['a part', { name: 'eve' }, true],
      ['a part at depth', { address: { city: 'Paris' } }, true],
      ['another part at depth', { address: { city: 'Rome' } }, false],
      ['what is missing', { age: 3 }, false],
      ['undefined, which is missing', { age: undefined }, true],
      ['null', { address: { zip: null } }, true],
      ['an array of the same length', { tags: ['a', 'b'] }, true],
      ['a shorter array', { tags: ['a'] }, false],
      ['an array against an object', { tags: { 0: 'a' } }, false],
      ['exactly all', exactly(structuredClone(eve)), true],
      ['exactly a part', exactly({ name: 'eve' }), false],
      ['exactly a part at depth', exactly({ ...eve, address: { city: 'Paris' } }), false],
      ['a function that says yes', (message: any) => message.name === 'eve', true],
      ['a function that says something', () => 'yes', false],
      ['a primitive', 'eve', false],
    ];
    for (const [name, match, expected] of rows) {
      it(`${name}: ${expected}`, async () => {
        const fake = new FakeServer();
        const client = new Client({ transport: fake.transport });
        client.connect();
        client.on('connect', () => client.send('thing', eve));
        const answered = fake.on('thing', match).optional();
        await fake.connected();
        await fake.simulation.settle();

        assert.equal(fake.messages('thing').length, 1);
        assert.equal(answered.fired, expected ? 1 : 0);
      });
    }
  });

  it('takes what only a transcoder of its own can carry: dates, maps, and what has no end', async () => {
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    const messages = [{ at: new Date(7) }, { at: new Map([[1, 2]]) }, cyclic];
    const transcoder: Transcoder = {
      socketEncoding: 'utf8',
      createEncoder: () => (wrapper, callback) => callback(null, `${String(wrapper.message)}\n`),
      createDecoder: () => (chunk: string, callback) => {
        const indexes = chunk.split('\n').slice(0, -1);
        callback(
          null,
          indexes.map((index) => ({ topic: 'x', message: messages[Number(index)] })),
        );
      },
    };
    const fake = new FakeServer({ transcoder });
    fake.on('x', { at: new Date(5) }).once();
    fake.on('x', { at: new Date(7) }).once();
    fake.on('x', { at: new Map([[1, 2]]) }).once();
    const client = new Client({ transport: fake.transport, transcoder });
    client.on('connect', () => {
      for (const index of messages.keys()) client.send('x', index);
    });
    client.connect();
    await fake.connected();

    const text = report(fake);

    assert.match(text, /on\('x', \{at: 1970-01-01T00:00:00\.005Z\}\) +1 +0 +left over/);
    assert.match(text, /on\('x', \{at: Map of 1\}\) +1 +1\n/);
    assert.match(text, /Unexpected:\n {2}x \{self: \{self: /);
    assert.match(text, /1 unexpected message, 1 expectation left over\./);
    await fake.close();
  });

  describe('verify()', () => {
    it('is content when everything came as scripted', async () => {
      const { fake, app } = start();
      fake.on('say').once();
      await fake.connected();
      app.client.send('say', 'hi');

      // Nothing was awaited since: what is due at this instant happens first.
      assert.equal(report(fake), 'nothing');
    });

    it('tells of what was left over and what was unexpected, with the nearest candidate', async () => {
      const fake = new FakeServer<Chat>();
      const app = new ChatApp({ transport: fake.transport });
      fake.on('hello', { name: 'eve', age: 36 }).reply('tick', 1);
      fake.on('say', 'once').once();
      fake.on('say', (text) => text.length > 10).times(2);
      fake.on('leave').optional();
      app.start();
      await fake.connected();
      app.client.send('say', 'once');
      app.client.send('say', 'once');
      app.client.send('leav' as 'leave');
      app.client.send('zzzzzzzzzz' as 'leave');
      await fake.simulation.advance(5);

      assert.equal(
        report(fake),
        `FakeServer: 4 unexpected messages, 2 expectations left over.

  registered                           expected    fired
  on('hello', {name: 'eve', age: 36})  1 or more   0      left over
  on('say', 'once')                    1           1
  on('say', a function)                2           0      left over
  on('leave')                          any number  0

Unexpected:
  hello {name: 'ada'} from client 1 at 0 ms
    nearest: on('hello', {name: 'eve', age: 36})
      name: expected 'eve', got 'ada'
      age: expected 36, and it is missing
  say 'once' from client 1 at 0 ms
    on('say', 'once') matches, but had fired once already
  leav undefined from client 1 at 0 ms
    nothing is registered for 'leav'; nearest: on('leave')
  zzzzzzzzzz undefined from client 1 at 0 ms
    nothing is registered for 'zzzzzzzzzz'`,
      );
      assert.deepEqual(app.errors, []);
    });

    it('takes an expectation for left over as long as its answer is promised and not there', async () => {
      const { fake, app } = start();
      const releases: (() => void)[] = [];
      const wait = (): Promise<void> => new Promise((resolve) => releases.push(resolve));
      const release = async (): Promise<void> => {
        for (const go of releases.splice(0)) go();
        await new Promise((resolve) => setImmediate(resolve));
      };
      fake
        .on('say')
        .times(2)
        .run(wait)
        .reply('said', async (text) => {
          await wait();
          return { by: 'server', text };
        });
      const reports: string[] = [];
      const note = (): void => {
        const [headline, , , ...rows] = report(fake).split('\n');
        reports.push([headline, ...rows].join(' ').replaceAll(/ +/g, ' '));
      };

      await fake.connected();
      app.client.send('say', 'one');
      await fake.received('say');
      note();
      app.client.send('say', 'two');
      await fake.received('say');
      note();
      await release();
      note();
      await release();
      note();

      assert.deepEqual(reports, [
        "FakeServer: 1 expectation left over. on('say') 2 1 left over, an answer is pending",
        "FakeServer: 1 expectation left over. on('say') 2 2 2 answers are pending",
        "FakeServer: 1 expectation left over. on('say') 2 2 2 answers are pending",
        'nothing',
      ]);
    });

    it('explains the first of a flood, and counts the rest', async () => {
      const fake = new FakeServer();
      const client = new Client({ transport: fake.transport });
      client.on('connect', () => {
        for (let number = 0; number < 500; number += 1) client.send('flood', number);
      });
      client.connect();
      await fake.connected();

      const text = report(fake);

      assert.match(text, /^FakeServer: 500 unexpected messages\./);
      assert.match(text, /flood 19 from client 1/);
      assert.match(text, /\n {2}and 480 more$/);
      await fake.close();
    });

    it('tells of what is not to come at all', async () => {
      const fake = new FakeServer();
      fake.on('x').times(0);
      const client = new Client({ transport: fake.transport });
      client.on('connect', () => client.send('x', { destroy: true }));
      client.connect();
      await fake.connected();

      assert.match(
        report(fake),
        /x \{destroy: true\} from client 1 at 0 ms\n {4}on\('x'\) matches, but is not to come at all/,
      );
      await fake.close();
    });

    it('compares with the candidate that differs least', async () => {
      const fake = new FakeServer<Chat>();
      const app = new ChatApp({ transport: fake.transport });
      fake.on('hello', { name: 'eve', age: 36 }).optional();
      fake.on('hello', { name: 'bob' }).optional();
      app.start();
      await fake.connected();

      assert.deepEqual(report(fake).split('\n').slice(-3), [
        "  hello {name: 'ada'} from client 1 at 0 ms",
        "    nearest: on('hello', {name: 'bob'})",
        "      name: expected 'bob', got 'ada'",
      ]);
    });

    it('takes a message that received() asked for as expected', async () => {
      const fake = new FakeServer<Chat>();
      const app = new ChatApp({ transport: fake.transport });
      app.start();
      await fake.received('hello');

      assert.equal(report(fake), 'nothing');
    });

    it('minds no unexpected message with strict: false, but what is left over', async () => {
      const fake = new FakeServer<Chat>({ strict: false });
      const app = new ChatApp({ transport: fake.transport });
      app.start();
      await fake.connected();
      await fake.simulation.settle();
      assert.equal(report(fake), 'nothing');

      fake.on('say');
      assert.equal(
        report(fake),
        `FakeServer: 1 expectation left over.

  registered  expected   fired
  on('say')   1 or more  0      left over`,
      );
    });

    it('tells of bytes that were no message, and of answers that failed', async () => {
      const { fake, app } = start({ maxMessageBytes: 1000 });
      let connection: DuplexConnection | undefined;
      app.client.on('connect', (made) => {
        connection = made;
      });
      const loop: { self?: unknown } = {};
      loop.self = loop;
      fake
        .on('say', 'throw')
        .run(() => {
          throw new Error('no idea');
        })
        .reply('tick', 1);
      fake.on('say', 'reject').run(() => Promise.reject(new Error('too late')));
      fake.on('say', 'loop').reply('tick', loop as unknown as number);
      await fake.connected();
      for (const text of ['throw', 'reject', 'loop']) app.client.send('say', text);
      await fake.simulation.settle();
      connection?.write(Buffer.from('{}\0\0'));
      await fake.simulation.settle();

      const lines = report(fake).split('\n');
      assert.equal(lines[0], 'FakeServer: 4 problems.');
      assert.deepEqual(lines.slice(lines.indexOf('Problems:')), [
        'Problems:',
        "  on('say', 'throw') threw Error: no idea",
        '  EncodeError: The message cannot be written as JSON: Converting circular structure to JSON',
        "    --> starting at object with constructor 'Object'",
        "    --- property 'self' closes the circle",
        "  on('say', 'reject') threw Error: too late",
        '  DecodeError from client 1: The peer sent JSON that is no message: it is not an object with a string topic.',
      ]);
    });

    it('tells of two servers at one address', async () => {
      const simulation = new Simulation();
      const first = new FakeServer({ simulation, address: '/run/app.sock' });
      await first.listening();
      const second = new FakeServer({ simulation, address: '/run/app.sock' });

      assert.match(await rejection(second.connected()), /EADDRINUSE/);
      assert.match(report(second), /^FakeServer: 1 problem\.\n\nProblems:\n {2}Error: .*EADDRINUSE/);
    });
  });

  describe('faults', () => {
    it('refuses new connections and keeps those that are there, until it accepts', async () => {
      const { fake, app } = start();
      await fake.connected();
      const codes: unknown[] = [];
      const second = new Client({ transport: fake.transport });
      second.on('connectError', (error) => codes.push((error as NodeJS.ErrnoException).code));
      fake.refuse();
      second.connect();
      await fake.simulation.advance(1500);
      fake.refuse('EMFILE');
      await fake.simulation.advance(1000);
      fake.accept();
      await fake.simulation.advance(1000);

      assert.deepEqual(codes, ['ECONNREFUSED', 'ECONNREFUSED', 'EMFILE']);
      assert.equal(fake.clients.length, 2);
      app.client.send('say', 'still here');
      assert.equal(await fake.received('say'), 'still here');
    });

    it('listens later after delay()', async () => {
      const fake = new FakeServer<Chat>();
      fake.delay(2500);
      const app = new ChatApp({ transport: fake.transport });
      const codes: unknown[] = [];
      app.client.on('connectError', (error) => codes.push((error as NodeJS.ErrnoException).code));
      app.start();
      await fake.received('hello');

      assert.deepEqual(codes, ['ENOENT', 'ENOENT', 'ENOENT']);
      assert.equal(fake.simulation.now, 3000);
    });

    it('reads and says nothing while it is stalled, and all of it afterwards', async () => {
      const { fake, app } = start();
      fake.on('say').reply('tick', 1);
      await fake.received('hello');
      const ticks: number[] = [];
      app.client.on('message.tick', (count) => ticks.push(count));

      fake.stall();
      app.client.send('say', 'hi');
      fake.send('tick', 0);
      await fake.simulation.advance(60_000);
      assert.deepEqual([fake.messages('say'), ticks], [[], []]);

      fake.resume();
      await fake.simulation.settle();
      assert.deepEqual([fake.messages('say'), ticks], [['hi'], [0, 1]]);
    });

    it('lets nobody in who connects while it is stalled, though the system does', async () => {
      const { fake, app } = start();
      fake.stall();
      await fake.simulation.advance(60_000);
      assert.deepEqual([fake.simulation.trace.of(app.client).names(), fake.messages()], [['connect'], []]);

      fake.resume();
      await fake.received('hello');
    });

    it('pushes back on a client while it is stalled', async () => {
      const { fake, app } = start();
      await fake.connected();
      fake.stall();
      let sent = 0;
      while (app.client.send('say', 'x'.repeat(10_000))) {
        sent++;
        await fake.simulation.settle();
      }
      assert.ok(sent > 10 && sent < 200, `${sent} messages fit`);

      const drained = new Promise((resolve) => app.client.once('drain', () => resolve(undefined)));
      fake.resume();
      await drained;
    });

    for (const [mode, expected] of [
      ['eof', ['connect', 'disconnect', 'connect', 'reconnect']],
      ['reset', ['connect', 'error', 'disconnect', 'connect', 'reconnect']],
      ['auto', ['connect', 'disconnect', 'connect', 'reconnect']],
    ] as const) {
      it(`cuts with mode ${mode}`, async () => {
        const { fake, app } = start();
        await fake.received('hello');
        fake.cut({ mode });
        await app.reconnected();

        assert.deepEqual(fake.simulation.trace.of(app.client).names(), expected);
        fake.verify();
      });
    }

    it('sends what was sent before it cuts', async () => {
      const { fake, app } = start();
      await fake.connected();
      fake.send('said', { by: 'server', text: 'bye' });
      fake.cut();
      await fake.disconnected();
      await app.reconnected();

      assert.deepEqual(app.lines, ['server: bye']);
    });

    it('sends what was sent before it cuts, with an encoder that takes its time', async () => {
      const fake = new FakeServer<Chat>({ transcoder: lineTranscoder }).ignore('hello');
      const app = new ChatApp({ transport: fake.transport, transcoder: lineTranscoder });
      app.start();
      await fake.received('hello');
      fake.send('said', { by: 'server', text: 'bye' });
      fake.cut();
      await app.reconnected();

      assert.deepEqual(app.lines, ['server: bye']);
    });

    it('keeps messages, bytes and halves in order, with any transcoder', async () => {
      const fake = new FakeServer<Chat>({ transcoder: lengthTranscoder }).ignore('hello');
      const app = new ChatApp({ transport: fake.transport });
      const other = new Client<Chat>({ transport: fake.transport, transcoder: lengthTranscoder });
      const texts: string[] = [];
      other.on('message.said', ({ text }) => texts.push(text));
      other.connect();
      await fake.connected();
      const body = Buffer.from('{"topic":"said","message":{"by":"","text":"two"}}');

      fake.send('said', { by: '', text: 'one' });
      fake.sendRaw(Buffer.from([0, 0, 0, body.length]));
      fake.sendRaw(body.subarray(0, 20));
      fake.sendRaw(body.subarray(20));
      fake.broadcast('said', { by: '', text: 'three' });
      fake.sendPartial('said', { by: '', text: 'four' }, { bytes: 30 });
      fake.cut();
      await fake.disconnected();

      assert.deepEqual(texts, ['one', 'two', 'three']);
      assert.equal(app.lines.length, 0);
    });

    for (const malformation of ['notJson', 'badUtf8', 'empty', 'null', 'noTopic', 'numericTopic'] as const) {
      it(`sends a frame that is ${malformation}, which costs it the connection`, async () => {
        const { fake, app } = start();
        await fake.connected();
        fake.sendMalformed(malformation);
        await app.reconnected();

        assert.deepEqual(
          app.errors.map(({ name }) => name),
          ['DecodeError'],
        );
        fake.verify();
      });
    }

    it('sends a frame that is too long', async () => {
      const fake = new FakeServer<Chat>().ignore('hello');
      const app = new ChatApp({ transport: fake.transport, maxMessageBytes: 1000 });
      app.start();
      await fake.connected();
      fake.sendOversized(1000);
      await app.reconnected();

      assert.match(String(app.errors[0]), /1000 bytes \(options\.maxMessageBytes\)/);
    });

    it('stops, and listens again', async () => {
      const { fake, app } = start();
      await fake.connected();
      fake.send('said', { by: 'server', text: 'closing' });
      fake.restart({ after: 3000 });
      await fake.disconnected();
      assert.equal(fake.simulation.network.at('/run/fake.sock'), 'absent');
      await app.reconnected();

      // The loss costs 100 ms, and each attempt after it a second.
      assert.equal(fake.simulation.now, 3100);
      assert.deepEqual(app.lines, ['server: closing']);
      checkTrace(fake.simulation.trace);
      fake.stop();
      await fake.disconnected();
      fake.restart();
      await fake.listening();
    });

    it('cuts one of several clients, and sends to one', async () => {
      const { fake, app } = start();
      await fake.connected();
      const second = new ChatApp({ transport: fake.transport });
      second.start();
      await fake.simulation.settle();
      const [first] = fake.clients;

      fake.send('said', { by: 'server', text: 'latest' });
      fake.send('said', { by: 'server', text: 'first' }, { to: first as string });
      fake.cut({ to: first as string });
      await app.reconnected();

      assert.deepEqual([app.lines, second.lines], [['server: first'], ['server: latest']]);
      assert.equal(fake.simulation.trace.of(second.client).names().includes('disconnect'), false);
    });
  });

  it('refuses what would make a test of something else', async () => {
    const { fake } = start();
    await fake.connected();
    const loose = fake as unknown as Record<keyof FakeServer, (...args: unknown[]) => void>;
    const line = (): Record<'run' | 'reply' | 'replyPartial' | 'cut', (...args: unknown[]) => void> =>
      fake.on('leave').optional() as never;
    const slips: [slip: () => unknown, problem: string][] = [
      [() => fake.cut({ mode: 'rst' as 'reset' }), 'cut(): options.mode must be one of eof, reset, auto; got "rst"'],
      [() => fake.on('say').cut({ mode: 'rst' as 'reset' }), 'cut(): options.mode must be one of'],
      [() => loose.cut('reset'), 'The options of cut() must be an object; got "reset".'],
      [() => loose.cut({ mod: 'reset' }), "cut(): options.mod is no key; did you mean 'mode'?"],
      [() => loose.cut({ too: 'x' }), "cut(): options.too is no key; did you mean 'to'?"],
      [() => line().cut('reset'), 'The options of cut() must be an object; got "reset".'],
      [() => line().cut({ mod: 'reset' }), "cut(): options.mod is no key; did you mean 'mode'?"],
      [() => loose.send('tick', 1, 'x'), 'The options of send() must be an object; got "x".'],
      [() => loose.sendRaw('x', { too: 'x' }), "sendRaw(): options.too is no key; did you mean 'to'?"],
      [
        () => loose.sendPartial('tick', 1, { bytes: 1, too: 'x' }),
        'sendPartial(): options.too is no key; did you mean',
      ],
      [() => fake.sendMalformed('notJSON' as 'notJson'), "did you mean 'notJson'?"],
      [() => loose.sendRaw(undefined), 'sendRaw() takes a string or a Uint8Array; got undefined.'],
      [
        () => loose.sendPartial('said', {}),
        'sendPartial() takes { bytes }, a whole number, zero or more; got undefined.',
      ],
      [() => fake.on('say').delay(Number.POSITIVE_INFINITY), 'delay() takes milliseconds, zero or more; got Infinity.'],
      [() => fake.restart({ after: -1 }), 'restart(): options.after must be a number from 0 to 2147483647; got -1.'],
      [() => loose.restart(5000), 'The options of restart() must be an object; got 5000.'],
      [() => loose.restart({ aftr: 5000 }), "restart(): options.aftr is no key; did you mean 'after'?"],
      [() => line().run(), 'run() takes a function; got undefined.'],
      [() => line().run(5), 'run() takes a function; got 5.'],
      [() => line().reply(), 'reply() takes a topic, a string; got undefined.'],
      [() => line().replyPartial(5, 1, { bytes: 1 }), 'replyPartial() takes a topic, a string; got 5.'],
      [() => loose.on(), 'on() takes a topic, a string; got undefined.'],
      [() => loose.on(5), 'on() takes a topic, a string; got 5.'],
      [
        () => loose.ignore(['say', 'leave']),
        'ignore() takes a topic, a string, and several one after the other, not in an array; got ["say","leave"].',
      ],
      [() => loose.received(), 'received() takes a topic, a string; got undefined.'],
      [() => loose.messages(5), 'messages() takes a topic, a string; got 5.'],
      [
        () => loose.received('say', undefined, { within: -1 }),
        'received(): options.within must be a number from 0 to 2147483647; got -1.',
      ],
      [() => loose.received('say', undefined, 500), 'The options of received() must be an object; got 500.'],
      [() => loose.connected({ whithin: 1 }), "connected(): options.whithin is no key; did you mean 'within'?"],
      [() => loose.sendOversized(), 'sendOversized() takes a number of bytes, whole, zero or more; got undefined.'],
      [() => loose.sendOversized(-1), 'sendOversized() takes a number of bytes, whole, zero or more; got -1.'],
      [
        () => new FakeServer({ strcit: false } as object),
        "FakeServer: options.strcit is no key; did you mean 'strict'?",
      ],
      [() => new FakeServer({ time: 'manuel' as 'manual' }), "did you mean 'manual'?"],
      [() => new FakeServer({ simulation: 5 as never }), 'options.simulation must be a Simulation; got 5.'],
    ];
    for (const [slip, problem] of slips) {
      assert.throws(slip, (error: Error) => error instanceof TypeError && error.message.includes(problem), problem);
    }
    await fake.close();
  });

  it('says so when there is nobody to send to', () => {
    const fake = new FakeServer<Chat>();

    assert.throws(() => fake.send('tick', 1), {
      message: 'send(): no client is connected. Await fake.connected(), or a message, first.',
    });
    assert.throws(() => fake.cut({ to: 'x' }), {
      message: 'cut(): there is no client x. Await fake.connected(), or a message, first.',
    });
  });

  it('refuses options that make no sense on a socket file', () => {
    assert.throws(() => new FakeServer({ socketFile: '/tmp/x.sock', seed: 1 }), {
      name: 'TypeError',
      message: 'options.seed belongs to a simulation; leave it out with socketFile.',
    });
  });

  describe('time', () => {
    it('stands still while the test drives the simulation itself', async () => {
      const { fake, app } = start();
      fake.refuse();
      await fake.simulation.advance(2500);

      assert.equal(fake.simulation.now, 2500);
      assert.deepEqual(fake.simulation.trace.of(app.client).names(), ['connectError', 'connectError', 'connectError']);
    });

    it('moves only for facts when it is manual', async () => {
      const { fake, app } = start({ time: 'manual' });
      await sleep(5);
      assert.deepEqual(fake.simulation.trace.of(app.client).names(), []);

      await fake.received('hello');
      await sleep(5);
      fake.cut();
      await sleep(5);
      assert.deepEqual(fake.simulation.trace.of(app.client).names(), ['connect']);
      assert.equal(fake.simulation.now, 0);
    });

    it('comes to rest when a program retries for ever', async () => {
      const { fake, app } = start();
      fake.refuse();
      await sleep(100);

      const { now } = fake.simulation;
      assert.ok(now >= 60_000 && now <= 62_000, `it is ${now} ms`);
      await sleep(20);
      assert.equal(fake.simulation.now, now);
      await app.stop();
    });

    it('is the same in every run', async () => {
      const hashes = [1, 2, 3].map(async () => {
        const { fake, app } = start({ seed: 7 });
        fake.on('say').delay(20).reply('tick', 1).cut();
        await fake.connected();
        app.client.send('say', 'hi');
        await app.reconnected();
        await fake.close();
        await app.stop();
        return fake.simulation.trace.hash();
      });

      assert.equal(new Set(await Promise.all(hashes)).size, 1);
    });

    it('surfaces what a listener of the program throws, and goes on', async () => {
      const { fake, app } = start();
      const uncaught: unknown[] = [];
      const former = process.listeners('uncaughtException');
      process.removeAllListeners('uncaughtException');
      process.on('uncaughtException', (error) => uncaught.push(error.message));
      app.client.on('message.tick', () => {
        throw new Error('a bug');
      });
      await fake.connected();
      fake.send('tick', 1);
      fake.cut();
      await app.reconnected();
      process.removeAllListeners('uncaughtException');
      for (const listener of former) process.on('uncaughtException', listener);

      assert.deepEqual(uncaught, ['a bug']);
    });
  });

  describe('at its end', () => {
    it('verifies and closes with using', async () => {
      const failure = await (async () => {
        using fake = new FakeServer<Chat>();
        fake.on('say').once();
        await fake.listening();
      })().catch((error: Error) => error);

      assert.equal((failure as Error).name, 'VerificationError');
    });

    it('leaves nothing with await using', async () => {
      let simulation: Simulation | undefined;
      {
        await using fake = new FakeServer<Chat>({ leaks: 'throw' }).ignore('hello');
        simulation = fake.simulation;
        fake.on('say').optional().delay(1000).reply('tick', 1);
        const app = new ChatApp({ transport: fake.transport });
        app.start();
        await fake.connected();
        app.client.send('say', 'hi');
        await fake.received('say');
        await app.stop();
      }

      assert.equal(simulation.leaks().toString(), '');
    });

    it('reports what the program left', async () => {
      const failure = await (async () => {
        await using fake = new FakeServer<Chat>({ leaks: 'throw' }).ignore('hello');
        const app = new ChatApp({ transport: fake.transport });
        app.start();
        await fake.received('hello');
      })().catch((error: Error) => error);

      assert.equal(
        (failure as Error).message,
        "The simulation was left with\n- timer 'client reconnectDelay' due at 100 ms",
      );
    });

    it('lets the program end after it', async () => {
      const { fake, app } = start();
      await fake.received('hello');
      await fake.close();
      await app.stop();

      assert.equal(fake.simulation.leaks().isClean, true);
    });
  });

  it('serves production code that builds its own client', async () => {
    using simulation = new Simulation();
    using _installed = simulation.install();
    const fake = new FakeServer<Chat>({ simulation, address: '/run/app.sock' });
    const app = new ChatApp({ socketFile: '/run/app.sock' });
    app.start();

    assert.deepEqual(await fake.received('hello'), { name: 'ada' });
  });
});
