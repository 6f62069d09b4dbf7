/** The faults that happen to whole processes and to their socket files. */

import type { Host } from '../host.js';
import type { FaultWorld } from './active-fault.js';
import type { Crash, Fault } from './fault.js';
import type { TargetChoice } from './fault-target.js';

/**
 * Does what a fault does to processes; nothing when it is of another kind.
 *
 * @param undo takes what is to happen when the fault is healed.
 */
export function beginProcessFault(
  fault: Fault,
  world: FaultWorld,
  target: TargetChoice,
  undo: (callback: () => void) => void,
): void {
  const hosts = (): Host[] => world.hosts().filter((host) => target.hasHost(host));
  switch (fault.kind) {
    case 'crash':
    case 'stop': {
      const struck = hosts();
      for (const host of struck) {
        if (fault.kind === 'crash') crash(fault, host, world);
        else host.stop();
      }
      // Once it is over they are there again, as everything else is that a fault has taken away.
      undo(() => {
        for (const host of struck) host.start();
      });
      return;
    }
    case 'pause':
    case 'gcPause':
      for (const host of hosts()) {
        if (host.state !== 'running') continue;
        host.pause();
        undo(() => host.resume());
      }
      return;
    case 'replaceServer':
      for (const host of hosts()) if (fault.target !== undefined || world.network.isServer(host.name)) host.replace();
      return;
    case 'unlinkSocket':
      for (const address of world.network.paths()) {
        if (target.hasAddress(address)) undo(world.network.unlink(address));
      }
      return;
    case 'clockJump':
      // Nobody here reads the wall clock: the runtime of the library has a monotonic one only, and that is the point.
      return;
    default:
      return;
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
