/** The first example of the guide to the kit, as it stands: no listener for errors, and a reset. */

import assert from 'node:assert/strict';
import { Client, Server } from 'ipc';
import { Simulation } from 'ipc/testing';

describe('the first example of the kit', () => {
  it('shows a reset as one disconnect, to a program that does not listen for errors', async () => {
    const sim = new Simulation({ seed: 7 });
    const server = new Server({ transport: sim.transport('/run/app.sock') });
    const client = new Client({ transport: sim.transport('/run/app.sock') });
    server.listen();
    client.connect();
    await sim.settle();
    sim.inject({ kind: 'cut', mode: 'reset' });
    await sim.advance(100);

    assert.deepEqual(sim.trace.of(client).names(), ['connect', 'disconnect', 'connect', 'reconnect']);
  });

  it('repeats the error to a program that does', async () => {
    const sim = new Simulation({ seed: 7 });
    const server = new Server({ transport: sim.transport('/run/app.sock') });
    const client = new Client({ transport: sim.transport('/run/app.sock') });
    const codes: unknown[] = [];
    client.on('error', (error) => codes.push((error as NodeJS.ErrnoException).code));
    server.listen();
    client.connect();
    await sim.settle();
    sim.inject({ kind: 'cut', mode: 'reset' });
    await sim.advance(100);

    assert.deepEqual(codes, ['ECONNRESET']);
    assert.deepEqual(sim.trace.of(client).names(), ['connect', 'error', 'disconnect', 'connect', 'reconnect']);
  });
});
