/** The drills of `npm run soak`, at the scale that every commit has time for. */

import { expect } from 'chai';
import { type Drill, misses, unwatched } from '../support/drills/drill.js';
import { drills } from '../support/drills/drills.js';

/**
 * Have tests of their own: scenario-real.test.ts and transport-contract.test.ts beside this, and three in test/property. The
 * last two run the tests, this one among them.
 */
const ELSEWHERE = ['scenarios', 'parity', 'parser', 'fail-nth', 'handlers', 'exits', 'suite'];

// Processes are measured with what Linux says of them.
(process.platform === 'linux' ? describe : describe.skip)('drills', function () {
  // A machine that has much else to do may take ten times as long as a quiet one.
  this.timeout(600_000);

  for (const drill of drills.filter(({ name }) => !ELSEWHERE.includes(name)) as Drill<object>[]) {
    it(`hold: ${drill.threat}`, async function () {
      const obstacle = drill.obstacle?.();
      if (obstacle !== undefined) {
        console.log(`      skipped: ${obstacle}`);
        this.skip();
      }
      const missed = misses(await drill.run(drill.commit, unwatched));
      // A violation has thrown. What memory a process has also depends on when its garbage was collected: once more, then.
      if (missed.length > 0) {
        expect(misses(await drill.run(drill.commit, unwatched)), `after ${missed.join('; ')}`).to.deep.equal([]);
      }
    });
  }
});
