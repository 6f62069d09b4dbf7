/** A process whose servers and clients are closed holds no timer, socket or file: it exits by itself. */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { Place } from '../support/place.js';

const program = fileURLToPath(new URL('../support/programs/exit-by-itself.js', import.meta.url));
const states = spawnSync(process.execPath, [program], { encoding: 'utf8' }).stdout.trim().split('\n');

/** From the last `close` to the end of the process, on a machine that is busy with other things as well. */
const LONGEST_EXIT_MS = 500;

describe('a process exits by itself', () => {
  let place: Place;

  beforeEach(async () => {
    place = await Place.make();
  });

  // Place.clear() fails when a file is left.
  afterEach(() => place.clear());

  it('in more than ten states', () => {
    expect(states.length).to.be.above(10);
  });

  for (const state of states) {
    it(`with its ends ${state}`, async () => {
      const child = place.program('exit-by-itself', state);

      await child.prints('closed');
      const started = performance.now();
      const { code, signal } = await child.exit;
      const exitMs = performance.now() - started;

      expect([code, signal, child.errors]).to.deep.equal([0, null, '']);
      expect(exitMs).to.be.below(LONGEST_EXIT_MS);
    });
  }
});
