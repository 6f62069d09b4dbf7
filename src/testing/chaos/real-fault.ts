/** Which faults this proxy can do. What it cannot is refused before anything begins, with the reason. */

import { CONNECTION_EVENT } from '../faults/event-trigger.js';
import type { Fault, FaultKind } from '../faults/fault.js';
import { FAULT_KINDS, type KindOfFault, PROCESS_KINDS } from '../faults/fault-kinds.js';
import { FaultPlanError, type PlannedFault } from '../faults/fault-plan.js';

/** What this proxy has to work with. */
export interface Means {
  readonly server: string;
  readonly client: string;
  readonly processes: readonly string[];
}

/** Faults of the socket file: they are the same for everybody who connects. */
const OF_THE_DOOR: readonly FaultKind[] = ['refuse', 'backlog', 'slowStart', 'unlinkSocket'];
/** Faults of the bytes, which go one way or the other. */
const OF_A_DIRECTION: readonly FaultKind[] = [
  ...(['latency', 'bandwidth', 'slice', 'coalesce', 'limitData', 'cut', 'slowClose', 'stall', 'hold'] as const),
  ...(['corrupt', 'garbage', 'swizzle', 'partition', 'heal', 'release'] as const),
];

/** @throws FaultPlanError when it cannot be done here. */
export function checkPossible(fault: Fault, path: string, means: Means): void {
  const { simulatorOnly }: KindOfFault = FAULT_KINDS[fault.kind];
  if (simulatorOnly !== undefined) {
    throw new FaultPlanError(path, `'${fault.kind}' works in the simulation only: ${simulatorOnly}`);
  }
  const reason = reasonAgainst(fault, means);
  if (reason !== undefined) throw new FaultPlanError(path, `'${fault.kind}' cannot be done by this proxy: ${reason}`);
}

/** @throws FaultPlanError when the proxy never sees what the fault waits for. */
export function checkTrigger({ onEvent }: PlannedFault, path: string): void {
  if (onEvent === undefined) return;
  if (!CONNECTION_EVENT.test(onEvent)) {
    throw new FaultPlanError(
      `${path}.onEvent`,
      'a proxy does not see the events of the programs at its ends, only its own: accepted, connected, closed, of any ' +
        `connection or of one ('connection-2:closed'); got '${onEvent}'`,
    );
  }
}

/** Names of the processes that a fault may befall: all of them, when it has no target. */
export function processesOf({ kind, target = {} }: Fault, { server, processes }: Means): readonly string[] {
  const { server: named, client } = target;
  if (named !== undefined) return [named];
  if (kind === 'replaceServer') return [server];
  if (client === undefined) return processes.length === 0 ? [server] : processes;
  if (client === 'all' || (typeof client === 'object' && 'fraction' in client)) {
    return processes.filter((name) => name !== server);
  }
  return typeof client === 'string' ? [client] : 'oneOf' in client ? client.oneOf : client;
}

function reasonAgainst(fault: Fault, means: Means): string | undefined {
  if (fault.direction !== undefined && fault.direction !== 'both' && !OF_A_DIRECTION.includes(fault.kind)) {
    return 'it has no direction; leave `direction` out';
  }
  if (PROCESS_KINDS.includes(fault.kind)) return reasonAgainstProcess(fault, means);
  if (OF_THE_DOOR.includes(fault.kind) && !isForAll(fault)) {
    return 'a socket file is the same for all who connect, not for some of them; leave `target` and `toxicity` out, or use acceptDrop';
  }
  return reasonAgainstTarget(fault, means) ?? reasonAgainstKind(fault, means);
}

function reasonAgainstProcess(fault: Fault, means: Means): string | undefined {
  if (fault.toxicity !== undefined || fault.target?.connection !== undefined) {
    return 'it befalls a process, not connections; leave `toxicity` and `target.connection` out';
  }
  const missing = processesOf(fault, means).find((name) => !means.processes.includes(name));
  if (missing === undefined) return undefined;
  const known = means.processes.length === 0 ? 'it has none' : `it has ${means.processes.join(', ')}`;
  return `it needs a process named '${missing}' in options.processes, and ${known}`;
}

function isForAll({ target, toxicity = 1 }: Fault): boolean {
  return toxicity === 1 && target?.connection === undefined && typeof target?.client !== 'object';
}

function reasonAgainstTarget({ target }: Fault, { server, client }: Means): string | undefined {
  if (target?.server !== undefined && target.server !== server) {
    return `the server behind it is called '${server}', not '${target.server}' (options.server)`;
  }
  const wanted = target?.client;
  if (wanted === undefined || wanted === 'all' || (typeof wanted === 'object' && 'fraction' in wanted))
    return undefined;
  const names = typeof wanted === 'string' ? [wanted] : 'oneOf' in wanted ? wanted.oneOf : wanted;
  if (names.includes(client)) return undefined;
  return `who connects to it is called '${client}', not '${names.join("', '")}' (options.client); target.connection tells them apart`;
}

function reasonAgainstKind(fault: Fault, { server, client }: Means): string | undefined {
  if (fault.kind === 'refuse') {
    if (fault.code === 'EMFILE') return 'EMFILE is for a process that has no descriptors left; use the simulation';
    if (fault.code === 'ENOTDIR') return 'it cannot turn the folder of the socket into a file; use the simulation';
    if (fault.code === 'EACCES' && process.getuid?.() === 0) {
      return 'EACCES is made with the permissions of the socket file, which root is above; run it as another user';
    }
  }
  if (fault.kind === 'partition') {
    const named = fault.groups.flat();
    if (!named.includes(server) || !named.includes(client)) {
      return `it stands between '${client}' and '${server}' (options.client and options.server), and the groups must name both`;
    }
  }
  return undefined;
}
