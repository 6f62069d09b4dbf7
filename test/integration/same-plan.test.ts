/** The same faults do the same in the simulation and, behind a proxy, to real processes: told by what clients see. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runScenario, runScenarioForReal, type Scenario, type ScenarioResult } from 'ipc/testing';

interface Case {
  readonly title: string;
  readonly plan: Pick<Scenario, 'faults'> & Partial<Scenario>;
  /** What each client sees, sorted; the same event many times over is told once. */
  readonly stories: readonly string[];
  /** Messages that the server gets. */
  readonly messages?: number;
}

// A client's own delays go on when the time of a scenario stands still: what is to end before it is back ends with an
// event, and what is to last until it is back lasts long.
const lost = 'connect, disconnect, connect, reconnect';
const server = { server: 'server' };
const late: Partial<Scenario> = {
  clients: [{ name: 'client', at: 100, options: { retryDelay: 20, reconnectDelay: 20 } }],
};
const talks = (at: number, count = 1): Partial<Scenario> => ({
  workload: [{ at, client: 'client', do: 'send', count }],
});

const cases: readonly Case[] = [
  {
    title: 'a crash is over when it is healed: the process is there again',
    plan: { faults: [{ kind: 'crash', at: 80, target: server }] },
    stories: ['connect, disconnect, connectError ECONNREFUSED, connect, reconnect'],
  },
  {
    title: 'a crash lasts as long as it says',
    plan: { faults: [{ kind: 'crash', at: 80, for: 80, staleFile: false, target: server }], ...talks(280) },
    stories: ['connect, disconnect, connectError ENOENT, connect, reconnect'],
    messages: 1,
  },
  {
    title: 'a client that crashes is there again too, as another one',
    plan: { faults: [{ kind: 'crash', at: 80, target: { client: 'client' } }] },
    stories: ['connect', 'connect'],
  },
  {
    title: 'stop',
    plan: { faults: [{ kind: 'stop', at: 80, target: server }] },
    stories: ['connect, disconnect, connectError ENOENT, connect, reconnect'],
  },
  {
    title: 'slowStart: who starts again listens late',
    plan: {
      faults: [
        { kind: 'slowStart', delay: 100 },
        { kind: 'crash', at: 80, restartAfter: 10, target: server },
      ],
    },
    stories: ['connect, disconnect, connectError ECONNREFUSED, connect, reconnect'],
  },
  {
    title: 'replaceServer',
    plan: { faults: [{ kind: 'replaceServer', at: 80, target: server }], ...talks(280) },
    stories: [lost],
    messages: 1,
  },
  {
    title: 'backlog: some wait until it is healed, the others are refused',
    plan: {
      faults: [{ kind: 'backlog', limit: 1, at: 20 }],
      clients: [{ name: 'client', at: 60, count: 3, every: 5, options: { retryDelay: 20 } }],
      ...talks(200),
      liveness: { healAt: 300, within: 1000 },
    },
    stories: ['connect', 'connect', 'connectError EAGAIN, connect'],
    // Of those who were connected; the third could not say it.
    messages: 2,
  },
  {
    title: 'refuse EAGAIN',
    plan: { faults: [{ kind: 'refuse', code: 'EAGAIN' }], ...late },
    stories: ['connectError EAGAIN, connect'],
  },
  {
    title: 'unlinkSocket: healed, the file is there again',
    plan: { faults: [{ kind: 'unlinkSocket' }], ...late },
    stories: ['connectError ENOENT, connect'],
  },
  {
    title: 'acceptDelay: who waits is accepted when it is healed',
    plan: { faults: [{ kind: 'acceptDelay', delay: 60_000 }], ...late, ...talks(150) },
    stories: ['connect'],
    messages: 1,
  },
  {
    title: 'acceptDrop',
    plan: {
      faults: [
        { kind: 'acceptDrop', after: 5, id: 'drops' },
        { kind: 'heal', id: 'drops', onEvent: 'connection-1:closed' },
      ],
      clients: [{ name: 'client', at: 20, options: { reconnectDelay: 300 } }],
    },
    stories: [lost],
  },
  {
    title: 'partition',
    plan: { faults: [{ kind: 'partition', groups: [['client'], ['server']] }], ...late },
    stories: ['connectError ECONNREFUSED, connect'],
  },
  {
    title: 'partition hang',
    plan: { faults: [{ kind: 'partition', groups: [['client'], ['server']], connects: 'hang', at: 20 }], ...talks(80) },
    stories: ['connect'],
    messages: 1,
  },
  {
    title: 'cut eof: what is on its way arrives',
    plan: {
      faults: [
        { kind: 'latency', latency: 200, direction: 'toServer', for: 100 },
        { kind: 'cut', mode: 'eof', at: 80 },
      ],
      ...talks(40),
    },
    stories: [lost],
    messages: 1,
  },
  {
    title: 'cut reset: what is on its way is lost',
    plan: {
      faults: [
        { kind: 'latency', latency: 200, direction: 'toServer', for: 100 },
        { kind: 'cut', mode: 'reset', at: 80 },
      ],
      ...talks(40),
    },
    stories: [lost],
    messages: 0,
  },
  {
    title: 'limitData: to the byte',
    // A message is a frame of 92 bytes.
    // biome-ignore lint/suspicious/noThenProperty: the word of the plan format; nobody awaits it
    plan: { faults: [{ kind: 'limitData', bytes: 200, then: 'end', at: 40, for: 100 }], ...talks(80, 5) },
    stories: [lost],
    messages: 2,
  },
  {
    title: 'limitData: a limit of nothing is reached at once',
    plan: {
      faults: [
        { kind: 'limitData', bytes: 0, at: 80, id: 'nothing' },
        { kind: 'heal', id: 'nothing', onEvent: 'connection-1:closed' },
      ],
      clients: [{ name: 'client', options: { reconnectDelay: 300 } }],
    },
    stories: [lost],
  },
  {
    title: 'afterFrames: what begins then hits nothing that came before, and everything after',
    plan: { faults: [{ kind: 'cut', mode: 'reset', afterFrames: 3, direction: 'toServer' }], ...talks(80, 5) },
    stories: [lost],
    messages: 3,
  },
  {
    title: 'onEvent: what becomes of connections',
    plan: {
      faults: [
        { kind: 'cut', mode: 'eof', target: { connection: 2 }, onEvent: 'connection-2:connected' },
        { kind: 'refuse', code: 'ECONNREFUSED', onEvent: 'connection-2:closed' },
      ],
      clients: [{ name: 'client', count: 2, at: 20, every: 60, options: { retryDelay: 20, reconnectDelay: 300 } }],
      liveness: { healAt: 600, within: 1000 },
    },
    stories: ['connect', 'connect, disconnect, connectError ECONNREFUSED, connect, reconnect'],
  },
  {
    title: 'hold, and release by its id',
    plan: {
      faults: [
        { kind: 'hold', at: 40, id: 'kept' },
        { kind: 'release', at: 120, id: 'another' },
        { kind: 'release', at: 160, id: 'kept' },
      ],
      ...talks(80, 3),
    },
    stories: ['connect'],
    messages: 3,
  },
  {
    title: 'garbage on a connection ends it',
    plan: { faults: [{ kind: 'garbage', form: 'badJson', at: 60, target: { connection: 1 } }], ...talks(250) },
    stories: [lost],
    messages: 1,
  },
];

/** They wait more than they work. */
const AT_A_TIME = 3;

describe('the same plan', function () {
  this.timeout(90_000);

  const forReal = new Map<string, Promise<ScenarioResult>>();

  before('start them all', () => {
    const lanes = Array.from({ length: AT_A_TIME }, () => Promise.resolve() as Promise<unknown>);
    for (const [index, { title, plan }] of cases.entries()) {
      const lane = index % AT_A_TIME;
      const result = lanes[lane]!.then(() => inFolder(scenarioOf(plan)));
      lanes[lane] = result.catch(() => {});
      forReal.set(title, result);
    }
  });

  for (const { title, plan, stories, messages = 0 } of cases) {
    it(`does the same simulated and for real: ${title}`, async () => {
      const expected = { stories, messages, violations: [] };

      expect(whatHappened(await runScenario(scenarioOf(plan))), 'in the simulation').to.deep.equal(expected);
      const real = await forReal.get(title)!;
      expect(whatHappened(real), `for real\n${real.trace}`).to.deep.equal(expected);
    });
  }
});

function scenarioOf(plan: Case['plan']): Scenario {
  return {
    version: 1,
    name: 'same-plan',
    about: 'One plan in two worlds.',
    seed: 1,
    servers: [{ name: 'server' }],
    clients: [{ name: 'client', options: { retryDelay: 20, reconnectDelay: 20 } }],
    workload: [],
    expect: [],
    liveness: { healAt: 200, within: 1000 },
    ...plan,
  };
}

const TOLD: readonly string[] = ['connect', 'reconnect', 'disconnect', 'connectError'];

function whatHappened({ trace, violations }: ScenarioResult): object {
  const seen = new Map<string, string[]>();
  let messages = 0;
  for (const { kind, actor, name, detail } of trace.records) {
    if (kind !== 'event') continue;
    if (actor.startsWith('server/') && name === 'message' && !detail.includes("'hello'")) messages += 1;
    if (!actor.startsWith('client/') || !TOLD.includes(name)) continue;
    const story = seen.get(actor) ?? [];
    seen.set(actor, story);
    const event = name === 'connectError' ? `${name} ${detail}` : name;
    if (story.at(-1) !== event) story.push(event);
  }
  return {
    stories: [...seen.values()].map((story) => story.join(', ')).sort(),
    messages,
    violations: violations.map(({ name, problem }) => `${name}: ${problem}`),
  };
}

async function inFolder(scenario: Scenario): Promise<ScenarioResult> {
  const directory = mkdtempSync(join(tmpdir(), 'ipc-test-'));
  try {
    return await runScenarioForReal(scenario, { directory });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
