/** The laws of event order hold whatever the application and the world do, from inside every listener too. */

import { expect } from 'chai';
import fc from 'fast-check';
import { peacefulScripts, type Script, scriptsWithCrashes, scriptsWithFaults } from '../support/script.js';
import { ALL_STATES, World } from '../support/world.js';

function hold(scripts: fc.Arbitrary<Script>, numRuns: number): void {
  const visited = new Set<string>();
  fc.assert(
    fc.property(scripts, (script) => {
      const world = new World(script);
      world.run();
      for (const state of world.visited) {
        visited.add(state);
      }
    }),
    { numRuns },
  );
  expect(ALL_STATES.filter((state) => !visited.has(state))).to.deep.equal([]);
}

describe('order of events', () => {
  it('holds in peace, where nothing that was accepted is lost', () => {
    hold(peacefulScripts, 1000);
  }).timeout(60_000);

  it('holds under any plan of faults, and everybody is connected again once they are healed', () => {
    hold(scriptsWithFaults, 2000);
  }).timeout(120_000);

  it('holds when processes crash, where what arrives is a prefix of what was sent', () => {
    hold(scriptsWithCrashes, 1000);
  }).timeout(60_000);
});
