/** What faults do to the processes that the caller has handed over. */

import { rmSync } from 'node:fs';
import type { FaultOf } from '../faults/fault.js';
import type { ActiveFault } from './active-fault.js';
import type { DoorState } from './front-door.js';
import type { ManagedProcess } from './managed-process.js';
import { processesOf } from './real-fault.js';
import type { World } from './world.js';

type ProcessFault = FaultOf<'crash' | 'stop' | 'pause' | 'gcPause' | 'replaceServer'>;

/** Those that it befalls are known: that was checked. */
export function beginOfProcess(active: ActiveFault, fault: ProcessFault, world: World): void {
  const struck = drawn(active, processesOf(fault, world.means)).flatMap((name) => world.processes.get(name) ?? []);
  const inForce = struck.map((process) => befall(active, fault, process, world));
  active.inForce = Promise.all(inForce).then(() => {});
}

/** Of several candidates those that the seed picks. */
function drawn({ fault, random }: ActiveFault, names: readonly string[]): readonly string[] {
  const client = fault.target?.client;
  if (typeof client !== 'object') return names;
  if ('oneOf' in client) return [random.stream('oneOf').pick(names)];
  return 'fraction' in client
    ? names.filter((name) => random.stream(`fraction/${name}`).chance(client.fraction))
    : names;
}

/** Resolves when it is in force. */
async function befall(active: ActiveFault, fault: ProcessFault, process: ManagedProcess, world: World): Promise<void> {
  switch (fault.kind) {
    case 'crash':
    case 'stop':
      return endAndRestart(active, fault, process, world);
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
      return follow(world, replace(active, process, world));
    default:
      fault satisfies never;
  }
}

function endAndRestart(
  active: ActiveFault,
  fault: FaultOf<'crash' | 'stop'>,
  process: ManagedProcess,
  world: World,
): Promise<void> {
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
  const inForce = follow(world, end());
  active.onHeal(() => {
    if (!world.isClosing()) void follow(world, restart(process, demand, world));
  });
  return inForce;
}

/**
 * Whoever starts while it is in force listens late. The proxy knows of starts only if it has the server's process;
 * without, the server counts as starting now.
 */
export function beginSlowStart(active: ActiveFault, { delay }: FaultOf<'slowStart'>, world: World): void {
  if (world.processes.has(world.means.server)) return;
  const { withdraw } = world.door.demand({ name: 'absent' });
  active.onHeal(withdraw);
  active.onHeal(world.timers.after(delay, () => active.heal()));
}

async function restart(process: ManagedProcess, demand: { withdraw(): void } | undefined, world: World): Promise<void> {
  await process.start();
  world.log('process', process.name, 'started');
  if (demand === undefined) return;
  const slow = world.activeFaults().filter(({ fault }) => fault.kind === 'slowStart');
  const delays = slow.map(({ fault }) => (fault.kind === 'slowStart' ? fault.delay : 0));
  if (slow.length === 0) demand.withdraw();
  else world.timers.after(Math.max(...delays), demand.withdraw);
  for (const active of slow) active.onHeal(demand.withdraw);
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
