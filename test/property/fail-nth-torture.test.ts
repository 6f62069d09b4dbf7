/** The laws hold whichever system call fails: each scenario again for each of its calls, with that one failing. */

import { expect } from 'chai';
import type { FailNth } from '#testing/faults/fault.js';
import { SCENARIOS } from '../support/scenarios.js';
import type { Script } from '../support/script.js';
import { World } from '../support/world.js';

type Operation = FailNth['op'];

const OPERATIONS: readonly Operation[] = ['dial', 'listen', 'accept', 'read', 'write'];
/** Where the failure of an operation is told, whoever is affected. */
const TOLD_BY: Readonly<Record<Operation, RegExp>> = {
  dial: /^connectError EIO/,
  listen: /^error EIO/,
  accept: /^error EIO/,
  read: /^error EIO/,
  write: /^error EIO/,
};
const MOST_CALLS = 200;
/** A failure may go unnoticed, for a connection that is being given up; so many in a row mean that there are no more. */
const UNNOTICED_IN_A_ROW = 3;

function run(script: Script): string {
  const world = new World(script);
  try {
    world.run();
  } catch (error) {
    throw new Error(`To see it again: new World(${JSON.stringify(script)}).run()`, { cause: error });
  }
  return world.sim.trace.records
    .filter(({ kind }) => kind !== 'fault')
    .map(({ at, actor, name, detail }) => `${at} ${actor}\n${name} ${detail}`)
    .join('\n');
}

function withFailure(script: Script, op: Operation, n: number): Script {
  const faults = [...(script.plan?.faults ?? []), { kind: 'failNth', op, n, code: 'EIO' } as const];
  return { ...script, plan: { version: 1, seed: 1, faults } };
}

describe('failing system calls', () => {
  const failed: Record<Operation, number> = { dial: 0, listen: 0, accept: 0, read: 0, write: 0 };
  const untold: string[] = [];

  for (const [name, script] of Object.entries(SCENARIOS)) {
    it(`break no law: ${name}`, () => {
      for (const op of OPERATIONS) {
        const undisturbed = run(withFailure(script, op, Number.MAX_SAFE_INTEGER));
        let unnoticed = 0;
        for (let n = 1; n <= MOST_CALLS && unnoticed < UNNOTICED_IN_A_ROW; n++) {
          const story = run(withFailure(script, op, n));
          const isNoticed = story !== undisturbed;
          unnoticed = isNoticed ? 0 : unnoticed + 1;
          failed[op] += isNoticed ? 1 : 0;
          const isTold = story.split('\n').some((line) => TOLD_BY[op].test(line));
          // Hostile clients make calls as well, and tell nobody.
          if (isNoticed && !isTold && name !== 'hostile clients') {
            untold.push(`${name}: ${op} ${n}`);
          }
        }
      }
    }).timeout(60_000);
  }

  it('failed often enough, and were told to the application', () => {
    for (const op of OPERATIONS) {
      expect(failed[op], op).to.be.greaterThan(Object.keys(SCENARIOS).length);
    }
    expect(untold).to.deep.equal([]);
  });
});
