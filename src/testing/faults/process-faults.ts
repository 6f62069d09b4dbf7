/** The faults that happen to whole processes and to their socket files. */

import type { Host } from '../host.js';
import type { FaultWorld } from './active-fault.js';
import type { Crash, Fault } from './fault.js';
import type { TargetChoice } from './fault-target.js';

/**
 * Does what a fault does to processes and socket files; nothing when it is of another kind.
 *
 * @param undo takes what is to happen when the fault is healed.
 * @returns how many it has struck.
 */
export function beginProcessFault(
  fault: Fault,
  world: FaultWorld,
  target: TargetChoice,
  undo: (callback: () => void) => void,
): number {
  const hosts = (): Host[] => world.hosts().filter((host) => target.hasHost(host));
  switch (fault.kind) {
    case 'crash':
    case 'stop': {
      const struck = hosts();
      const up = struck.filter(({ state }) => state !== 'down');
      for (const host of struck) {
        if (fault.kind === 'crash') crash(fault, host, world);
        else host.stop();
      }
      // Once it is over they are there again, as everything else is that a fault has taken away.
      undo(() => {
        for (const host of struck) host.start();
      });
      return up.length;
    }
    case 'pause':
    case 'gcPause': {
      const running = hosts().filter(({ state }) => state === 'running');
      for (const host of running) {
        host.pause();
        undo(() => host.resume());
      }
      return running.length;
    }
    case 'replaceServer': {
      const isMeant = (host: Host): boolean => fault.target !== undefined || world.network.isServer(host.name);
      const up = hosts().filter((host) => host.state !== 'down' && isMeant(host));
      for (const host of up) host.replace();
      return up.length;
    }
    case 'unlinkSocket': {
      const files = world.network.paths().filter((address) => target.hasAddress(address));
      for (const address of files) undo(world.network.unlink(address));
      return files.length;
    }
    case 'clockJump':
      // Nobody here reads the wall clock: the runtime of the library has a monotonic one only, and that is the point.
      return 0;
    default:
      return 0;
  }
}

function crash(fault: Crash, host: Host, { network }: FaultWorld): void {
  const { epoch } = host;
  if (epoch === undefined) return;
  const addresses = network.paths().filter((address) => network.ownerOf(address) === epoch);
  if (fault.lose === 'all') {
    for (const link of network.links()) {
      if (link.clientEpoch === epoch) link.serverEnd.discard();
      if (link.serverEpoch === epoch) link.clientEnd.discard();
    }
  }
  host.crash();
  if (fault.staleFile === false) for (const address of addresses) network.unlink(address);
}
