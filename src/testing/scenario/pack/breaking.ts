/** Scenarios of the pack: connections and processes that end when nobody expects it. */

import type { Scenario } from '../scenario.js';

/** See each one's `about`. */
export const BREAKING: readonly Scenario[] = [
  {
    version: 1,
    name: 'restart-mid-message',
    about:
      'The server dies while a long message is on its way; no half of it is ever delivered, and the client comes back.',
    seed: 11,
    servers: [{ name: 'server' }],
    clients: [{ name: 'client', options: { retryDelay: 30, reconnectDelay: 10 } }],
    workload: [
      { at: 50, client: 'client', do: 'send', topic: 'long', size: 400_000, count: 3 },
      { at: 600, client: 'client', do: 'send', topic: 'short', count: 3 },
    ],
    faults: [
      { kind: 'bandwidth', rate: 1_000_000, burst: 4_096, direction: 'toServer', for: 400 },
      { kind: 'crash', at: 250, restartAfter: 100, target: { server: 'server' } },
    ],
    expect: [
      { that: 'messages', server: 'server', topic: 'long', atMost: 1 },
      { that: 'messages', server: 'server', topic: 'short', atLeast: 3, atMost: 3 },
      { that: 'reconnected', atLeast: 1, atMost: 1 },
      { that: 'errors', code: 'IPC_DECODE', atMost: 0 },
    ],
    liveness: { healAt: 450, within: 1_000 },
  },
  {
    version: 1,
    name: 'reset-mid-frame',
    about: 'A connection is reset inside a frame; the rest of that frame never leaks into the next connection.',
    seed: 12,
    servers: [{ name: 'server' }],
    clients: [{ name: 'client', options: { reconnectDelay: 10, retryDelay: 20 } }],
    workload: [
      { at: 50, client: 'client', do: 'send', size: 3_000, every: 5, count: 40 },
      { at: 700, client: 'client', do: 'send', topic: 'after', count: 3 },
    ],
    // biome-ignore lint/suspicious/noThenProperty: the word of the plan format; nobody awaits a fault
    faults: [{ kind: 'limitData', bytes: 10_000, then: 'reset', direction: 'toServer', at: 0, for: 400 }],
    expect: [
      { that: 'reconnected', atLeast: 1 },
      { that: 'messages', server: 'server', topic: 'message', atLeast: 3, atMost: 39 },
      { that: 'messages', server: 'server', topic: 'after', atLeast: 3, atMost: 3 },
      { that: 'errors', code: 'IPC_DECODE', atMost: 0 },
    ],
    liveness: { healAt: 500, within: 1_000 },
  },
  {
    version: 1,
    name: 'half-close',
    about: 'The server finishes one direction only; a client takes that for the end, and builds a new connection.',
    seed: 13,
    servers: [{ name: 'server' }],
    clients: [{ name: 'client', count: 2, options: { reconnectDelay: 15 } }],
    workload: [
      { at: 30, client: 'client', do: 'send', every: 10, count: 5 },
      { at: 400, client: 'client', do: 'send', topic: 'after', count: 2 },
    ],
    faults: [{ kind: 'halfClose', side: 'server', at: 150 }],
    expect: [
      { that: 'reconnected', atLeast: 1, atMost: 1 },
      { that: 'everythingDelivered' },
      { that: 'messages', server: 'server', topic: 'after', atLeast: 4, atMost: 4 },
      { that: 'errors', atMost: 0 },
    ],
    liveness: { healAt: 250, within: 1_000 },
  },
  {
    version: 1,
    name: 'crash-storm',
    about:
      'Server and clients are killed over and over; whoever lives in the end is connected, and no message was garbled or doubled.',
    seed: 14,
    servers: [{ name: 'server', answers: true }],
    clients: [
      {
        name: 'crowd',
        count: 10,
        at: 10,
        options: { retryDelay: { min: 10, max: 40 }, reconnectDelay: { min: 5, max: 25 } },
      },
      { name: 'victim', count: 3, options: { retryDelay: 20, reconnectDelay: 10 } },
    ],
    workload: [
      { at: 50, client: 'crowd', do: 'send', every: 20, count: 48 },
      { at: 55, client: 'victim', do: 'send', every: 20, count: 40 },
      { at: 60, server: 'server', do: 'broadcast', every: 50, count: 20 },
      { at: 1_100, client: 'crowd', do: 'send', topic: 'after', count: 2 },
      { at: 1_100, client: 'victim', do: 'send', topic: 'after', count: 2 },
    ],
    faults: [
      { kind: 'crash', at: 150, restartAfter: 60, target: { server: 'server' } },
      { kind: 'crash', at: 300, restartAfter: 40, target: { client: 'victim' } },
      { kind: 'crash', at: 550, restartAfter: 60, target: { server: 'server' } },
      { kind: 'crash', at: 800, restartAfter: 40, target: { client: 'victim' } },
    ],
    expect: [
      { that: 'reconnected', client: 'crowd', atLeast: 1, atMost: 2 },
      { that: 'listening', atLeast: 3, atMost: 3 },
      { that: 'errors', code: 'EADDRINUSE', atMost: 0 },
      { that: 'messages', server: 'server', topic: 'after', atLeast: 26, atMost: 26 },
      { that: 'messages', topic: 'answer', atLeast: 26 },
    ],
    liveness: { healAt: 1_050, within: 2_000 },
  },
  {
    version: 1,
    name: 'stall-and-heal',
    about: 'Nothing passes for a while and nothing closes; when it is over everything arrives, in order.',
    seed: 15,
    servers: [{ name: 'server' }],
    clients: [{ name: 'client', count: 2 }],
    workload: [
      { at: 20, client: 'client', do: 'send', every: 20, count: 40 },
      { at: 25, server: 'server', do: 'broadcast', every: 40, count: 20 },
    ],
    faults: [{ kind: 'stall', at: 100, for: 700 }],
    expect: [
      { that: 'quiet', from: 120, to: 780 },
      { that: 'noDisconnect' },
      { that: 'everythingDelivered' },
      { that: 'errors', atMost: 0 },
    ],
    liveness: { healAt: 850, within: 1_000 },
  },
  {
    version: 1,
    name: 'swizzle',
    about: 'Connections stall one by one and are released in another order; each goes on where it stopped.',
    seed: 16,
    servers: [{ name: 'server' }],
    clients: [{ name: 'crowd', count: 8 }],
    workload: [
      { at: 30, client: 'crowd', do: 'send', every: 15, count: 30 },
      { at: 35, server: 'server', do: 'broadcast', every: 30, count: 15 },
    ],
    faults: [{ kind: 'swizzle', fraction: 0.7, spread: 150, at: 80 }],
    expect: [
      { that: 'noDisconnect' },
      { that: 'everythingDelivered' },
      { that: 'messages', server: 'server', atLeast: 240, atMost: 240 },
      { that: 'messages', client: 'crowd', atLeast: 120, atMost: 120 },
    ],
    liveness: { healAt: 550, within: 1_000 },
  },
];
