/**
 * Section 4 of the contract: errors. Where each row is tested:
 *
 * | row                        | test |
 * | -------------------------- | ---- |
 * | classes, extends, code     | exports ..., gives each class ... |
 * | one argument               | gives error listeners exactly one argument |
 * | no error listener          | throws without an error listener |
 * | EncodeError                | reports what cannot be encoded |
 * | DecodeError                | cuts off a client ..., comes back after ... |
 * | rawData bounded            | keeps a bounded excerpt |
 * | SendAfterCloseError        | answers every send after close |
 * | NoServerError              | answers a send without a connection |
 * | BadClientError             | answers a send to nobody |
 * | BackpressureError          | behaviour-backpressure |
 * | errors of the listener     | repeats ... |
 * | errors of connections      | behaviour-client, behaviour-server: ECONNRESET, 'enough' |
 * | empty topic                | behaviour-client: sends the topic ... as none |
 * | exceptions of listeners    | surfaces ... |
 */

import { expect } from 'chai';
import {
  BackpressureError,
  BadClientError,
  DecodeError,
  EncodeError,
  IpcError,
  NoServerError,
  SendAfterCloseError,
  SendError,
  Server,
  UsageError,
} from 'ipc';
import sinon from 'sinon';
import { Place } from '../support/place.js';
import { frame, type RawPeer } from '../support/raw-peer.js';

describe('errors', () => {
  let place: Place;

  beforeEach(async () => {
    place = await Place.make();
  });

  afterEach(() => place.clear());

  it('gives each class its parent, its name and its code', () => {
    const wrapper = { topic: 't', message: 'm' };
    const made = [
      new SendError('x', 'm', 't'),
      new EncodeError('x', wrapper),
      new SendAfterCloseError('x', 'm', 't'),
      new NoServerError('x', 'm', 't'),
      new BadClientError('x', 'm', 't', 'id'),
      new BackpressureError('x', 'm', 't', { clientId: 'id', bufferedBytes: 7 }),
      new DecodeError('x', 'raw'),
      new UsageError('IPC_BAD_DELAY', 'x'),
    ];

    expect(
      made.map((error) => [error.name, error.code, error instanceof SendError, error instanceof IpcError].join(' ')),
    ).to.deep.equal([
      'SendError IPC_SEND true true',
      'EncodeError IPC_ENCODE true true',
      'SendAfterCloseError IPC_SEND_AFTER_CLOSE true true',
      'NoServerError IPC_NO_SERVER true true',
      'BadClientError IPC_BAD_CLIENT true true',
      'BackpressureError IPC_BACKPRESSURE true true',
      'DecodeError IPC_DECODE false true',
      'UsageError IPC_BAD_DELAY false true',
    ]);
    for (const error of made.slice(0, 6)) {
      expect(error).to.include({ sentTopic: 't', sentMessage: 'm' }).and.to.be.instanceOf(Error);
    }
  });

  it('gives error listeners exactly one argument', async () => {
    const { server, client } = await place.conversation();
    const heard = sinon.spy();
    server.on('error', heard);
    client.on('error', heard);

    server.send('a', 1, 'nobody');
    server.listen();
    client.connect();
    client.send('a', 1n);
    await new Promise(setImmediate);

    expect(heard.args.map((values) => values.length)).to.deep.equal([1, 1, 1, 1]);
  });

  it('throws without an error listener, in the application and not in what it called', async () => {
    const child = place.program('no-error-listener');

    await child.exit;

    expect(child.lines).to.deep.equal(['send returned true', 'uncaught IPC_NO_SERVER']);
  });

  describe('EncodeError', () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    const throwing = {
      toJSON() {
        throw new RangeError('not today');
      },
    };
    for (const [what, topic, message] of [
      ['a cycle', 't', cycle],
      ['a BigInt', 't', 1n],
      ['a throwing toJSON', 't', throwing],
      ['a topic that is a number', 7, 'm'],
      ['a topic that is an object', { topic: 't' }, 'm'],
      ['a topic that is a symbol', Symbol('t'), 'm'],
      ['a topic that is 0', 0, 'm'],
      ['a topic that is false', false, 'm'],
    ] as const) {
      it(`reports ${what} on every way to send, with topic and message, and goes on`, async () => {
        const { server, atServer, client, atClient, id } = await place.conversation();

        client.send(topic as string, message);
        client.send('next');
        server.send(topic as string, message, id);
        server.broadcast(topic as string, message);
        server.broadcast('next');
        await Promise.all([atClient.see('message.next undefined'), atServer.see('message.next undefined #1')]);

        const errors = [...atClient.errors, ...atServer.errors];
        expect(errors.length).to.equal(3);
        for (const error of errors) {
          expect(error).to.be.instanceOf(EncodeError).and.instanceOf(SendError);
          expect(error).to.include({ code: 'IPC_ENCODE', sentTopic: topic, sentMessage: message });
        }
      });
    }

    it('carries what the message threw as its cause', async () => {
      const { client, atClient } = await place.conversation();

      client.send('t', throwing);
      await atClient.see('error IPC_ENCODE');

      expect(atClient.errors[0]?.cause).to.be.instanceOf(RangeError).with.property('message', 'not today');
    });
  });

  describe('DecodeError', () => {
    for (const [what, bytes] of [
      ['broken JSON', '{"topic":\0\0'],
      ['invalid UTF-8', Buffer.from('7b22746f706963223a22c3287d0000', 'hex')],
      ['an overlong encoding', Buffer.from([...Buffer.from('{"topic":"'), 0xc0, 0xaf, ...Buffer.from('"}\0\0')])],
      ['a surrogate in UTF-8', Buffer.from([...Buffer.from('{"topic":"'), 0xed, 0xa0, 0x80, ...Buffer.from('"}\0\0')])],
      ['null', 'null\0\0'],
      ['a number', '42\0\0'],
      ['a string', '"text"\0\0'],
      ['an array', '[{"topic":"a"}]\0\0'],
      ['an empty frame', '\0\0'],
      ['blanks', '   \0\0'],
      ['no topic', '{"message":1}\0\0'],
      ['a topic that is a number', '{"topic":1,"message":1}\0\0'],
      ['a topic that is null', '{"topic":null}\0\0'],
      ['a topic that only the prototype has', '{"__proto__":{"topic":"a"}}\0\0'],
      ['a single NUL inside', '{"topic":"a\0b"}\0\0'],
      ['a byte order mark', '\ufeff{"topic":"a"}\0\0'],
      ['two frames without a delimiter between', '{"topic":"a"}{"topic":"b"}\0\0'],
    ] as const) {
      it(`cuts off a client that sends ${what}, after the messages before it`, async () => {
        const { atServer } = await place.listening();
        const witness = await place.connected();
        await atServer.see('connection #1 <connection>');
        const peer = await place.rawPeer();
        await atServer.see('connection #2 <connection>');

        await peer.write(
          Buffer.concat([Buffer.from(frame('good', 1)), Buffer.from(bytes), Buffer.from(frame('no', 2))]),
        );
        await Promise.all([atServer.see('disconnect #2'), peer.ended()]);
        witness.client.send('still here');
        await atServer.see('message.still here undefined #1');

        expect(atServer.lines.slice(3, 7)).to.deep.equal([
          'message 1 good #2',
          'message.good 1 #2',
          'error IPC_DECODE',
          'disconnect #2',
        ]);
        expect(atServer.errors[0]).to.be.instanceOf(DecodeError).with.property('clientId', atServer.id(2));
        expect(witness.atClient.text).to.equal('connect <connection>');
      });
    }

    it('is reported by a client, which then disconnects and comes back', async () => {
      const raw = await place.rawServer({ allowHalfOpen: false });
      const { client, atClient } = place.client();
      client.connect();

      await (await raw.accept()).write(`${frame('good', 1)}rubbish\0\0${frame('no', 2)}`);
      const second = await raw.accept();
      await second.write(frame('again', 3));
      await atClient.see('message.again 3');

      expect(atClient.text).to.equal(
        'connect <connection>, message 1 good, message.good 1, error IPC_DECODE, disconnect, connect <connection>, ' +
          'reconnect <connection>, message 3 again, message.again 3',
      );
      expect(atClient.errors[0]).to.be.instanceOf(DecodeError).with.property('clientId', undefined);
    });

    it('keeps a bounded excerpt of the beginning of what could not be decoded', async () => {
      const { atServer } = await place.listening();
      const peer = await place.rawPeer();

      await peer.write(`${frame('good')}rubbish ${'x'.repeat(1_000_000)}\0\0`);
      await atServer.see('error IPC_DECODE');

      const { rawData } = atServer.errors[0] as DecodeError;
      expect(String(rawData)).to.match(/^rubbish x+$/);
      expect(String(rawData).length).to.be.within(10, 1024);
    });

    it('carries the error of the parser as its cause', async () => {
      const { atServer } = await place.listening();

      await (await place.rawPeer()).write('{\0\0');
      await atServer.see('error IPC_DECODE');

      expect(atServer.errors[0]?.cause).to.be.instanceOf(SyntaxError);
    });

    for (const [what, send] of [
      ['a whole frame at once', (peer: RawPeer) => peer.write(frame('big', 'x'.repeat(2_000)))],
      ['a frame without an end', (peer: RawPeer) => peer.write('x'.repeat(1_001))],
      [
        'a frame in many pieces',
        async (peer: RawPeer) => {
          for (let index = 0; index < 30 && !peer.socket.destroyed; index++) await peer.write('x'.repeat(40));
        },
      ],
    ] as const) {
      it(`cuts off a client that passes maxMessageBytes with ${what}`, async () => {
        const { atServer } = await place.listening({ maxMessageBytes: 1_000 });
        const peer = await place.rawPeer({ allowHalfOpen: false });

        await send(peer);
        await atServer.see('disconnect #1');

        expect(atServer.lines.slice(2, 4)).to.deep.equal(['error IPC_DECODE', 'disconnect #1']);
      });
    }

    it('lets a message of exactly maxMessageBytes through, and none of a byte more', async () => {
      const { atServer } = await place.listening({ maxMessageBytes: 1_000 });
      const peer = await place.rawPeer();
      const overhead = frame('t', '').length - 2;

      await peer.write(frame('t', 'x'.repeat(1_000 - overhead)));
      await atServer.see('message xxxxxxxxxxxxxxxxxxxx...(972) t #1'.replace('972', String(1_000 - overhead)));
      await peer.write(frame('t', 'x'.repeat(1_001 - overhead)));
      await atServer.see('disconnect #1');

      expect(atServer.names).to.deep.equal(['listening', 'connection', 'message', 'message.t', 'error', 'disconnect']);
    });
  });

  describe('the send family', () => {
    it('answers every send after close with SendAfterCloseError, before and after close is emitted', async () => {
      const { server, atServer, client, atClient, id } = await place.conversation();

      client.close();
      client.send('a', 1);
      server.close();
      server.send('b', 2, id);
      server.broadcast('c', 3);
      await Promise.all([atServer.see('close'), atClient.see('close')]);
      client.send('d', 4);
      server.send('e', 5, id);
      server.broadcast('f', 6);
      await Promise.all([atServer.see('error IPC_SEND_AFTER_CLOSE', 4), atClient.see('error IPC_SEND_AFTER_CLOSE', 2)]);

      const errors = [...atClient.errors, ...atServer.errors] as SendAfterCloseError[];
      expect(errors.every((error) => error instanceof SendAfterCloseError)).to.equal(true);
      expect(errors.map(({ sentTopic, sentMessage }) => `${sentTopic}${sentMessage}`).join(' ')).to.equal(
        'a1 d4 b2 c3 e5 f6',
      );
    });

    it('answers sends after a close that came before connect or listen', async () => {
      const { client, atClient } = place.client();
      const { server, atServer } = place.server();

      client.close();
      server.close();
      client.send('a', 1);
      server.send('a', 1, 'nobody');
      server.broadcast('a', 1);
      await Promise.all([atClient.see('close'), atServer.see('close')]);

      expect(atClient.text).to.equal('closed, close, error IPC_SEND_AFTER_CLOSE');
      expect(atServer.text).to.equal('closed, close, error IPC_SEND_AFTER_CLOSE, error IPC_SEND_AFTER_CLOSE');
    });

    it('answers a send without a connection with NoServerError, in every state', async () => {
      const { client, atClient } = place.client({ retryDelay: 30, reconnectDelay: 30 });

      client.send('before connect', 1);
      client.connect();
      client.send('while dialing', 2);
      await atClient.see('connectError ENOENT');
      client.send('while waiting', 3);
      const raw = await place.rawServer();
      const peer = await raw.accept();
      await atClient.see('connect <connection>');
      peer.socket.end();
      await atClient.see('disconnect');
      client.send('after disconnect', 4);
      await atClient.see('error IPC_NO_SERVER', 4);

      const errors = atClient.errors as NoServerError[];
      expect(errors.every((error) => error instanceof NoServerError)).to.equal(true);
      expect(errors.map((error) => `${error.sentTopic} ${error.sentMessage}`)).to.deep.equal([
        'before connect 1',
        'while dialing 2',
        'while waiting 3',
        'after disconnect 4',
      ]);
    });

    it('sends from inside connect and reconnect, and not from inside disconnect', async () => {
      const raw = await place.rawServer();
      const { client, atClient } = place.client();
      for (const event of ['connect', 'reconnect', 'disconnect'] as const) {
        client.on(event as 'disconnect', () => client.send('from', event));
      }
      client.connect();

      const first = await raw.accept();
      await first.readFrames(1);
      first.socket.end();
      const second = await raw.accept();
      const frames = await second.readFrames(2);

      expect(frames).to.deep.equal([frame('from', 'connect'), frame('from', 'reconnect')].map((f) => f.slice(0, -2)));
      expect(atClient.count('error IPC_NO_SERVER')).to.equal(1);
    });

    it('answers a send to nobody with BadClientError', async () => {
      const { server, atServer, client, id } = await place.conversation();

      server.send('unknown', 1, 'nobody');
      server.send('missing', 2, undefined as any);
      client.close();
      await atServer.see('disconnect #1');
      server.send('gone', 3, id);
      await atServer.see('error IPC_BAD_CLIENT', 3);

      const errors = atServer.errors as BadClientError[];
      expect(errors.every((error) => error instanceof BadClientError)).to.equal(true);
      expect(errors.map((error) => [error.sentTopic, error.sentMessage, error.clientId])).to.deep.equal([
        ['unknown', 1, 'nobody'],
        ['missing', 2, undefined],
        ['gone', 3, id],
      ]);
      expect(errors.map(({ message }) => message)).to.deep.equal([
        'There is no client nobody: it never was, or it has disconnected.',
        'send() takes the id of a client as its third argument; got undefined. To all: broadcast().',
        `There is no client ${id}: it never was, or it has disconnected.`,
      ]);
    });

    it('answers a send from inside disconnect to the client that has gone', async () => {
      const { server, atServer, client } = await place.conversation();
      server.on('disconnect', (id) => server.send('farewell', 1, id));

      client.close();
      await atServer.see('error IPC_BAD_CLIENT');

      expect(atServer.text).to.equal('listening, connection #1 <connection>, disconnect #1, error IPC_BAD_CLIENT');
    });

    it('answers a send between the end and the close of a connection as one without it', async () => {
      const raw = await place.rawServer();
      const { client, atClient } = place.client({ reconnectDelay: 60_000 });
      client.on('connect', (connection) => connection.on('end', () => client.send('late', 1)));
      client.connect();
      (await raw.accept()).socket.end();
      await atClient.see('disconnect');
      await raw.close();
      const { server, atServer } = await place.listening();
      server.on('connection', (id, connection) => connection.on('end', () => server.send('late', 1, id)));
      (await place.rawPeer()).socket.end();
      await atServer.see('disconnect #1');

      expect(atClient.text).to.equal('connect <connection>, error IPC_NO_SERVER, disconnect');
      expect(atServer.text).to.equal('listening, connection #1 <connection>, error IPC_BAD_CLIENT, disconnect #1');
    });

    it('answers a server that does not listen yet as one without that client', async () => {
      const { server, atServer } = place.server();

      server.send('a', 1, 'nobody');
      await atServer.see('error IPC_BAD_CLIENT');

      expect(atServer.text).to.equal('error IPC_BAD_CLIENT');
    });
  });

  it('repeats EADDRINUSE of the listener', async () => {
    const first = await place.listening();
    const second = place.server();

    second.server.listen();
    await second.atServer.see('error EADDRINUSE');
    await place.connected();
    await first.atServer.see('connection #1 <connection>');

    expect(first.atServer.text).to.equal('listening, connection #1 <connection>');
    expect(second.atServer.text).to.equal('error EADDRINUSE');
  });

  it('repeats EACCES of the listener for a folder that does not exist', async () => {
    const server = new Server({ socketFile: `${place.directory}/missing/socket` });
    const failed = new Promise<Error>((resolve) => server.once('error', resolve));

    server.listen();

    expect(await failed).to.have.property('code', 'EACCES');
  });

  describe('an exception of a listener', () => {
    for (const side of ['server', 'client']) {
      it(`surfaces as uncaught in a ${side}, loses no message of the chunk, and ends no connection`, async () => {
        const child = place.program('throwing-listener', side);

        const { code } = await child.exit;

        expect(child.lines).to.deep.equal([
          'a',
          'b',
          'uncaught message.a',
          'uncaught message.b',
          'c',
          'uncaught message.c',
          'still connected',
        ]);
        expect(code).to.equal(0, child.errors);
      });
    }

    it('surfaces from inside every event, after which the events go on', async () => {
      const child = place.program('throwing-everywhere');

      await child.exit;

      expect(child.lines).to.deep.equal(
        [
          'uncaught server listening',
          'uncaught client connect',
          'uncaught server connection',
          'uncaught server message',
          'uncaught client message',
          'uncaught client disconnect',
          'uncaught client connectError',
          'uncaught server disconnect',
          'uncaught server close',
          'uncaught client close',
          'exits',
        ].sort(),
      );
    });

    it('ends a process that has no handler for it, as with any emitter', async () => {
      const child = place.program('throwing-listener', 'server', 'unhandled');

      const { code } = await child.exit;

      expect(code).not.to.equal(0);
      expect(child.errors).to.match(/Error: message\.a/);
      // Its file is stale now.
      await place.listening();
    });
  });
});
