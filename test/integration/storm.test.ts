/** The reconnection storm, in a size for every day: the same run gives the same trace, and a missed gate is a failure. */

import { expect } from 'chai';
import { type Outcome, runProgram } from '../support/program.js';

interface Result {
  readonly fewestConnected: number;
  readonly connects: number;
  readonly failedAttempts: number;
  readonly messages: number;
  readonly hash: string;
  /** With `--swizzle`. */
  readonly heldUp?: number;
  readonly unheard?: number;
}

function storm(...args: string[]): Promise<Outcome> {
  return runProgram('scripts/storm.mjs', ['--json', '--clients', '200', '--minutes', '2', ...args], 60_000);
}

async function result(...args: string[]): Promise<Result> {
  const { exit, output, errorOutput } = await storm(...args);
  expect([exit, errorOutput]).to.deep.equal([0, '']);
  return JSON.parse(output);
}

describe('the storm', () => {
  it('brings every client back after every crash, the same way for the same seed', async () => {
    const [one, other, turns] = await Promise.all([result(), result('--laws'), result('--async')]);

    // Two crashes; the second ends the run, before anybody is back.
    expect(one).to.include({ connects: 2 * 200, failedAttempts: 2 * 5 * 200, fewestConnected: 200 });
    expect(one.messages).to.be.within(2000, 2200);
    expect(other.hash).to.equal(one.hash);
    expect(turns.hash).to.equal(one.hash);
  });

  it('holds messages up and loses none when connections stall and are released in another order', async () => {
    const { heldUp, ...others } = await result('--swizzle', '--laws');

    expect(heldUp).to.be.above(100);
    expect(others).to.include({ unheard: 0, connects: 2 * 200, fewestConnected: 200 });
  });

  it('gives another trace for another seed, where the seed decides the order', async () => {
    const [one, same, other] = await Promise.all([
      result('--adversarial'),
      result('--adversarial'),
      result('--adversarial', '--seed', '2'),
    ]);

    expect(same.hash).to.equal(one.hash);
    expect(other.hash).not.to.equal(one.hash);
  });

  it('fails when its gate is missed', async () => {
    const outcomes = await Promise.all([
      storm('--max-seconds', '0'),
      storm('--max-mib', '1'),
      storm('--min-events', '1e12'),
    ]);

    expect(outcomes.map(({ exit }) => exit)).to.deep.equal([1, 1, 1]);
  });

  it('prints a verdict on each limit of the gate', async () => {
    const args = ['--gate', '--clients', '50', '--minutes', '2', '--max-seconds', '600', '--max-mib', '1'];
    const { exit, output } = await runProgram('scripts/storm.mjs', [...args, '--min-events', '1'], 60_000);

    expect(exit).to.equal(1);
    expect(output).to.match(/^ok {3}wall time, s +[\d.]+, at most 600$/m);
    expect(output).to.match(/^MISS peak memory, MiB +\d+, at most 1$/m);
    expect(output).to.match(/^ok {3}events a second +[\d,]+, at least 1$/m);
    expect(output).to.match(/^ok {3}slowest return, ms +100, at most 1,000$/m);
    expect(output).to.match(/^The gate is missed: 1 of 4 limits\.$/m);
  });
});
