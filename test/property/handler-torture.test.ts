/** The laws hold whatever is called from inside whichever listener: every event, every call, every pair of calls. */

import { expect } from 'chai';
import { scenarioNamed } from '../support/scenarios.js';
import type { Action, Reaction, Script } from '../support/script.js';
import { World } from '../support/world.js';

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

const WORLDS: readonly string[] = [
  'connect and talk',
  'reconnect',
  'late server',
  'server restart',
  'close under load',
  'flood and drain',
  'slow transcoder, closed on both sides',
];

/** Each call, and each pair of calls. What would come after a throw in the same listener never runs. */
const sequences: readonly (readonly Action[])[] = [
  ...ACTIONS.map((action) => [action]),
  ...ACTIONS.filter((action) => action.do !== 'throw').flatMap((first) => ACTIONS.map((second) => [first, second])),
];

function run(script: Script): World {
  const world = new World(script);
  try {
    world.run();
  } catch (error) {
    throw new Error(`To see it again: new World(${JSON.stringify(script)}).run()`, { cause: error });
  }
  return world;
}

describe('calls from inside listeners', () => {
  const reacted = new Set<string>();

  for (const name of WORLDS) {
    it(`keep every law: ${name}`, () => {
      const base = scenarioNamed(name);

      for (const side of ['client', 'server'] as const) {
        for (const event of EVENTS_OF[side]) {
          for (const sequence of sequences) {
            const reactions = sequence.map((action): Reaction => ({ side, event, nth: 1, action }));
            const world = run({ ...base, reactions });
            for (const place of world.reacted) {
              reacted.add(place);
            }
            if (world.reacted.size === 0) {
              // It does not happen here, whatever one would do then.
              break;
            }
          }
        }
      }
    }).timeout(60_000);
  }

  it('were made from inside every event', () => {
    const all = [...EVENTS_OF.client.map((event) => `client ${event}`), ...EVENTS_OF.server.map((e) => `server ${e}`)];

    expect(all.filter((place) => !reacted.has(place))).to.deep.equal([]);
  });
});
