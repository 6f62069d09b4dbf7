import { mkdtempSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Transport } from 'ipc';
import { type ContractWorld, Simulation, transportContract } from 'ipc/testing';
import { UnixTransport } from '#transports/unix.js';
import { netTransport } from '../support/net-transport.js';

/** Real sockets in a folder of their own. */
function realWorld(transportAt: (path: string) => Transport): ContractWorld {
  const folder = mkdtempSync(join(tmpdir(), 'ipc-contract-'));
  const path = join(folder, 'socket');
  return {
    transport: transportAt(path),
    until: async (predicate) => {
      const deadline = Date.now() + 5_000;
      while (!predicate()) {
        if (Date.now() > deadline) throw new Error('It did not happen within five seconds.');
        await sleep(1);
      }
    },
    // Nothing can be awaited where nothing is to happen.
    quiet: () => sleep(30),
    takeAway: () => unlinkSync(path),
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function simulatedWorld(seed: number, fidelity: 'typical' | 'adversarial'): ContractWorld {
  const sim = new Simulation({ seed, fidelity });
  return {
    transport: sim.transport('/run/contract.sock'),
    until: (predicate) => sim.until(predicate, { within: 5_000 }),
    quiet: () => sim.advance(1_000),
    takeAway: () => sim.inject({ kind: 'unlinkSocket' }),
    dispose: () => sim.dispose(),
  };
}

describe('transport contract', () => {
  describe('over unix sockets', () => {
    const linuxUnixSocket = process.platform === 'linux';
    for (const { name, run } of transportContract(() => realWorld(netTransport), { linuxUnixSocket })) it(name, run);
  });

  describe('over unix sockets of the library', () => {
    const contract = transportContract(() => realWorld((path) => new UnixTransport(path)), { socketFile: true });
    for (const { name, run } of contract) it(name, run);
  });

  describe('over the simulation', () => {
    const contract = transportContract(() => simulatedWorld(1, 'typical'), {
      linuxUnixSocket: true,
      socketFile: true,
    });
    for (const { name, run } of contract) it(name, run);
  });

  describe('over the adversarial simulation', () => {
    let seed = 0;
    const contract = transportContract(
      () => {
        seed += 1;
        return simulatedWorld(seed, 'adversarial');
      },
      { socketFile: true },
    );
    for (const { name, run } of contract) {
      it(name, async () => {
        for (let round = 0; round < 20; round += 1) await run();
      });
    }
  });
});
