/** A server that gets too little of what its machine has to give: descriptors, room in its queue, and time. */

import { setTimeout as pause } from 'node:timers/promises';
import { type Drill, demand } from './drill.js';
import type { DrillProcess } from './drill-process.js';
import { eventually } from './eventually.js';
import { Stage } from './stage.js';
import { Talker } from './talker.js';

interface Scale {
  readonly repeats: number;
  readonly clients: number;
  /** Open files that the server may have. */
  readonly descriptors: number;
  /** The backlog of its socket. */
  readonly queue: number;
  readonly stoppedSeconds: number;
}

/** Those that are there before the want begins, and are to notice nothing but that it takes longer. */
const STAYING = 4;
/** They come while the server is stopped. */
const LATE = 30;
/** Refusals by which one who comes late shows that he keeps trying. */
const REFUSALS = 3;
/** Messages of each that stays while the server is stopped, 2 MB: the kernel holds a tenth of that. */
const POURED = 1_000;
/** The server looks for descriptors once a second: one that repeats itself has done so by then. */
const TWO_LOOKS_MS = 2_100;
/** Between two attempts of one who is cut off. */
const DELAY = { min: 20, max: 100 };

export const resources: Drill<Scale> = {
  name: 'resources',
  threat: 'the server has no descriptors left, a full queue, or is stopped (SIGSTOP)',
  promise:
    'it says once what it lacks; those within keep their connections and lose nothing; the others come in when there is room',
  commit: { repeats: 1, clients: 120, descriptors: 64, queue: 3, stoppedSeconds: 2 },
  long: { repeats: 20, clients: 120, descriptors: 64, queue: 3, stoppedSeconds: 30 },

  async run(scale, watch) {
    const seen = { most: 0, cutOff: 0, slowestMs: 0, refusals: 0, poured: 0, silenceMs: 0 };
    let repeat = 0;
    for (; repeat < scale.repeats && !watch.isStopped; repeat += 1) {
      const famine = await Stage.use((stage) => famineOf(stage, scale));
      const standstill = await Stage.use((stage) => standstillOf(stage, scale));
      seen.most = Math.max(seen.most, famine.within);
      seen.cutOff += famine.cutOff;
      seen.slowestMs = Math.max(seen.slowestMs, famine.slowestMs);
      seen.refusals += standstill.refusals;
      seen.poured += STAYING * POURED;
      seen.silenceMs = Math.max(seen.silenceMs, standstill.silenceMs);
      watch.progress(repeat + 1, scale.repeats, 'repeats');
    }
    return [
      { what: 'repeats', value: repeat, unit: '' },
      { what: 'clients connected at a time within the limit', value: seen.most, unit: '' },
      { what: 'connections that were cut off for want of a descriptor', value: seen.cutOff, unit: '' },
      { what: 'the last of all clients was let in after the first had left', value: seen.slowestMs, unit: 'ms' },
      { what: 'attempts that found the queue full (EAGAIN)', value: seen.refusals, unit: '' },
      { what: 'messages sent to the stopped server, all of which came back', value: seen.poured, unit: '' },
      { what: 'longest wait for one of them', value: seen.silenceMs, unit: 'ms' },
    ];
  },
};

/** More clients than descriptors; then those that have been served leave, one after the other. */
async function famineOf(stage: Stage, { clients, descriptors }: Scale) {
  const server = await stage.listening({}, 'judged', { descriptors });
  const base = server.descriptors();
  const staying = await started(stage, 'staying', STAYING);
  await Promise.all(staying.map((talker) => talker.talks(10)));
  const crowd = await started(stage, 'crowd', clients - STAYING);

  const errors = await errorsUntil(server, (codes) => codes.includes('EMFILE'));
  await server.outlives(Promise.all(staying.map((talker) => talker.talksOn(50))));
  await pause(TWO_LOOKS_MS);
  const { connections, disconnects, errors: later } = await server.asks('status');
  const within = Number(connections) - Number(disconnects);
  const said = [...errors, ...codesOf(later)].join(', ');
  demand(said === 'EMFILE', `The server without descriptors said '${said}'.`);
  demand(within > STAYING && within < clients, `${within} of ${clients} clients are within the limit.`);

  const firstLeavesMs = performance.now();
  let slowestMs = 0;
  const leave = async (talker: Talker): Promise<void> => {
    await talker.talks(20);
    slowestMs = Math.max(slowestMs, performance.now() - firstLeavesMs);
    await talker.close();
  };
  await server.outlives(Promise.all(crowd.map(leave)));
  await server.outlives(Promise.all(staying.map((talker) => talker.talksOn(50))));
  const after = await eventually(
    async () => server.descriptors(),
    (count) => count === base + STAYING,
  );
  demand(after === base + STAYING, `${after} descriptors, ${base + STAYING} before there were too few`);
  const strange = codesOf((await server.asks('status')).errors).filter(
    (code) => code !== 'EMFILE' && !isLossOfClient(code),
  );
  demand(strange.length === 0, `errors while clients come and go: ${strange.join(', ')}`);
  await endOf(server, staying);
  return { within, cutOff: crowd.reduce((sum, { counts }) => sum + counts.connections - 1, 0), slowestMs };
}

/** The server stops with a short queue, while some talk to it and others come. */
async function standstillOf(stage: Stage, { queue, stoppedSeconds }: Scale) {
  const server = await stage.listening({}, 'judged', { queue });
  const staying = await started(stage, 'staying', STAYING);
  await Promise.all(staying.map((talker) => talker.talks(10)));

  await server.freeze();
  const stoppedMs = performance.now();
  for (const talker of staying) talker.pour(POURED);
  const late = await started(stage, 'late', LATE);
  const refusals = new Map(late.map((talker) => [talker, [] as (string | undefined)[]]));
  for (const [talker, codes] of refusals) {
    talker.client.on('connectError', (error: NodeJS.ErrnoException) => codes.push(error.code));
  }
  const inQueue = (): Talker[] => late.filter(({ counts }) => counts.connections > 0);
  const waiting = (): number => [...refusals.values()].filter((codes) => codes.length >= REFUSALS).length;
  await eventually(
    async () => inQueue().length + waiting(),
    (count) => count === LATE,
  );
  const [found, turnedAway] = [inQueue().length, waiting()];
  // A queue of n has room for one more.
  demand(found === queue + 1, `${found} found room in a queue of ${queue}.`);
  demand(turnedAway === LATE - found, `${turnedAway} of ${LATE - found} keep trying.`);
  await pause(Math.max(0, stoppedSeconds * 1000 - (performance.now() - stoppedMs)));
  server.signal('SIGCONT');

  await server.outlives(Promise.all(late.map((talker) => talker.talks(10))));
  await server.outlives(Promise.all([...staying, ...late].map((talker) => talker.finish())));
  const strange = [...refusals.values()].flat().filter((code) => code !== 'EAGAIN');
  demand(strange.length === 0, `Who found the queue full got ${strange.join(', ')}.`);
  const errors = codesOf((await server.asks('status')).errors);
  demand(errors.length === 0, `errors of the server that was stopped: ${errors.join(', ')}`);
  const silenceMs = Math.max(...staying.map(({ counts }) => counts.longestSilenceMs));
  demand(silenceMs >= stoppedSeconds * 1000, 'The server answered while it was stopped.');
  await endOf(server, [...staying, ...late]);
  return { refusals: [...refusals.values()].flat().length, silenceMs };
}

async function started(stage: Stage, name: string, count: number): Promise<Talker[]> {
  const talkers = Array.from(
    { length: count },
    (_, index) => new Talker(`${name}-${index + 1}`, stage.socketFile, { delay: DELAY }),
  );
  for (const talker of talkers) {
    stage.atEnd(() => talker.client.close());
    talker.start();
  }
  return talkers;
}

/** All of these kept the one connection that they had. Both sides close, and the process of the server ends. */
async function endOf(server: DrillProcess, talkers: readonly Talker[]): Promise<void> {
  for (const { name, counts } of talkers) {
    demand(counts.connections === 1, `${name} has had ${counts.connections} connections.`);
  }
  await Promise.all(talkers.map((talker) => talker.close()));
  await server.asks('close');
  await server.leaves();
}

/** The codes of all errors that the server has met, once they are as expected, or never will be. */
async function errorsUntil(server: DrillProcess, isRight: (codes: readonly string[]) => boolean): Promise<string[]> {
  const codes: string[] = [];
  await eventually(
    async () => codes.push(...codesOf((await server.asks('status')).errors)),
    () => isRight(codes),
  );
  return codes;
}

function codesOf(errors: unknown): string[] {
  return (errors as { code: string }[]).map(({ code }) => code);
}

function isLossOfClient(code: string): boolean {
  return code === 'ECONNRESET' || code === 'EPIPE';
}
