/** Large messages, many messages, many clients. */

import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import { Place } from '../support/place.js';

const MEBIBYTE = 2 ** 20;

describe('large', () => {
  let place: Place;

  beforeEach(async () => {
    place = await Place.make();
  });

  afterEach(() => place.clear());

  it('carries a message of 64 MiB both ways, in time linear in its length', async function () {
    this.timeout(60_000);
    const { server, client, id } = await place.conversation();
    const roundTrip = async (bytes: number): Promise<number> => {
      const message = 'x'.repeat(bytes);
      const started = performance.now();
      client.send('there', message);
      const there = await new Promise<string>((resolve) => server.once('message.there', resolve));
      server.send('back', there, id);
      const back = await new Promise<string>((resolve) => client.once('message.back', resolve));
      expect(back === message).to.equal(true);
      return performance.now() - started;
    };
    await roundTrip(4 * MEBIBYTE);

    const quarterMs = Math.min(await roundTrip(16 * MEBIBYTE), await roundTrip(16 * MEBIBYTE));
    const wholeMs = Math.min(await roundTrip(64 * MEBIBYTE), await roundTrip(64 * MEBIBYTE));

    expect(wholeMs).to.be.below(15_000);
    // Linear would be 4, quadratic 16.
    expect(wholeMs / quarterMs).to.be.below(10);
  });

  it('takes a message in small pieces in time linear in its length', async function () {
    this.timeout(60_000);
    const { atServer } = await place.listening();
    const peer = await place.rawPeer();
    const piece = Buffer.alloc(1_000, 'x');
    const pieces = async (topic: string, count: number): Promise<number> => {
      const started = performance.now();
      await peer.write(`{"topic":"${topic}","message":"`);
      for (let index = 0; index < count; index++) await peer.write(piece);
      await peer.write('"}\0\0');
      await atServer.see(`message.${topic} ${'x'.repeat(20)}...(${count * 1_000}) #1`);
      return performance.now() - started;
    };
    await pieces('warm', 1_000);

    const quarterMs = await pieces('quarter', 2_500);
    const wholeMs = await pieces('whole', 10_000);

    expect(wholeMs / quarterMs).to.be.below(10);
  });

  it('keeps 100,000 small messages in order, both ways at once', async function () {
    this.timeout(60_000);
    const { server, client, id } = await place.conversation(
      { maxBufferedBytes: 2 ** 30 },
      { maxBufferedBytes: 2 ** 30 },
    );
    const count = 100_000;
    const next = { server: 0, client: 0 };
    const hear = (end: 'server' | 'client', resolve: () => void) => (number: number) => {
      if (number !== next[end]) throw new Error(`${end}: ${number} came, ${next[end]} was due`);
      next[end]++;
      if (next[end] === count) resolve();
    };
    const all = Promise.all([
      new Promise<void>((resolve) => server.on('message.n', hear('server', resolve))),
      new Promise<void>((resolve) => client.on('message.n', hear('client', resolve))),
    ]);

    for (let index = 0; index < count; index++) {
      client.send('n', index);
      server.send('n', index, id);
      if (index % 10_000 === 0) await new Promise(setImmediate);
    }
    await all;

    expect(next).to.deep.equal({ server: count, client: count });
  });

  it('serves 1,000 clients', async function () {
    this.timeout(60_000);
    const limit = fileLimit();
    if (limit < 2_200) {
      console.log(`      skipped: this process may open ${limit} files, and 2,200 are needed (ulimit -n)`);
      this.skip();
    }
    const { server, atServer } = await place.listening();
    const clients = Array.from({ length: 1_000 }, () => place.client({ reconnectDelay: 60_000 }));
    let greeted = 0;
    let heard = 0;
    const all = new Promise<void>((resolve) => {
      server.on('message.greeting', (_number, id) => {
        server.send('welcome', 1, id);
        greeted++;
      });
      for (const [index, { client }] of clients.entries()) {
        client.on('connect', () => client.send('greeting', index));
        client.on('message.everybody', () => {
          heard++;
          if (heard === clients.length) resolve();
        });
      }
    });

    for (const { client } of clients) client.connect();
    await Promise.all(clients.map(({ atClient }) => atClient.see('message.welcome 1')));
    server.broadcast('everybody');
    await all;
    for (const { client } of clients.slice(0, 500)) client.close();
    await Promise.all(clients.slice(0, 500).map(({ atClient }) => atClient.see('close')));
    server.close();
    await atServer.see('close');

    expect([greeted, heard]).to.deep.equal([1_000, 1_000]);
    expect(atServer.names.filter((name) => name === 'disconnect').length).to.equal(1_000);
    expect(atServer.names).not.to.include('error');
  });
});

/** How many files this process may open; Node raises it to the hard limit when it starts. */
function fileLimit(): number {
  const limit = execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).trim();
  return limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit);
}
