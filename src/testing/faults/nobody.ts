/** Why a fault has befallen nobody: in words for the trace, and refused where it can be told beforehand. */

import type { Host } from '../host.js';
import type { SimulatedNetwork } from '../network/simulated-network.js';
import { suggest } from '../rules/rule.js';
import type { Fault, FaultTarget } from './fault.js';
import { PROCESS_KINDS } from './fault-kinds.js';
import { FaultPlanError } from './fault-plan.js';

/** Whom a fault could befall. */
export interface Population {
  readonly network: SimulatedNetwork;
  hosts(): Host[];
}

/** Names that a message lists. */
const LISTED = 10;

/**
 * For a fault that is injected by hand and befalls processes, of which it names one that there is not.
 *
 * @throws FaultPlanError with the nearest name.
 */
export function refuseStrangers(fault: Fault, world: Population): void {
  if (!PROCESS_KINDS.includes(fault.kind)) return;
  const hosts = namesOfHosts(world);
  const stranger = strangeHost(fault, hosts);
  if (stranger === undefined) return;
  const { key, name } = stranger;
  const nearest = suggest(name, hosts, false);
  const problem = nearest === '' ? absent('host', name, hosts) : `there is no host '${name}'${nearest}`;
  throw new FaultPlanError(`fault.target.${key}`, problem);
}

/** The first host that a fault names and that there is not. */
function strangeHost(
  { target = {} }: Fault,
  hosts: readonly string[],
): { readonly key: 'server' | 'client'; readonly name: string } | undefined {
  const named = [
    ...listed(target.server).map((name) => ({ key: 'server' as const, name })),
    ...namesOf(target.client).map((name) => ({ key: 'client' as const, name })),
  ];
  return named.find(({ name }) => !hosts.includes(name));
}

/** For a fault that strikes when it begins, and has struck nobody. */
export function whyNobodyNow(fault: Fault, world: Population): string {
  const { network } = world;
  if (PROCESS_KINDS.includes(fault.kind)) {
    const hosts = namesOfHosts(world);
    if (hosts.length === 0) return 'there is no host';
    const stranger = strangeHost(fault, hosts);
    return stranger === undefined ? 'no host that it means is running' : absent('host', stranger.name, hosts);
  }
  const stranger = strangerOf(fault, world);
  if (stranger !== undefined) return stranger;
  if (fault.kind === 'unlinkSocket') return 'no socket file that it means is there';
  if (fault.kind === 'garbage' && fault.direction !== 'toClient' && fault.target?.connection === undefined) {
    return 'no server that it means is listening';
  }
  const { length } = network.links();
  return length === 0 ? 'no connection is open' : `it means none of the connections that are open, ${length} in all`;
}

/** For a fault that was in force and is over: the name that nobody has had; undefined when somebody could be meant. */
export function strangerOf(fault: Fault, world: Population): string | undefined {
  const { network } = world;
  const hosts = namesOfHosts(world);
  const isClient = (name: string): boolean =>
    hosts.includes(name) || network.trace.isActor(name) || network.links().some(({ dialler }) => dialler === name);
  const servers = (): string[] => [...new Set([...hosts, ...network.servers()])];
  const clients = (): string[] => [...hosts, ...network.trace.actors(LISTED + 1)];
  if (fault.kind === 'partition') {
    const isKnown = (name: string): boolean => isClient(name) || servers().includes(name);
    if (fault.groups.filter((group) => group.some(isKnown)).length > 1) return undefined;
    const stranger = fault.groups.flat().find((name) => !isKnown(name));
    return stranger === undefined ? undefined : absent('process', stranger, [...new Set([...servers(), ...clients()])]);
  }
  const { server, client, connection } = fault.target ?? {};
  if (server !== undefined && !servers().includes(server)) return absent('server', server, servers());
  const names = namesOf(client);
  const [first] = names;
  if (first !== undefined && !names.some(isClient)) return absent('client', first, clients());
  if (connection !== undefined && connection > network.linkCount) {
    return `there is no connection ${connection}; there have been ${network.linkCount}`;
  }
  return undefined;
}

/** The names by which clients are meant; none where they are all, or drawn. */
function namesOf(client: FaultTarget['client']): readonly string[] {
  if (client === undefined || client === 'all') return [];
  if (typeof client === 'string') return [client];
  if ('oneOf' in client) return client.oneOf;
  return 'fraction' in client ? [] : client;
}

function namesOfHosts(world: Population): readonly string[] {
  return world.hosts().map(({ name }) => name);
}

function listed(name: string | undefined): readonly string[] {
  return name === undefined ? [] : [name];
}

function absent(noun: string, name: string, known: readonly string[]): string {
  return `there is no ${noun} '${name}'${known.length === 0 ? ', nor any other' : `; there are: ${enumerate(known)}`}`;
}

function enumerate(names: readonly string[]): string {
  return `${names.slice(0, LISTED).join(', ')}${names.length > LISTED ? ', …' : ''}`;
}
