/** The laws of event order hold whatever the application and the world do, from inside every listener too. */

import { expect } from 'chai';
import fc from 'fast-check';
import { Coverage } from '../support/coverage.js';
import { peacefulScripts, type Script, scriptsWithCrashes, scriptsWithFaults } from '../support/script.js';

function hold(scripts: fc.Arbitrary<Script>, numRuns: number): Coverage {
  const coverage = new Coverage();
  fc.assert(
    fc.property(scripts, (script) => coverage.run(script)),
    { numRuns },
  );
  expect(coverage.missingStates, 'states that nobody was in').to.deep.equal([]);
  return coverage;
}

describe('order of events', () => {
  it('holds in peace, where nothing that was accepted is lost', () => {
    hold(peacefulScripts, 1000);
  }).timeout(60_000);

  it('holds under any plan of faults, and everybody is connected again once they are healed', () => {
    const coverage = hold(scriptsWithFaults, 2000);

    expect(coverage.missingKinds, 'kinds that were not injected, or had no effect').to.deep.equal([]);
  }).timeout(120_000);

  it('holds when processes crash, where what arrives is a prefix of what was sent', () => {
    hold(scriptsWithCrashes, 1000);
  }).timeout(60_000);
});
