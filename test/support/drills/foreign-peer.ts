/** Messages to and from a peer that shares no line with this library: test/support/peer.py, which frames by hand. */

import { spawnSync } from 'node:child_process';
import type { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { Client, Server } from 'ipc';
import { clientLaw, serverLaw } from '#testing/laws/event-laws.js';
import { Child } from '../child.js';
import { repositoryRoot } from '../repository-root.js';
import { type Drill, demand, Violation, type Watch } from './drill.js';
import { obey } from './obey.js';
import { Stage } from './stage.js';

interface Scale {
  /** In each role. */
  readonly messages: number;
}

/** Messages of one process of the peer. */
const AT_A_TIME = 1_000;
/** Messages under way at a time, as in peer.py. */
const WINDOW = 16;
/** Characters of each length in UTF-8, and what JSON has to escape: 9 characters, 24 bytes of JSON. As in peer.py. */
const ALPHABET = 'aäß€𝄞\0"\\\n';
const LETTERS = [...ALPHABET];
/** Characters of 300 kB of JSON. As in peer.py. */
const LONGEST = 112_500;
/** Has no divisor in common with the number of messages, so that each size comes once. As in peer.py. */
const STEP = 7_919;
/** How long the peer may take for its part, on a machine that has much else to do. */
const PATIENCE_MS = 300_000;

export const foreignPeer: Drill<Scale> = {
  name: 'foreign',
  threat: 'a peer in another language (Python) that frames by hand, as a server and as a client',
  promise: 'each message is whole and in order on both sides, of every size from 0 to 300 kB',
  commit: { messages: 200 },
  long: { messages: 100_000 },

  obstacle: () => (spawnSync('python3', ['--version']).status === 0 ? undefined : 'there is no python3'),

  async run({ messages }, watch) {
    const asked = await inBatches(askTheirServer, { messages, role: 'their server' }, watch);
    const answered = await inBatches(answerTheirClient, { messages, role: 'their client' }, watch);
    return [
      { what: 'messages to their server, and back', value: asked, unit: '' },
      { what: 'messages from their client, and back', value: answered, unit: '' },
      { what: 'largest message', value: LONGEST * (24 / 9), unit: 'bytes' },
    ];
  },
};

/** Part of the messages, for one process of the peer: from `first` up to `end`, of so many in all. */
interface Batch {
  readonly first: number;
  readonly end: number;
  readonly of: number;
}

/** Answers how many messages went both ways. */
async function inBatches(
  exchange: (stage: Stage, batch: Batch) => Promise<void>,
  { messages: of, role }: { messages: number; role: string },
  watch: Watch,
): Promise<number> {
  let end = 0;
  while (end < of && !watch.isStopped) {
    const batch = { first: end, end: Math.min(end + AT_A_TIME, of), of };
    await Stage.use((stage) => exchange(stage, batch));
    end = batch.end;
    watch.progress(end, of, `messages of ${role}`);
  }
  return end;
}

/** We send, a window of messages at a time, and have each of them back. */
async function askTheirServer(stage: Stage, batch: Batch): Promise<void> {
  const peer = peerFor(stage, 'server', batch);
  await inTime(peer.prints('listening'), 'listen', peer);
  const client = new Client({ socketFile: stage.socketFile });
  stage.atEnd(() => client.close());
  let [sent, heard] = [batch.first, batch.first];
  const sendNext = (): void => {
    if (sent < batch.end) client.send('payload', payload(sent, batch.of));
    sent += 1;
  };
  const answered = new Promise<void>((resolve, reject) => {
    obey(client as EventEmitter, clientLaw(), (problem) => reject(new Violation(problem)));
    client.on('connect', () => {
      for (let index = 0; index < WINDOW; index += 1) sendNext();
    });
    client.on('message.answer', (message) => {
      if (message !== payload(heard, batch.of)) reject(new Violation(`Answer ${heard} differs.`));
      heard += 1;
      if (heard === batch.end) resolve();
      sendNext();
    });
    client.on('error', reject);
    client.on('disconnect', () => reject(new Violation('The peer in Python has hung up.')));
  });

  client.connect();
  await inTime(answered, 'answer', peer);
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
  client.close();
  await closed;
  await endOf(peer);
}

/** They send, a window of messages at a time, and we give each of them back. */
async function answerTheirClient(stage: Stage, batch: Batch): Promise<void> {
  const server = new Server({ socketFile: stage.socketFile });
  stage.atEnd(() => server.close());
  let heard = batch.first;
  const listening = new Promise<void>((resolve) => server.once('listening', () => resolve()));
  const left = new Promise<void>((resolve, reject) => {
    obey(server as EventEmitter, serverLaw(), (problem) => reject(new Violation(problem)));
    server.on('message.payload', (message, id) => {
      if (message !== payload(heard, batch.of)) reject(new Violation(`Message ${heard} differs.`));
      heard += 1;
      server.send('answer', message, id);
    });
    server.on('error', reject);
    server.on('disconnect', () => resolve());
  });

  server.listen();
  await listening;
  const peer = peerFor(stage, 'client', batch);
  await inTime(left, 'talk', peer);
  await endOf(peer);
  demand(heard === batch.end, `${heard - batch.first} of ${batch.end - batch.first} messages came.`);
  const closed = new Promise<void>((resolve) => server.once('close', () => resolve()));
  server.close();
  await closed;
}

function peerFor(stage: Stage, role: 'server' | 'client', { first, end, of }: Batch): Child {
  const script = join(repositoryRoot, 'test/support/peer.py');
  const peer = new Child('python3', [script, role, stage.socketFile, String(first), String(end), String(of)]);
  stage.atEnd(() => peer.process.kill('SIGKILL'));
  return peer;
}

/** It has checked what it was sent, and ends with what it has to say against it. */
async function endOf(peer: Child): Promise<void> {
  const { code, signal } = await inTime(peer.exit, 'end', peer);
  demand(code === 0 && peer.errors === '', `The peer in Python ended with ${signal ?? code}.\n${peer.errors}`);
}

/** What comes to pass in time, before the peer has ended over something. */
async function inTime<Result>(event: Promise<Result>, what: string, peer: Child): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const fallen = peer.exit.then(async ({ code }) => {
    if (code === 0) await event;
    throw new Violation(`The peer in Python ended with ${code} before it was to ${what}.\n${peer.errors}`);
  });
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Violation(`The peer in Python did not ${what} for ${PATIENCE_MS} ms.`)),
      PATIENCE_MS,
    );
  });
  try {
    return await Promise.race([event, fallen, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** As peer.py makes it. */
function payload(index: number, of: number): string {
  const length = Math.floor((((index * STEP) % of) * LONGEST) / Math.max(1, of - 1));
  const rounds = Math.floor(length / LETTERS.length);
  return ALPHABET.repeat(rounds) + LETTERS.slice(0, length - rounds * LETTERS.length).join('');
}
