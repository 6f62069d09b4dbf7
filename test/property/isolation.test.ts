/** What one client does wrong is no business of another's. */

import { expect } from 'chai';
import fc from 'fast-check';
import { CLIENTS, independentScripts, intrusions, type Script } from '../support/script.js';
import { World } from '../support/world.js';

function storiesOf(script: Script): string[] {
  const world = new World(script);
  world.run();
  return Array.from({ length: CLIENTS }, (_, client) => world.storyOf(client));
}

describe('isolation', () => {
  it('lets hostile clients change nothing in what the others go through', () => {
    let heard = 0;

    fc.assert(
      fc.property(independentScripts, intrusions, (script, hostile) => {
        const actions = [...script.actions];
        for (const { place, action } of hostile) {
          actions.splice(Math.floor(place * (actions.length + 1)), 0, action);
        }

        const alone = storiesOf(script);
        const disturbed = storiesOf({ ...script, actions });

        expect(disturbed).to.deep.equal(alone);
        heard += alone.join().split(' message ').length - 1;
      }),
      { numRuns: 300 },
    );

    expect(heard).to.be.greaterThan(300);
  }).timeout(60_000);
});
