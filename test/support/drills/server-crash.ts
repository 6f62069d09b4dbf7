/** The server is killed while clients talk to it, again and again; the next one takes over, and everybody comes back. */

import { setTimeout as pause } from 'node:timers/promises';
import { SeededRandom } from '#testing/seeded-random.js';
import { type Drill, demand, type Figure } from './drill.js';
import type { DrillProcess } from './drill-process.js';
import { Stage } from './stage.js';
import { Talker } from './talker.js';

interface Scale {
  readonly rounds: number;
  readonly clients: number;
  readonly seed: number;
}

/** One server in so many is killed before anybody has to have noticed it. */
const HASTY_EVERY = 4;
/** Longest time that a server goes on being talked to. */
const LONGEST_LIFE_MS = 20;
/** Longest life of a server that is killed in a hurry, from the order to listen. */
const SHORTEST_LIFE_MS = 10;

export const serverCrash: Drill<Scale> = {
  name: 'crash',
  threat: 'the server is killed (SIGKILL) while clients talk',
  promise:
    'everybody is back; each connection carries a beginning of what was sent on it, in order, nothing twice or torn',
  commit: { rounds: 50, clients: 4, seed: 1 },
  long: { rounds: 1_000, clients: 16, seed: 1 },

  run: ({ rounds, clients, seed }, watch) =>
    Stage.use(async (stage) => {
      const random = new SeededRandom(seed, 'server-crash');
      const talkers = Array.from(
        { length: clients },
        (_, index) => new Talker(`client-${index + 1}`, stage.socketFile),
      );
      for (const talker of talkers) {
        stage.atEnd(() => talker.client.close());
        talker.start();
      }
      let spare = stage.start('drill-server');
      /** The next server, which has been got ready while the last one served. */
      const nextServer = async (): Promise<DrillProcess> => {
        const server = spare;
        await server.hears('ready');
        spare = stage.start('drill-server');
        server.tell('listen');
        return server;
      };
      let kills = 0;
      let slowestMs = 0;
      let round = 0;
      for (; round < rounds && !watch.isStopped; round += 1) {
        if (random.below(HASTY_EVERY) === 0) {
          const hasty = await nextServer();
          await pause(random.below(SHORTEST_LIFE_MS));
          await stage.kill(hasty);
          kills += 1;
        }
        // Those that are connected by now are so to a server that is dead, or will be in this very moment.
        const since = talkers.map(({ counts }) => counts.connections);
        const server = await nextServer();
        await server.hears('listening');
        const listeningMs = performance.now();
        await Promise.all(talkers.map((talker, index) => talker.talks(3, { since: since[index] ?? 0 })));
        slowestMs = Math.max(slowestMs, performance.now() - listeningMs);
        await pause(random.below(LONGEST_LIFE_MS));
        demand((await server.asks('status')).isPolluted === false, 'A prototype was changed.');
        await stage.kill(server);
        demand(stage.hasSocketFile, 'A server that was killed had removed its socket file.');
        kills += 1;
        watch.progress(round + 1, rounds, 'rounds');
      }

      const last = await nextServer();
      const since = talkers.map(({ counts }) => counts.connections);
      await last.hears('listening');
      await Promise.all(talkers.map((talker, index) => talker.talks(1, { since: since[index] ?? 0 })));
      await Promise.all(talkers.map((talker) => talker.close()));
      await last.asks('close');
      await last.leaves();
      await stage.kill(spare);
      return figures(talkers, { round, kills, slowestMs });
    }),
};

function figures(talkers: readonly Talker[], counts: { round: number; kills: number; slowestMs: number }): Figure[] {
  const sum = (key: 'connections' | 'sent' | 'echoed'): number =>
    talkers.reduce((total, talker) => total + talker.counts[key], 0);
  return [
    { what: 'rounds', value: counts.round, unit: '' },
    { what: 'servers killed', value: counts.kills, unit: '' },
    { what: 'connections', value: sum('connections'), unit: '' },
    { what: 'messages sent', value: sum('sent'), unit: '' },
    { what: 'messages that came back', value: sum('echoed'), unit: '' },
    { what: 'slowest client was back after', value: counts.slowestMs, unit: 'ms' },
  ];
}
