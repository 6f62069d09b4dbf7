/** What a server broadcasts in one turn, as its clients get it. */

import { expect } from 'chai';
import { jsonTranscoder, type Transcoder } from 'ipc';
import sinon from 'sinon';
import type { FakeConnection } from '../support/fake-connection.js';
import { createServer } from '../support/fake-server-world.js';
import type { FakeTransport } from '../support/fake-transport.js';

/** Writes a message as the text that it is. */
const plainTranscoder: Transcoder = {
  ...jsonTranscoder,
  createEncoder: () => (wrapper, callback) => callback(null, String(wrapper.message)),
};

/** The messages of everything written to a client so far. */
function messagesTo({ written }: FakeConnection): unknown[] {
  const frames = written.split('\0\0').slice(0, -1);
  return frames.map((frame) => JSON.parse(frame).message);
}

/** A client that comes without the end of the turn that `accept` brings. */
function acceptInTurn(transport: FakeTransport): FakeConnection {
  const { runtime } = transport;
  const { endTurn } = runtime;
  runtime.endTurn = () => {};
  const connection = transport.accept();
  runtime.endTurn = endTurn;
  return connection;
}

describe('shared batch', () => {
  it('hands every client the same bytes, made once for all that a turn broadcasts', () => {
    const { server, transport, runtime } = createServer();
    const [one, other] = [transport.accept(), transport.accept()];

    for (const message of [1, 2, 3]) server.broadcast('a', message);
    expect([one.calls, other.calls]).to.deep.equal([[], []]);
    runtime.endTurn();

    expect(one.handed).to.have.lengthOf(1);
    expect(one.handed[0]).to.be.instanceOf(Uint8Array).and.to.equal(other.handed[0]);
    expect(messagesTo(one)).to.deep.equal([1, 2, 3]);
  });

  it('keeps its place among what is sent to one client, in every turn', () => {
    const { server, transport, runtime } = createServer();
    const [one, other] = [transport.accept(), transport.accept()];

    for (const turn of ['first', 'second', 'third']) {
      server.send('a', `${turn} before`, 'c1');
      server.broadcast('a', `${turn} to all`);
      server.send('a', `${turn} between`, 'c1');
      server.broadcast('a', `${turn} to all again`);
      server.send('a', `${turn} after`, 'c1');
      runtime.endTurn();
    }

    expect(messagesTo(one)).to.deep.equal(
      ['first', 'second', 'third'].flatMap((turn) =>
        ['before', 'to all', 'between', 'to all again', 'after'].map((what) => `${turn} ${what}`),
      ),
    );
    expect(messagesTo(other)).to.deep.equal(
      ['first', 'second', 'third'].flatMap((turn) => [`${turn} to all`, `${turn} to all again`]),
    );
  });

  it('begins to write before a long turn has ended, little at first and up to 32 KiB at a time', () => {
    const { server, transport, runtime } = createServer();
    const connections = [transport.accept(), transport.accept()];
    const count = 2000;
    /** The lengths of the writes of one turn. */
    const turn = () => {
      const former = connections[0]?.writes.length;
      for (let index = 0; index < count; index++) server.broadcast('a', index);
      const early = (connections[0]?.writes.length ?? 0) - (former ?? 0);
      runtime.endTurn();
      return { early, lengths: connections[0]?.writes.slice(former).map(({ length }) => length) ?? [] };
    };

    const [first, second] = [turn(), turn()];

    // A message takes about 30 bytes; a write goes out with the one that reaches its limit.
    const limits = [512, 1024, 2048, 4096, 8192, 16_384];
    expect(first.lengths.slice(0, 6).every((length, index) => length >= (limits[index] ?? 0))).to.equal(true);
    expect(first.lengths.slice(0, 6).every((length, index) => length < (limits[index] ?? 0) + 40)).to.equal(true);
    expect(Math.max(...first.lengths)).to.be.within(16_384, 32_768 + 40);
    expect(first.early).to.be.above(5);
    expect(second.lengths).to.deep.equal(first.lengths);
    for (const connection of connections) {
      expect(messagesTo(connection)).to.deep.equal([...Array(2).keys()].flatMap(() => [...Array(count).keys()]));
    }
  });

  it('is written with the byte that reaches the limit', () => {
    const { server, transport, runtime } = createServer({ transcoder: plainTranscoder });
    const connection = transport.accept();

    server.broadcast('a', 'x'.repeat(511));
    expect(connection.calls).to.deep.equal([]);
    server.broadcast('a', 'y');

    expect(connection.calls).to.deep.equal(['write 512']);
    runtime.endTurn();
    expect(connection.calls).to.deep.equal(['write 512']);
  });

  it('asks for the end of the turn once', () => {
    const { server, transport, runtime } = createServer();
    const connections = [transport.accept(), transport.accept()];
    const defer = sinon.spy(runtime, 'defer');

    for (const message of [1, 2, 3]) server.broadcast('a', message);

    expect(defer.callCount).to.equal(1);
    runtime.endTurn();
    expect(connections.map(messagesTo)).to.deep.equal([
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });

  it('reaches a client from the message on that was broadcast after it had come', () => {
    const { server, transport, runtime } = createServer();
    const early = transport.accept();
    server.broadcast('a', 1);

    const late = acceptInTurn(transport);
    server.broadcast('a', 2);
    server.broadcast('a', 3);
    runtime.endTurn();

    expect(messagesTo(early)).to.deep.equal([1, 2, 3]);
    expect(messagesTo(late)).to.deep.equal([2, 3]);
  });

  it('keeps its place when a write brings the other side to cause more', () => {
    const { server, transport, runtime } = createServer();
    const [one, other] = [transport.accept(), transport.accept()];
    const write = one.write.bind(one);
    let isFirst = true;
    one.write = (data, callback) => {
      if (isFirst) {
        isFirst = false;
        server.broadcast('a', 2);
        server.send('a', 3, 'c2');
      }
      return write(data, callback);
    };

    server.broadcast('a', 1);
    runtime.endTurn();

    expect(messagesTo(other)).to.deep.equal([1, 2, 3]);
  });

  it('passes over a client that goes before the turn has ended', () => {
    const { server, transport, runtime } = createServer();
    const [destroyed, staying] = [transport.accept(), transport.accept()];

    server.broadcast('a', 1);
    destroyed.destroy();
    runtime.endTurn();

    expect(destroyed.writes).to.deep.equal([]);
    expect(messagesTo(staying)).to.deep.equal([1]);
  });

  it('is delivered before the end by a close in the same turn', () => {
    const { server, transport, runtime } = createServer();
    const connections = [transport.accept(), transport.accept()];

    server.broadcast('a', 'last');
    server.close();
    runtime.endTurn();

    for (const connection of connections) {
      expect(messagesTo(connection)).to.deep.equal(['last']);
      expect(connection.calls.at(-1)).to.equal('end');
    }
  });

  it('is written in the encoding of the transcoder', () => {
    const { server, transport, runtime } = createServer({
      transcoder: { ...plainTranscoder, socketEncoding: 'latin1' },
    });
    const connections = [transport.accept(), transport.accept()];

    server.broadcast('a', '\xe4');
    runtime.endTurn();

    expect(connections.map(({ writes }) => Buffer.concat(writes))).to.deep.equal([Buffer.of(0xe4), Buffer.of(0xe4)]);
  });

  it('goes apart to a client whose backlog has no room for as much as a turn may bring', () => {
    const { server, transport, runtime, log } = createServer({ maxBufferedBytes: 40_000 });
    const [slow, reading] = [transport.accept(), transport.accept()];
    slow.block();
    server.send('a', 'x'.repeat(10_000), 'c1');
    runtime.endTurn();

    for (let index = 0; index < 40; index++) server.broadcast('a', 'y'.repeat(1000));
    runtime.endTurn();

    expect(log.slice(2)).to.deep.equal(['error IPC_BACKPRESSURE c1']);
    expect(messagesTo(reading)).to.have.lengthOf(40);
    slow.take();
    // One message may overshoot the limit.
    expect(slow.written.length).to.be.within(40_000, 41_100);
    expect(log.slice(3)).to.deep.equal(['drain c1']);
  });

  it('reaches a client that has shared before and has no room any more', () => {
    const { server, transport, runtime } = createServer({ maxBufferedBytes: 40_000 });
    const [slow] = [transport.accept(), transport.accept()];
    server.broadcast('a', 'shared');
    runtime.endTurn();
    slow.block();
    server.send('a', 'x'.repeat(10_000), 'c1');
    runtime.endTurn();

    server.broadcast('a', 'apart');
    runtime.endTurn();
    slow.take();

    expect(messagesTo(slow)).to.deep.equal(['shared', 'x'.repeat(10_000), 'apart']);
  });

  it('does not give a client that comes in the same turn what had nobody to be shared with', () => {
    const { server, transport, runtime } = createServer({ maxBufferedBytes: 40_000 });
    const slow = transport.accept();
    slow.block();
    server.send('a', 'x'.repeat(10_000), 'c1');
    runtime.endTurn();

    server.broadcast('a', 'apart');
    const late = acceptInTurn(transport);
    server.broadcast('a', 'to both');
    runtime.endTurn();
    slow.take();

    expect(messagesTo(late)).to.deep.equal(['to both']);
    expect(messagesTo(slow).slice(1)).to.deep.equal(['apart', 'to both']);
  });

  it('keeps nothing for later of what had nobody to be shared with', () => {
    const { server, transport, runtime } = createServer({ maxBufferedBytes: 40_000 });
    const slow = transport.accept();
    slow.block();
    server.send('a', 'x'.repeat(10_000), 'c1');
    runtime.endTurn();
    server.broadcast('a', 'apart');
    runtime.endTurn();

    slow.take();
    server.broadcast('a', 'shared');
    runtime.endTurn();

    expect(messagesTo(slow).slice(1)).to.deep.equal(['apart', 'shared']);
  });
});
