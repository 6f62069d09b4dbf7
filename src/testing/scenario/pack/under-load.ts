/** Scenarios of the pack: more than somebody can take, and peers that mean no good. */

import type { Scenario } from '../scenario.js';

/** See each one's `about`. */
export const UNDER_LOAD: readonly Scenario[] = [
  {
    version: 1,
    name: 'slow-reader',
    about:
      'One process of readers stands still; it costs the server no more than its limit, and the others miss nothing.',
    seed: 21,
    servers: [{ name: 'server', options: { maxBufferedBytes: 2_500_000 } }],
    clients: [
      { name: 'quick', count: 3, options: { reconnectDelay: 10 } },
      { name: 'slow', options: { reconnectDelay: 10 } },
    ],
    workload: [
      { at: 100, server: 'server', do: 'broadcast', size: 80_000, every: 20, count: 60 },
      { at: 1_700, server: 'server', do: 'broadcast', topic: 'after', count: 2 },
    ],
    faults: [{ kind: 'pause', at: 60, for: 1_400, target: { client: 'slow' } }],
    expect: [
      { that: 'errors', server: 'server', code: 'IPC_BACKPRESSURE', atLeast: 1, atMost: 2 },
      { that: 'everythingDelivered', client: 'quick' },
      { that: 'messages', client: 'quick', topic: 'message', atLeast: 180, atMost: 180 },
      { that: 'messages', client: 'slow', topic: 'message', atLeast: 1, atMost: 59 },
      { that: 'messages', client: 'slow', topic: 'after', atLeast: 2, atMost: 2 },
      { that: 'drains', server: 'server', atLeast: 1 },
      { that: 'noDisconnect' },
    ],
    liveness: { healAt: 1_600, within: 1_000 },
  },
  {
    version: 1,
    name: 'flood',
    about: 'Clients send without waiting for anything; every message arrives, once and in order.',
    seed: 22,
    servers: [{ name: 'server' }],
    clients: [{ name: 'client', count: 3 }],
    workload: [{ at: 50, client: 'client', do: 'send', size: 1_000, count: 600 }],
    faults: [{ kind: 'coalesce', window: 5, direction: 'toServer' }],
    expect: [
      { that: 'everythingDelivered' },
      { that: 'messages', server: 'server', atLeast: 1_800, atMost: 1_800 },
      { that: 'errors', atMost: 0 },
      { that: 'noDisconnect' },
    ],
    liveness: { healAt: 300, within: 1_000 },
  },
  {
    version: 1,
    name: 'one-byte-reads',
    about: 'Everything comes in pieces of a byte or two, cut inside frames and characters; nobody can tell.',
    seed: 23,
    servers: [{ name: 'server', answers: true }],
    clients: [{ name: 'client', count: 2 }],
    workload: [{ at: 50, client: 'client', do: 'send', size: 100, every: 30, count: 6 }],
    faults: [{ kind: 'slice', average: 1, variation: 1 }],
    expect: [
      { that: 'everythingDelivered' },
      { that: 'messages', client: 'client', topic: 'answer', atLeast: 12, atMost: 12 },
      { that: 'errors', atMost: 0 },
      { that: 'noDisconnect' },
    ],
    liveness: { healAt: 700, within: 1_000 },
  },
  {
    version: 1,
    name: 'hostile-neighbour',
    about: 'Somebody else sends the server all sorts of rubbish; its clients are served as if nobody had.',
    seed: 24,
    servers: [{ name: 'server', answers: true, options: { maxMessageBytes: 100_000 } }],
    clients: [{ name: 'client', count: 2 }],
    workload: [{ at: 30, client: 'client', do: 'send', every: 10, count: 40 }],
    faults: [
      { kind: 'garbage', form: 'badJson', direction: 'toServer', at: 100 },
      { kind: 'garbage', form: 'badUtf8', direction: 'toServer', at: 150 },
      { kind: 'garbage', form: 'nulRun', direction: 'toServer', at: 200 },
      { kind: 'garbage', form: 'deepNesting', direction: 'toServer', at: 250 },
      { kind: 'garbage', form: 'noTerminator', direction: 'toServer', at: 300 },
    ],
    expect: [
      { that: 'errors', server: 'server', code: 'IPC_DECODE', atLeast: 3 },
      { that: 'errors', client: 'client', atMost: 0 },
      { that: 'noDisconnect' },
      { that: 'everythingDelivered' },
      { that: 'messages', client: 'client', topic: 'answer', atLeast: 80, atMost: 80 },
    ],
    liveness: { healAt: 500, within: 1_000 },
  },
  {
    version: 1,
    name: 'backpressure-and-drain',
    about:
      'A client that heeds drain pours through a narrow pipe; it is held back, never refused, and all of it arrives.',
    seed: 25,
    servers: [{ name: 'server' }],
    clients: [{ name: 'client', options: { maxBufferedBytes: 100_000 } }],
    workload: [{ at: 50, client: 'client', do: 'pour', size: 10_000, count: 150 }],
    faults: [{ kind: 'bandwidth', rate: 3_000_000, burst: 20_000, direction: 'toServer', for: 700 }],
    expect: [
      { that: 'drains', client: 'client', atLeast: 2 },
      { that: 'errors', atMost: 0 },
      { that: 'everythingDelivered' },
      { that: 'messages', server: 'server', atLeast: 150, atMost: 150 },
    ],
    liveness: { healAt: 800, within: 1_000 },
  },
  {
    version: 1,
    name: 'graceful-shutdown',
    about:
      'A server closes while it sends and while clients send; what it had sent is delivered, and it closes in time.',
    seed: 26,
    servers: [{ name: 'server', options: { closeTimeout: 1_000 } }],
    clients: [{ name: 'client', count: 3, options: { reconnectDelay: 50, retryDelay: 100, closeTimeout: 1_000 } }],
    workload: [
      { at: 50, client: 'client', do: 'send', every: 10, count: 20 },
      { at: 100, server: 'server', do: 'broadcast', topic: 'news', size: 5_000, count: 40 },
      { at: 100, server: 'server', do: 'close' },
    ],
    faults: [{ kind: 'latency', latency: 10, jitter: 5, direction: 'toClient' }],
    expect: [
      { that: 'closesWithin', server: 'server', within: 1_000 },
      { that: 'messages', client: 'client', topic: 'news', atLeast: 120, atMost: 120 },
      { that: 'errors', server: 'server', atMost: 0 },
      { that: 'connectErrors', client: 'client', atLeast: 3 },
      { that: 'reconnected', atMost: 0 },
    ],
  },
];
