/**
 * Section 3 of the contract: `Client`. Where each row is tested:
 *
 * | row                          | test |
 * | ---------------------------- | ---- |
 * | new Client                   | does nothing until connect |
 * | transport, transcoder, limits | behaviour-transport, -transcoders, -backpressure, -errors |
 * | unusable options             | refuses ... |
 * | retryDelay                   | waits retryDelay ..., takes zero ..., draws ..., asks a function ..., waits a second when ... |
 * | reconnectDelay               | waits reconnectDelay ... |
 * | attempt, healthy             | counts attempts from the last healthy connection |
 * | exponential                  | backs off with exponential |
 * | connect(), second call       | answers a second connect ... |
 * | send()                       | sends ..., see also behaviour-backpressure |
 * | close(), every state         | closes while ..., closes from inside ... |
 * | close() delivers             | delivers everything sent before close |
 * | close() second call          | does nothing on a second close |
 * | closeTimeout                 | cuts off a server that does not finish |
 * | connect, reconnect           | emits reconnect directly after connect |
 * | connectError                 | emits connectError ... |
 * | disconnect                   | emits disconnect after the last message |
 * | message, message.<topic>     | emits message, then message.<topic> |
 * | drain                        | behaviour-backpressure |
 * | error                        | behaviour-errors |
 * | close, closed                | emits closed directly before close |
 * | grammar                      | every test: Place.clear() checks it |
 * | no event inside a call       | emits nothing from inside ... |
 * | messages on their way        | delivers what is on its way until close |
 * | EOF, ECONNRESET, EPIPE       | emits one disconnect ... |
 */

import { EventEmitter, once } from 'node:events';
import { chmod, mkdir, rmdir, unlink, writeFile } from 'node:fs/promises';
import { createServer, Socket } from 'node:net';
import { expect } from 'chai';
import { Client, exponential, Server } from 'ipc';
import sinon from 'sinon';
import { Place } from '../support/place.js';
import { frame } from '../support/raw-peer.js';

describe('Client', () => {
  let place: Place;

  beforeEach(async () => {
    place = await Place.make();
  });

  afterEach(() => place.clear());

  describe('constructor', () => {
    it('is an EventEmitter and does nothing until connect', async () => {
      await place.listening();

      const { client, atClient } = place.client();
      await new Promise(setImmediate);

      expect(client).to.be.instanceOf(EventEmitter);
      expect(atClient.text).to.equal('');
      client.connect();
      await atClient.see('connect <connection>');
    });

    for (const [what, options] of [
      ['no options', undefined],
      ['null', null],
      ['neither socketFile nor transport', {}],
      ['both socketFile and transport', { socketFile: './s', transport: { dial() {}, listen() {} } }],
      ['an empty path', { socketFile: '' }],
      ['a number as path', { socketFile: 8000 }],
      ['a path of digits', { socketFile: '8000' }],
      ['a path that is null', { socketFile: null }],
      ['a transport that cannot dial', { transport: { listen() {} } }],
      ['maxMessageBytes of 0', { socketFile: './s', maxMessageBytes: 0 }],
      ['maxMessageBytes of -1', { socketFile: './s', maxMessageBytes: -1 }],
      ['maxMessageBytes of NaN', { socketFile: './s', maxMessageBytes: Number.NaN }],
      ['maxMessageBytes of 1.5', { socketFile: './s', maxMessageBytes: 1.5 }],
      ['maxBufferedBytes of 0', { socketFile: './s', maxBufferedBytes: 0 }],
      ['maxBufferedBytes of a string', { socketFile: './s', maxBufferedBytes: '1000' }],
      ['closeTimeout of 0', { socketFile: './s', closeTimeout: 0 }],
      ['closeTimeout of Infinity', { socketFile: './s', closeTimeout: Number.POSITIVE_INFINITY }],
      ['a transcoder without functions', { socketFile: './s', transcoder: {} }],
    ] as const) {
      it(`refuses ${what}`, () => {
        expect(() => new Client(options as any)).to.throw(TypeError);
        expect(() => new Server(options as any)).to.throw(TypeError);
      });
    }

    for (const [what, delay] of [
      ['a negative delay', -1],
      ['a delay of NaN', Number.NaN],
      ['a delay that a timer cannot take', 2 ** 31],
      ['a range from back to front', { min: 20, max: 10 }],
      ['half a range', { min: 20 }],
      ['a delay of text', '100'],
    ] as const) {
      it(`refuses ${what}`, () => {
        expect(() => new Client({ socketFile: './s', retryDelay: delay as any })).to.throw(TypeError, /retryDelay/);
        expect(() => new Client({ socketFile: './s', reconnectDelay: delay as any })).to.throw(
          TypeError,
          /reconnectDelay/,
        );
      });
    }
  });

  describe('connect', () => {
    it('emits connect with the connection, a net.Socket', async () => {
      await place.listening();
      const { client } = place.client();
      const connected = once(client, 'connect');

      client.connect();

      const [connection] = await connected;
      expect(connection).to.be.instanceOf(Socket);
    });

    it('answers a second connect with an error and opens nothing', async () => {
      const { atServer, client, atClient } = await place.conversation();

      expect(() => client.connect()).not.to.throw();
      await atClient.see('error IPC_ALREADY_CONNECTED');
      client.close();
      await atClient.see('close');

      expect(atClient.text).to.equal('connect <connection>, error IPC_ALREADY_CONNECTED, closed, close');
      await atServer.see('disconnect #1');
      expect(atServer.count('connection #2 <connection>')).to.equal(0);
    });

    it('answers a second connect while dialing and while waiting', async () => {
      const { client, atClient } = place.client({ retryDelay: 60_000 });

      client.connect();
      client.connect();
      await atClient.see('connectError ENOENT');
      client.connect();
      await atClient.see('error IPC_ALREADY_CONNECTED', 2);

      expect(atClient.text).to.equal('error IPC_ALREADY_CONNECTED, connectError ENOENT, error IPC_ALREADY_CONNECTED');
    });

    it('emits nothing from inside connect, send or close', async () => {
      await place.listening();
      const { client, atClient } = place.client();

      client.send('early', 1);
      client.connect();
      client.connect();
      client.send('early', 2);
      client.close();
      client.close();
      client.send('late', 3);

      expect(atClient.text).to.equal('');
      await atClient.see('close');
    });

    it('connects when the server begins to listen after several attempts', async () => {
      const { client, atClient } = place.client();

      client.connect();
      await atClient.see('connectError ENOENT', 3);
      await place.listening();
      await atClient.see('connect <connection>');

      expect(new Set(atClient.lines)).to.deep.equal(new Set(['connectError ENOENT', 'connect <connection>']));
      expect(atClient.count('connect <connection>')).to.equal(1);
    });
  });

  describe('connectError', () => {
    it('is ENOENT without a file and ECONNREFUSED on a dead socket file', async () => {
      const { client, atClient } = place.client();
      client.connect();
      await atClient.see('connectError ENOENT');

      const dead = place.program('listen-forever');
      await dead.prints('listening');
      await dead.kill();

      await atClient.see('connectError ECONNREFUSED');
      await place.listening();
    });

    it('is ECONNREFUSED on a file that is no socket', async () => {
      await writeFile(place.socketFile, 'a file');
      const { client, atClient } = place.client();

      client.connect();
      await atClient.see('connectError ECONNREFUSED');
      client.close();
      await atClient.see('close');

      await unlink(place.socketFile);
    });

    it('is EACCES where the way is barred', async function () {
      if (process.geteuid?.() === 0) this.skip();
      const { client, atClient } = place.client();
      await chmod(place.directory, 0o000);

      client.connect();
      await atClient.see('connectError EACCES');

      await chmod(place.directory, 0o700);
    });

    it('is ENOTDIR below a file', async () => {
      await writeFile(`${place.directory}/file`, '');
      const client = new Client({ socketFile: `${place.directory}/file/socket` });
      const failed = once(client, 'connectError');

      client.connect();

      const [error] = await failed;
      expect(error).to.be.instanceOf(Error).with.property('code', 'ENOTDIR');
      client.close();
      await once(client, 'close');
      await unlink(`${place.directory}/file`);
    });

    it('is EAGAIN when the backlog of a stuck server is full', async () => {
      const stuck = place.program('listen-and-hang');
      await stuck.prints('listening');
      const earlier = [place.client(), place.client(), place.client(), place.client()];
      for (const { client } of earlier) client.connect();
      const { client, atClient } = place.client();

      client.connect();
      await atClient.see('connectError EAGAIN', 2);
      client.close();
      await atClient.see('close');
      await stuck.kill();
      await unlink(place.socketFile);

      expect(new Set(atClient.lines)).to.deep.equal(new Set(['connectError EAGAIN', 'closed', 'close']));
    });

    it('lets the application give up from inside it', async () => {
      const { client, atClient } = place.client();
      client.on('connectError', () => {
        if (atClient.count('connectError ENOENT') === 3) client.close();
      });

      client.connect();
      await atClient.see('close');

      expect(atClient.text).to.equal('connectError ENOENT, connectError ENOENT, connectError ENOENT, closed, close');
    });
  });

  describe('delays', () => {
    /** Milliseconds between successive events. */
    function gaps(client: Client, event: string): number[] {
      const found: number[] = [];
      let before = performance.now();
      client.on(event as 'connectError', () => {
        found.push(performance.now() - before);
        before = performance.now();
      });
      return found;
    }

    it('waits retryDelay after a failed attempt', async () => {
      const { client, atClient } = place.client({ retryDelay: 60 });
      const waits = gaps(client, 'connectError');

      client.connect();
      await atClient.see('connectError ENOENT', 4);

      expect(waits.slice(1).every((wait) => wait >= 60)).to.equal(true, waits.join());
    });

    it('takes zero as a delay', async () => {
      const { client, atClient } = place.client({ retryDelay: 0, reconnectDelay: 0 });
      const started = performance.now();

      client.connect();
      await atClient.see('connectError ENOENT', 50);

      expect(performance.now() - started).to.be.below(5_000);
    });

    it('draws each delay of a range anew', async () => {
      const { client, atClient } = place.client({ retryDelay: { min: 10, max: 90 } });
      const waits = gaps(client, 'connectError');

      client.connect();
      await atClient.see('connectError ENOENT', 12);

      const drawn = waits.slice(1);
      expect(Math.min(...drawn)).to.be.at.least(10);
      // Twelve equal draws would lie within a scheduling hiccup of each other.
      expect(Math.max(...drawn) - Math.min(...drawn)).to.be.above(10);
    });

    it('asks a function with the number of the attempt', async () => {
      const delay = sinon.fake((_attempt: number) => 1);
      const { client, atClient } = place.client({ retryDelay: delay });

      client.connect();
      await atClient.see('connectError ENOENT', 4);

      expect(delay.args.slice(0, 4).map(([attempt]) => attempt)).to.deep.equal([1, 2, 3, 4]);
    });

    it('waits reconnectDelay after a loss, not retryDelay', async () => {
      const { client, atClient } = place.client({ retryDelay: 60_000, reconnectDelay: 80 });
      const { atServer } = await place.listening();
      let lost = 0;
      let back = 0;
      client.on('disconnect', () => {
        lost = performance.now();
      });
      client.on('reconnect', () => {
        back = performance.now();
      });
      client.connect();
      client.once('connect', (connection) => connection.destroy());

      await atClient.see('reconnect <connection>');

      expect(back - lost).to.be.at.least(79);
      await atServer.see('disconnect #1');
    });

    it('counts attempts from the last healthy connection', async () => {
      const reconnectDelay = sinon.fake((attempt: number) => (attempt === 1 ? 40 : 1));
      const raw = await place.rawServer();
      const { client, atClient } = place.client({ reconnectDelay });

      client.connect();
      // The first one has no delay to outlive, and so is healthy.
      (await raw.accept()).socket.destroy();
      // Within its delay of 40 ms and without a message: connect alone proves nothing.
      (await raw.accept()).socket.destroy();
      const third = await raw.accept();
      await third.write(frame('alive'));
      await atClient.see('message undefined alive');
      third.socket.destroy();
      await atClient.see('disconnect', 3);
      await raw.accept();

      expect(reconnectDelay.args.map(([attempt]) => attempt)).to.deep.equal([1, 2, 1]);
    });

    it('backs off with exponential', async () => {
      const delay = exponential({ initial: 10, factor: 3, max: 50, jitter: 0 });
      const { client, atClient } = place.client({ retryDelay: delay });
      const waits = gaps(client, 'connectError');

      client.connect();
      await atClient.see('connectError ENOENT', 5);

      const [, first = 0, second = 0, third = 0, fourth = 0] = waits;
      // An event may be late, and the gap after it shorter by that.
      expect([first >= 5, second >= 15, third >= 25, fourth >= 25]).to.deep.equal([true, true, true, true]);
      expect([1, 2, 3, 4].map((attempt) => delay(attempt, Math.random))).to.deep.equal([10, 30, 50, 50]);
    });

    for (const [what, delay] of [
      [
        'throws',
        () => {
          throw new Error('no idea');
        },
      ],
      ['returns nothing', () => undefined],
      ['returns NaN', () => Number.NaN],
      ['returns a negative number', () => -1],
    ] as const) {
      it(`reports a delay function that ${what}`, async () => {
        const { client, atClient } = place.client({ retryDelay: delay as any });

        client.connect();
        await atClient.see('error IPC_BAD_DELAY');

        expect(atClient.text).to.equal('connectError ENOENT, error IPC_BAD_DELAY');
      });
    }

    it('goes on after a delay function that has failed, a second later', async () => {
      const delays = [Number.NaN, 1];
      const { client, atClient } = place.client({ retryDelay: () => delays.shift() ?? 1 });

      client.connect();
      await atClient.see('connectError ENOENT', 2);

      expect(atClient.text).to.equal('connectError ENOENT, error IPC_BAD_DELAY, connectError ENOENT');
    });

    it('can be closed from inside a delay function', async () => {
      const { client, atClient } = place.client({
        retryDelay: () => {
          client.close();
          return 1;
        },
      });

      client.connect();
      await atClient.see('close');

      expect(atClient.text).to.equal('connectError ENOENT, closed, close');
    });
  });

  describe('events', () => {
    it('emits message, then message.<topic>, each before the next message', async () => {
      const { server, atClient, id } = await place.conversation();

      server.send('first', { n: 1 }, id);
      server.send('second', 'two', id);
      server.broadcast('third');
      await atClient.see('message.third undefined');

      expect(atClient.text).to.equal(
        'connect <connection>, message {"n":1} first, message.first {"n":1}, message two second, message.second two, ' +
          'message undefined third, message.third undefined',
      );
    });

    it('emits reconnect directly after connect, and only from the second one on', async () => {
      const raw = await place.rawServer();
      const { client, atClient } = place.client();
      client.connect();

      (await raw.accept()).socket.end();
      (await raw.accept()).socket.end();
      await raw.accept();
      await atClient.see('reconnect <connection>', 2);

      expect(atClient.text).to.equal(
        'connect <connection>, disconnect, connect <connection>, reconnect <connection>, ' +
          'disconnect, connect <connection>, reconnect <connection>',
      );
    });

    it('lets nothing come between connect and reconnect, not even a message in the first chunk', async () => {
      const raw = await place.rawServer();
      raw.server.on('connection', (socket: Socket) => socket.write(frame('hello')));
      const { client, atClient } = place.client();
      client.on('connect', () => client.send('greeting', 1));
      client.connect();
      const first = await raw.accept();
      await atClient.see('message.hello undefined');

      first.socket.end();
      await atClient.see('message.hello undefined', 2);

      const story = 'message undefined hello, message.hello undefined';
      expect(atClient.text).to.equal(
        `connect <connection>, ${story}, disconnect, connect <connection>, reconnect <connection>, ${story}`,
      );
    });

    it('gives connect and reconnect the same connection, and another than before', async () => {
      const raw = await place.rawServer();
      const { client, atClient } = place.client();
      const connected = sinon.spy();
      const reconnected = sinon.spy();
      client.on('connect', connected);
      client.on('reconnect', reconnected);
      client.connect();

      (await raw.accept()).socket.end();
      await atClient.see('reconnect <connection>');

      expect(reconnected.firstCall.args).to.deep.equal(connected.secondCall.args);
      expect(connected.firstCall.args[0]).not.to.equal(connected.secondCall.args[0]);
    });

    it('emits disconnect after the last message that the connection carried', async () => {
      const raw = await place.rawServer();
      const { client, atClient } = place.client({ reconnectDelay: 60_000 });
      client.connect();
      const peer = await raw.accept();

      peer.socket.end(frame('a', 1) + frame('b', 2) + frame('c', 3));
      await atClient.see('disconnect');

      expect(atClient.text).to.equal(
        'connect <connection>, message 1 a, message.a 1, message 2 b, message.b 2, message 3 c, message.c 3, disconnect',
      );
    });

    it('emits no disconnect after close', async () => {
      const { client, atClient } = await place.conversation();

      client.close();
      await atClient.see('close');

      expect(atClient.text).to.equal('connect <connection>, closed, close');
    });

    it('emits closed directly before close, neither of them with an argument', async () => {
      const { client, atClient } = place.client();
      const close = sinon.spy();
      const closed = sinon.spy();
      client.on('close', close);
      client.on('closed', closed);

      client.close();
      await atClient.see('close');

      expect(atClient.text).to.equal('closed, close');
      expect([closed.firstCall.args, close.firstCall.args]).to.deep.equal([[], []]);
    });

    it('emits disconnect without an argument', async () => {
      const raw = await place.rawServer();
      const { client, atClient } = place.client();
      const disconnected = sinon.spy();
      client.on('disconnect', disconnected);
      client.connect();

      (await raw.accept()).socket.end();
      await atClient.see('disconnect');

      expect(disconnected.firstCall.args).to.deep.equal([]);
    });
  });

  describe('send', () => {
    it('delivers what JSON can express unchanged, in the order of the calls', async () => {
      const { server, client, atServer } = await place.conversation();
      const values = [null, true, 0, -1.5, '', 'ü€𝄞\0\u2028', [], {}, [1, [2]], { a: { b: 'c' } }, '\ud800'];
      const arrived: unknown[] = [];
      server.on('message.value', (value) => arrived.push(value));

      for (const value of values) client.send('value', value);
      client.send('last');
      await atServer.see('message.last undefined #1');

      expect(arrived).to.deep.equal(values);
    });

    for (const topic of ['', null, undefined]) {
      it(`sends the topic ${JSON.stringify(topic) ?? 'undefined'} as none`, async () => {
        const { server, client, atServer, atClient } = await place.conversation();

        client.send(topic as string, 1);
        await atServer.see('message.none 1 #1');
        server.broadcast(topic as string, 2);
        await atClient.see('message.none 2');
        server.send(topic as string, 3, atServer.id(1));
        await atClient.see('message.none 3');
      });
    }

    it('returns true while there is no need to wait', async () => {
      const { client, server, id } = await place.conversation();

      expect([client.send('a', 1), server.send('a', 1, id), server.broadcast('a', 1)]).to.deep.equal([
        true,
        true,
        true,
      ]);
    });

    it('takes topics of any kind of text', async () => {
      const { client, atServer } = await place.conversation();

      for (const topic of ['__proto__', 'constructor', 'error', 'a.b', ' ', '\0', 'ü']) client.send(topic, 1);
      await atServer.see('message.ü 1 #1');

      expect(atServer.lines.filter((line) => line.startsWith('message.'))).to.deep.equal([
        'message.__proto__ 1 #1',
        'message.constructor 1 #1',
        'message.error 1 #1',
        'message.a.b 1 #1',
        'message.  1 #1',
        'message.\0 1 #1',
        'message.ü 1 #1',
      ]);
    });
  });

  describe('close', () => {
    it('delivers everything sent before close, however much', async () => {
      const { server, client, atServer, atClient } = await place.conversation();
      const sizes: number[] = [];
      server.on('message.blob', (blob: string) => sizes.push(blob.length));

      for (let index = 0; index < 40; index++) client.send('blob', 'x'.repeat(index * 20_000));
      client.close();
      await Promise.all([atClient.see('close'), atServer.see('disconnect #1')]);

      expect(sizes).to.deep.equal(Array.from({ length: 40 }, (_, index) => index * 20_000));
      expect(atClient.text).to.equal('connect <connection>, closed, close');
    });

    it('delivers everything sent before the application ends the connection', async () => {
      const { atServer } = await place.listening();
      const { client, atClient } = place.client({ reconnectDelay: 60_000 });
      client.on('connect', (connection) => {
        client.send('last', 'words');
        connection.end();
      });
      client.connect();

      await Promise.all([atServer.see('disconnect #1'), atClient.see('disconnect')]);

      expect(atServer.count('message.last words #1')).to.equal(1);
      expect(atClient.text).to.equal('connect <connection>, disconnect');
    });

    it('does nothing on a second close, before and after the first is done', async () => {
      const { client, atClient } = await place.conversation();

      client.close();
      client.close();
      await atClient.see('close');
      client.close();
      await new Promise(setImmediate);

      expect(atClient.text).to.equal('connect <connection>, closed, close');
    });

    it('closes before connect', async () => {
      const { client, atClient } = place.client();

      client.close();
      await atClient.see('close');

      expect(atClient.text).to.equal('closed, close');
    });

    it('closes while dialing, and leaves no half-made connection on the server', async () => {
      const { server, atServer } = await place.listening();
      const { client, atClient } = place.client();

      client.connect();
      client.close();
      await atClient.see('close');
      server.close();
      await atServer.see('close');

      expect(atClient.text).to.equal('closed, close');
      expect(atServer.text).to.be.oneOf([
        'listening, closed, close',
        'listening, connection #1 <connection>, disconnect #1, closed, close',
      ]);
    });

    it('closes while waiting to retry, without waiting', async () => {
      const { client, atClient } = place.client({ retryDelay: 60_000 });
      client.connect();
      await atClient.see('connectError ENOENT');

      client.close();
      await atClient.see('close');

      expect(atClient.text).to.equal('connectError ENOENT, closed, close');
    });

    it('closes while waiting to reconnect, without waiting', async () => {
      const { server, atServer, client, atClient } = await place.conversation({}, { reconnectDelay: 60_000 });
      server.close();
      await atClient.see('disconnect');

      client.close();
      await Promise.all([atClient.see('close'), atServer.see('close')]);

      expect(atClient.text).to.equal('connect <connection>, disconnect, closed, close');
    });

    it('closes at the moment the connection is lost', async () => {
      const raw = await place.rawServer();
      const { client, atClient } = place.client();
      client.connect();
      const peer = await raw.accept();
      await atClient.see('connect <connection>');

      peer.socket.destroy();
      await peer.closed();
      client.close();
      await atClient.see('close');

      expect(atClient.text).to.be.oneOf([
        'connect <connection>, closed, close',
        'connect <connection>, disconnect, closed, close',
      ]);
    });

    it('delivers what is on its way until close', async () => {
      const raw = await place.rawServer();
      const { client, atClient } = place.client();
      client.connect();
      const peer = await raw.accept();
      await atClient.see('connect <connection>');

      client.close();
      await peer.ended();
      peer.socket.end(frame('late', 1) + frame('later', 2));
      await atClient.see('close');

      expect(atClient.text).to.equal(
        'connect <connection>, message 1 late, message.late 1, message 2 later, message.later 2, closed, close',
      );
    });

    it('cuts off a server that does not finish after closeTimeout', async () => {
      const raw = await place.rawServer();
      const { client, atClient } = place.client({ closeTimeout: 100 });
      client.connect();
      await raw.accept();
      await atClient.see('connect <connection>');
      const started = performance.now();

      client.close();
      await atClient.see('close');

      expect(performance.now() - started).to.be.within(99, 3_000);
      expect(atClient.text).to.equal('connect <connection>, closed, close');
    });

    for (const [event, occasion, story] of [
      ['connect', 'a first connection', 'connect <connection>, closed, close'],
      [
        'message',
        'a message',
        'connect <connection>, message 1 a, message.a 1, message 2 b, message.b 2, closed, close',
      ],
      [
        'message.a',
        'a message of a topic',
        'connect <connection>, message 1 a, message.a 1, message 2 b, message.b 2, closed, close',
      ],
      [
        'disconnect',
        'a loss',
        'connect <connection>, message 1 a, message.a 1, message 2 b, message.b 2, disconnect, closed, close',
      ],
    ] as const) {
      it(`closes from inside the listener of ${occasion}`, async () => {
        const raw = await place.rawServer({ allowHalfOpen: false });
        raw.server.on('connection', (socket: Socket) => {
          if (event !== 'connect') socket.write(frame('a', 1) + frame('b', 2));
          if (event === 'disconnect') socket.end();
        });
        const { client, atClient } = place.client();
        client.on(event as 'connect', () => client.close());

        client.connect();
        await atClient.see('close');

        expect(atClient.text).to.equal(story);
        expect(raw.peers.length).to.equal(1);
      });
    }

    for (const event of ['connect', 'reconnect', 'disconnect', 'connectError', 'error'] as const) {
      it(`closes from inside ${event} of a reconnection, after which reconnect still follows connect`, async () => {
        const { server, atServer, client, atClient } = await place.conversation();
        client.on(event as 'connect', () => client.close());
        const story = {
          connect: ', disconnect, connectError ENOENT, connect <connection>, reconnect <connection>',
          reconnect: ', disconnect, connectError ENOENT, connect <connection>, reconnect <connection>',
          disconnect: ', disconnect',
          connectError: ', disconnect, connectError ENOENT',
          error: ', disconnect, error IPC_NO_SERVER',
        }[event];
        if (event === 'error') client.on('disconnect', () => client.send('nobody', 1));

        server.close();
        await atServer.see('close');
        if (event === 'connect' || event === 'reconnect') {
          await atClient.see('connectError ENOENT');
          const second = await place.listening();
          await atClient.see('close');
          second.server.close();
          await second.atServer.see('close');
        }
        await atClient.see('close');

        const folded = atClient.text.replace(/(connectError ENOENT, )+/, 'connectError ENOENT, ');
        expect(folded).to.equal(`connect <connection>${story}, closed, close`);
      });
    }

    it('closes from inside closed and close without a second one', async () => {
      const { client, atClient } = await place.conversation();
      client.on('closed', () => client.close());
      client.on('close', () => client.close());

      client.close();
      await atClient.see('close');
      await new Promise(setImmediate);

      expect(atClient.text).to.equal('connect <connection>, closed, close');
    });
  });

  describe('loss', () => {
    it('emits one disconnect for EOF', async () => {
      const raw = await place.rawServer();
      const { client, atClient } = place.client({ reconnectDelay: 60_000 });
      client.connect();

      (await raw.accept()).socket.end();
      await atClient.see('disconnect');
      await new Promise(setImmediate);

      expect(atClient.text).to.equal('connect <connection>, disconnect');
    });

    it('emits one disconnect for ECONNRESET', async () => {
      const raw = await place.rawServer();
      const { client, atClient } = place.client({ reconnectDelay: 60_000 });
      client.connect();
      const peer = await raw.accept();
      await atClient.see('connect <connection>');
      peer.socket.pause();

      // A unix socket that is closed with unread data in it resets its peer.
      client.send('unread', 'x'.repeat(1000));
      await new Promise(setImmediate);
      peer.socket.destroy();
      await atClient.see('disconnect');
      await new Promise(setImmediate);

      expect(atClient.text).to.equal('connect <connection>, error ECONNRESET, disconnect');
    });

    it('emits one disconnect for EPIPE', async () => {
      const raw = await place.rawServer();
      const { client, atClient } = place.client({ reconnectDelay: 60_000 });
      let connection: Socket | undefined;
      client.on('connect', (socket) => {
        connection = socket as Socket;
      });
      client.connect();
      const peer = await raw.accept();
      await atClient.see('connect <connection>');

      // The client does not look while its server goes, and so learns of it by writing.
      connection?.pause();
      peer.socket.destroy();
      await peer.closed();
      client.send('into the void', 1);
      await new Promise(setImmediate);
      connection?.resume();
      await atClient.see('disconnect');
      await new Promise(setImmediate);

      expect(atClient.text).to.be.oneOf([
        'connect <connection>, error EPIPE, disconnect',
        'connect <connection>, disconnect',
      ]);
    });

    it('reports an error with which the application destroys the connection, then one disconnect', async () => {
      await place.listening();
      const { client, atClient } = place.client({ reconnectDelay: 60_000 });
      client.on('connect', (connection) => connection.destroy(Object.assign(new Error('enough'), { code: 'ENOUGH' })));

      client.connect();
      await atClient.see('disconnect');

      expect(atClient.text).to.equal('connect <connection>, error ENOUGH, disconnect');
    });

    it('comes back whenever a server is there again', async () => {
      const { client, atClient } = place.client();
      client.connect();

      for (let round = 1; round <= 3; round++) {
        const { server, atServer } = await place.listening();
        await atClient.see('connect <connection>', round);
        client.send('round', round);
        await atServer.see(`message.round ${round} #1`);
        server.close();
        await atServer.see('close');
        await atClient.see('disconnect', round);
      }

      expect(atClient.text.replaceAll(/(connectError \w+, )+/g, '')).to.equal(
        'connect <connection>, disconnect, connect <connection>, reconnect <connection>, disconnect, ' +
          'connect <connection>, reconnect <connection>, disconnect',
      );
    });

    it('reads a reply that comes together with the end', async () => {
      const { server } = await place.listening();
      server.on('message.ask', (_message, id) => server.send('answer', 42, id));
      const peer = await place.rawPeer();

      peer.socket.end(frame('ask'));
      const frames = await peer.readFrames(1);

      expect(frames).to.deep.equal(['{"topic":"answer","message":42}']);
    });
  });

  it('keeps apart clients of one process', async () => {
    const { server, atServer } = await place.listening();
    const clients = [await place.connected(), await place.connected(), await place.connected()];
    await atServer.see('connection #3 <connection>');

    server.send('only', 2, atServer.id(2));
    server.broadcast('all');
    await Promise.all(clients.map(({ atClient }) => atClient.see('message.all undefined')));

    expect(clients.map(({ atClient }) => atClient.count('message.only 2'))).to.deep.equal([0, 1, 0]);
  });

  it('finds a server below a directory that appears later', async () => {
    const directory = `${place.directory}/later`;
    const client = new Client({ socketFile: `${directory}/socket`, retryDelay: 5 });
    client.connect();
    await once(client, 'connectError');

    await mkdir(directory);
    const server = new Server({ socketFile: `${directory}/socket` });
    server.listen();
    await once(client, 'connect');

    client.close();
    await once(client, 'close');
    server.close();
    await once(server, 'close');
    await rmdir(directory);
  });

  it('is not confused by a server of another kind', async () => {
    const other = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    other.listen(place.socketFile);
    await once(other, 'listening');
    const { client, atClient } = place.client({ reconnectDelay: 60_000 });

    client.connect();
    await atClient.see('disconnect');
    other.close();
    await once(other, 'close');

    expect(atClient.text).to.equal('connect <connection>, disconnect');
  });
});
