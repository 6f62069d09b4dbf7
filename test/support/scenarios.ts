/** Plain runs, one for each thing that programs do, for the tortures to disturb. */

import type { PlannedFault } from 'ipc/testing';
import type { Action, Script } from './script.js';

function later(ms: number): Action {
  return { do: 'advance', ms };
}

function faults(...planned: PlannedFault[]): Pick<Script, 'plan'> {
  return { plan: { version: 1, seed: 1, faults: planned } };
}

const connected: readonly Action[] = [{ do: 'startServer' }, later(1), { do: 'connect', client: 0 }, later(1)];

const talk: readonly Action[] = [
  { do: 'send', client: 0 },
  { do: 'sendTo', client: 0 },
  { do: 'broadcast' },
  later(1),
  { do: 'send', client: 0, bytes: 1000 },
  { do: 'sendTo', client: 0, bytes: 1000 },
  later(1),
];

const flood: readonly Action[] = [{ do: 'flood', client: 0 }, { do: 'floodAll' }];

function scenario(actions: readonly Action[], rest: Partial<Script> = {}): Script {
  return { seed: 1, actions, reactions: [], ...rest };
}

export const SCENARIOS: Readonly<Record<string, Script>> = {
  'connect and talk': scenario([...connected, ...talk, { do: 'closeClient', client: 0 }, later(10)]),
  reconnect: scenario([...connected, ...talk, later(100), ...talk, later(2000), ...talk], {
    ...faults({ kind: 'cut', mode: 'reset', at: 20 }, { kind: 'cut', mode: 'eof', at: 500 }),
  }),
  broadcast: scenario([
    ...connected,
    { do: 'connect', client: 1 },
    { do: 'connect', client: 2 },
    later(0),
    ...Array.from({ length: 5 }, (): Action => ({ do: 'broadcast' })),
    later(1),
    { do: 'closeClient', client: 1 },
    { do: 'broadcast' },
    later(1),
  ]),
  'flood and drain': scenario([...connected, ...flood, later(10), { do: 'send', client: 0 }, later(1)]),
  'close under load': scenario([...connected, ...flood, { do: 'closeClient', client: 0 }, { do: 'closeServer' }]),
  'server closes under load': scenario([...connected, ...flood, { do: 'closeServer' }, later(1), ...talk]),
  'server restart': scenario([
    ...connected,
    ...talk,
    { do: 'closeServer' },
    later(500),
    { do: 'startServer' },
    later(1500),
    ...talk,
    { do: 'crashServer' },
    later(50),
    { do: 'startServer' },
    later(1500),
    ...talk,
  ]),
  'two servers for one path': scenario([
    ...connected,
    { do: 'startRival' },
    later(1),
    ...talk,
    { do: 'closeServer' },
    later(1500),
    ...talk,
  ]),
  'large messages': scenario([
    ...connected,
    { do: 'send', client: 0, bytes: 120_000 },
    { do: 'sendTo', client: 0, bytes: 120_000 },
    { do: 'send', client: 0, bytes: 70_000 },
    { do: 'sendTo', client: 0, bytes: 0 },
    later(10),
  ]),
  'many clients': scenario(
    [
      { do: 'startServer' },
      later(1),
      ...Array.from({ length: 12 }, (_, client): Action => ({ do: 'connect', client })),
      later(0),
      ...Array.from({ length: 12 }, (_, client): Action => ({ do: 'send', client })),
      { do: 'broadcast' },
      later(10),
    ],
    { clients: 12 },
  ),
  'slow transcoder': scenario([...connected, ...talk, later(100), ...talk, later(100)], { transcoder: 'slow' }),
  'slow transcoder, closed on both sides': scenario(
    [
      ...connected,
      ...talk,
      ...talk.filter((action) => action.do !== 'advance'),
      { do: 'closeClient', client: 0 },
      { do: 'closeServer' },
    ],
    { transcoder: 'slow' },
  ),
  'late server': scenario([
    { do: 'connect', client: 0 },
    { do: 'send', client: 0 },
    later(2500),
    { do: 'startServer' },
    later(1000),
    ...talk,
  ]),
  'half close': scenario([...connected, ...talk, later(200), ...talk, later(200), ...talk], {
    ...faults({ kind: 'halfClose', side: 'client', at: 1 }, { kind: 'halfClose', side: 'server', at: 150 }),
  }),
  'frozen server': scenario([...connected, ...talk, { do: 'flood', client: 0 }, later(1000), ...talk], {
    ...faults({ kind: 'pause', target: { server: 'server' }, at: 1, for: 500 }),
  }),
  'hostile clients': scenario([
    ...connected,
    { do: 'hostile', form: 'badJson' },
    ...talk,
    { do: 'hostile', form: 'oversize' },
    { do: 'hostile', form: 'noTerminator' },
    ...talk,
  ]),
  'impatient client': scenario([
    { do: 'startServer' },
    later(1),
    { do: 'connect', client: 0 },
    { do: 'closeClient', client: 0 },
    later(10),
    { do: 'connect', client: 1 },
    later(0),
  ]),
};

/** One of them, by its name. */
export function scenarioNamed(name: string): Script {
  const script = SCENARIOS[name];
  if (script === undefined) {
    throw new TypeError(`There is no scenario '${name}'.`);
  }
  return script;
}
