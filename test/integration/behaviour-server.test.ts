/**
 * Section 2 of the contract: `Server`. Where each row is tested (claiming the socket file has tests of its own):
 *
 * | row                     | test |
 * | ----------------------- | ---- |
 * | new Server              | touches nothing until listen |
 * | transport               | behaviour-transport |
 * | unusable options        | behaviour-client (the same for both), refuses a mode ... |
 * | maxMessageBytes         | hostile, behaviour-errors |
 * | maxBufferedBytes        | behaviour-backpressure |
 * | closeTimeout            | cuts off a client that does not finish |
 * | listen(), second call   | answers a second listen ... |
 * | listen() fails          | reports a failed listen, and is then good for close |
 * | send()                  | sends to one client |
 * | broadcast()             | broadcasts to all, encodes once, does nothing without clients |
 * | close()                 | delivers everything ..., closes ..., does nothing on a second close |
 * | listening               | emits listening ... |
 * | connection              | gives each client a version 4 UUID and its connection |
 * | message, message.<topic>| emits message, then message.<topic> |
 * | disconnect              | emits disconnect once ... |
 * | drain                   | behaviour-backpressure |
 * | error                   | behaviour-errors |
 * | close, closed           | emits closed directly before close |
 * | grammar                 | every test: Place.clear() checks it |
 * | no event inside a call  | emits nothing from inside ... |
 * | drop-in                 | drop-in.test.ts |
 */

import { EventEmitter } from 'node:events';
import { mkdir, rmdir } from 'node:fs/promises';
import { Socket } from 'node:net';
import { expect } from 'chai';
import { jsonTranscoder, Server } from 'ipc';
import sinon from 'sinon';
import { Place } from '../support/place.js';
import { frame } from '../support/raw-peer.js';

const UUID_4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('Server', () => {
  let place: Place;

  beforeEach(async () => {
    place = await Place.make();
  });

  afterEach(() => place.clear());

  describe('constructor', () => {
    it('is an EventEmitter and touches nothing until listen', async () => {
      const { server, atServer } = place.server();
      await new Promise(setImmediate);

      expect(server).to.be.instanceOf(EventEmitter);
      expect(await place.files()).to.deep.equal([]);
      expect(atServer.text).to.equal('');
    });

    for (const mode of [-1, 0o1000, 1.5, '600', Number.NaN, null]) {
      it(`refuses a mode of ${mode === '600' ? 'text' : mode}`, () => {
        expect(() => new Server({ socketFile: './s', mode: mode as number })).to.throw(TypeError, /mode/);
      });
    }

    it('refuses a mode for a transport, which has no file', () => {
      const transport = { dial: sinon.fake(), listen: sinon.fake() };

      expect(() => new Server({ transport: transport as any, mode: 0o600 })).to.throw(TypeError, /mode/);
    });
  });

  describe('listen', () => {
    it('emits listening without an argument, after the call, when clients can connect', async () => {
      const { server, atServer } = place.server();
      const listening = sinon.spy();
      server.on('listening', listening);

      server.listen();
      expect(atServer.text).to.equal('');
      await atServer.see('listening');

      expect(listening.firstCall.args).to.deep.equal([]);
      await place.rawPeer();
      await atServer.see('connection #1 <connection>');
    });

    it('answers a second listen with an error, and goes on listening', async () => {
      const { server, atServer } = await place.listening();

      expect(() => server.listen()).not.to.throw();
      await atServer.see('error IPC_ALREADY_LISTENING');
      await place.connected();
      await atServer.see('connection #1 <connection>');

      expect(atServer.text).to.equal('listening, error IPC_ALREADY_LISTENING, connection #1 <connection>');
    });

    it('answers a second listen before the first is done', async () => {
      const { server, atServer } = place.server();

      server.listen();
      server.listen();
      await atServer.see('listening');

      expect(atServer.text).to.equal('error IPC_ALREADY_LISTENING, listening');
    });

    it('reports a failed listen, and is then good for close', async () => {
      const server = new Server({ socketFile: `${place.directory}/missing/socket` });
      const events: string[] = [];
      for (const event of ['listening', 'error', 'closed', 'close'] as const) {
        server.on(event as 'close', (...values: unknown[]) => events.push([event, values.length].join(' ')));
      }

      server.listen();
      await new Promise<void>((resolve) => server.once('error', () => resolve()));
      server.send('a', 1, 'nobody');
      server.broadcast('a', 1);
      server.listen();
      await new Promise(setImmediate);
      server.close();
      await new Promise<void>((resolve) => server.once('close', resolve));

      expect(events.join(', ')).to.equal('error 1, error 1, error 1, closed 0, close 0');
    });

    it('can be closed from inside the error of a failed listen', async () => {
      await mkdir(place.socketFile);
      const { server, atServer } = place.server();
      server.on('error', () => server.close());

      server.listen();
      await atServer.see('close');
      await rmdir(place.socketFile);

      expect(atServer.text).to.equal('error EADDRINUSE, closed, close');
    });

    it('emits nothing from inside listen, send, broadcast or close', async () => {
      const { server, atServer } = place.server();

      server.send('early', 1, 'nobody');
      server.broadcast('early', 1);
      server.listen();
      server.listen();
      server.close();
      server.close();
      server.send('late', 1, 'nobody');
      server.broadcast('late', 1);

      expect(atServer.text).to.equal('');
      await atServer.see('close');
    });
  });

  describe('events', () => {
    it('gives each client a version 4 UUID and its connection', async () => {
      const { server, atServer } = await place.listening();
      const connection = sinon.spy();
      server.on('connection', connection);

      await place.connected();
      await place.connected();
      await atServer.see('connection #2 <connection>');

      const ids = connection.args.map(([id]) => id);
      expect(ids.every((id) => UUID_4.test(id))).to.equal(true);
      expect(new Set(ids).size).to.equal(2);
      expect(connection.args.every((values) => values.length === 2 && values[1] instanceof Socket)).to.equal(true);
    });

    it('emits message, then message.<topic>, each before the next message', async () => {
      const { client, atServer } = await place.conversation();

      client.send('first', { n: 1 });
      client.send('second', 'two');
      client.send('third');
      await atServer.see('message.third undefined #1');

      expect(atServer.text).to.equal(
        'listening, connection #1 <connection>, message {"n":1} first #1, message.first {"n":1} #1, ' +
          'message two second #1, message.second two #1, message undefined third #1, message.third undefined #1',
      );
    });

    it('emits disconnect once, after the last message of that client', async () => {
      const { atServer } = await place.listening();
      const peer = await place.rawPeer();

      peer.socket.end(frame('a', 1) + frame('b', 2) + frame('c', 3));
      await atServer.see('disconnect #1');
      await peer.closed();

      expect(atServer.text).to.equal(
        'listening, connection #1 <connection>, message 1 a #1, message.a 1 #1, message 2 b #1, message.b 2 #1, ' +
          'message 3 c #1, message.c 3 #1, disconnect #1',
      );
    });

    it('emits closed directly before close, neither of them with an argument', async () => {
      const { server, atServer } = await place.listening();
      const close = sinon.spy();
      server.on('close', close);
      server.on('closed', close);

      server.close();
      await atServer.see('close');

      expect(atServer.text).to.equal('listening, closed, close');
      expect(close.args).to.deep.equal([[], []]);
    });

    it('emits one disconnect for a client that resets its connection', async () => {
      const { server, atServer } = await place.listening();
      const peer = await place.rawPeer();
      peer.socket.pause();
      await atServer.see('connection #1 <connection>');

      server.broadcast('unread', 'x'.repeat(1000));
      await new Promise(setImmediate);
      peer.socket.destroy();
      await atServer.see('disconnect #1');

      expect(atServer.text).to.equal('listening, connection #1 <connection>, error ECONNRESET, disconnect #1');
    });

    it('emits one disconnect, and no drain, for a client that is gone while it is written to', async () => {
      const { server, atServer } = await place.listening();
      const peer = await place.rawPeer();
      peer.socket.pause();
      await atServer.see('connection #1 <connection>');
      server.broadcast('blob', 'x'.repeat(4_000_000));
      await new Promise(setImmediate);

      peer.socket.destroy();
      await atServer.see('disconnect #1');

      const errors = atServer.lines.filter((line) => /^error (EPIPE|ECONNRESET)$/.test(line)).length;
      expect(errors).to.be.at.most(1);
      expect(atServer.lines.filter((line) => !line.startsWith('error')).join(', ')).to.equal(
        'listening, connection #1 <connection>, disconnect #1',
      );
    });

    it('reports a client that the application cuts off', async () => {
      const { server, atServer } = await place.listening();
      server.on('connection', (_id, connection) => connection.destroy());
      const peer = await place.rawPeer();

      await Promise.all([atServer.see('disconnect #1'), peer.ended()]);

      expect(atServer.text).to.equal('listening, connection #1 <connection>, disconnect #1');
    });

    it('delivers what was sent before the application ends a connection, and nothing after', async () => {
      const { server, atServer } = await place.listening();
      server.on('connection', (id, connection) => {
        server.send('to', 'you', id);
        server.broadcast('to', 'all');
        connection.end();
        server.send('to', 'nobody', id);
      });
      const peer = await place.rawPeer();

      expect(await peer.readFrames(2)).to.deep.equal([
        '{"topic":"to","message":"you"}',
        '{"topic":"to","message":"all"}',
      ]);
      await peer.ended();
      peer.socket.end();
      await atServer.see('disconnect #1');
      expect(atServer.text).to.equal('listening, connection #1 <connection>, error IPC_BAD_CLIENT, disconnect #1');
    });

    it('repeats the error of an accepted connection', async () => {
      const { server, atServer } = await place.listening();
      server.on('connection', (_id, connection) => connection.destroy(new Error('enough')));

      await place.rawPeer();
      await atServer.see('disconnect #1');

      expect(atServer.text).to.equal('listening, connection #1 <connection>, error Error: enough, disconnect #1');
    });
  });

  describe('send', () => {
    it('sends to one client', async () => {
      const { server, atServer } = await place.listening();
      const [first, second] = [await place.connected(), await place.connected()];
      await atServer.see('connection #2 <connection>');

      server.send('yours', { n: 1 }, atServer.id(1));
      server.send('yours', { n: 2 }, atServer.id(2));
      await Promise.all([first?.atClient.see('message.yours {"n":1}'), second?.atClient.see('message.yours {"n":2}')]);

      expect(first?.atClient.count('message.yours {"n":2}')).to.equal(0);
    });

    it('sends from inside connection, as the first thing the client hears', async () => {
      const { server } = await place.listening();
      server.on('connection', (id) => server.send('welcome', id.length, id));

      const { atClient } = await place.connected();
      await atClient.see('message.welcome 36');

      expect(atClient.text).to.equal('connect <connection>, message 36 welcome, message.welcome 36');
    });

    it('keeps the order between send and broadcast', async () => {
      const { server, atClient, id } = await place.conversation();

      for (let index = 0; index < 100; index += 2) {
        server.send('n', index, id);
        server.broadcast('n', index + 1);
      }
      await atClient.see('message.n 99');

      expect(atClient.lines.filter((line) => line.startsWith('message.'))).to.deep.equal(
        Array.from({ length: 100 }, (_, index) => `message.n ${index}`),
      );
    });
  });

  describe('broadcast', () => {
    it('broadcasts to all, encoding once', async () => {
      const encode = sinon.spy(jsonTranscoder.createEncoder());
      const transcoder = { ...jsonTranscoder, createEncoder: () => encode };
      const { server, atServer } = await place.listening({ transcoder });
      const clients = [await place.connected(), await place.connected(), await place.connected()];
      await atServer.see('connection #3 <connection>');

      server.broadcast('all', 1);
      await Promise.all(clients.map(({ atClient }) => atClient.see('message.all 1')));

      expect(encode.callCount).to.equal(1);
    });

    it('does nothing without clients, in whatever state', async () => {
      const { server, atServer } = place.server();

      expect(server.broadcast('nobody', 1)).to.equal(true);
      server.listen();
      server.broadcast('nobody', 2);
      await atServer.see('listening');
      server.broadcast('nobody', 3);
      const cycle: { self?: unknown } = {};
      cycle.self = cycle;
      server.broadcast('nobody', cycle);
      await new Promise(setImmediate);

      expect(atServer.text).to.equal('listening');
    });

    it('leaves out who is gone, without a word', async () => {
      const { server, atServer } = await place.listening();
      const [stays, goes] = [await place.connected(), await place.connected()];
      await atServer.see('connection #2 <connection>');

      goes.client.close();
      await atServer.see('disconnect #2');
      server.broadcast('all', 1);
      await stays.atClient.see('message.all 1');

      expect(atServer.names).not.to.include('error');
    });
  });

  describe('close', () => {
    it('delivers everything already sent, however much, before it ends the connections', async () => {
      const { server, atServer, client, atClient, id } = await place.conversation({}, { reconnectDelay: 60_000 });
      const sizes: number[] = [];
      client.on('message.blob', (blob: string) => sizes.push(blob.length));

      for (let index = 0; index < 40; index++) server.send('blob', 'x'.repeat(index * 20_000), id);
      server.close();
      await Promise.all([atServer.see('close'), atClient.see('disconnect')]);

      expect(sizes).to.deep.equal(Array.from({ length: 40 }, (_, index) => index * 20_000));
      expect(atServer.text).to.equal('listening, connection #1 <connection>, disconnect #1, closed, close');
    });

    it('emits every disconnect before close, and removes the file', async () => {
      const { server, atServer } = await place.listening();
      for (let count = 0; count < 5; count++) await place.connected({ reconnectDelay: 60_000 });
      await atServer.see('connection #5 <connection>');

      server.close();
      await atServer.see('close');

      expect(atServer.names.slice(6)).to.deep.equal([...Array(5).fill('disconnect'), 'closed', 'close']);
      expect(await place.files()).to.deep.equal([]);
    });

    it('does nothing on a second close, before and after the first is done', async () => {
      const { server, atServer } = await place.conversation();

      server.close();
      server.close();
      await atServer.see('close');
      server.close();
      await new Promise(setImmediate);

      expect(atServer.text).to.equal('listening, connection #1 <connection>, disconnect #1, closed, close');
    });

    it('closes before listen', async () => {
      const { server, atServer } = place.server();

      server.close();
      await atServer.see('close');

      expect(atServer.text).to.equal('closed, close');
    });

    it('closes on the way to listening, and leaves no file', async () => {
      const { server, atServer } = place.server();

      server.listen();
      server.close();
      await atServer.see('close');

      expect(atServer.text).to.equal('closed, close');
      expect(await place.files()).to.deep.equal([]);
    });

    it('takes no more connections once close is called', async () => {
      const { server, atServer } = await place.listening();
      await place.rawPeer();
      await atServer.see('connection #1 <connection>');

      server.close();
      const { client, atClient } = place.client();
      client.connect();
      await atClient.see('connectError ENOENT');

      expect(atServer.count('connection #2 <connection>')).to.equal(0);
    });

    it('delivers what is on its way until close', async () => {
      const { server, atServer } = await place.listening();
      const peer = await place.rawPeer();
      await atServer.see('connection #1 <connection>');

      server.close();
      await peer.ended();
      peer.socket.end(frame('late', 1) + frame('later', 2));
      await atServer.see('close');

      expect(atServer.text).to.equal(
        'listening, connection #1 <connection>, message 1 late #1, message.late 1 #1, message 2 later #1, ' +
          'message.later 2 #1, disconnect #1, closed, close',
      );
    });

    it('cuts off a client that does not finish after closeTimeout, but not before', async () => {
      const { server, atServer } = await place.listening({ closeTimeout: 100 });
      await place.rawPeer();
      await atServer.see('connection #1 <connection>');
      const started = performance.now();

      server.close();
      await atServer.see('close');

      expect(performance.now() - started).to.be.within(99, 3_000);
      expect(atServer.text).to.equal('listening, connection #1 <connection>, disconnect #1, closed, close');
    });

    it('cuts off a client that does not read after closeTimeout', async () => {
      const { server, atServer } = await place.listening({ closeTimeout: 100 });
      const peer = await place.rawPeer();
      peer.socket.pause();
      await atServer.see('connection #1 <connection>');

      server.broadcast('blob', 'x'.repeat(4_000_000));
      server.close();
      await atServer.see('close');

      expect(atServer.text).to.equal('listening, connection #1 <connection>, disconnect #1, closed, close');
    });

    it('closes in between a crowd that is connecting, and answers each of them', async () => {
      const { server, atServer } = await place.listening();
      const clients = Array.from({ length: 20 }, () => place.client({ reconnectDelay: 60_000, retryDelay: 60_000 }));
      for (const { client } of clients) client.connect();

      await atServer.see('connection #1 <connection>');
      server.close();
      await atServer.see('close');
      for (const { client } of clients) client.close();
      await Promise.all(clients.map(({ atClient }) => atClient.see('close')));
    });

    const opening = 'listening, connection #1 <connection>';
    const messages = `${opening}, message 1 a #1, message.a 1 #1, message 2 b #1, message.b 2 #1, disconnect #1`;
    for (const [event, story] of [
      ['connection', `${opening}, disconnect #1`],
      ['message', messages],
      ['message.a', messages],
      ['disconnect', messages],
    ] as const) {
      it(`closes from inside ${event}`, async () => {
        const { server, atServer } = await place.listening();
        server.on(event as 'close', () => server.close());

        const peer = await place.rawPeer({ allowHalfOpen: false });
        if (event !== 'connection') await peer.write(frame('a', 1) + frame('b', 2));
        if (event === 'disconnect') peer.socket.end();
        await atServer.see('close');

        expect(atServer.text).to.equal(`${story}, closed, close`);
      });
    }

    for (const event of ['listening', 'error', 'closed', 'close'] as const) {
      it(`closes from inside ${event}`, async () => {
        const { server, atServer } = place.server();
        server.on(event as 'close', () => server.close());
        server.listen();
        await atServer.see('listening');

        if (event === 'error') server.listen();
        if (event === 'closed' || event === 'close') server.close();
        await atServer.see('close');

        const error = event === 'error' ? ', error IPC_ALREADY_LISTENING' : '';
        expect(atServer.text).to.equal(`listening${error}, closed, close`);
      });
    }

    it('lets go of a connection that the application has paused', async () => {
      const { server, atServer } = await place.listening({ closeTimeout: 100 });
      server.on('connection', (_id, connection) => connection.pause());
      await place.connected({ reconnectDelay: 60_000 });
      await atServer.see('connection #1 <connection>');

      server.close();
      await atServer.see('close');

      expect(atServer.text).to.equal('listening, connection #1 <connection>, disconnect #1, closed, close');
    });
  });

  it('answers a peer that has half closed', async () => {
    const { server, atServer } = await place.listening();
    server.on('message', (message, _topic, id) => server.send('echo', message, id));
    const peer = await place.rawPeer();

    peer.socket.end(frame('a', 1) + frame('a', 2));

    expect(await peer.readFrames(2)).to.deep.equal(['{"topic":"echo","message":1}', '{"topic":"echo","message":2}']);
    await atServer.see('disconnect #1');
  });

  it('answers a peer whose end is known before its last message is read', async () => {
    const { server, atServer } = await place.listening();
    server.on('message', (message, _topic, id) => server.send('echo', message, id));
    server.on('connection', (_id, connection) => {
      connection.pause();
      setTimeout(() => connection.resume(), 50);
    });
    const peer = await place.rawPeer();

    peer.socket.end(frame('a', 1));

    expect(await peer.readFrames(1)).to.deep.equal(['{"topic":"echo","message":1}']);
    await atServer.see('disconnect #1');
  });
});
