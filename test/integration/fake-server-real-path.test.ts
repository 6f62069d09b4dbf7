/** Fakes on a real socket file: a program in a process of its own cannot tell them from the real peer. */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Server } from 'ipc';
import { FakeClient, FakeServer, type FakeServerOptions } from 'ipc/testing';
import type { Chat } from '../support/chat-app.js';
import { Child } from '../support/child.js';
import { useTemporaryDirectory } from '../support/temporary-directory.js';

describe('a fake on a real socket file', () => {
  const path = useTemporaryDirectory();
  const children: Child[] = [];

  afterEach(async () => {
    for (const child of children.splice(0)) if (!child.ended) await child.kill();
  });

  function start(options: FakeServerOptions = {}): { fake: FakeServer<Chat>; app: Child } {
    const socketFile = path('app.sock');
    const app = Child.program('chat-app', socketFile);
    children.push(app);
    return { fake: new FakeServer<Chat>({ socketFile, ...options }), app };
  }

  it('serves a program in a process of its own, through half a frame, a cut, and its return', async () => {
    const { fake, app } = start();
    fake.on('hello', { name: 'ada' }).times(2).delay(5).reply('said', { by: 'server', text: 'welcome' });
    fake.on('say', 'tick 1').once().reply('tick', 0);

    assert.deepEqual(await fake.received('hello'), { name: 'ada' });
    await app.prints('server: welcome');
    fake.sendPartial('said', { by: 'x', text: 'y' }, { bytes: 10 });
    fake.cut();
    await fake.received('hello');
    await app.prints('server: welcome', 2);
    fake.send('tick', 1);

    assert.deepEqual(await app.exit, { code: 0, signal: null });
    fake.verify();
    await fake.close();
    assert.deepEqual(app.lines, ['connect', 'server: welcome', 'disconnect', 'connect', 'server: welcome', 'close']);
    assert.equal(existsSync(path('app.sock')), false);
  });

  it('costs a program its connection with bytes that are no message', async () => {
    const { fake, app } = start();
    fake.ignore('hello');
    await fake.connected();
    fake.sendMalformed('badUtf8');
    await app.prints('connect', 2);

    assert.deepEqual(app.lines, ['connect', 'DecodeError', 'disconnect', 'connect']);
    fake.verify();
    await fake.close();
  });

  it('refuses by giving the path up, keeps its connections, and takes the path again', async () => {
    const { fake, app } = start();
    fake.ignore('hello');
    await fake.connected();
    fake.refuse();
    fake.send('tick', 1);
    assert.equal(await fake.received('say'), 'tick 1');
    fake.cut();
    await app.prints('disconnect');
    assert.equal(existsSync(path('app.sock')), false);
    assert.throws(() => fake.refuse('EACCES'), {
      message: "refuse('EACCES') needs a simulation: a real socket file can only be taken away, which is ENOENT.",
    });

    fake.accept();
    await app.prints('connect', 2);
    await fake.close();
  });

  it('goes on refusing while it restarts, and when it refused before it listened', async () => {
    const fake = new FakeServer({ socketFile: path('app.sock') });
    fake.refuse();
    await fake.listening();
    assert.equal(existsSync(path('app.sock')), false);
    fake.accept();
    while (!existsSync(path('app.sock'))) await sleep(1);
    fake.refuse();
    fake.restart();
    await fake.listening();
    assert.equal(existsSync(path('app.sock')), false);
    fake.accept();
    while (!existsSync(path('app.sock'))) await sleep(1);
    await fake.close();
    assert.equal(existsSync(path('app.sock')), false);
  });

  it('hangs, goes on, restarts and stops', async () => {
    const { fake, app } = start();
    fake.ignore('hello');
    fake.on('say').reply('said', { by: 'server', text: 'heard' });
    await fake.connected();
    fake.send('tick', 1);
    fake.stall();
    await assert.rejects(fake.received('say', undefined, { within: 100 }), /Waited 100 ms\. It is listening; 1 client/);
    assert.deepEqual(app.lines, ['connect']);
    fake.resume();
    await app.prints('server: heard');
    fake.restart({ after: 50 });
    await app.prints('connect', 2);
    fake.stop();
    await app.prints('disconnect', 2);
    await fake.close();

    assert.equal(existsSync(path('app.sock')), false);
  });

  it('cannot reset a connection at will, and has no simulation', async () => {
    const { fake } = start();
    await fake.connected();

    assert.throws(() => fake.cut({ mode: 'reset' }), {
      message:
        "cut({ mode: 'reset' }) needs a simulation: a real unix socket resets only when it is closed with something unread.",
    });
    assert.throws(() => fake.simulation, {
      message: 'A fake on a socket file lives in the real world: it has no simulation.',
    });
    await fake.close();
  });

  it('is a client of a real server too', async () => {
    const socketFile = path('app.sock');
    await using fake = new FakeClient<Chat>({ socketFile });
    const server = new Server<Chat>({ socketFile });
    server.on('message.say', (text, clientId) => server.send('said', { by: 'server', text }, clientId));
    fake.on('said', { text: 'hi' }).once();
    server.listen();
    await fake.connected();
    fake.send('say', 'hi');
    assert.deepEqual(await fake.received('said'), { by: 'server', text: 'hi' });

    const closed = new Promise((resolve) => server.once('close', () => resolve(undefined)));
    fake.stop();
    server.close();
    await closed;
  });

  it('is reached by its transport in the same process', async () => {
    await using fake = new FakeServer<Chat>({ socketFile: path('app.sock') });
    await fake.listening();
    const client = new Client<Chat>({ transport: fake.transport });
    client.on('connect', () => client.send('say', 'hi'));
    client.connect();

    assert.equal(await fake.received('say'), 'hi');
    client.close();
    await fake.disconnected();
  });
});
