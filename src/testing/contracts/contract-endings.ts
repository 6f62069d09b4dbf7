/** Contract cases: what a connection carries, and how it ends. */

import { check, checkEqual, checkOneOf, connected, DialWitness, type Witness } from './contract-bench.js';
import type { CaseBody } from './transport-contract.js';

const megabyte = 1_048_576;
/** More than any system keeps for a connection. */
const mostMegabytes = 64;

/** How the death of a peer may look to one who only reads. */
const losses = ['end, close', 'error ECONNRESET, close'];
/** The same to one who writes. */
const writerLosses = [...losses, 'error EPIPE, close', 'end, error EPIPE, close'];

/** Bytes that show where they came from. */
export function pattern(length: number, seed = 0): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let index = 0; index < length; index += 1) bytes[index] = (index * 31 + (index >> 8) * 7 + seed) & 0xff;
  return bytes;
}

/** Writes megabytes until one has to wait, and returns all of it. How many the system takes is its own affair: TCP takes several. */
function fill(client: Witness): Buffer {
  const sent: Buffer[] = [];
  let took = true;
  while (took && sent.length < mostMegabytes) {
    sent.push(pattern(megabyte, sent.length));
    took = client.act('write', (connection) => connection.write(sent.at(-1) as Buffer));
  }
  checkEqual(took, false, 'write()');
  return Buffer.concat(sent);
}

export const endingCases: Record<string, CaseBody> = {
  'carries a megabyte each way at once, in order': async (world) => {
    const { client, server } = await connected(world);
    const [there, back] = [pattern(megabyte), pattern(megabyte, 99)];
    client.act('write', (connection) => connection.write(there));
    server.act('write', (connection) => connection.write(back));
    await world.until(() => server.received.length >= megabyte && client.received.length >= megabyte);

    check(server.received.equals(there), 'the server received other bytes than were sent');
    check(client.received.equals(back), 'the client received other bytes than were sent');
  },

  'carries a thousand small writes in order': async (world) => {
    const { client, server } = await connected(world);
    let sent = '';
    for (let number = 0; number < 1000; number += 1) {
      client.act('write', (connection) => connection.write(`${number},`));
      sent += `${number},`;
    }
    await world.until(() => server.received.length >= sent.length);

    checkEqual(server.received.toString(), sent, 'received');
  },

  'answers back and forth two hundred times': async (world) => {
    const { client, server } = await connected(world);
    let answers = 0;
    server.connection.on('data', (chunk) => server.connection.write(chunk as Buffer));
    client.connection.on('data', () => {
      answers += 1;
      if (answers < 200) client.connection.write('ping');
    });
    client.connection.write('ping');
    await world.until(() => answers >= 200);
  },

  'never cuts a character once an encoding is set': async (world) => {
    const { client, server } = await connected(world, { server: false });
    const text = '€'.repeat(50_000);
    server.connection.setEncoding('utf8');
    server.read();
    client.connection.write(text);
    client.connection.end();
    await world.until(() => server.isClosed);

    check(
      server.chunks.every((chunk) => typeof chunk === 'string'),
      'a chunk is no string',
    );
    check(server.chunks.join('') === text, 'the text did not arrive as it was sent');
  },

  'keeps the bytes of a buffer that is changed after the write was taken': async (world) => {
    const { client, server } = await connected(world);
    const chunk = Buffer.from('before');
    client.connection.write(chunk);
    chunk.write('after!');
    await world.until(() => server.received.length >= 6);

    checkEqual(server.received.toString(), 'before', 'received');
  },

  'returns false when the backlog passes the mark, and drains once it is out': async (world) => {
    const { client, server } = await connected(world, { server: false });
    const { length } = fill(client);
    check(client.connection.writableNeedDrain, 'writableNeedDrain is not true');
    check(client.connection.writableLength > 0, 'writableLength is zero');
    await world.quiet();
    checkEqual(client.story, '', 'before anybody reads');
    server.read();
    server.connection.resume();
    await world.until(() => server.received.length >= length && client.events.includes('drain'));
    await world.quiet();

    checkEqual(client.story, 'drain', 'the writer');
    checkEqual(client.connection.writableLength, 0, 'writableLength');
    check(!client.connection.writableNeedDrain, 'writableNeedDrain is still true');
  },

  'delivers nothing while paused and everything after': async (world) => {
    const { client, server } = await connected(world);
    server.connection.pause();
    client.connection.write(pattern(100_000));
    client.connection.end();
    await world.quiet();
    checkEqual(server.events, [], 'while paused');
    server.act('resume', (connection) => connection.resume());
    await world.until(() => server.isClosed);

    checkEqual(server.received.length, 100_000, 'bytes');
    checkEqual(server.story, 'end, close', 'the reader');
  },

  'pauses from inside a data listener': async (world) => {
    const { client, server } = await connected(world);
    server.connection.on('data', () => server.connection.pause());
    client.connection.write(pattern(300_000));
    await world.quiet();
    checkEqual(server.chunks.length, 1, 'chunks while paused');
    while (server.received.length < 300_000) {
      const before = server.chunks.length;
      server.connection.resume();
      await world.until(() => server.chunks.length > before);
    }

    check(server.received.equals(pattern(300_000)), 'received other bytes than were sent');
  },

  'ends both sides after everything written has arrived': async (world) => {
    const { client, server } = await connected(world);
    client.act('write', (connection) => connection.write(pattern(megabyte)));
    client.act('end', (connection) => connection.end());
    await world.until(() => client.isClosed && server.isClosed);
    await world.quiet();

    check(server.received.equals(pattern(megabyte)), 'received other bytes than were sent');
    checkEqual(server.story, 'end, close', 'the other side');
    checkOneOf(client.story, ['end, close', 'drain, end, close'], 'the side that ended');
    check(client.connection.destroyed && server.connection.destroyed, 'destroyed is not true after close');
  },

  'ends cleanly when both sides end at once': async (world) => {
    const { client, server } = await connected(world);
    client.act('end', (connection) => connection.end());
    server.act('end', (connection) => connection.end());
    await world.until(() => client.isClosed && server.isClosed);
    await world.quiet();

    checkEqual(client.story, 'end, close', 'client');
    checkEqual(server.story, 'end, close', 'server');
  },

  'closes both sides when both are destroyed at once': async (world) => {
    const { client, server } = await connected(world);
    client.act('destroy', (connection) => connection.destroy());
    server.act('destroy', (connection) => connection.destroy());
    await world.until(() => client.isClosed && server.isClosed);
    await world.quiet();

    checkEqual(client.story, 'close', 'client');
    checkEqual(server.story, 'close', 'server');
  },

  'delivers what the system had taken before a destroy': async (world) => {
    const { client, server } = await connected(world);
    client.connection.write('last words');
    client.act('destroy', (connection) => connection.destroy());
    await world.until(() => client.isClosed && server.isClosed);

    checkEqual(server.received.toString(), 'last words', 'received');
    checkEqual(server.story, 'end, close', 'the peer');
    checkEqual(client.story, 'close', 'the side that was destroyed');
  },

  'loses at most a tail to a destroy': async (world) => {
    const { client, server } = await connected(world);
    const sent = fill(client);
    client.act('destroy', (connection) => connection.destroy());
    await world.until(() => client.isClosed && server.isClosed);

    const { received } = server;
    check(received.length < sent.length, 'a destroy delivered everything, pending bytes too');
    check(received.equals(sent.subarray(0, received.length)), 'received is no prefix of what was sent');
  },

  'tells the error to the side that was destroyed with it, and nobody else': async (world) => {
    const { client, server } = await connected(world);
    client.act('destroy', (connection) => connection.destroy(new Error('mine')));
    await world.until(() => client.isClosed && server.isClosed);

    checkEqual(client.story, 'error mine, close', 'the side that was destroyed');
    checkOneOf(server.story, losses, 'the peer');
  },

  'is silent after a destroy but for close': async (world) => {
    const { client, server } = await connected(world);
    server.connection.write('too late');
    server.connection.end();
    client.act('destroy', (connection) => connection.destroy());
    client.act('destroy', (connection) => connection.destroy());
    await world.until(() => client.isClosed);
    await world.quiet();

    checkEqual(client.events, ['close'], 'client');
  },

  'shows a peer that died with unread bytes as one loss': async (world) => {
    const { client, server } = await connected(world, { server: false });
    client.connection.write(pattern(megabyte));
    await world.quiet();
    server.act('destroy', (connection) => connection.destroy());
    await world.until(() => client.isClosed);
    await world.quiet();

    checkOneOf(client.story, writerLosses, 'client');
  },

  'shows a peer that died as one loss to one who goes on writing': async (world) => {
    const { client, server } = await connected(world);
    server.act('destroy', (connection) => connection.destroy());
    client.act('write', (connection) => connection.write('are you there?'));
    client.act('write', (connection) => connection.write('hello?'));
    await world.until(() => client.isClosed);
    await world.quiet();

    checkOneOf(client.story, writerLosses, 'client');
  },

  'answers a write after end with an error, and closes': async (world) => {
    const { client } = await connected(world);
    client.connection.end();
    client.act('write', (connection) => connection.write('too late'));
    await world.until(() => client.isClosed);

    checkEqual(client.story, 'error ERR_STREAM_WRITE_AFTER_END, close', 'client');
  },

  'ignores a write after destroy': async (world) => {
    const { client } = await connected(world);
    client.connection.destroy();
    const took = client.act('write', (connection) => connection.write('too late'));
    await world.until(() => client.isClosed);
    await world.quiet();

    checkEqual(took, false, 'write()');
    checkEqual(client.story, 'close', 'client');
  },

  'joins corked writes and sends them on uncork': async (world) => {
    const { client, server } = await connected(world);
    client.connection.cork();
    for (let number = 0; number < 1000; number += 1) client.connection.write('0123456789');
    await world.quiet();
    checkEqual(server.received.length, 0, 'bytes that arrived while corked');
    client.act('uncork', (connection) => connection.uncork());
    await world.until(() => server.received.length >= 10_000);
  },

  'keeps the connections of one listener apart': async (world) => {
    const { client, server } = await connected(world);
    const others = [1, 2, 3].map(() => new DialWitness(world.transport, true));
    await world.until(() => others.every(({ client: other }) => other !== undefined));
    others[0]?.client?.connection.destroy();
    client.connection.write('mine');
    await world.until(() => server.received.length >= 4);
    await world.quiet();

    checkEqual(server.received.toString(), 'mine', 'received');
    checkEqual(others[1]?.client?.events, [], 'another connection');
  },
};
