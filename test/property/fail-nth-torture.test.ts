/** The laws hold whichever system call fails: each scenario again for each of its calls, with that one failing. */

import { expect } from 'chai';
import { failNth, OPERATIONS, type Tortured, tortureWithFailures } from '../support/drills/fail-nth.js';
import { SCENARIOS } from '../support/scenarios.js';

describe('failing system calls', () => {
  const all: Tortured[] = [];

  for (const name of Object.keys(SCENARIOS)) {
    it(`break no law: ${name}`, () => {
      all.push(tortureWithFailures(name, failNth.commit.calls));
    }).timeout(60_000);
  }

  it('failed often enough, and were told to the application', () => {
    for (const op of OPERATIONS) {
      const failed = all.reduce((sum, tortured) => sum + tortured.failed[op], 0);
      expect(failed, op).to.be.greaterThan(Object.keys(SCENARIOS).length);
    }
    expect(all.flatMap(({ untold }) => untold)).to.deep.equal([]);
  });
});
