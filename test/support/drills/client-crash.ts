/** Clients are killed while they talk; the server forgets them, and those that stay do not notice. */

import { type Drill, demand } from './drill.js';
import type { DrillProcess } from './drill-process.js';
import { eventually } from './eventually.js';
import { Stage } from './stage.js';
import type { TalkerCounts } from './talker.js';

interface Scale {
  readonly processes: number;
  readonly clientsEach: number;
}

/** Processes that talk at the same time. */
const AT_A_TIME = 4;
const STAYING = 2;

export const clientCrash: Drill<Scale> = {
  name: 'clients',
  threat: 'clients are killed (SIGKILL) while they talk',
  promise: 'one disconnect each; those that stay lose no message and no connection',
  commit: { processes: 25, clientsEach: 4 },
  long: { processes: 2_500, clientsEach: 4 },

  run: ({ processes, clientsEach }, watch) =>
    Stage.use(async (stage) => {
      const server = await stage.listening();
      const staying = stage.start('drill-clients', 'staying', String(STAYING));
      await staying.asks('start', { count: 10 });
      const base = server.descriptors();
      let most = base;
      let killed = 0;

      const start = (index: number): DrillProcess =>
        stage.start('drill-clients', `mortal-${index}`, String(clientsEach));
      const talking = Array.from({ length: Math.min(AT_A_TIME, processes) }, (_, index) => start(index));
      for (let index = talking.length; talking.length > 0; index += 1) {
        const mortal = talking.shift() as DrillProcess;
        await mortal.asks('start', { count: 5 });
        most = Math.max(most, server.descriptors());
        await stage.kill(mortal);
        killed += 1;
        watch.progress(killed, processes, 'processes');
        if (index < processes && !watch.isStopped) talking.push(start(index));
      }

      const clients = killed * clientsEach;
      const { disconnects, connections, errors } = await eventually(
        async () => {
          const { disconnects, connections, errors } = await server.asks('status');
          return { disconnects, connections, errors: errors as { code: string }[] };
        },
        (status) => status.disconnects === clients,
      );
      demand(connections === clients + STAYING, `${connections} connections of ${clients + STAYING} clients`);
      demand(disconnects === clients, `${disconnects} disconnects of ${clients} clients`);
      const strange = errors.filter(({ code }) => code !== 'ECONNRESET' && code !== 'EPIPE');
      demand(strange.length === 0, `errors of clients that died: ${JSON.stringify(strange)}`);
      const after = await eventually(
        async () => server.descriptors(),
        (count) => count === base,
      );

      await staying.asks('talk', { count: 10 });
      const { counts } = await staying.asks('finish');
      const neighbours = counts as TalkerCounts[];
      demand(
        neighbours.every(({ connections: own }) => own === 1),
        'A client that stayed lost its connection.',
      );
      await staying.asks('close');
      await server.asks('close');
      await Promise.all([staying.leaves(), server.leaves()]);
      return [
        { what: 'clients killed', value: clients, unit: '' },
        { what: 'descriptors of the server at most', value: most, unit: '' },
        { what: 'descriptors left over', value: after - base, unit: '', atMost: 0 },
        {
          what: 'messages of those that stay',
          value: neighbours.reduce((sum, { echoed }) => sum + echoed, 0),
          unit: '',
        },
      ];
    }),
};
