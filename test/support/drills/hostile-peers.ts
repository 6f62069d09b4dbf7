/** Peers that mean harm, or are broken, opposite a server in a process of its own that others talk to all the while. */

import type { Socket } from 'node:net';
import { type Attack, attacks, type Force, LIMIT_BYTES } from './attacks.js';
import { type Drill, demand } from './drill.js';
import { eventually } from './eventually.js';
import { Stage } from './stage.js';
import type { TalkerCounts } from './talker.js';

interface Scale {
  readonly force: Force;
  /** Parts of the names of the attacks; left out, all of them. */
  readonly only?: readonly string[];
}

const MEBIBYTE = 2 ** 20;
const NEIGHBOURS = ['neighbour-1', 'neighbour-2', 'neighbour-3'];
/** What the server of an attack may take: twice what its two limits allow one peer. */
const MOST_BYTES = 2 * (LIMIT_BYTES + LIMIT_BYTES);

export const hostilePeers: Drill<Scale> = {
  name: 'hostile',
  threat: 'peers send rubbish, too much, or nothing, or do not read',
  promise:
    'one error for each offence and none else; the neighbours get every message in order and keep their connections',
  commit: { force: { endlessMegabytes: 300, connects: 2_000, silent: 500, dribbleMs: 0 } },
  long: { force: { endlessMegabytes: 3_000, connects: 5_000, silent: 5_000, dribbleMs: 120_000 } },

  async run({ force, only }, watch) {
    const chosen = attacks.filter(({ what }) => only?.some((part) => what.includes(part)) ?? true);
    const suffered: Suffering[] = [];
    for (const attack of chosen) {
      if (watch.isStopped) break;
      suffered.push(await suffer(attack, force));
      watch.progress(suffered.length, chosen.length, 'attacks');
    }
    return [
      ...suffered.map(({ attack, bytes }) => ({
        what: `memory over base: ${attack.what}`,
        value: bytes / MEBIBYTE,
        unit: 'MiB',
        atMost: MOST_BYTES / MEBIBYTE,
      })),
      { what: 'errors reported', value: suffered.reduce((sum, { errors }) => sum + errors, 0), unit: '' },
      { what: 'longest wait of a neighbour', value: Math.max(0, ...suffered.map(({ waitMs }) => waitMs)), unit: 'ms' },
    ];
  },
};

/** What an attack did to the server and its neighbours. */
interface Suffering {
  readonly attack: Attack;
  readonly bytes: number;
  readonly errors: number;
  readonly waitMs: number;
}

/** One attack, on a server of its own. */
function suffer(attack: Attack, force: Force): Promise<Suffering> {
  return Stage.use(async (stage) => {
    const { what } = attack;
    const limits = { maxMessageBytes: LIMIT_BYTES, maxBufferedBytes: LIMIT_BYTES, closeTimeout: 500 };
    const server = await stage.listening(limits);
    const neighbours = stage.start('drill-clients', 'neighbour', String(NEIGHBOURS.length), 'small');
    await neighbours.asks('start', { count: 500 });
    await server.asks('held');
    const base = server.memory().rss;
    server.forgetPeak();
    const lasting: Socket[] = [];
    const target = { socketFile: stage.socketFile, server, neighbours: NEIGHBOURS, lasting };
    stage.atEnd(() => {
      for (const socket of lasting) socket.destroy();
    });

    const { code, times } = await attack.strike(target, force);
    await neighbours.asks('talk', { count: 100 });
    const { peak } = server.memory();

    const errors: { code: string; clientId?: string }[] = [];
    const expected = NEIGHBOURS.length + lasting.length;
    const status = await eventually(
      async () => {
        const seen = await server.asks('status');
        errors.push(...(seen.errors as typeof errors));
        return seen;
      },
      ({ connections, disconnects }) => Number(connections) - Number(disconnects) === expected,
    );
    const stayed = Number(status.connections) - Number(status.disconnects);
    demand(stayed === expected, `${what}: ${stayed} connections are left, ${expected} should be.`);
    demand(status.isPolluted === false, `${what}: a prototype was changed.`);
    const story = errors.filter((error) => error.code !== 'ECONNRESET' && error.code !== 'EPIPE');
    const rightful = story.filter((error) => error.code === code && error.clientId !== undefined);
    demand(
      story.length === times && rightful.length === times,
      `${what}: ${times} errors ${code ?? ''} expected, and these came: ${JSON.stringify(story)}`,
    );
    const { counts } = await neighbours.asks('finish');
    for (const { connections, sent, echoed } of counts as TalkerCounts[]) {
      demand(connections === 1 && sent === echoed, `${what}: a neighbour has ${echoed} of ${sent} on ${connections}.`);
    }
    await neighbours.asks('close');
    // With those that never speak or read still there: they are cut off after closeTimeout.
    await server.asks('close');
    await Promise.all([neighbours.leaves(), server.leaves()]);
    const waitMs = Math.max(...(counts as TalkerCounts[]).map(({ longestSilenceMs }) => longestSilenceMs));
    return { attack, bytes: peak - base, errors: story.length, waitMs };
  });
}
