import { existsSync, lstatSync } from 'node:fs';
import net from 'node:net';
import { expect } from 'chai';
import { ChaosBench, until, type WatchedClient, type WatchedSocket } from '../support/chaos-bench.js';

const isRoot = process.getuid?.() === 0;

describe('chaos proxy, faults', () => {
  let bench: ChaosBench;

  afterEach(() => bench.dispose());

  /** A socket at either end, with nobody's protocol in between. */
  async function rawPair(): Promise<{ here: WatchedSocket; there: WatchedSocket }> {
    const { bench: raw, peers } = await ChaosBench.startRaw();
    bench = raw;
    const here = bench.dial();
    await until(() => peers.length === 1);
    return { here, there: peers[0]! };
  }

  for (const code of ['ENOENT', 'ECONNREFUSED', 'EAGAIN'] as const) {
    it(`refuse ${code}: new connections fail with it, those there live on, and healed it lets them in`, async () => {
      bench = await ChaosBench.start();
      const old = await bench.connect();
      const refusal = bench.proxy.inject({ kind: 'refuse', code });
      await refusal.inForce;

      const late = bench.client();
      late.client.connect();
      await until(() => late.events.length >= 2);
      old.client.send('ask', 'still there');
      await until(() => old.received.length === 1);
      refusal.heal();
      await until(() => late.events.includes('connect') && bench.serverEvents.length === 2);

      expect(new Set(late.events)).to.deep.equal(new Set([`connectError ${code}`, 'connect']));
      expect(old.events).to.deep.equal(['connect']);
      expect(bench.serverEvents).to.deep.equal(['connection 1', 'connection 2']);
    });
  }

  it('refuse ECONNREFUSED leaves a true stale file', async () => {
    bench = await ChaosBench.start();

    const refusal = bench.proxy.inject({ kind: 'refuse', code: 'ECONNREFUSED' });

    expect(lstatSync(bench.front).isSocket()).to.equal(true);
    refusal.heal();
  });

  if (isRoot) {
    it('refuse EACCES is refused up front to root, who is above permissions', async () => {
      bench = await ChaosBench.start();

      expect(() => bench.proxy.inject({ kind: 'refuse', code: 'EACCES' })).to.throw('which root is above');
    });
  } else {
    it('refuse EACCES: new connections fail with it, and healed it lets them in', async () => {
      bench = await ChaosBench.start();
      const refusal = bench.proxy.inject({ kind: 'refuse', code: 'EACCES' });

      const { client, events } = bench.client();
      client.connect();
      await until(() => events.length > 0);
      refusal.heal();
      await until(() => events.includes('connect'));

      expect(events[0]).to.equal('connectError EACCES');
    });
  }

  it('backlog: one more than the limit wait, the next fails with EAGAIN; healed, those who wait get in', async () => {
    bench = await ChaosBench.start();
    let accepted = 0;
    for (const limit of [0, 2]) {
      const backlog = bench.proxy.inject({ kind: 'backlog', limit });
      await backlog.inForce;
      const sockets = Array.from({ length: limit + 2 }, () => bench.dial());
      await until(() => sockets.every(({ events }) => events.length > 0));
      expect(sockets.map(({ events }) => events[0])).to.deep.equal([
        ...Array(limit + 1).fill('connect'),
        'error EAGAIN',
      ]);
      sockets[0]!.socket.write('{"topic":"ask","message":"meanwhile"}\0\0');
      expect(bench.serverEvents).to.have.length(accepted);

      backlog.heal();
      accepted += limit + 1;
      await until(() => bench.serverEvents.length === accepted);
      await until(() => sockets[0]!.text() === '{"topic":"answer","message":"meanwhile"}\0\0');
    }
  });

  it('backlog: whoever waits is dropped when the proxy closes', async () => {
    bench = await ChaosBench.start();
    await bench.proxy.inject({ kind: 'backlog', limit: 0 }).inForce;
    const { events } = bench.dial();
    await until(() => events.includes('connect'));

    await bench.proxy.close();

    await until(() => events.length > 1);
    expect(bench.serverEvents).to.deep.equal([]);
  });

  it('acceptDelay: the client is connected at once, the server learns it late and loses nothing', async () => {
    bench = await ChaosBench.start();
    const delay = bench.proxy.inject({ kind: 'acceptDelay', delay: 60_000, jitter: 10 });
    const { client, events, received } = bench.client();
    client.connect();
    await until(() => events.includes('connect'));
    client.send('ask', 'early');
    await until(() => bench.proxyEvents.includes('accepted 1'));
    expect(bench.serverEvents).to.deep.equal([]);

    delay.heal();
    await until(() => received.length === 1);

    expect(bench.received).to.deep.equal(['early']);
    expect(bench.serverEvents).to.deep.equal(['connection 1']);
  });

  it('acceptDelay: lasts no longer than it says', async () => {
    bench = await ChaosBench.start();
    bench.proxy.inject({ kind: 'acceptDelay', delay: 30 });
    const startMs = performance.now();

    await bench.connect();

    expect(performance.now() - startMs).to.be.at.least(29);
  });

  it('acceptDrop eof: the client is connected and disconnected, the server sees nothing', async () => {
    bench = await ChaosBench.start();
    const drop = bench.proxy.inject({ kind: 'acceptDrop' });
    const { client, events } = bench.client();
    client.connect();
    await until(() => events.length >= 5);
    drop.heal();
    await until(() => bench.serverEvents.length === 1);

    expect(events.slice(0, 5)).to.deep.equal(['connect', 'disconnect', 'connect', 'reconnect', 'disconnect']);
    expect(bench.serverEvents).to.deep.equal(['connection 1']);
  });

  it('acceptDrop reset: whoever has sent something is reset', async () => {
    bench = await ChaosBench.start();
    bench.proxy.inject({ kind: 'acceptDrop', mode: 'reset', target: { connection: 1 } });
    const { client, events } = bench.client();
    client.once('connect', () => client.send('ask', 'lost'));
    client.connect();
    await until(() => bench.serverEvents.length === 1);

    expect(events).to.deep.equal(['connect', 'error ECONNRESET', 'disconnect', 'connect', 'reconnect']);
    expect(bench.received).to.deep.equal([]);
  });

  it('latency: messages come late, in order, all of them', async () => {
    bench = await ChaosBench.start();
    const { client, received } = await bench.connect();
    bench.proxy.inject({
      kind: 'latency',
      latency: 20,
      jitter: 20,
      distribution: 'exponential',
      direction: 'toServer',
    });
    const messages = Array.from({ length: 20 }, (_, index) => index);
    const startMs = performance.now();

    for (const message of messages) {
      client.send('ask', message);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => received.length === messages.length);

    expect(performance.now() - startMs).to.be.at.least(19);
    expect(received).to.deep.equal(messages);
    const details = bench.proxy.trace.records.filter(({ kind }) => kind === 'bytes');
    expect(details.filter(({ name, detail }) => name === 'toServer' && !detail.includes('delayed by'))).to.deep.equal(
      [],
    );
    expect(details.filter(({ name, detail }) => name === 'toClient' && detail.includes('delayed by'))).to.deep.equal(
      [],
    );
  });

  it('latency: what waits is delivered when it is healed', async () => {
    bench = await ChaosBench.start();
    const { client, received } = await bench.connect();
    const latency = bench.proxy.inject({ kind: 'latency', latency: 60_000, direction: 'toServer' });
    client.send('ask', 1);
    client.send('ask', 2);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(bench.received).to.deep.equal([]);

    latency.heal();
    await until(() => received.length === 2);

    expect(received).to.deep.equal([1, 2]);
  });

  it('bandwidth: no more than the rate gets through, and the sender feels it', async () => {
    const { here, there } = await rawPair();
    bench.proxy.inject({ kind: 'bandwidth', rate: 400_000, burst: 20_000, direction: 'toServer' });
    const startMs = performance.now();

    here.socket.write(Buffer.alloc(1024 * 1024));
    await until(() => Buffer.concat(there.chunks).length >= 100_000);
    const took = performance.now() - startMs;

    expect(took).to.be.at.least(195);
    expect(here.socket.writableLength, 'bytes that the sender still has').to.be.above(0);
    bench.proxy.heal();
    await until(() => Buffer.concat(there.chunks).length === 1024 * 1024);
  });

  it('slice: nobody notices, though the pieces are small', async () => {
    bench = await ChaosBench.start();
    const { client, events, received } = await bench.connect();
    bench.proxy.inject({ kind: 'slice', average: 2, variation: 1 });
    const messages = ['ünïcödé', { nested: ['a', 'b'] }, '', null, 'x'.repeat(300)];

    for (const message of messages) client.send('ask', message);
    await until(() => received.length === messages.length);

    expect(received).to.deep.equal(messages);
    expect(events).to.deep.equal(['connect']);
    const sizes = bench.proxy.trace.records.filter(({ kind }) => kind === 'bytes').map(({ detail }) => detail);
    expect(new Set(sizes)).to.deep.equal(new Set(['1 bytes', '2 bytes', '3 bytes']));
  });

  it('slice: the pieces are as far apart as it says, and the rest goes at once when it is healed', async () => {
    const { here, there } = await rawPair();
    const slice = bench.proxy.inject({ kind: 'slice', average: 1, delay: 10, direction: 'toServer' });
    const startMs = performance.now();
    here.socket.write('abcdefghij'.repeat(100));

    await until(() => there.text().length >= 4);
    expect(performance.now() - startMs).to.be.at.least(29);
    slice.heal();
    await until(() => there.text().length === 1000);

    expect(there.text()).to.equal('abcdefghij'.repeat(100));
    expect(there.chunks.slice(0, 3).map(({ length }) => length)).to.deep.equal([1, 1, 1]);
  });

  it('slice: the reader gets the pieces one by one', async () => {
    const { here, there } = await rawPair();
    bench.proxy.inject({ kind: 'slice', average: 1, direction: 'toServer' });

    here.socket.write('abcdefghijklmnopqrst');
    await until(() => there.text().length === 20);

    expect(there.chunks.length).to.be.above(10);
  });

  it('coalesce: nobody notices, though chunks arrive joined', async () => {
    bench = await ChaosBench.start();
    const { client, received } = await bench.connect();
    bench.proxy.inject({ kind: 'coalesce', window: 60, direction: 'toServer' });
    for (let index = 0; index < 5; index += 1) {
      client.send('ask', index);
      await until(() => bench.proxy.trace.length > 0);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await until(() => received.length === 5);

    expect(received).to.deep.equal([0, 1, 2, 3, 4]);
    const writes = bench.proxy.trace.records.filter(({ name }) => name === 'toServer');
    expect(writes.length).to.be.below(5);
  });

  it('coalesce: a joined chunk is no larger than it may be', async () => {
    const { here, there } = await rawPair();
    const joining = bench.proxy.inject({ kind: 'coalesce', window: 60_000, max: 1000, direction: 'toServer' });
    here.socket.write(Buffer.alloc(2500, 'x'));
    await until(() => Buffer.concat(there.chunks).length === 2000);
    joining.heal();
    await until(() => Buffer.concat(there.chunks).length === 2500);

    const writes = bench.proxy.trace.records.filter(({ name }) => name === 'toServer').map(({ detail }) => detail);
    expect(writes).to.deep.equal(['1000 bytes', '1000 bytes', '500 bytes']);
  });

  for (const then of ['end', 'reset'] as const) {
    it(`limitData ${then}: exactly so many bytes, and then the connection is over`, async () => {
      const { here, there } = await rawPair();
      bench.proxy.inject({ kind: 'limitData', bytes: 10, then, direction: 'toServer' });

      here.socket.write('0123456789abcdef');
      if (then === 'reset') await until(() => there.text().length === 10);
      if (then === 'reset') here.socket.write('more, which stays unread');
      await until(() => here.events.length > 1 && there.events.length > 0);

      expect(there.text()).to.equal('0123456789');
      expect(there.events[0]).to.equal('end');
      expect(here.events[1]).to.equal(then === 'end' ? 'end' : 'error ECONNRESET');
    });
  }

  it('limitData: a cut frame is never delivered, and the next connection starts afresh', async () => {
    bench = await ChaosBench.start();
    bench.proxy.inject({ kind: 'limitData', bytes: 40, direction: 'toServer', target: { connection: 1 } });
    const { client, events, received } = await bench.connect();

    client.send('ask', 1);
    client.send('ask', 2);
    await until(() => events.includes('reconnect'));
    client.send('ask', 3);
    await until(() => received.includes(3));

    expect(bench.received).to.deep.equal([1, 3]);
    expect(events).to.deep.equal(['connect', 'disconnect', 'connect', 'reconnect']);
    expect(bench.serverEvents).to.deep.equal(['connection 1', 'disconnect 1', 'connection 2']);
  });

  it('limitData stall: nothing more passes, nothing is lost', async () => {
    const { here, there } = await rawPair();
    // biome-ignore lint/suspicious/noThenProperty: the word of the plan format; nobody awaits it
    const limit = bench.proxy.inject({ kind: 'limitData', bytes: 4, then: 'stall', direction: 'toServer' });
    here.socket.end('0123456789');
    await until(() => there.text() === '0123');
    there.socket.write('back');
    await until(() => here.text() === 'back');
    expect(there.events).to.deep.equal([]);

    limit.heal();
    await until(() => there.events.includes('end'));

    expect(there.text()).to.equal('0123456789');
  });

  it('cut eof: one disconnect on each side, without an error', async () => {
    bench = await ChaosBench.start();
    const { events } = await bench.connect();

    bench.proxy.inject({ kind: 'cut', mode: 'eof' });
    await until(() => bench.serverEvents.length === 3);

    expect(events).to.deep.equal(['connect', 'disconnect', 'connect', 'reconnect']);
    expect(bench.serverEvents).to.deep.equal(['connection 1', 'disconnect 1', 'connection 2']);
  });

  it('cut eof: is an ordinary end also for a client that goes on sending', async () => {
    const { here, there } = await rawPair();
    const sending = setInterval(() => here.socket.writable && here.socket.write('x'.repeat(10_000)), 1);
    await until(() => there.chunks.length > 3);

    bench.proxy.inject({ kind: 'cut', mode: 'eof' });
    await until(() => here.events.includes('end'));
    clearInterval(sending);

    expect(here.events.slice(0, 2)).to.deep.equal(['connect', 'end']);
  });

  it('cut reset: the client that had sent something gets ECONNRESET', async () => {
    bench = await ChaosBench.start();
    const { client, events } = await bench.connect();

    bench.proxy.inject({ kind: 'cut', mode: 'reset' });
    client.send('ask', 'never read');
    await until(() => bench.serverEvents.length === 3);

    expect(events).to.deep.equal(['connect', 'error ECONNRESET', 'disconnect', 'connect', 'reconnect']);
    expect(bench.serverEvents).to.deep.equal(['connection 1', 'disconnect 1', 'connection 2']);
    expect(bench.received).to.deep.equal([]);
    expect(bench.told()).to.include('connection-1 reset');
  });

  it('cut reset: can be the one of the server', async () => {
    const { here, there } = await rawPair();

    bench.proxy.inject({ kind: 'cut', mode: 'reset', direction: 'toServer' });
    here.socket.write('not looked at');
    there.socket.write('never read');
    await until(() => there.events.includes('close'));

    expect(there.events).to.deep.equal(['error ECONNRESET', 'close']);
  });

  it('cut reset: is an ordinary end when nobody sends anything, and says so', async () => {
    bench = await ChaosBench.start();
    const { events } = await bench.connect();

    bench.proxy.inject({ kind: 'cut', mode: 'reset' });
    await until(() => bench.serverEvents.length === 3);

    expect(events).to.deep.equal(['connect', 'disconnect', 'connect', 'reconnect']);
    expect(bench.told()).to.include('connection-1 resetDowngraded');
  });

  it('cut auto: is one disconnect, however it looks', async () => {
    bench = await ChaosBench.start();
    const { client, events } = await bench.connect();

    for (let round = 1; round <= 10; round += 1) {
      bench.proxy.inject({ kind: 'cut' });
      if (round % 2 === 0) client.send('tell', round);
      await until(() => events.filter((event) => event === 'reconnect').length === round);
      await until(() => bench.serverEvents.filter((event) => event.startsWith('connection')).length === round + 1);
    }

    const story = events.filter((event) => !event.startsWith('error'));
    expect(story).to.deep.equal(['connect', ...Array(10).fill(['disconnect', 'connect', 'reconnect']).flat()]);
  });

  for (const [mode, arrives] of [
    ['eof', 'on its way'],
    ['reset', ''],
  ] as const) {
    it(`cut ${mode}: what is on its way ${arrives === '' ? 'is lost' : 'still arrives'}`, async () => {
      const { here, there } = await rawPair();
      const latency = bench.proxy.inject({ kind: 'latency', latency: 60_000, direction: 'toServer' });
      bench.proxy.inject({ kind: 'latency', latency: 0, direction: 'toClient' });
      here.socket.write('on its way');
      there.socket.write('arrived');
      await until(() => here.text() === 'arrived');
      await new Promise((resolve) => setTimeout(resolve, 10));

      bench.proxy.inject({ kind: 'cut', mode });
      latency.heal();
      await until(() => there.events.length > 0 && bench.proxyEvents.includes('closed 1'));

      expect(there.text()).to.equal(arrives);
      expect(bench.told()).not.to.include('connection-1 serverFailed');
    });
  }

  it('cut: only the connection that it is for', async () => {
    bench = await ChaosBench.start();
    const first = await bench.connect();
    const second = await bench.connect();

    bench.proxy.inject({ kind: 'cut', mode: 'eof', target: { connection: 2 } });
    await until(() => second.events.includes('reconnect'));

    expect(first.events).to.deep.equal(['connect']);
  });

  for (const side of ['client', 'server'] as const) {
    it(`halfClose ${side}: only its direction ends`, async () => {
      const { here, there } = await rawPair();
      const [sender, reader] = side === 'client' ? [here, there] : [there, here];

      bench.proxy.inject({ kind: 'halfClose', side });
      await until(() => reader.events.includes('end'));
      reader.socket.write('the other way');
      await until(() => sender.text() === 'the other way');

      expect(sender.events).not.to.include('end');
    });
  }

  it('halfClose: our client and server end the connection', async () => {
    bench = await ChaosBench.start();
    const { events } = await bench.connect();

    bench.proxy.inject({ kind: 'halfClose', side: 'client' });
    await until(() => events.includes('reconnect'));

    expect(events).to.deep.equal(['connect', 'disconnect', 'connect', 'reconnect']);
  });

  it('slowClose: the end arrives late, what was sent before it does not', async () => {
    const { here, there } = await rawPair();
    bench.proxy.inject({ kind: 'slowClose', delay: 60 });
    const startMs = performance.now();

    here.socket.end('last words');
    await until(() => there.text() === 'last words');
    const heardMs = performance.now() - startMs;
    await until(() => there.events.includes('end'));

    expect(performance.now() - startMs).to.be.at.least(59);
    expect(heardMs).to.be.below(performance.now() - startMs);
  });

  it('stall: nothing passes and nothing closes; healed, everything arrives in order', async () => {
    bench = await ChaosBench.start();
    const { client, events, received } = await bench.connect();
    const stall = bench.proxy.inject({ kind: 'stall' });
    for (let index = 0; index < 50; index += 1) client.send('ask', index);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(bench.received).to.deep.equal([]);

    stall.heal();
    await until(() => received.length === 50);

    expect(received).to.deep.equal(Array.from({ length: 50 }, (_, index) => index));
    expect(events).to.deep.equal(['connect']);
  });

  it('stall: an end does not pass either, and the sender feels it', async () => {
    const { here, there } = await rawPair();
    const stall = bench.proxy.inject({ kind: 'stall', for: 60 });
    here.socket.end(Buffer.alloc(1024 * 1024));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(there.events).to.deep.equal([]);
    expect(here.socket.writableLength).to.be.above(0);

    await stall.over;
    await until(() => there.events.includes('end'));

    expect(Buffer.concat(there.chunks)).to.have.length(1024 * 1024);
  });

  it('hold and release: what is kept back comes in one burst', async () => {
    bench = await ChaosBench.start();
    const { client, received } = await bench.connect();
    bench.proxy.inject({ kind: 'hold', id: 'kept', direction: 'toServer' });
    bench.proxy.inject({ kind: 'hold', id: 'other', direction: 'toClient' });
    for (let index = 0; index < 5; index += 1) {
      client.send('ask', index);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(bench.received).to.deep.equal([]);

    bench.proxy.inject({ kind: 'release', id: 'kept' });
    await until(() => bench.received.length === 5);
    expect(received).to.deep.equal([]);
    bench.proxy.inject({ kind: 'release' });
    await until(() => received.length === 5);

    expect(received).to.deep.equal([0, 1, 2, 3, 4]);
  });

  it('partition: connections stall, new ones are refused', async () => {
    bench = await ChaosBench.start({ client: 'web', server: 'db' });
    const old = await bench.connect();
    const partition = bench.proxy.inject({ kind: 'partition', groups: [['web', 'cache'], ['db']] });
    old.client.send('ask', 'across');
    const late = bench.client();
    late.client.connect();
    await until(() => late.events.length > 0);
    expect(late.events[0]).to.equal('connectError ECONNREFUSED');
    expect(old.received).to.deep.equal([]);

    partition.heal();
    await until(() => old.received.length === 1 && late.events.includes('connect'));

    expect(old.events).to.deep.equal(['connect']);
  });

  it('partition hang: new connections hear nothing until it is healed', async () => {
    bench = await ChaosBench.start();
    const partition = bench.proxy.inject({ kind: 'partition', groups: [['client'], ['server']], connects: 'hang' });
    const { client, events, received } = bench.client();
    client.connect();
    await until(() => events.includes('connect'));
    client.send('ask', 'anybody?');
    await until(() => bench.proxyEvents.includes('accepted 1'));
    expect(bench.serverEvents).to.deep.equal([]);

    partition.heal();
    await until(() => received.length === 1);

    expect(events).to.deep.equal(['connect']);
  });

  it('partition: those in one group, or in none of the two, are not cut off', async () => {
    bench = await ChaosBench.start();
    bench.proxy.inject({ kind: 'partition', groups: [['client', 'server'], ['other']] });

    const { client, received } = await bench.connect();
    client.send('ask', 1);

    await until(() => received.length === 1);
    expect(() => bench.proxy.inject({ kind: 'partition', groups: [['a'], ['b']] })).to.throw('must name both');
  });

  it('slowStart: the socket file appears late', async () => {
    bench = await ChaosBench.start();
    const { events, client } = bench.client();
    const startMs = performance.now();
    const slow = bench.proxy.inject({ kind: 'slowStart', delay: 50 });
    client.connect();
    await until(() => events.includes('connect'));

    expect(performance.now() - startMs).to.be.at.least(49);
    expect(events[0]).to.equal('connectError ENOENT');
    await slow.over;
  });

  it('unlinkSocket: those there live on, new ones find nothing; healed it is there again', async () => {
    bench = await ChaosBench.start();
    const old = await bench.connect();
    const unlinked = bench.proxy.inject({ kind: 'unlinkSocket' });
    expect(existsSync(bench.front)).to.equal(false);
    const late = bench.client();
    late.client.connect();
    await until(() => late.events.length > 0);
    old.client.send('ask', 1);
    await until(() => old.received.length === 1);

    unlinked.heal();
    await until(() => late.events.includes('connect'));

    expect(late.events[0]).to.equal('connectError ENOENT');
    expect(old.events).to.deep.equal(['connect']);
  });

  it('corrupt: flips as many bytes as it says, and changes no length', async () => {
    const { here, there } = await rawPair();
    bench.proxy.inject({ kind: 'corrupt', probability: 1, bytes: 1, direction: 'toServer' });
    const sent = Buffer.alloc(1000, 'x');

    here.socket.write(sent);
    await until(() => Buffer.concat(there.chunks).length === sent.length);

    const flipped = Buffer.concat(there.chunks).filter((byte, index) => byte !== sent[index]);
    expect(flipped).to.have.length(1);
  });

  it('corrupt: a probability of 0 changes nothing', async () => {
    bench = await ChaosBench.start();
    bench.proxy.inject({ kind: 'corrupt', probability: 0 });
    const { client, received } = await bench.connect();

    client.send('ask', 'as it is');
    await until(() => received.length === 1);

    expect(received).to.deep.equal(['as it is']);
  });

  for (const form of ['oversize', 'badJson', 'badUtf8', 'nulRun', 'deepNesting', 'protoKey', 'noTerminator'] as const) {
    it(`garbage ${form}: our server copes, and serves the others`, async () => {
      bench = await ChaosBench.start();
      const { client, events, received } = await bench.connect();

      const hostile = bench.proxy.inject({ kind: 'garbage', form });
      await until(() => bench.serverEvents.includes('connection 2'));
      if (!['noTerminator', 'protoKey', 'nulRun'].includes(form)) await hostile.over;
      client.send('ask', 'all well?');
      await until(() => received.length === 1);
      hostile.heal();
      await until(() => bench.serverEvents.includes('disconnect 2'));

      expect(events).to.deep.equal(['connect']);
      expect(({} as { polluted?: boolean }).polluted).to.equal(undefined);
    });
  }

  it('garbage: can turn a connection hostile, in either direction', async () => {
    bench = await ChaosBench.start();
    const first = await bench.connect();
    const second = await bench.connect();

    bench.proxy.inject({ kind: 'garbage', form: 'badJson', target: { connection: 1 } });
    await until(() => first.events.includes('reconnect'));
    bench.proxy.inject({ kind: 'garbage', form: 'badJson', direction: 'toClient', target: { connection: 2 } });
    await until(() => second.events.includes('reconnect'));

    expect(bench.serverEvents).to.include('error IPC_DECODE');
    expect(first.events).to.deep.equal(['connect', 'disconnect', 'connect', 'reconnect']);
    expect(second.events).to.deep.equal(['connect', 'error IPC_DECODE', 'disconnect', 'connect', 'reconnect']);
  });

  it('garbage: does not follow the end of a direction', async () => {
    const { here, there } = await rawPair();
    bench.proxy.inject({ kind: 'halfClose', side: 'client' });
    await until(() => there.events.includes('end'));

    bench.proxy.inject({ kind: 'garbage', form: 'badJson', target: { connection: 1 } });
    there.socket.write('still open');
    await until(() => here.text() === 'still open');

    expect(there.text()).to.equal('');
    expect(there.events).to.deep.equal(['end']);
  });

  it('swizzle: stalls a part of the connections one by one, and releases them in another order', async () => {
    bench = await ChaosBench.start();
    const clients: WatchedClient[] = [];
    for (let index = 0; index < 8; index += 1) clients.push(await bench.connect());

    const swizzle = bench.proxy.inject({ kind: 'swizzle', fraction: 0.6, spread: 40 });
    await swizzle.over;
    for (const { client } of clients) client.send('ask', 1);
    await until(() => clients.every(({ received }) => received.length === 1));

    const told = bench.told();
    const stalled = told.filter((line) => line.endsWith(' stalled')).map((line) => line.split(' ')[0]);
    const released = told.filter((line) => line.endsWith(' released')).map((line) => line.split(' ')[0]);
    expect(stalled.length).to.be.within(2, 7);
    expect([...released].sort()).to.deep.equal([...stalled].sort());
    expect(released).not.to.deep.equal(stalled);
  });

  it('heal: ends everything, or the one of that id', async () => {
    bench = await ChaosBench.start();
    const stall = bench.proxy.inject({ kind: 'stall', id: 'quiet' });
    const refuse = bench.proxy.inject({ kind: 'refuse', code: 'ENOENT', id: 'door' });

    bench.proxy.inject({ kind: 'heal', id: 'door' });
    await refuse.over;
    expect(bench.told().filter((line) => line.endsWith(' ends')))
      .to.include('faults refuse ends')
      .and.not.include('faults stall ends');
    bench.proxy.inject({ kind: 'heal' });
    await stall.over;

    await bench.connect();
  });

  it('toxicity: draws for each connection whether it is met', async () => {
    bench = await ChaosBench.start({ seed: 3 });
    bench.proxy.inject({ kind: 'acceptDrop', toxicity: 0.5 });

    const sockets = [];
    for (let index = 0; index < 20; index += 1) {
      const socket = bench.dial();
      sockets.push(socket);
      await until(() => bench.proxyEvents.includes(`connected ${index + 1}`) || socket.events.includes('end'));
    }

    expect(sockets.filter(({ events }) => events.includes('end')).length).to.be.within(3, 17);
  });

  it('for: ends a fault by itself', async () => {
    bench = await ChaosBench.start();
    const startMs = performance.now();

    await bench.proxy.inject({ kind: 'stall', for: 30 }).over;

    expect(performance.now() - startMs).to.be.at.least(29);
  });

  for (const [fault, reason] of [
    [{ kind: 'clockJump', delta: 5 }, 'cannot move the clock'],
    [{ kind: 'failNth', op: 'read', n: 1, code: 'EIO' }, 'cannot make system calls'],
    [{ kind: 'refuse', code: 'EMFILE' }, 'EMFILE is for a process'],
    [{ kind: 'refuse', code: 'ENOTDIR' }, 'cannot turn the folder'],
    [{ kind: 'refuse', code: 'ENOENT', toxicity: 0.5 }, 'the same for all who connect'],
    [{ kind: 'refuse', code: 'ENOENT', direction: 'toServer' }, 'it has no direction'],
    [{ kind: 'crash' }, "a process named 'server' in options.processes, and it has none"],
    [{ kind: 'stop' }, "a process named 'server'"],
    [{ kind: 'pause' }, "a process named 'server'"],
    [{ kind: 'gcPause', for: 5 }, "a process named 'server'"],
    [{ kind: 'replaceServer' }, "a process named 'server'"],
    [{ kind: 'stall', target: { server: 'other' } }, "is called 'server', not 'other'"],
    [{ kind: 'stall', target: { client: ['a', 'b'] } }, "is called 'client', not 'a', 'b'"],
    [{ kind: 'stal' }, "did you mean 'stall'?"],
  ] as const) {
    it(`refuses ${JSON.stringify(fault)} up front`, async () => {
      bench = new ChaosBench();

      expect(() => bench.proxy.inject(fault as never)).to.throw(TypeError, reason);
      expect(bench.told()).to.deep.equal([]);
    });
  }

  it('takes its own client and server by name', async () => {
    bench = await ChaosBench.start({ client: 'web', server: 'db' });
    const here = net.connect(bench.front);
    await until(() => bench.proxyEvents.includes('connected 1'));

    bench.proxy.inject({ kind: 'cut', mode: 'eof', target: { client: { oneOf: ['web', 'x'] }, server: 'db' } });

    await until(() => bench.proxyEvents.includes('closed 1'));
    here.destroy();
  });
});
