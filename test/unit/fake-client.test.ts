import assert from 'node:assert/strict';
import { Server, type ServerOptions } from 'ipc';
import { checkTrace, FakeClient, type FakeClientOptions, Simulation } from 'ipc/testing';
import type { Chat } from '../support/chat-app.js';

/** A small server as a user would write one: it greets, repeats what is said to all, and counts. */
class ChatServer {
  readonly server: Server<Chat>;
  readonly errors: Error[] = [];
  gone = 0;

  constructor(options: ServerOptions) {
    this.server = new Server<Chat>(options);
    this.server.on('message.hello', ({ name }, clientId) =>
      this.server.send('said', { by: 'server', text: `welcome ${name}` }, clientId),
    );
    this.server.on('message.say', (text) => this.server.broadcast('said', { by: 'someone', text }));
    this.server.on('disconnect', () => this.gone++);
    this.server.on('error', (error) => this.errors.push(error));
  }

  start(): void {
    this.server.listen();
  }
}

function start(options: FakeClientOptions = {}): { fake: FakeClient<Chat>; app: ChatServer } {
  const fake = new FakeClient<Chat>(options).ignore('tick');
  const app = new ChatServer({ transport: fake.transport });
  app.start();
  return { fake, app };
}

describe('FakeClient', () => {
  it('refuses options that cannot be, at once', () => {
    assert.throws(() => new FakeClient({ retryDelay: -1 }), /FakeClient: options\.retryDelay must be a number from 0/);
    assert.throws(() => new FakeClient({ maxMessageBytes: 0 }), /options\.maxMessageBytes must be a whole number, 1/);
    assert.throws(() => new FakeClient({ transcoder: {} as never }), /options\.transcoder must be a transcoder/);
  });

  it('talks to a server, waits for what it says, and verifies', async () => {
    const { fake } = start();
    await fake.connected();
    fake.send('hello', { name: 'ada' });

    assert.deepEqual(await fake.received('said'), { by: 'server', text: 'welcome ada' });
    fake.verify();
    checkTrace(fake.simulation.trace);
  });

  it('waits for a server that starts late', async () => {
    const fake = new FakeClient<Chat>();
    const app = new ChatServer({ transport: fake.transport });
    fake.simulation.clock.setTimer(5000, () => app.start(), 'test');
    await fake.connected();

    assert.equal(fake.simulation.now, 5000);
  });

  it('answers what the server says', async () => {
    const { fake } = start();
    fake.on('said', { text: 'welcome ada' }).once().reply('say', 'thanks');
    await fake.connected();
    fake.send('hello', { name: 'ada' });

    assert.equal((await fake.received('said', { by: 'someone' })).text, 'thanks');
    fake.verify();
  });

  it('tells of what the server said that nobody expected', async () => {
    const { fake } = start();
    fake.on('said', { text: 'welcome eve' });
    await fake.connected();
    fake.send('hello', { name: 'ada' });
    await fake.simulation.settle();

    assert.throws(() => fake.verify(), {
      name: 'VerificationError',
      message: `FakeClient: 1 unexpected message, 1 expectation left over.

  registered                         expected   fired
  on('said', {text: 'welcome eve'})  1 or more  0      left over

Unexpected:
  said {by: 'server', text: 'welcome ada'} at 0 ms
    nearest: on('said', {text: 'welcome eve'})
      text: expected 'welcome eve', got 'welcome ada'`,
    });
  });

  it('tells what came instead of what is awaited', async () => {
    const { fake } = start();
    await fake.connected();

    await assert.rejects(fake.received('said', undefined, { within: 10 }), {
      name: 'MissingFactError',
      message: "No 'said' came. Nothing was received.\nWaited 10 virtual ms. It is connected.",
    });
  });

  it('comes back after a cut, as a client does', async () => {
    const { fake, app } = start();
    await fake.connected();
    fake.sendPartial('say', 'half', { bytes: 12 });
    fake.cut();
    await fake.disconnected();
    await fake.connected();

    assert.equal(fake.simulation.now, 100);
    assert.deepEqual([app.gone, app.errors], [1, []]);
  });

  it('stays away after a crash, and returns when it is told to', async () => {
    const { fake, app } = start();
    await fake.connected();
    fake.crash();
    await fake.simulation.advance(60_000);
    assert.deepEqual([app.gone, fake.simulation.leaks().connections.length], [1, 0]);

    fake.connect();
    await fake.connected();
    fake.stop();
    await fake.disconnected();
    fake.restart({ after: 500 });
    await fake.connected();
    fake.restart();
    await fake.disconnected();
    await fake.connected();
    assert.equal(app.gone, 3);
  });

  it('delivers what it has sent before it stops', async () => {
    const { fake, app } = start();
    const heard: string[] = [];
    app.server.on('message.say', (text) => heard.push(text));
    await fake.connected();
    fake.send('say', 'bye');
    fake.stop();
    await fake.disconnected();

    assert.deepEqual(heard, ['bye']);
  });

  it('delivers nothing more once it crashes', async () => {
    const { fake, app } = start();
    const heard: string[] = [];
    app.server.on('message.say', (text) => heard.push(text));
    await fake.connected();
    fake.send('say', 'bye');
    fake.crash();
    await fake.disconnected();

    assert.deepEqual([heard, app.gone], [[], 1]);
  });

  for (const malformation of ['notJson', 'badUtf8', 'empty', 'null', 'noTopic', 'numericTopic'] as const) {
    it(`is cut off for a frame that is ${malformation}, and nobody else is`, async () => {
      const simulation = new Simulation();
      const options = { simulation, address: '/run/chat.sock' };
      const { fake, app } = start(options);
      const other = new FakeClient<Chat>(options);
      await fake.connected();
      await other.connected();
      fake.sendMalformed(malformation);
      await fake.disconnected();

      assert.deepEqual(
        app.errors.map(({ name }) => name),
        ['DecodeError'],
      );
      other.send('say', 'still here');
      await other.received('said', { text: 'still here' });
    });
  }

  it('is cut off for a frame that is too long', async () => {
    const fake = new FakeClient<Chat>();
    const app = new ChatServer({ transport: fake.transport, maxMessageBytes: 1000 });
    app.start();
    await fake.connected();
    fake.sendOversized(1000);
    await fake.disconnected();

    assert.match(String(app.errors[0]), /1000 bytes \(options\.maxMessageBytes\)/);
  });

  it('makes the server push back while it does not read', async () => {
    const { fake, app } = start();
    const [clientId] = await new Promise<[string]>((resolve) => app.server.once('connection', (id) => resolve([id])));
    fake.stall();
    let sent = 0;
    while (app.server.send('tick', sent, clientId) && sent < 1_000_000) {
      sent++;
      if (sent % 1000 === 0) await fake.simulation.settle();
    }
    assert.ok(sent < 1_000_000, 'the server was never told to wait');

    const drained = new Promise((resolve) => app.server.once('drain', resolve));
    fake.resume();
    assert.equal(await drained, clientId);
    await fake.simulation.settle();
    assert.equal(fake.messages('tick').length, sent + 1);
  });

  it('connects when it is told to', async () => {
    const { fake } = start({ connect: false });
    assert.throws(() => fake.send('say', 'hi'), {
      message: 'send(): it is away, not connected. Await fake.connected() first.',
    });
    fake.connect();
    await fake.connected();
  });

  it('refuses what would make a test of something else', async () => {
    const { fake } = start();
    await fake.connected();
    const loose = fake as unknown as Record<keyof FakeClient, (...args: unknown[]) => void>;

    for (const [slip, message] of [
      [() => loose.restart(500), 'The options of restart() must be an object; got 500.'],
      [() => loose.restart({ aftr: 500 }), "restart(): options.aftr is no key; did you mean 'after'?"],
      [() => loose.cut('reset'), 'The options of cut() must be an object; got "reset".'],
      [() => loose.cut({ mod: 'reset' }), "cut(): options.mod is no key; did you mean 'mode'?"],
      [() => loose.disconnected(5), 'The options of disconnected() must be an object; got 5.'],
      [() => loose.sendOversized(), 'sendOversized() takes a number of bytes, whole, zero or more; got undefined.'],
    ] as const) {
      assert.throws(slip, { name: 'TypeError', message });
    }
  });

  it('leaves nothing at its end', async () => {
    let simulation: Simulation | undefined;
    {
      await using fake = new FakeClient<Chat>({ leaks: 'throw' });
      simulation = fake.simulation;
      const app = new ChatServer({ transport: fake.transport });
      app.start();
      await fake.connected();
      app.server.close();
      await fake.disconnected();
    }

    assert.equal(simulation.leaks().toString(), '');
  });
});
