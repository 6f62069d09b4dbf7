/** The command `npm run soak`, as far as it goes without a long run; its drills have drills.test.ts. */

import { expect } from 'chai';
import { runProgram } from '../support/program.js';

describe('npm run soak', function () {
  this.timeout(60_000);

  it('prints a table of what it has run, and what held', async () => {
    const { exit, output, errorOutput } = await runProgram(
      'scripts/soak.mjs',
      '--only cases --cases 60 --seed 7'.split(' '),
      50_000,
    );

    expect([exit, errorOutput]).to.deep.equal([0, '']);
    expect(output).to.match(/^\| drill +\| scale +\| figure +\| measured +\| target +\| verdict \|$/m);
    expect(output).to.match(/^\| cases \| cases 60, seed 7 \| every law holds +\| +\| +\| held +\|$/m);
    expect(output).to.match(/^1 held, 0 did not$/m);
  });

  it('answers a name that it does not know with those that it does', async () => {
    const { exit, errorOutput } = await runProgram('scripts/soak.mjs', ['--only', 'crash,krach'], 50_000);

    expect(exit).to.equal(2);
    expect(errorOutput).to.match(
      /no drill named krach. There are: cases, small-worlds, storm, swizzle, .*exits, suite\./,
    );
  });

  it('skips, and says so, what this machine cannot run', async () => {
    const { PATH } = process.env;
    process.env.PATH = '';
    const soak = runProgram('scripts/soak.mjs', ['--only', 'foreign'], 50_000);
    process.env.PATH = PATH;

    const { exit, output, errorOutput } = await soak;

    expect([exit, errorOutput]).to.deep.equal([0, '']);
    expect(output).to.match(/^\| foreign \| messages 100,000 \| there is no python3 \| +\| +\| SKIPPED \|$/m);
    expect(output).to.match(/^0 held, 0 did not; 1 skipped: foreign$/m);
  });
});
