/**
 * Peers that mean harm, or are broken, opposite a server that also has a well-behaved client. That client must not
 * notice anything: after each attack it has lost nothing and its echo still comes. What attacks cost is measured by the
 * drill `hostile`, see drills.test.ts.
 */

import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { type DuplexConnection, Server } from 'ipc';
import { LIMIT_BYTES, rubbish } from '../support/drills/attacks.js';
import { Place } from '../support/place.js';
import { frame, RawPeer } from '../support/raw-peer.js';
import type { Recording } from '../support/recording.js';

const MEBIBYTE = 2 ** 20;

describe('a hostile peer', () => {
  let place: Place;
  let server: Server;
  let atServer: Recording;
  let witness: Awaited<ReturnType<Place['connected']>>;
  let peer: RawPeer;
  let connection: DuplexConnection;

  beforeEach(async () => {
    place = await Place.make();
    ({ server, atServer } = await place.listening({
      maxMessageBytes: LIMIT_BYTES,
      maxBufferedBytes: MEBIBYTE,
      closeTimeout: 200,
    }));
    server.on('message.echo', (message, id) => server.send('echo', message, id));
    witness = await place.connected({ reconnectDelay: 60_000 });
    await atServer.see('connection #1 <connection>');
    server.once('connection', (_id, accepted) => {
      connection = accepted;
    });
    peer = await place.rawPeer();
    await atServer.see('connection #2 <connection>');
  });

  afterEach(async () => {
    witness.client.send('echo', 'unharmed');
    await witness.atClient.see('message.echo unharmed');
    expect(witness.atClient.names.filter((name) => !name.startsWith('message'))).to.deep.equal(['connect']);
    expect(atServer.lines).not.to.include('disconnect #1');
    await place.clear();
  });

  for (const { what, bytes } of rubbish) {
    it(`that sends ${what} is cut off with one DecodeError`, async () => {
      peer.socket.write(bytes());
      await Promise.all([atServer.see('disconnect #2'), peer.ended()]);

      const own = atServer.lines.slice(3).filter((line) => !/^error (EPIPE|ECONNRESET)$/.test(line));
      expect(own.join(', ')).to.equal('error IPC_DECODE, disconnect #2');
      expect(atServer.errors[0]).to.have.property('clientId', atServer.id(2));
    });
  }

  it('that speaks of __proto__ changes nobody', async () => {
    await peer.write('{"topic":"__proto__","message":{"__proto__":{"polluted":1}},"__proto__":{"polluted":2}}\0\0');
    await peer.write('{"topic":"constructor","constructor":{"prototype":{"polluted":3}}}\0\0');
    await atServer.see('message.constructor undefined #2');

    expect(({} as any).polluted).to.equal(undefined);
    expect((server as any).polluted).to.equal(undefined);
    expect(atServer.lines.slice(3)).to.include('message.__proto__ {"__proto__":{"polluted":1}} #2');
  });

  it('that sends line breaks and escape sequences gets none of them into the text of the error', async () => {
    peer.socket.write('\x1b[2J\nroot: all is well\0\0');
    await atServer.see('error IPC_DECODE');
    await atServer.see('disconnect #2');

    expect(atServer.errors[0]?.message).to.match(/^The peer sent a message that is not JSON: [ -~]+$/);
    expect(atServer.errors[0]?.message).to.contain('\\u{1b}[2J\\u{a}');
  });

  it('that sends topics without end fills no memory with them', async () => {
    // A server of its own, whose events nobody writes down.
    const socketFile = `${place.directory}/another`;
    const other = new Server({ socketFile });
    other.listen();
    await once(other, 'listening');
    const talker = await RawPeer.connect(socketFile);
    const before = heapUsed();

    for (let round = 0; round < 50; round++) {
      const topics = Array.from({ length: 1_000 }, (_, index) => `topic ${round} ${index} ${'x'.repeat(1_000)}`);
      await talker.write(topics.map((topic) => frame(topic)).join(''));
    }
    talker.socket.end(frame('last'));
    await once(other, 'message.last');

    expect(heapUsed() - before).to.be.below(10 * MEBIBYTE);
    other.close();
    await once(other, 'close');
  });

  it('that takes the names of our own events cannot cause them', async () => {
    for (const topic of ['error', 'close', 'disconnect', 'connection']) await peer.write(frame(topic, 'fake'));
    await peer.write(frame('last'));
    await atServer.see('message.last undefined #2');

    expect(
      atServer.names.filter((name) => ['error', 'close', 'disconnect', 'connection'].includes(name)),
    ).to.deep.equal(['connection', 'connection']);
  });

  it('that sends one byte at a time is understood', async () => {
    for (const byte of Buffer.from(frame('slow', 'ä€𝄞') + frame('slow', 2))) await peer.write(Buffer.of(byte));
    await atServer.see('message.slow 2 #2');

    expect(atServer.lines.slice(3)).to.deep.equal([
      'message ä€𝄞 slow #2',
      'message.slow ä€𝄞 #2',
      'message 2 slow #2',
      'message.slow 2 #2',
    ]);
  });

  it('that sends without reading the answers is not answered without bound', async () => {
    peer.socket.pause();
    const question = frame('echo', 'x'.repeat(10_000));

    const flood = setInterval(() => peer.socket.write(question.repeat(20)), 1);
    await atServer.see('error IPC_BACKPRESSURE');
    clearInterval(flood);

    expect(connection.writableLength).to.be.below(MEBIBYTE + 20_000);
  });

  it('that half closes gets its answers, then the end', async () => {
    peer.socket.end(frame('echo', 1) + frame('echo', 2));
    const frames = await peer.readFrames(2);
    await Promise.all([peer.ended(), atServer.see('disconnect #2')]);

    expect(frames).to.deep.equal(['{"topic":"echo","message":1}', '{"topic":"echo","message":2}']);
    expect(atServer.names).not.to.include('error');
  });

  it('that half closes inside a frame is gone without a message', async () => {
    peer.socket.end('{"topic":"half","mess');
    await atServer.see('disconnect #2');

    expect(atServer.text).to.match(/connection #2 <connection>, disconnect #2$/);
  });

  it('that resets its connection with data in flight is one disconnect', async () => {
    peer.socket.pause();
    server.send('unread', 'x'.repeat(500_000), atServer.id(2));
    peer.socket.write(frame('echo', 'y'.repeat(500_000)).repeat(3));
    await new Promise(setImmediate);

    peer.socket.destroy();
    await atServer.see('disconnect #2');

    const after = atServer.lines.slice(3).filter((line) => line.startsWith('disconnect'));
    expect(after).to.deep.equal(['disconnect #2']);
  });

  it('that comes and goes all the time leaves nothing behind', async () => {
    for (let round = 0; round < 200; round++) {
      const visitor = await place.rawPeer({ allowHalfOpen: false });
      if (round % 3 === 0) await visitor.write(frame('visit', round));
      if (round % 3 === 1) await visitor.write('{{\0\0');
      visitor.socket.destroy();
    }
    // Their ends need not be noticed in the order in which they came.
    for (let id = 3; id <= 202; id++) await atServer.see(`disconnect #${id}`);

    const visits = atServer.names.filter((name) => name === 'disconnect').length;
    expect(visits).to.equal(200);
  });

  it('that speaks with its last breath is heard', async () => {
    const socket: Socket = peer.socket;

    socket.write(frame('last', 'words'));
    socket.destroySoon();
    await atServer.see('disconnect #2');

    expect(atServer.text).to.match(/message words last #2, message.last words #2, disconnect #2$/);
  });
});

function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}
