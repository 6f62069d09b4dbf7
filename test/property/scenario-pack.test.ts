import { expect } from 'chai';
import { runScenario, scenarios } from 'ipc/testing';

const SEEDS = 10;
const first = Number(process.env.IPC_TEST_SEED ?? 1);

describe('every scenario of the pack', () => {
  it('has a name and a sentence of its own, and something to expect', () => {
    expect(scenarios.length).to.be.at.least(16);
    expect(new Set(scenarios.map(({ name }) => name)).size).to.equal(scenarios.length);
    for (const { name, about, expect: expectations } of scenarios) {
      expect(about, name).to.match(/^[A-Z].*\.$/);
      expect(expectations, name).not.to.deep.equal([]);
    }
  });

  for (const scenario of scenarios) {
    it(`holds in the simulation: ${scenario.name}`, async () => {
      for (let seed = first; seed < first + SEEDS; seed += 1) {
        const { passed, summary } = await runScenario(scenario, { seed });

        expect(passed, `seed ${seed}\n${summary}`).to.equal(true);
      }
    });
  }

  for (const scenario of scenarios) {
    it(`fails when what it expects is made impossible: ${scenario.name}`, async () => {
      // Nobody ever gets to the server.
      const walled = { ...scenario, faults: [...scenario.faults, { kind: 'refuse', code: 'EACCES' } as const] };
      const unhealed = { ...walled, liveness: { healAt: 100_000, within: 0 } };

      expect(
        (await runScenario({ ...unhealed, clients: scenario.clients.map((one) => ({ at: 1, ...one })) })).passed,
      ).to.equal(false);
    });
  }
});
