/** The edges of what is gathered and of what counts as a backlog; the rest of it is in channel.test.ts. */

import { expect } from 'chai';
import { jsonTranscoder } from 'ipc';
import { Writer } from '#core/writer.js';
import { FakeConnection } from '../support/fake-connection.js';
import { FakeRuntime } from '../support/fake-runtime.js';

function createWriter(maxBufferedBytes: number) {
  const runtime = new FakeRuntime();
  const connection = new FakeConnection(runtime);
  const log: string[] = [];
  const writer = new Writer(connection, { transcoder: jsonTranscoder, runtime, maxBufferedBytes }, () =>
    log.push('drained'),
  );
  return { writer, connection, runtime, log };
}

describe('writer', () => {
  it('has room for as many bytes as make maxBufferedBytes with those that wait, and for none more', () => {
    const { writer } = createWriter(100);
    writer.write('x'.repeat(40));

    expect(writer.hasRoomFor(60)).to.equal(true);
    expect(writer.hasRoomFor(61)).to.equal(false);
  });

  it('goes on gathering for a peer that is behind when it is asked whether it is full', () => {
    const { writer, connection } = createWriter(100);
    connection.block();
    writer.write('x'.repeat(90));
    writer.flush();

    writer.write('y'.repeat(20));

    expect(writer.isFull()).to.equal(true);
    expect(connection.calls).to.deep.equal(['write 90']);
    connection.take();
    expect(connection.calls).to.deep.equal(['write 90', 'write 20']);
  });

  it('does not take what others have written for a write of its own that was taken before', () => {
    const { writer, connection, runtime } = createWriter(100);
    writer.write('a');
    runtime.endTurn();
    connection.block();
    connection.write('from elsewhere', () => {});

    writer.write('b');
    runtime.endTurn();

    expect(connection.calls).to.deep.equal(['write 1', 'write 14', 'write 1']);
  });

  it('owes no drain for a small write that failed, before the connection is destroyed', () => {
    const { writer, connection, log } = createWriter(100);
    connection.on('error', () => {});
    connection.block();
    writer.write('x'.repeat(100));
    expect(writer.isFull()).to.equal(true);

    connection.fail(new Error('EPIPE'));

    expect(log).to.deep.equal([]);
  });
});
