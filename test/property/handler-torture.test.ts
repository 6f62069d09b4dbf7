/** The laws hold whatever is called from inside whichever listener: every event, every call, every pair of calls. */

import { expect } from 'chai';
import { HANDLED, HANDLER_SCENARIOS, handlers, tortureInside } from '../support/drills/handlers.js';

describe('calls from inside listeners', () => {
  const reacted = new Set<string>();

  for (const name of HANDLER_SCENARIOS) {
    it(`keep every law: ${name}`, () => {
      for (const place of HANDLED) {
        for (const each of tortureInside(name, place, handlers.commit.calls).reacted) reacted.add(each);
      }
    }).timeout(60_000);
  }

  it('were made from inside every event', () => {
    expect(HANDLED.filter((place) => !reacted.has(place))).to.deep.equal([]);
  });
});
