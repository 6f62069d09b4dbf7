/** Three bad days of a server, each in a few lines: no socket file, no port, no sleep. */

import assert from 'node:assert/strict';
import { FakeServer } from 'ipc/testing';
import { JobClient } from '../job-client.js';

const shout = ({ id, task }) => ({ id, result: task.toUpperCase() });

describe('JobClient', () => {
  let fake;
  let jobs;

  beforeEach(() => {
    fake = new FakeServer();
    jobs = new JobClient({ transport: fake.transport });
  });

  afterEach(async () => {
    jobs.close();
    await fake.close();
    // Nothing is open any more: no connection, no listener, no timer.
    assert.equal(fake.simulation.leaks().toString(), '');
  });

  it('has a job done', async () => {
    fake.on('job', { task: 'paint' }).once().reply('done', shout);

    assert.equal(await jobs.run('paint'), 'PAINT');
    assert.equal(jobs.pending, 0);
    fake.verify(); // every message that came was expected, and every one expected came
  });

  it('waits for a server that comes late', async () => {
    fake.restart({ after: 30_000 });
    fake.on('job').once().reply('done', shout);

    assert.equal(await jobs.run('paint'), 'PAINT');
    fake.verify();
  });

  it('asks again when the line is cut in the middle of the answer', async () => {
    fake.on('job').once().replyPartial('done', { id: 1, result: 'PAINT' }, { bytes: 20 }).cut();
    fake.on('job').once().reply('done', shout);

    assert.equal(await jobs.run('paint'), 'PAINT');
    fake.verify();
  });

  it('asks again when the server crashes and returns', async () => {
    const result = jobs.run('paint');
    await fake.received('job');
    fake.cut({ mode: 'reset' });
    fake.restart({ after: 10_000 });
    fake.on('job').once().reply('done', shout);

    assert.equal(await result, 'PAINT');
    fake.verify();
  });

  it('is not confused by an answer that comes twice', async () => {
    fake.on('job').reply('done', shout).reply('done', shout);

    assert.equal(await jobs.run('paint'), 'PAINT');
    assert.equal(await jobs.run('wash'), 'WASH');
    fake.verify();
  });
});
