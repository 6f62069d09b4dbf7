// Holds the coverage of the tests (coverage/coverage-summary.json, written by c8) against the floors of the project.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';

const CORE_BRANCHES = 95;
/** Files whose every line, function and branch is reached by a test: here an untested path is a bug waiting. */
const COMPLETE = /^(framing|.+-lifecycle)\.ts$/;

const root = join(import.meta.dirname, '..');
const summary = JSON.parse(readFileSync(join(root, 'coverage/coverage-summary.json'), 'utf8'));
const covered = new Map(Object.entries(summary).map(([file, counts]) => [relative(root, file), counts]));
const problems = [];
const branches = { total: 0, covered: 0 };

for (const name of readdirSync(join(root, 'src/core')).filter((name) => name.endsWith('.ts'))) {
  const file = `src/core/${name}`;
  const counts = covered.get(file);
  if (counts === undefined) {
    if (holdsCode(name)) problems.push(`${file} is not loaded by any test.`);
    continue;
  }
  branches.total += counts.branches.total;
  branches.covered += counts.branches.covered;
  if (!COMPLETE.test(name)) continue;
  for (const kind of ['branches', 'functions', 'lines']) {
    const { pct, total, covered } = counts[kind];
    if (covered < total) problems.push(`${file} must be covered completely; its ${kind} are at ${pct} %.`);
  }
}

const percent = branches.total === 0 ? 100 : (100 * branches.covered) / branches.total;
const core = `src/core: ${branches.covered} of ${branches.total} branches, ${percent.toFixed(1)} %`;
if (percent < CORE_BRANCHES) problems.push(`${core}; the floor is ${CORE_BRANCHES} %.`);
for (const problem of problems) console.error(problem);
if (problems.length > 0) console.error('Line by line: coverage/index.html');
else console.log(core);
process.exitCode = problems.length > 0 ? 1 : 0;

/** A file of types alone compiles to nothing, and nothing loads it. */
function holdsCode(name) {
  const compiled = join(root, 'build/ipc/core', `${basename(name, '.ts')}.js`);
  if (!existsSync(compiled)) return true;
  const code = readFileSync(compiled, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
  return code.replace(/export \{\s*\};/, '').trim() !== '';
}
