/** Where the cases of the transport contract take place: on real sockets, and in the simulation. */

import { mkdtempSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Transport } from 'ipc';
import { type ContractWorld, Simulation } from 'ipc/testing';

/** Real sockets in a folder of their own. */
export function realWorld(transportAt: (path: string) => Transport): ContractWorld {
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

export function simulatedWorld(seed: number, fidelity: 'typical' | 'adversarial'): ContractWorld {
  const sim = new Simulation({ seed, fidelity });
  return {
    transport: sim.transport('/run/contract.sock'),
    until: (predicate) => sim.until(predicate, { within: 5_000 }),
    quiet: () => sim.advance(1_000),
    takeAway: () => sim.inject({ kind: 'unlinkSocket' }),
    dispose: () => sim.dispose(),
  };
}
