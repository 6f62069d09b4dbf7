/** What faults do to the processes that the caller has handed over. */

import { rmSync } from 'node:fs';
import type { FaultOf } from '../faults/fault.js';
import type { ActiveFault } from './active-fault.js';
import type { DoorState } from './front-door.js';
import type { ManagedProcess } from './managed-process.js';
import { processOf } from './real-fault.js';
import type { World } from './world.js';

type ProcessFault = FaultOf<'crash' | 'stop' | 'pause' | 'gcPause' | 'replaceServer'>;

/** The fault's process is known: that was checked. */
export function beginOfProcess(active: ActiveFault, fault: ProcessFault, world: World): void {
  const process = world.processes.get(processOf(fault, world.means) ?? '');
  if (process === undefined) return;
  switch (fault.kind) {
    case 'crash':
    case 'stop':
      endAndRestart(active, fault, process, world);
      break;
    case 'pause':
    case 'gcPause':
      // From outside a blocked loop and a stopped process look the same.
      process.pause();
      world.log('process', process.name, 'paused');
      active.onHeal(() => {
        process.resume();
        world.log('process', process.name, 'resumed');
      });
      break;
    case 'replaceServer':
      active.inForce = follow(world, replace(active, process, world));
      break;
    default:
      fault satisfies never;
  }
}

function endAndRestart(
  active: ActiveFault,
  fault: FaultOf<'crash' | 'stop'>,
  process: ManagedProcess,
  world: World,
): void {
  const isServer = process.name === world.means.server;
  if (fault.kind === 'crash' && fault.lose === 'all') {
    for (const connection of world.connections()) connection.cut('destroy');
  }
  // Who connects in the meantime finds what a dead server leaves behind, rather than a proxy that takes anybody.
  const leftBehind: DoorState = { name: fault.kind === 'crash' && fault.staleFile !== false ? 'stale' : 'absent' };
  const demand = isServer ? world.door.demand(leftBehind) : undefined;
  world.log('process', process.name, fault.kind === 'crash' ? 'killed' : 'told to stop');
  const end = async (): Promise<void> => {
    await process.end(fault.kind === 'crash' ? 'SIGKILL' : 'SIGTERM');
    if (isServer && fault.kind === 'crash' && fault.staleFile === false) rmSync(world.upstream, { force: true });
    world.log('process', process.name, 'exited');
  };
  active.inForce = follow(world, end());
  active.onHeal(() => {
    if (!world.isClosing()) void follow(world, restart(process, demand, world));
  });
  if (fault.restartAfter !== undefined) active.onHeal(world.timers.after(fault.restartAfter, () => active.heal()));
}

async function restart(process: ManagedProcess, demand: { withdraw(): void } | undefined, world: World): Promise<void> {
  await process.start();
  world.log('process', process.name, 'started');
  demand?.withdraw();
}

async function replace(active: ActiveFault, process: ManagedProcess, world: World): Promise<void> {
  const old = world.connections();
  try {
    await process.replace(() => {
      world.log('process', process.name, 'replaced');
      world.door.replace();
      for (const connection of old) connection.cut('eof');
    });
  } finally {
    // Also when the new one did not start: the old one goes on, and nothing is left to be healed.
    active.heal();
  }
}

/** A process that cannot be started or ended is the proxy's failure, whoever waits for it. */
function follow(world: World, work: Promise<void>): Promise<void> {
  return work.catch((error: unknown) => world.failed(error));
}
