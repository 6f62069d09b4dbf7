/** Calls from inside listeners: every event, every call, every pair and every triple of calls. */

import { setImmediate } from 'node:timers/promises';
import { lawfulWorld } from '../lawful-world.js';
import { scenarioNamed } from '../scenarios.js';
import type { Action, Reaction } from '../script.js';
import { type Drill, demand } from './drill.js';

interface Scale {
  /** Calls that a listener makes one after the other, at most. */
  readonly calls: number;
}

/** What came of a scenario. */
export interface Handled {
  readonly runs: number;
  /** Where listeners made calls, as `side event`. */
  readonly reacted: ReadonlySet<string>;
}

const EVENTS_OF: Readonly<Record<'client' | 'server', readonly string[]>> = {
  client: [
    'connect',
    'reconnect',
    'connectError',
    'disconnect',
    'message',
    'message.one',
    'message.all',
    'drain',
    'error',
    'closed',
    'close',
  ],
  server: ['listening', 'connection', 'message', 'message.count', 'disconnect', 'drain', 'error', 'closed', 'close'],
};

const ACTIONS: readonly Action[] = [
  { do: 'closeClient', client: 0 },
  { do: 'closeServer' },
  { do: 'send', client: 0 },
  { do: 'sendTo', client: 0 },
  { do: 'broadcast' },
  { do: 'connect', client: 0 },
  { do: 'listen' },
  { do: 'throw' },
];

/** Scenarios in which, all together, every event happens. */
export const HANDLER_SCENARIOS: readonly string[] = [
  'connect and talk',
  'reconnect',
  'late server',
  'server restart',
  'close under load',
  'flood and drain',
  'slow transcoder, closed on both sides',
];

/** Every event, as `side event`. */
export const HANDLED: readonly string[] = [
  ...EVENTS_OF.client.map((event) => `client ${event}`),
  ...EVENTS_OF.server.map((event) => `server ${event}`),
];

export const handlers: Drill<Scale> = {
  name: 'handlers',
  threat: 'listeners call anything from inside any event, in the simulation: close, send, connect, listen, throw',
  promise: 'every law holds in every run',
  commit: { calls: 2 },
  long: { calls: 3 },

  async run({ calls }, watch) {
    const reacted = new Set<string>();
    let runs = 0;
    let done = 0;
    for (const name of HANDLER_SCENARIOS) {
      for (const place of HANDLED) {
        if (watch.isStopped) break;
        const handled = tortureInside(name, place, calls);
        runs += handled.runs;
        for (const each of handled.reacted) reacted.add(each);
        done += 1;
        watch.progress(done, HANDLER_SCENARIOS.length * HANDLED.length, 'events');
        await setImmediate();
      }
    }
    const missing = HANDLED.filter((place) => !reacted.has(place));
    demand(watch.isStopped || missing.length === 0, `No call was made from inside ${missing.join(', ')}.`);
    return [
      { what: 'events', value: reacted.size, unit: '' },
      { what: 'sequences of calls', value: sequences(calls).length, unit: '' },
      { what: 'runs', value: runs, unit: '' },
    ];
  },
};

/** Lets the listener of an event make every sequence of so many calls at most. @throws when a law is broken. */
export function tortureInside(scenario: string, place: string, calls: number): Handled {
  const base = scenarioNamed(scenario);
  const [side, event] = place.split(' ') as ['client' | 'server', string];
  const reacted = new Set<string>();
  let runs = 0;
  for (const sequence of sequences(calls)) {
    const reactions = sequence.map((action): Reaction => ({ side, event, nth: 1, action }));
    const world = lawfulWorld({ ...base, reactions });
    runs += 1;
    for (const each of world.reacted) reacted.add(each);
    // It does not happen here, whatever one would do then.
    if (world.reacted.size === 0) break;
  }
  return { runs, reacted };
}

/** Each call, each pair of calls and so on. What would come after a throw in the same listener never runs. */
function sequences(calls: number): Action[][] {
  if (calls === 0) return [];
  const shorter = sequences(calls - 1);
  const longest = shorter.filter(({ length }) => length === calls - 1);
  const open = calls === 1 ? [[]] : longest.filter((sequence) => sequence.at(-1)?.do !== 'throw');
  return [...shorter, ...open.flatMap((sequence) => ACTIONS.map((action) => [...sequence, action]))];
}
