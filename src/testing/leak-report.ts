/** What a simulated run left behind. */

import type { PendingTimer } from './clock/clock-timer.js';
import type { Link } from './network/link.js';
import type { SimulatedNetwork } from './network/simulated-network.js';

/** A connection of which an end is still held. */
export interface LeakedConnection {
  readonly link: number;
  readonly address: string;
  /** Who dialled. */
  readonly dialler: string;
  /** The ends that are still open. */
  readonly sides: readonly ('client' | 'server')[];
  readonly unreadBytes: number;
  readonly stack: string | undefined;
}

/** An attempt to connect that a fault keeps without an answer: neither a connection nor given up. */
export interface LeakedDial {
  readonly address: string;
  readonly dialler: string;
  readonly stack: string | undefined;
}

/** A listener that was not closed. */
export interface LeakedListener {
  readonly address: string;
  readonly owner: string;
  readonly stack: string | undefined;
}

/** Everything that is still there. */
export interface LeakReport {
  readonly connections: readonly LeakedConnection[];
  readonly dials: readonly LeakedDial[];
  readonly listeners: readonly LeakedListener[];
  readonly timers: readonly PendingTimer[];
  readonly isClean: boolean;
  /** The report in words, a line for each leak. */
  toString(): string;
}

/** A simulation was disposed of with something left, and was told to mind. */
export class LeakError extends Error {
  readonly code = 'IPC_SIMULATION_LEAK';
  readonly report: LeakReport;

  constructor(report: LeakReport) {
    super(`The simulation was left with\n${report.toString()}`);
    this.name = 'LeakError';
    this.report = report;
  }
}

/** Looks for what is still open or pending. */
export function findLeaks(network: SimulatedNetwork): LeakReport {
  const connections = network.links().map(describeLink);
  const dials = network.hangingDials().map(({ address, dialler, stack }) => ({ address, dialler, stack }));
  const listeners = network.listeners().map(({ address, actor, stack }) => ({ address, owner: actor, stack }));
  const timers = network.clock.pendingTimers();
  return {
    connections,
    dials,
    listeners,
    timers,
    isClean: connections.length + dials.length + listeners.length + timers.length === 0,
    toString: () =>
      [
        ...connections.map(
          ({ link, address, dialler, sides, unreadBytes, stack }) =>
            `- connection ${link} of ${dialler} to ${address}: ${sides.join(' and ')} end open, ${unreadBytes} bytes unread${madeAt(stack)}`,
        ),
        ...dials.map(({ address, dialler, stack }) => `- unanswered dial of ${dialler} to ${address}${madeAt(stack)}`),
        ...listeners.map(({ address, owner, stack }) => `- listener of ${owner} at ${address}${madeAt(stack)}`),
        ...timers.map(({ label, dueMs, stack }) => `- timer '${label}' due at ${dueMs} ms${madeAt(stack)}`),
      ].join('\n'),
  };
}

function describeLink(link: Link): LeakedConnection {
  const sides: ('client' | 'server')[] = [];
  if (link.clientEnd.state !== 'closed') sides.push('client');
  if (link.serverEnd.state !== 'closed') sides.push('server');
  return {
    link: link.id,
    address: link.address,
    dialler: link.dialler,
    sides,
    unreadBytes: link.clientEnd.inbox.bytes + link.serverEnd.inbox.bytes,
    stack: link.stack,
  };
}

function madeAt(stack: string | undefined): string {
  return stack === undefined ? '' : `, made\n${stack}`;
}
