/**
 * Section 6 of the contract: backpressure. Where each sentence is tested:
 *
 * | sentence                                    | test |
 * | ------------------------------------------- | ---- |
 * | accepts under maxBufferedBytes              | accepts everything under maxBufferedBytes |
 * | one message may overshoot                   | lets one message overshoot |
 * | false past the high-water mark, drain       | returns false ..., after which drain follows |
 * | past the limit: BackpressureError, not sent | refuses what passes maxBufferedBytes |
 * | a broadcast skips, one error a client       | skips a client that does not read ... |
 * | costs at most maxBufferedBytes              | keeps the backlog of one stuck reader bounded |
 * | never the others' messages                  | skips a client ..., and the others hear everything |
 * | memory stays bounded                        | hostile.test.ts |
 */

import { expect } from 'chai';
import { BackpressureError, type DuplexConnection, type Encoder, jsonTranscoder, type Server } from 'ipc';
import { Place } from '../support/place.js';
import type { RawPeer } from '../support/raw-peer.js';

const KIBIBYTE = 1024;
const blob = 'x'.repeat(100 * KIBIBYTE);

describe('backpressure', () => {
  let place: Place;

  beforeEach(async () => {
    place = await Place.make();
  });

  afterEach(() => place.clear());

  /** A client opposite a server that has stopped reading. */
  async function stuckServer(options: { maxBufferedBytes?: number; encode?: Encoder } = {}) {
    const { encode, ...rest } = options;
    const raw = await place.rawServer();
    const transcoder = { ...jsonTranscoder, createEncoder: () => encode ?? jsonTranscoder.createEncoder() };
    const { client, atClient } = place.client({ ...rest, transcoder, reconnectDelay: 60_000, closeTimeout: 100 });
    let connection: DuplexConnection | undefined;
    client.on('connect', (opened) => {
      connection = opened;
    });
    client.connect();
    const peer = await raw.accept();
    peer.socket.pause();
    await atClient.see('connect <connection>');
    return { client, atClient, peer, connection: connection as unknown as DuplexConnection };
  }

  /** Sends until told to wait, and returns how many messages that took. */
  function sendUntilFalse(send: () => boolean): number {
    for (let sent = 1; sent <= 10_000; sent++) {
      if (!send()) return sent;
    }
    throw new Error('10,000 messages to a stuck reader, and send still returns true');
  }

  async function readAll(peer: RawPeer, count: number): Promise<void> {
    peer.socket.resume();
    await peer.readFrames(count);
  }

  describe('of a client', () => {
    it('returns false when the server does not read, after which drain follows once it does', async () => {
      const { client, atClient, peer } = await stuckServer();

      const sent = sendUntilFalse(() => client.send('blob', blob));
      await new Promise(setImmediate);
      expect(atClient.text).to.equal('connect <connection>');
      await readAll(peer, sent);
      await atClient.see('drain');

      expect(atClient.text).to.equal('connect <connection>, drain');
      expect(client.send('blob', 1)).to.equal(true);
    });

    it('emits one drain for each wait, however many sends returned false', async () => {
      const { client, atClient, peer } = await stuckServer();

      const sent = sendUntilFalse(() => client.send('blob', blob));
      for (let extra = 0; extra < 10; extra++) expect(client.send('blob', blob)).to.equal(false);
      await readAll(peer, sent + 10);
      await atClient.see('drain');
      peer.socket.pause();
      sendUntilFalse(() => client.send('blob', blob));
      peer.socket.resume();
      await atClient.see('drain', 2);

      expect(atClient.text).to.equal('connect <connection>, drain, drain');
    });

    it('lets a sender that waits for drain send any amount with a bounded backlog', async () => {
      const { server, client, connection } = await withConnection(place);
      let arrived = 0;
      let most = 0;
      server.on('message.n', () => arrived++);

      for (let index = 0; index < 2_000; index++) {
        if (!client.send('n', 'x'.repeat(10 * KIBIBYTE))) {
          await new Promise<void>((resolve) => client.once('drain', resolve));
        }
        most = Math.max(most, connection.writableLength);
      }
      client.close();
      await new Promise<void>((resolve) => server.once('disconnect', () => resolve()));

      expect(arrived).to.equal(2_000);
      expect(most).to.be.below(200 * KIBIBYTE);
    });

    it('accepts everything under maxBufferedBytes, whatever it returns', async () => {
      const { client, atClient, peer } = await stuckServer({ maxBufferedBytes: 20 * KIBIBYTE * KIBIBYTE });

      for (let index = 0; index < 150; index++) client.send('blob', blob);
      await readAll(peer, 150);
      await atClient.see('drain');

      expect(atClient.text).to.equal('connect <connection>, drain');
    });

    it('refuses what passes maxBufferedBytes with a BackpressureError, and does not send it later', async () => {
      const limit = 400 * KIBIBYTE;
      const { client, atClient, peer } = await stuckServer({ maxBufferedBytes: limit });

      let sent = 0;
      while (atClient.errors.length === 0) {
        const returned = client.send('blob', blob);
        if (sent > 20) expect(returned).to.equal(false);
        sent++;
        await new Promise(setImmediate);
      }
      client.send('refused', 'too');
      await atClient.see('error IPC_BACKPRESSURE', 2);
      await readAll(peer, sent - 1);
      await atClient.see('drain');
      client.send('last');
      const frames = await peer.readFrames(sent);

      expect(atClient.text).to.equal('connect <connection>, error IPC_BACKPRESSURE, error IPC_BACKPRESSURE, drain');
      expect(frames.length).to.equal(sent);
      expect(frames.at(-1)).to.equal('{"topic":"last"}');
      const [first, second] = atClient.errors as [BackpressureError, BackpressureError];
      expect(first).to.be.instanceOf(BackpressureError).and.include({ sentTopic: 'blob', sentMessage: blob });
      expect(first.bufferedBytes).to.be.within(limit, limit + blob.length + 100);
      expect(second).to.include({ sentTopic: 'refused', sentMessage: 'too', clientId: undefined });
    });

    it('lets one message overshoot, of whatever size', async () => {
      const { client, atClient, peer } = await stuckServer({ maxBufferedBytes: 1_000 });

      expect(client.send('blob', 'x'.repeat(5_000_000))).to.equal(false);
      client.send('refused', 1);
      await atClient.see('error IPC_BACKPRESSURE');
      await readAll(peer, 1);
      await atClient.see('drain');

      expect(peer.frames[0]?.length).to.be.above(5_000_000);
    });

    it('accepts messages in one turn while the server reads, whatever their number', async () => {
      const { client, atServer, atClient } = await place.conversation({}, { maxBufferedBytes: 64 * KIBIBYTE });

      for (let index = 0; index < 20; index++) client.send('n', 'x'.repeat(KIBIBYTE));
      client.send('last');
      await atServer.see('message.last undefined #1');

      expect(atClient.names).not.to.include('error');
    });

    it('emits no drain for a connection that is lost meanwhile', async () => {
      const { client, atClient, peer } = await stuckServer();

      sendUntilFalse(() => client.send('blob', blob));
      peer.socket.destroy();
      await atClient.see('disconnect');

      expect(atClient.names).not.to.include('drain');
    });

    it('gives up a backlog at close only after closeTimeout', async () => {
      const { client, atClient } = await stuckServer();
      sendUntilFalse(() => client.send('blob', blob));
      const started = performance.now();

      client.close();
      await atClient.see('close');

      expect(performance.now() - started).to.be.at.least(99);
      expect(atClient.text).to.equal('connect <connection>, closed, close');
    });

    it('follows a BackpressureError with drain when the encoder answers later', async () => {
      const encodeJson = jsonTranscoder.createEncoder();
      const encode: Encoder = (wrapper, callback) => setImmediate(() => encodeJson(wrapper, callback));
      const { client, atClient, peer } = await stuckServer({ maxBufferedBytes: 100_000, encode });

      client.send('blob', 'x'.repeat(1_000_000));
      client.send('refused', 1);
      await atClient.see('error IPC_BACKPRESSURE');
      await readAll(peer, 1);
      await atClient.see('drain');

      expect(atClient.text).to.equal('connect <connection>, error IPC_BACKPRESSURE, drain');
    });
  });

  describe('of a server', () => {
    /** A server with a client that does not read, #1, and one that does, #2. */
    async function stuckClient(options: { maxBufferedBytes?: number; encode?: Encoder } = {}) {
      const { encode, ...rest } = options;
      const transcoder = { ...jsonTranscoder, createEncoder: () => encode ?? jsonTranscoder.createEncoder() };
      const both = await place.listening({ ...rest, transcoder, closeTimeout: 100 });
      const connections: DuplexConnection[] = [];
      both.server.on('connection', (_id, connection) => connections.push(connection));
      const peer = await place.rawPeer();
      peer.socket.pause();
      await both.atServer.see('connection #1 <connection>');
      const reader = await place.connected({ reconnectDelay: 60_000 });
      await both.atServer.see('connection #2 <connection>');
      return { ...both, peer, reader, connection: connections[0] as DuplexConnection };
    }

    it('returns false from send for the client that does not read only, and emits drain for it', async () => {
      const { server, atServer, peer } = await stuckClient();

      const sent = sendUntilFalse(() => server.send('blob', blob, atServer.id(1)));
      expect(server.send('blob', 1, atServer.id(2))).to.equal(true);
      await readAll(peer, sent);
      await atServer.see('drain #1');

      expect(atServer.lines.slice(3)).to.deep.equal(['drain #1']);
    });

    it('returns false from broadcast when any client should be waited for', async () => {
      const { server, atServer, peer } = await stuckClient();

      const sent = sendUntilFalse(() => server.send('blob', blob, atServer.id(1)));
      expect(server.broadcast('all', 1)).to.equal(false);
      await readAll(peer, sent + 1);
      await atServer.see('drain #1');

      expect(server.broadcast('all', 2)).to.equal(true);
    });

    it('skips a client that does not read with one error until it drains, and the others hear everything', async () => {
      const { server, atServer, peer, reader } = await stuckClient({ maxBufferedBytes: 300 * KIBIBYTE });
      const rounds = 60;
      let heard = 0;
      reader.client.on('message.blob', () => heard++);

      for (const episode of [1, 2]) {
        for (let round = 0; round < rounds; round++) {
          server.broadcast('blob', `${round}${blob}`);
          server.broadcast('round', round);
          await reader.atClient.see(`message.round ${round}`, episode);
        }
        expect(heard).to.equal(episode * rounds);
        expect(atServer.count('error IPC_BACKPRESSURE')).to.equal(episode);
        peer.socket.resume();
        await atServer.see('drain #1', episode);
        peer.socket.pause();
      }

      expect(atServer.errors[0]).to.be.instanceOf(BackpressureError).with.property('clientId', atServer.id(1));
      expect(atServer.names).not.to.include('disconnect');
    });

    it('refuses each send past maxBufferedBytes', async () => {
      const { server, atServer, peer } = await stuckClient({ maxBufferedBytes: 1_000 });

      expect(server.send('blob', 'x'.repeat(4_000_000), atServer.id(1))).to.equal(false);
      server.send('refused', 1, atServer.id(1));
      server.send('refused', 2, atServer.id(1));
      await atServer.see('error IPC_BACKPRESSURE', 2);
      await readAll(peer, 1);
      await atServer.see('drain #1');

      const errors = atServer.errors as BackpressureError[];
      expect(errors.map((error) => [error.sentMessage, error.clientId])).to.deep.equal([
        [1, atServer.id(1)],
        [2, atServer.id(1)],
      ]);
    });

    it('keeps the backlog of one stuck reader bounded by maxBufferedBytes and one message', async () => {
      const { server, atServer, connection } = await stuckClient({ maxBufferedBytes: 500 * KIBIBYTE });

      for (let round = 0; round < 100; round++) {
        server.broadcast('blob', blob);
        server.send('blob', blob, atServer.id(1));
        expect(connection.writableLength).to.be.below(620 * KIBIBYTE);
        await new Promise(setImmediate);
      }
    });

    it('forgets a stuck client that is gone', async () => {
      const { server, atServer, peer, reader } = await stuckClient({ maxBufferedBytes: 1_000 });
      server.send('blob', 'x'.repeat(4_000_000), atServer.id(1));
      server.broadcast('more', 1);
      await atServer.see('error IPC_BACKPRESSURE');

      peer.socket.destroy();
      await atServer.see('disconnect #1');
      expect(server.broadcast('all', 2)).to.equal(true);
      await reader.atClient.see('message.all 2');

      expect(reader.atClient.count('message.more 1')).to.equal(1);
      expect(atServer.names).not.to.include('drain #1');
    });

    it('emits drain, and a new error for a new backlog, when the encoder answers later', async () => {
      const encodeJson = jsonTranscoder.createEncoder();
      const encode: Encoder = (wrapper, callback) => setImmediate(() => encodeJson(wrapper, callback));
      const { server, atServer, peer } = await stuckClient({ maxBufferedBytes: 100_000, encode });

      for (const episode of [1, 2]) {
        server.send('blob', 'x'.repeat(1_000_000), atServer.id(1));
        server.broadcast('skipped', 1);
        server.broadcast('skipped', 2);
        await atServer.see('error IPC_BACKPRESSURE', episode);
        peer.socket.resume();
        await atServer.see('drain #1', episode);
        peer.socket.pause();
      }

      expect(atServer.lines.slice(3)).to.deep.equal([
        'error IPC_BACKPRESSURE',
        'drain #1',
        'error IPC_BACKPRESSURE',
        'drain #1',
      ]);
    });
  });
});

async function withConnection(place: Place) {
  const { server, atServer } = await place.listening();
  const { client, atClient } = place.client();
  let connection: DuplexConnection | undefined;
  client.on('connect', (opened) => {
    connection = opened;
  });
  client.connect();
  await Promise.all([atClient.see('connect <connection>'), atServer.see('connection #1 <connection>')]);
  return { server: server as Server, client, connection: connection as unknown as DuplexConnection };
}
