/** A hundred bad days that nobody thought of, over the whole program: what CI runs. */

import assert from 'node:assert/strict';
import { Server } from 'ipc';
import { explore } from 'ipc/testing/fast-check';
import { JobClient } from '../job-client.js';

const TASKS = ['paint', 'wash', 'mend', 'cook', 'sweep'];

describe('jobs', function () {
  this.timeout(60_000);

  it('are all done, whatever happens to the server and the line', async () => {
    await explore(
      async (sim) => {
        sim.host('server', ({ transport }) => {
          const server = new Server({ transport: transport('/run/jobs.sock') });
          server.on('message.job', ({ id, task }, clientId) => server.send('done', { id, result: task }, clientId));
          server.on('error', () => {});
          server.listen();
          return server;
        });
        const jobs = new JobClient({ transport: sim.transport('/run/jobs.sock') });
        const results = [];
        const hand = async (task) => results.push(await jobs.run(task));
        for (const task of TASKS) {
          void hand(task);
          await sim.advance(1_000);
        }
        // Called once every fault is healed and the client is connected again.
        return () => assert.deepEqual(results.toSorted(), TASKS.toSorted());
      },
      { runs: 100, processes: ['server'] },
    );
  });
});
