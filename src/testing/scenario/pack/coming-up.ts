/** Scenarios of the pack: servers that are not there yet, not there any more, or not alone. */

import type { Scenario } from '../scenario.js';

/** See each one's `about`. */
export const COMING_UP: readonly Scenario[] = [
  {
    version: 1,
    name: 'server-comes-late',
    about: 'Clients start before their server; they go on trying, and all are connected soon after it listens.',
    seed: 1,
    servers: [{ name: 'server', at: 300 }],
    clients: [{ name: 'client', count: 3, options: { retryDelay: 50 } }],
    workload: [{ at: 500, client: 'client', do: 'send', every: 10, count: 5 }],
    faults: [],
    expect: [
      { that: 'connectErrors', code: 'ENOENT', atLeast: 3 },
      { that: 'connectedWithin', within: 360 },
      { that: 'noDisconnect' },
      { that: 'everythingDelivered' },
      { that: 'messages', server: 'server', atLeast: 15, atMost: 15 },
    ],
    liveness: { healAt: 400, within: 1_000 },
  },
  {
    version: 1,
    name: 'slow-start',
    about: 'A server crashes and takes long to listen again; clients neither give up nor need help.',
    seed: 2,
    servers: [{ name: 'server' }],
    clients: [{ name: 'client', count: 3, options: { retryDelay: 40, reconnectDelay: 20 } }],
    workload: [
      { at: 40, client: 'client', do: 'send' },
      { at: 900, client: 'client', do: 'send', every: 10, count: 3 },
    ],
    faults: [
      { kind: 'slowStart', at: 90, delay: 300, for: 400 },
      { kind: 'crash', at: 100, restartAfter: 50, target: { server: 'server' } },
    ],
    expect: [
      { that: 'connectErrors', client: 'client', atLeast: 3 },
      { that: 'reconnected', atLeast: 1 },
      { that: 'messages', server: 'server', atLeast: 9 },
    ],
    liveness: { healAt: 600, within: 1_000 },
  },
  {
    version: 1,
    name: 'stale-file',
    about:
      'A server is killed and leaves its socket file behind; its successor takes the file over, and clients return.',
    seed: 3,
    servers: [{ name: 'server' }],
    clients: [{ name: 'client', count: 2, options: { retryDelay: 30, reconnectDelay: 10 } }],
    workload: [{ at: 700, client: 'client', do: 'send', count: 5, every: 5 }],
    faults: [{ kind: 'crash', at: 100, restartAfter: 200, target: { server: 'server' } }],
    expect: [
      { that: 'connectErrors', code: 'ECONNREFUSED', atLeast: 2 },
      { that: 'listening', atLeast: 2, atMost: 2 },
      { that: 'errors', code: 'EADDRINUSE', atMost: 0 },
      { that: 'reconnected', atLeast: 1, atMost: 1 },
      { that: 'messages', server: 'server', atLeast: 10, atMost: 10 },
    ],
    liveness: { healAt: 400, within: 1_000 },
  },
  {
    version: 1,
    name: 'two-starters',
    about: 'Two servers are started on one path; one serves, the other is told so, and the clients notice nothing.',
    seed: 4,
    servers: [{ name: 'first' }, { name: 'second', at: 60 }],
    clients: [{ name: 'client', count: 3, at: 20, options: { retryDelay: 20 } }],
    workload: [{ at: 40, client: 'client', do: 'send', every: 10, count: 20 }],
    faults: [],
    expect: [
      { that: 'listening', atLeast: 1, atMost: 1 },
      { that: 'errors', server: 'second', code: 'EADDRINUSE', atLeast: 1, atMost: 1 },
      { that: 'errors', server: 'first', atMost: 0 },
      { that: 'noDisconnect' },
      { that: 'everythingDelivered' },
    ],
    liveness: { healAt: 300, within: 1_000 },
  },
  {
    version: 1,
    name: 'deploy-overlap',
    about:
      'A new server takes over the path while the old one still serves; everybody moves over, and finds somebody at all times.',
    seed: 5,
    servers: [{ name: 'server' }],
    clients: [{ name: 'client', count: 5, options: { retryDelay: 30, reconnectDelay: 10 } }],
    workload: [
      { at: 50, client: 'client', do: 'send', every: 10, count: 10 },
      { at: 700, client: 'client', do: 'send', every: 10, count: 5 },
    ],
    faults: [{ kind: 'replaceServer', at: 200, target: { server: 'server' } }],
    expect: [
      { that: 'listening', atLeast: 2, atMost: 2 },
      { that: 'reconnected', atLeast: 1 },
      { that: 'errors', atMost: 0 },
      { that: 'messages', server: 'server', atLeast: 75 },
    ],
    liveness: { healAt: 400, within: 1_000 },
  },
  {
    version: 1,
    name: 'hang-on-accept',
    about:
      'A server that is too busy to accept keeps its clients waiting, then drops some of them; what they say arrives all the same.',
    seed: 6,
    servers: [{ name: 'server', answers: true }],
    clients: [
      { name: 'early', count: 2, at: 20, options: { reconnectDelay: 20 } },
      { name: 'late', count: 2, at: 500, options: { reconnectDelay: 20, retryDelay: 20 } },
    ],
    workload: [{ at: 150, client: 'early', do: 'send', every: 10, count: 5 }],
    faults: [
      { kind: 'acceptDelay', delay: 300, for: 350 },
      { kind: 'acceptDrop', mode: 'eof', after: 5, at: 380, for: 270 },
    ],
    expect: [
      { that: 'quiet', from: 0, to: 280 },
      { that: 'noDisconnect', client: 'early' },
      { that: 'everythingDelivered', client: 'early' },
      { that: 'messages', client: 'early', topic: 'answer', atLeast: 10, atMost: 10 },
      { that: 'reconnected', client: 'late', atLeast: 1 },
    ],
    liveness: { healAt: 700, within: 1_000 },
  },
  {
    version: 1,
    name: 'backlog-overflow',
    about:
      'More clients call than the kernel lets wait; the rest is refused, tries again, and gets in when there is room.',
    seed: 7,
    servers: [{ name: 'server' }],
    clients: [{ name: 'crowd', count: 12, at: 350, options: { retryDelay: { min: 20, max: 60 } } }],
    workload: [{ at: 1_700, client: 'crowd', do: 'send' }],
    faults: [
      { kind: 'backlog', limit: 2, at: 20, for: 1_480 },
      { kind: 'pause', at: 30, for: 1_470, target: { server: 'server' } },
    ],
    expect: [
      { that: 'connectErrors', code: 'EAGAIN', atLeast: 9 },
      { that: 'messages', server: 'server', atLeast: 12, atMost: 12 },
      { that: 'errors', server: 'server', atMost: 0 },
    ],
    liveness: { healAt: 1_520, within: 1_000 },
  },
];
