import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  runScenario,
  runScenarioForReal,
  type Scenario,
  ScenarioError,
  type ScenarioResult,
  scenarios,
  whyNotForReal,
} from 'ipc/testing';

/** They wait more than they work. */
const AT_A_TIME = 2;

describe('scenarios on real sockets', function () {
  this.timeout(90_000);

  const results = new Map<string, Promise<ScenarioResult>>();

  before('start them all', () => {
    const lanes = Array.from({ length: AT_A_TIME }, () => Promise.resolve() as Promise<unknown>);
    for (const [index, scenario] of scenarios.entries()) {
      const lane = index % AT_A_TIME;
      const result = lanes[lane]!.then(() => inFolder(scenario));
      lanes[lane] = result.catch(() => {});
      results.set(scenario.name, result);
    }
  });

  for (const { name } of scenarios) {
    it(`hold for real too: ${name}`, async () => {
      const { passed, summary } = await results.get(name)!;

      expect(passed, summary).to.equal(true);
    });
  }

  it('fail when something does not hold, and say what', async () => {
    const silent: Scenario = { ...quiet, expect: [{ that: 'messages', server: 'server', atLeast: 1 }] };

    const { passed, violations } = await inFolder(silent);

    expect(passed).to.equal(false);
    expect(violations.map(({ problem }) => problem)).to.deep.equal(['0 × message, expected at least 1']);
  });

  it('are refused with the reason when real sockets cannot have a fault', async () => {
    const jump: Scenario = { ...quiet, faults: [{ kind: 'clockJump', delta: 1000 }] };

    expect(whyNotForReal(jump)?.message).to.match(/faults\[0\].*'clockJump' works in the simulation only/);
    expect(whyNotForReal(quiet)).to.equal(undefined);
    expect((await runScenario(jump)).passed).to.equal(true);
    let error: unknown;
    await runScenarioForReal(jump, { directory: '/nowhere' }).catch((caught: unknown) => {
      error = caught;
    });
    expect(error).to.be.instanceOf(ScenarioError);
  });

  it('see a process that dies without being asked to', async () => {
    const killed: Scenario = {
      ...quiet,
      faults: [{ kind: 'crash', at: 20, target: { server: 'server' } }],
      expect: [{ that: 'noDisconnect' }],
    };

    const { violations } = await inFolder(killed);

    expect(violations.map(({ actor, problem }) => `${actor} ${problem}`)).to.deep.equal([
      'client/client-1 lost its connection',
    ]);
  });
});

const quiet: Scenario = {
  version: 1,
  name: 'quiet',
  about: 'Nothing is said.',
  seed: 1,
  servers: [{ name: 'server' }],
  clients: [{ name: 'client', options: { reconnectDelay: 30, retryDelay: 30 } }],
  workload: [],
  faults: [],
  expect: [],
};

async function inFolder(scenario: Scenario): Promise<ScenarioResult> {
  const directory = mkdtempSync(join(tmpdir(), 'ipc-test-'));
  try {
    return await runScenarioForReal(scenario, { directory });
  } finally {
    expect(readdirSync(directory).filter((name) => !name.startsWith('server-'))).to.deep.equal([]);
    rmSync(directory, { recursive: true, force: true });
  }
}
