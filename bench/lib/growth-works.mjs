// Works in which one thing grows, and the cost of a message should not: see growth.mjs.

import { checker, kinds, textKind } from './messages.mjs';
import { CpuMeter } from './meters.mjs';

const kind = kinds.small;
/** What each client gets in one turn: enough to be joined, the same for any number of clients. */
const PER_TURN = 16;

/** The server sends to all of its clients in turn, to each its own messages. */
export const turns = {
  async server({ peer, path, options, params, ready, report }) {
    const clients = [];
    let wake;
    const arrived = new Promise((resolve) => (wake = resolve));
    const connected = (client) => {
      clients.push(client);
      if (clients.length === params.clients) wake();
    };
    const server = await peer.listen(path, { message: () => wake(), connected }, options);
    ready();
    await arrived;
    const rounds = Math.ceil(params.count / params.clients / PER_TURN);
    const counts = new Map();
    await send(1);
    const cpu = new CpuMeter();
    const start = performance.now();
    await send(rounds);
    const seconds = (performance.now() - start) / 1000;
    report({ seconds, cpu: cpu.microseconds, messages: rounds * clients.length * PER_TURN });

    async function send(times) {
      const answered = new Promise((resolve) => (wake = resolve));
      for (let round = 0; round < times; round += 1) {
        for (const client of clients) {
          const from = counts.get(client) ?? 0;
          for (let n = from; n < from + PER_TURN; n += 1) server.send(client, kind.make(n));
          counts.set(client, from + PER_TURN);
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
      await answered;
    }
  },
  async client({ peer, path, options, params, report }) {
    const cpu = new CpuMeter();
    const rounds = Math.ceil(params.count / params.clients / PER_TURN);
    let complete = 0;
    const clients = [];
    while (clients.length < params.clients) {
      const some = Array.from({ length: Math.min(50, params.clients - clients.length) }, () => {
        const next = checker(kind, false);
        return peer.connect(path, { message: (message) => received(next(message)) }, options);
      });
      clients.push(...(await Promise.all(some)));
    }

    function received(count) {
      if (count !== PER_TURN && count !== (rounds + 1) * PER_TURN) return;
      complete += 1;
      if (complete < params.clients) return;
      complete = 0;
      if (count === PER_TURN) cpu.start();
      else report({ cpu: cpu.microseconds });
      clients[0].send(kind.make(0));
    }
  },
};

/** A connection carries one message of some size, and then small ones, which are measured. */
export const after = {
  async server({ peer, path, options, params, ready, report }) {
    const first = params.mebibytes === 0 ? undefined : textKind(params.mebibytes);
    const isFirst = (message) => first !== undefined && message.text.length === first.bytes;
    const next = checker(kind, false);
    const cpu = new CpuMeter();
    const message = (received, from) => {
      if (isFirst(received)) {
        server.send(from, kind.make(0));
        return;
      }
      const count = next(received);
      if (count === params.warm) cpu.start();
      if (count === params.warm + params.count) report({ cpu: cpu.microseconds });
      if (count === params.warm || count === params.warm + params.count) server.send(from, kind.make(0));
    };
    const server = await peer.listen(path, { message }, { ...options, longestBytes: first?.bytes });
    ready();
  },
  async client({ peer, path, options, params, report }) {
    let wake;
    const client = await peer.connect(path, { message: () => wake() }, options);
    const answer = () => new Promise((resolve) => (wake = resolve));
    if (params.mebibytes > 0) {
      const answered = answer();
      client.send(textKind(params.mebibytes).make(0));
      await answered;
    }
    await send(0, params.warm);
    const cpu = new CpuMeter();
    const start = performance.now();
    await send(params.warm, params.warm + params.count);
    report({ seconds: (performance.now() - start) / 1000, cpu: cpu.microseconds });

    async function send(from, to) {
      const answered = answer();
      for (let n = from; n < to; n += 1) if (!client.send(kind.make(n))) await client.drained();
      await answered;
    }
  },
};
