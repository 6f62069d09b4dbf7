/**
 * The server of the drills. It echoes `talk`, whose numbers it checks, and `again`, which it does not; it does what its
 * parent orders and tells it what it has seen. Anything that must never happen ends it with a trace on its error output.
 */

import type { EventEmitter } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { Server } from 'ipc';
import { serverLaw } from '#testing/laws/event-laws.js';
import { takeOrders, tell } from '../drills/duty.js';
import { filling, type Numbered, whatIsWrong } from '../drills/numbered.js';
import { obey } from '../drills/obey.js';
import { heldBytes } from '../held-bytes.js';
import { shortenQueues } from '../short-queue.js';
import { Standstill } from '../standstill.js';

/** How far a broadcast may be ahead of those who have to keep up. */
const AHEAD = 50;

const [socketFile = '', options = '{}', judged = 'judged', queue = ''] = process.argv.slice(2);
if (queue !== '') shortenQueues(Number(queue));
const server = new Server({ socketFile, ...JSON.parse(options) });
const standstill = new Standstill();
/** The client that came last. */
let newest = '';
const counts = { connections: 0, disconnects: 0, messages: 0, drains: 0 };
let errors: { code: string | undefined; clientId: string | undefined }[] = [];
/** Where each client that talks is in its stream. */
const streams = new Map<string, { stream: string; n: number }>();
/** Readers of a broadcast, and how many they have acknowledged. */
const acknowledged = new Map<string, number>();
let acknowledge = (): void => {};
let broadcasts = 0;

// The law remembers every client there ever was, which is too much where memory is counted.
if (judged === 'judged') obey(server as EventEmitter, serverLaw(), complain);
server.on('listening', () => tell('listening'));
server.on('connection', (id) => {
  newest = id;
  counts.connections += 1;
});
server.on('message.talk', (message: Numbered, id) => {
  const before = streams.get(id) ?? { stream: message.stream, n: 0 };
  const problem = whatIsWrong(message, before.stream, before.n + 1);
  if (problem !== undefined) complain(problem);
  streams.set(id, { stream: message.stream, n: message.n });
  counts.messages += 1;
  server.send('echo', message, id);
});
server.on('message.again', (message, id) => server.send('again', message, id));
server.on('message.read', ({ name, n }) => {
  acknowledged.set(name, n);
  acknowledge();
});
server.on('drain', () => {
  counts.drains += 1;
});
server.on('disconnect', (id) => {
  counts.disconnects += 1;
  streams.delete(id);
});
server.on('error', (error: NodeJS.ErrnoException & { clientId?: string }) => {
  errors.push({ code: error.code, clientId: error.clientId });
});
server.on('close', () => {
  // Whatever comes now is a breach of the law, and ends this process before its parent lets go of it.
  setImmediate().then(() => tell('close'));
});

takeOrders({
  listen() {
    server.listen();
    return undefined;
  },
  status() {
    const seen = { ...counts, errors, isPolluted: 'polluted' in {} };
    errors = [];
    return seen;
  },
  held: () => ({ bytes: heldBytes() }),
  async broadcast({ count, bytes, mind }) {
    await broadcast(count, bytes, mind);
    return {};
  },
  /** The longest since it was last asked for; the first answer is of no use. */
  standstill() {
    const { longestMs } = standstill;
    standstill.begin();
    return { longestMs };
  },
  async murmur() {
    return { messages: await murmur(newest) };
  },
  close() {
    server.close();
    return undefined;
  },
});

/** One small message each turn to a client that does not read, until its backlog is full. Gives how many it took. */
async function murmur(id: string): Promise<number> {
  const before = errors.length;
  let messages = 0;
  for (; errors.length === before; messages += 1) {
    server.send('murmur', messages, id);
    await setImmediate();
  }
  return messages;
}

/** Broadcasts numbered messages, at the pace of those who have to keep up. */
async function broadcast(count: number, bytes: number, mind: readonly string[]): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    broadcasts += 1;
    server.broadcast('blob', { n: broadcasts, filling: filling(broadcasts, bytes) });
    const due = index === count - 1 ? broadcasts : broadcasts - AHEAD;
    while (mind.some((name) => (acknowledged.get(name) ?? 0) < due)) {
      await new Promise<void>((resolve) => {
        acknowledge = resolve;
      });
    }
  }
}

function complain(problem: string): never {
  throw new Error(problem);
}
