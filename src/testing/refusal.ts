/** Makes dialling one address of a simulation fail. */

import type { NetworkFaults, SimulatedNetwork } from './simulated-network.js';

/** The codes with which a connection can be refused. */
export type RefusalCode = 'ENOENT' | 'ECONNREFUSED' | 'EACCES' | 'EAGAIN' | 'EMFILE' | 'ENOTDIR';

/**
 * New connections to the address fail with the code; what other faults the network has go on.
 *
 * @returns what ends it.
 */
export function refuseConnections(network: SimulatedNetwork, address: string, code: RefusalCode): () => void {
  const others = network.faults;
  const faults: NetworkFaults = {
    refusal: (dialled, caller) => (dialled === address ? code : others?.refusal(dialled, caller)),
    linked: (link) => others?.linked(link),
    acceptance: (link) => others?.acceptance(link),
  };
  network.faults = faults;
  network.trace.record('fault', address, 'refuse', code);
  return () => {
    if (network.faults === faults) network.faults = others;
    network.trace.record('fault', address, 'heal', 'refuse');
  };
}
