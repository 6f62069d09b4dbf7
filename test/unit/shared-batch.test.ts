import { expect } from 'chai';
import { jsonTranscoder } from 'ipc';
import sinon from 'sinon';
import { Channel } from '#core/channel.js';
import { SharedBatch } from '#core/shared-batch.js';
import { FakeConnection } from '../support/fake-connection.js';
import { FakeRuntime } from '../support/fake-runtime.js';

const KIBIBYTE = 1024;

/** A shared batch over channels named a, b, c... */
function createSharedBatch({ count = 2, maxBufferedBytes = 100 * KIBIBYTE } = {}) {
  const runtime = new FakeRuntime();
  const options = { transcoder: jsonTranscoder, runtime, maxMessageBytes: 1000, maxBufferedBytes, closeTimeout: 5000 };
  const nothing = () => {};
  const handlers = {
    message: nothing,
    error: nothing,
    broken: nothing,
    ended: nothing,
    drained: nothing,
    lost: nothing,
  };
  const channels = new Map<string, Channel>();
  const connections: FakeConnection[] = [];
  const join = () => {
    const name = String.fromCharCode(97 + channels.size);
    const connection = new FakeConnection(runtime);
    connections.push(connection);
    channels.set(name, new Channel(connection, options, handlers, name));
  };
  for (let index = 0; index < count; index++) join();
  const batch = new SharedBatch(options);
  const refused: string[] = [];
  const send = (data: string | Uint8Array) => batch.send(channels, data, (channel) => refused.push(channel.peer));
  return { batch, send, join, channels, connections, refused, runtime };
}

describe('shared batch', () => {
  it('joins what one turn sends, and gives every connection the same bytes', () => {
    const { send, connections, runtime } = createSharedBatch();
    const writes = connections.map((connection) => sinon.spy(connection, 'write'));

    for (const data of ['1', Buffer.from('2'), 'ä']) send(data);
    expect(writes.map(({ callCount }) => callCount)).to.deep.equal([0, 0]);
    runtime.endTurn();

    expect(connections.map(({ written }) => written)).to.deep.equal(['12ä', '12ä']);
    const [ofFirst, ofSecond] = writes.map(({ args }) => args.map(([data]) => data));
    expect(ofFirst).to.have.lengthOf(3);
    for (const [index, data] of ofFirst!.entries()) expect(data).to.equal(ofSecond![index]);
  });

  it('does not wait for the end of the turn with 512 bytes, then with twice as many each time', () => {
    const { send, connections, runtime } = createSharedBatch({ count: 1 });

    for (let turn = 0; turn < 2; turn++) {
      for (let count = 0; count < 2000; count++) send('x');
      runtime.endTurn();
    }

    const turn = ['write 512', 'write 1024', 'write 464'];
    expect(connections[0]!.calls).to.deep.equal([...turn, ...turn]);
  });

  it('tells by isSharing who must not be written to before flush, which writes at once', () => {
    const { batch, send, channels, connections } = createSharedBatch();
    const sharing = () => [...channels.values()].map(({ isSharing }) => isSharing);

    expect(sharing()).to.deep.equal([false, false]);
    send('1');
    expect(sharing()).to.deep.equal([true, true]);
    batch.flush();

    expect(sharing()).to.deep.equal([false, false]);
    expect(connections.map(({ written }) => written)).to.deep.equal(['1', '1']);
  });

  it('writes after what a channel has been given before', () => {
    const { send, channels, connections, runtime } = createSharedBatch();

    channels.get('a')?.writer.write('first');
    send(' second');
    runtime.endTurn();

    expect(connections.map(({ written }) => written)).to.deep.equal(['first second', ' second']);
  });

  it('gives a channel that comes in the middle of a turn what is sent from then on', () => {
    const { send, join, connections, runtime } = createSharedBatch({ count: 1 });

    send('1');
    join();
    for (const data of ['2', '3']) send(data);
    runtime.endTurn();

    expect(connections.map(({ written }) => written)).to.deep.equal(['123', '23']);
  });

  it('leaves out a channel that goes in the middle of a turn, and one that cannot be sent to', () => {
    const { send, channels, connections, runtime } = createSharedBatch({ count: 3 });
    connections[2]!.destroyed = true;

    send('1');
    channels.get('b')?.destroy();
    send('2');
    runtime.endTurn();

    expect(connections.map(({ written }) => written)).to.deep.equal(['12', '', '']);
  });

  it('says which channels are full, and the others get it', () => {
    const { send, channels, connections, refused, runtime } = createSharedBatch({ maxBufferedBytes: 40 * KIBIBYTE });
    connections[0]!.block();
    channels.get('a')?.writer.write('x'.repeat(40 * KIBIBYTE));

    for (const data of ['1', '2']) send(data);
    runtime.endTurn();

    expect(refused).to.deep.equal(['a', 'a']);
    expect(connections[1]!.written).to.equal('12');
    expect(connections[0]!.written).to.have.lengthOf(40 * KIBIBYTE);
  });

  it('gives a channel without room for a whole batch each message by itself, until it is full', () => {
    const { send, connections, channels, refused, runtime } = createSharedBatch({ count: 1, maxBufferedBytes: 10 });
    connections[0]!.block();

    for (const data of ['123456', '789012', 'late']) send(data);
    runtime.endTurn();

    expect(channels.get('a')?.isSharing).to.equal(false);
    expect(refused).to.deep.equal(['a']);
    expect(connections[0]!.written).to.equal('123456789012');
  });

  it('does nothing without channels', () => {
    const { batch, send, runtime } = createSharedBatch({ count: 0 });
    const defer = sinon.spy(runtime, 'defer');

    send('1');
    batch.flush();

    expect(defer.callCount).to.equal(0);
  });
});
