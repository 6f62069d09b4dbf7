// The works: what the server and the client of a measurement do, each in a process of its own. Both know the counts; the
// first `warm` messages are not measured. `report(figures)` ends a side's part; `ready()` says that clients may come.

import { connect as dial } from 'node:net';
import { after, turns } from './growth-works.mjs';
import { checker, kinds, textKind } from './messages.mjs';
import { CpuMeter, peakMB, StallMeter, settledKiB } from './meters.mjs';

/** Messages go one way, as fast as the peer takes them, or all in one go. */
const oneWay = {
  async server({ peer, path, options, params, ready, report }) {
    const kind = kindOf(params);
    const next = checker(kind, peer.isOpaque);
    const cpu = new CpuMeter();
    const server = await peer.listen(path, { message }, { ...options, bytes: kind.bytes, anyTopic: params.topics > 0 });
    ready();

    function message(received, from) {
      const count = next(received);
      if (count === params.warm) cpu.start();
      if (count === params.warm + params.count) report({ cpu: cpu.microseconds, peakMB: peakMB() });
      if (count === params.warm || count === params.warm + params.count) server.send(from, kind.make(0));
    }
  },
  async client({ peer, path, options, params, report }) {
    const kind = kindOf(params);
    let wake;
    const client = await peer.connect(path, { message: () => wake() }, { ...options, bytes: kind.bytes });
    const others = await connectMany(peer, path, options, params.idle ?? 0);
    const answer = () => new Promise((resolve) => (wake = resolve));
    await sendAll(client, kind, 0, params.warm, params, answer);
    const cpu = new CpuMeter();
    const start = performance.now();
    await sendAll(client, kind, params.warm, params.warm + params.count, params, answer);
    const seconds = (performance.now() - start) / 1000;
    report({ seconds, cpu: cpu.microseconds, peakMB: peakMB(), others: others.length });
  },
};

async function sendAll(client, kind, from, to, { inOneGo, topics, inNoOrder }, answer) {
  const answered = answer();
  const names = Array.from({ length: topics ?? 0 }, (_, index) => `topic ${index}`);
  for (let n = from; n < to; n += 1) {
    const message = kind.make(n);
    const go = topics ? client.sendTo(names[(inNoOrder ? shuffled(n) : n) % topics], message) : client.send(message);
    if (!go && !inOneGo) await client.drained();
  }
  if (from < to) await answered;
}

/** A number that looks as if it had nothing to do with this one: the mixing of MurmurHash3. */
function shuffled(n) {
  let mixed = Math.imul(n ^ (n >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** The server sends each message back; `window` of them are under way. */
const pingPong = {
  async server({ peer, path, options, params, ready, report }) {
    const kind = kindOf(params);
    const next = checker(kind, peer.isOpaque);
    const cpu = new CpuMeter();
    const server = await peer.listen(path, { message }, { ...options, bytes: kind.bytes });
    ready();

    function message(received, from) {
      const count = next(received);
      if (count === params.warm) cpu.start();
      if (count === params.warm + params.count) report({ cpu: cpu.microseconds });
      server.send(from, received);
    }
  },
  async client({ peer, path, options, params, report }) {
    const kind = kindOf(params);
    const next = checker(kind, peer.isOpaque);
    const cpu = new CpuMeter();
    const { warm, count, window } = params;
    const times = new Float64Array(warm + count);
    let sent = 0;
    let start = performance.now();
    const client = await peer.connect(path, { message }, { ...options, bytes: kind.bytes });
    while (sent < window) send();

    function send() {
      times[sent] = performance.now();
      client.send(kind.make(sent));
      sent += 1;
    }

    function message(received) {
      const now = performance.now();
      const answers = next(received);
      times[answers - 1] = now - times[answers - 1];
      if (answers === warm) {
        cpu.start();
        start = now;
      }
      if (sent < warm + count) send();
      if (answers === warm + count) {
        const trips = times.subarray(warm).sort();
        const at = (share) => trips[Math.floor(trips.length * share)] * 1000;
        report({ seconds: (now - start) / 1000, cpu: cpu.microseconds, p50: at(0.5), p99: at(0.99) });
      }
    }
  },
};

/** The server sends to all clients, which are in one process; the last of them to have everything answers. */
const broadcast = {
  async server({ peer, path, options, params, ready, report }) {
    const kind = kindOf(params);
    let connected = 0;
    let wake;
    const arrived = new Promise((resolve) => (wake = resolve));
    const handlers = {
      message: () => wake(),
      connected: () => {
        connected += 1;
        if (connected === params.clients) wake();
      },
    };
    const server = await peer.listen(path, handlers, { ...options, bytes: kind.bytes });
    ready();
    await arrived;
    await settle();
    await broadcastAll(0, params.warm);
    const cpu = new CpuMeter();
    const start = performance.now();
    await broadcastAll(params.warm, params.warm + params.count);
    report({ seconds: (performance.now() - start) / 1000, cpu: cpu.microseconds });

    async function broadcastAll(from, to) {
      const answered = new Promise((resolve) => (wake = resolve));
      for (let n = from; n < to; n += 1) {
        if (!server.broadcast(kind.make(n))) await server.drained();
      }
      await answered;
    }
  },
  async client({ peer, path, options, params, report }) {
    const kind = kindOf(params);
    const cpu = new CpuMeter();
    let complete = 0;
    let first;
    for (let index = 0; index < params.clients; index += 1) {
      const next = checker(kind, peer.isOpaque);
      const message = (received) => {
        const count = next(received);
        if (count !== params.warm && count !== params.warm + params.count) return;
        complete += 1;
        if (complete === params.clients) {
          if (count === params.warm) cpu.start();
          else report({ cpu: cpu.microseconds });
          complete = 0;
          first.send(kind.make(0));
        }
      };
      const client = await peer.connect(path, { message }, { ...options, bytes: kind.bytes, hears: true });
      first ??= client;
    }
  },
};

/** A few large messages, each answered by a small one; `window` of them are under way. */
const large = {
  async server({ peer, path, options, params, ready, report }) {
    const kind = textKind(params.mebibytes);
    const next = checker(kind, peer.isOpaque);
    const cpu = new CpuMeter();
    const server = await peer.listen(path, { message }, { ...options, bytes: kind.bytes, longestBytes: kind.bytes });
    ready();

    function message(received, from) {
      const count = next(received);
      if (count === params.warm) cpu.start();
      if (count === params.warm + params.count) report({ cpu: cpu.microseconds, peakMB: peakMB() });
      server.send(from, { count });
    }
  },
  async client({ peer, path, options, params, report }) {
    const kind = textKind(params.mebibytes);
    const { warm, count, window } = params;
    const smallBytes = { ...options, bytes: kind.bytes, longestBytes: kind.bytes };
    let sent = 0;
    let answers = 0;
    const cpu = new CpuMeter();
    const client = await peer.connect(path, { message }, smallBytes);
    let start = performance.now();
    cpu.start();
    while (sent < Math.min(window, warm + count)) send();

    function send() {
      client.send(kind.make(sent));
      sent += 1;
    }

    function message() {
      answers += 1;
      if (answers === warm) {
        start = performance.now();
        cpu.start();
      }
      if (sent < warm + count) send();
      if (answers === warm + count) {
        const seconds = (performance.now() - start) / 1000;
        report({ seconds, megabytes: (count * kind.bytes) / 1e6, cpu: cpu.microseconds, peakMB: peakMB() });
      }
    }
  },
};

/** Clients that connect and close, one after the other. */
const connectAndClose = {
  async server({ peer, path, options, params, ready, report }) {
    let connected = 0;
    const cpu = new CpuMeter();
    await peer.listen(path, { message() {}, connected: seen }, { ...options, bytes: 100 });
    ready();

    function seen() {
      connected += 1;
      if (connected === params.warm) cpu.start();
      if (connected === params.warm + params.count) report({ cpu: cpu.microseconds });
    }
  },
  async client({ peer, path, options, params, report }) {
    const cpu = new CpuMeter();
    let start = performance.now();
    for (let cycle = 0; cycle < params.warm + params.count; cycle += 1) {
      if (cycle === params.warm) {
        cpu.start();
        start = performance.now();
      }
      const client = await peer.connect(path, { message() {} }, { ...options, bytes: 100 });
      await client.close();
    }
    report({ seconds: (performance.now() - start) / 1000, cpu: cpu.microseconds });
  },
};

/** Connections that do nothing, and what they cost the server. */
const idle = {
  async server({ peer, path, options, params, ready, report }) {
    let connected = 0;
    let wake;
    const arrived = new Promise((resolve) => (wake = resolve));
    const seen = () => {
      connected += 1;
      // The first ones pay for what there is once: code, pools.
      if (connected === params.warm || connected === params.warm + params.count) wake();
    };
    await peer.listen(path, { message() {}, connected: seen }, { ...options, bytes: 100 });
    ready();
    await arrived;
    await settle();
    const before = settledKiB();
    const all = new Promise((resolve) => (wake = resolve));
    report({ phase: 'warm' });
    await all;
    await settle();
    const after = settledKiB();
    report({ heapKiB: (after.heap - before.heap) / params.count, rssKiB: (after.rss - before.rss) / params.count });
  },
  async client({ peer, path, options, params, report, told }) {
    const warm = await connectMany(peer, path, options, params.warm);
    await told();
    const rest = await connectMany(peer, path, options, params.count);
    report({ connections: warm.length + rest.length });
  },
};

async function connectMany(peer, path, options, count) {
  const clients = [];
  const crowd = 50;
  while (clients.length < count) {
    const some = Array.from({ length: Math.min(crowd, count - clients.length) }, () =>
      peer.connect(path, { message() {} }, { ...options, bytes: 100 }),
    );
    clients.push(...(await Promise.all(some)));
  }
  return clients;
}

/** A broadcast to two clients, of which one is stopped: what waits for it in the server. */
const stopped = {
  async server({ peer, path, options, params, ready, report }) {
    let connected = 0;
    let answered;
    let wake;
    const both = new Promise((resolve) => (wake = resolve));
    const handlers = {
      message: () => answered?.(),
      connected: () => {
        connected += 1;
        if (connected === 2) wake();
      },
      error: () => {},
    };
    const server = await peer.listen(path, handlers, options);
    ready();
    await both;
    await new Promise((resolve) => setTimeout(resolve, 500));
    const baseMB = peakMB();
    for (let n = 0; n < params.count; n += 1) {
      const answer = new Promise((resolve) => (answered = resolve));
      // A text of its own for each message, since a peer may queue what it has not encoded.
      server.broadcast({ n, text: Buffer.alloc(params.bytes, 'x').toString('latin1') });
      // The other client is kept pace with: nothing of what grows here is its.
      await answer;
    }
    report({ baseMB, peakMB: peakMB(), sentMB: (params.count * params.bytes) / 1e6 });
  },
  async client({ peer, path, options, report, params }) {
    let count = 0;
    const client = await peer.connect(path, { message }, options);
    function message({ n, text }) {
      if (n !== count || text.length !== params.bytes) throw new Error(`Message ${count} came wrong: ${n}`);
      count += 1;
      client.send({ n });
      if (count === params.count) report({});
    }
  },
  async bystander({ peer, path, options }) {
    await peer.connect(path, { message() {} }, options);
    await settle();
    process.kill(process.pid, 'SIGSTOP');
  },
};

/** Bytes in which no message ever ends: what the server holds of them, and how long it stands still over them. */
const endless = {
  async server({ peer, path, options, ready, report, told }) {
    const baseMB = peakMB();
    const stall = new StallMeter();
    await peer.listen(path, { message() {}, error: () => {} }, options);
    ready();
    await told();
    report({ baseMB, peakMB: peakMB(), stallMs: stall.longestMs });
  },
  async client({ peer, path, params, report }) {
    const socket = dial(path);
    const block = Buffer.alloc(64 * 1024, 'a');
    socket.on('error', () => {});
    socket.on('close', () => report({}));
    socket.resume();
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.write(peer.opening);
    for (let written = 0; written < params.megabytes * 1e6 && !socket.destroyed; written += block.length) {
      if (!socket.write(block)) {
        await new Promise((resolve) => socket.once('drain', resolve).once('close', resolve));
      }
    }
    // Once all of it is read, or the server has had enough of it.
    socket.end();
    setTimeout(() => report({}), 1000);
  },
};

export const works = { oneWay, pingPong, broadcast, large, connectAndClose, idle, stopped, endless, turns, after };

function kindOf({ kind }) {
  return kinds[kind];
}

/** Lets everything that is under way arrive. */
function settle() {
  return new Promise((resolve) => setTimeout(resolve, 100));
}
