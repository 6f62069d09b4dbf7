/** What each kind of fault does when it begins. What undoes it is left with the fault, for when it is healed. */

import type { Fault, FaultOf } from '../faults/fault.js';
import { lastingMs, MOMENTARY_KINDS } from '../faults/fault-kinds.js';
import { garbage } from '../faults/garbage.js';
import type { ActiveFault } from './active-fault.js';
import { conditionOf } from './condition.js';
import type { DoorState } from './front-door.js';
import { HostilePeer } from './hostile-peer.js';
import { beginOfProcess, beginSlowStart } from './process-effects.js';
import type { ProxiedConnection } from './proxied-connection.js';
import { beginSwizzle } from './swizzle.js';
import type { World } from './world.js';

/** Makes it happen; it is over at the latest when it is healed. */
export function begin(active: ActiveFault, world: World): void {
  const { fault } = active;
  switch (fault.kind) {
    case 'refuse':
    case 'backlog':
    case 'unlinkSocket':
      demand(active, doorStateFor(fault), world);
      break;
    case 'slowStart':
      beginSlowStart(active, fault, world);
      break;
    case 'partition':
      if (separates(fault, world)) {
        if (fault.connects !== 'hang') demand(active, { name: 'stale' }, world);
        for (const connection of world.connections()) applyConditions(active, connection, world);
      }
      break;
    case 'latency':
    case 'bandwidth':
    case 'slice':
    case 'coalesce':
    case 'limitData':
    case 'slowClose':
    case 'stall':
    case 'hold':
    case 'corrupt':
      for (const connection of world.connections()) applyConditions(active, connection, world);
      break;
    case 'acceptDelay':
    case 'acceptDrop':
      // For those that come.
      break;
    case 'cut':
    case 'halfClose':
      for (const connection of world.connections()) endOne(active, connection);
      break;
    case 'garbage':
      sendGarbage(active, fault, world);
      break;
    case 'swizzle':
      beginSwizzle(active, fault, world);
      break;
    case 'release':
    case 'heal':
      for (const other of world.activeFaults()) {
        const isMeant = fault.kind === 'heal' || other.fault.kind === 'hold';
        if (other !== active && isMeant && (fault.id === undefined || fault.id === other.fault.id)) other.heal();
      }
      break;
    case 'crash':
    case 'stop':
    case 'pause':
    case 'gcPause':
    case 'replaceServer':
      beginOfProcess(active, fault, world);
      break;
    case 'clockJump':
    case 'failNth':
      // Refused before it comes to this.
      break;
    default:
      fault satisfies never;
  }
  const lasts = lastingMs(fault);
  if (MOMENTARY_KINDS.includes(fault.kind)) active.heal();
  else if (lasts !== undefined) active.onHeal(world.timers.after(lasts, () => active.heal()));
}

/** What the active faults do to a connection that has just come, its way to the server included. */
export function receive(connection: ProxiedConnection, world: World): void {
  /** Those that keep it from the server, and for how long; for good when they are healed and not before. */
  const holds = new Map<ActiveFault, number>();
  for (const active of world.activeFaults()) {
    const { fault } = active;
    if (!active.appliesTo(connection.number)) continue;
    if (fault.kind === 'acceptDrop') {
      world.log('link', connection.name, 'dropped', `by ${active.name}`);
      world.timers.after(fault.after ?? 0, () => connection.cut(fault.mode ?? 'eof'));
      return;
    }
    if (fault.kind === 'acceptDelay') {
      const random = active.random.stream(`connection-${connection.number}/delay`);
      const delayMs = fault.delay + random.between(0, fault.jitter ?? 0);
      world.log('link', connection.name, 'delayed', `${delayMs} ms by ${active.name}`);
      holds.set(active, delayMs);
    } else if (fault.kind === 'partition') {
      if (separates(fault, world)) holds.set(active, Number.POSITIVE_INFINITY);
    } else if (fault.kind !== 'swizzle') {
      applyConditions(active, connection, world);
    }
  }
  serveAfter(holds, connection, world);
}

/** Serves it when those that are not healed by then have held it long enough, one after another. */
function serveAfter(holds: ReadonlyMap<ActiveFault, number>, connection: ProxiedConnection, world: World): void {
  const acceptedMs = world.timers.now();
  let cancel = (): void => {};
  const decide = (): void => {
    cancel();
    let holdMs = 0;
    for (const [holder, delayMs] of holds) if (!holder.isOver) holdMs += delayMs;
    const leftMs = acceptedMs + holdMs - world.timers.now();
    if (leftMs <= 0 || holdMs === 0) connection.serve(world.upstream);
    else if (Number.isFinite(leftMs)) cancel = world.timers.after(leftMs, decide);
  };
  for (const holder of holds.keys()) holder.onHealOf(connection.number, decide);
  decide();
}

function applyConditions(active: ActiveFault, connection: ProxiedConnection, { timers }: World): void {
  if (!active.appliesTo(connection.number)) return;
  const { fault } = active;
  for (const way of active.ways) {
    const random = active.random.stream(`connection-${connection.number}/${way}`);
    const limitReached = (): void => {
      if (fault.kind === 'limitData' && fault.then !== 'stall') {
        connection.cut(fault.then === 'reset' ? 'reset' : 'truncate');
      }
    };
    const condition = conditionOf(fault, random, timers.now(), limitReached);
    if (condition === undefined) continue;
    connection.add(way, condition);
    active.onHealOf(connection.number, () => connection.remove(way, condition));
  }
}

function demand(active: ActiveFault, state: DoorState, { door, timers }: World): void {
  const { inForce, withdraw } = door.demand(state);
  timers.waitFor(inForce);
  active.inForce = inForce;
  active.onHeal(withdraw);
}

function doorStateFor(fault: FaultOf<'refuse' | 'backlog' | 'unlinkSocket'>): DoorState {
  if (fault.kind === 'backlog') return { name: 'full', room: fault.limit + 1 };
  if (fault.kind === 'unlinkSocket') return { name: 'unlinked' };
  if (fault.code === 'ENOENT') return { name: 'absent' };
  if (fault.code === 'EAGAIN') return { name: 'full', room: 0 };
  return { name: fault.code === 'EACCES' ? 'forbidden' : 'stale' };
}

/** Whether the two that this proxy stands between are in different groups. */
function separates({ groups }: FaultOf<'partition'>, { means }: World): boolean {
  return !groups.some((group) => group.includes(means.client) && group.includes(means.server));
}

function endOne(active: ActiveFault, connection: ProxiedConnection): void {
  if (!active.appliesTo(connection.number)) return;
  const { fault } = active;
  if (fault.kind === 'halfClose') {
    connection.finish(fault.side === 'client' ? 'toServer' : 'toClient');
  } else if (fault.kind === 'cut') {
    const { mode = 'auto', direction = 'both' } = fault;
    // A process that dies ends its connections; what was unread then decides what that looks like.
    const random = active.random.stream(`connection-${connection.number}/mode`);
    connection.cut(mode === 'auto' ? random.pick(['eof', 'destroy'] as const) : mode, direction);
  }
}

/** Into connections, when it says which or that clients are to get it; else from somebody who comes for it. */
function sendGarbage(active: ActiveFault, fault: FaultOf<'garbage'>, world: World): void {
  const { target, direction } = fault satisfies Fault;
  if (target?.connection === undefined && direction !== 'toClient') {
    const peer = new HostilePeer(world.upstream, garbage(fault.form), (how) => {
      world.log('link', active.name, 'hostile peer', how);
      active.heal();
    });
    active.onHeal(() => peer.destroy());
    return;
  }
  for (const connection of world.connections()) {
    if (!active.appliesTo(connection.number)) continue;
    connection.insert(direction === 'toClient' ? 'toClient' : 'toServer', garbage(fault.form));
  }
}
