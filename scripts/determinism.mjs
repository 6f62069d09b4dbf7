// Runs the same simulations, by the same build, on several versions of Node and once under load, and compares their
// traces: the same seed has to give the same trace everywhere, or a failure found on one machine cannot be replayed on
// another. Names the first record that differs.
//
//   npm run determinism                     this Node, 22, 24 and 26, fetched from npm into a temporary folder
//   npm run determinism -- 23               this Node and these
//   npm run determinism -- --seeds 100      seeds of the plan of faults, default 20

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installNode } from './install-node.mjs';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: 'string', default: '20' } },
});
const versions = positionals.length > 0 ? positionals : ['22', '24', '26'];
const storm = join(import.meta.dirname, 'storm.mjs');
const folder = mkdtempSync(join(tmpdir(), 'ipc-determinism-'));
const planFile = join(folder, 'plan.json');

/** A bit of everything that draws, and of everything that words an error. */
const plan = {
  version: 1,
  seed: 7,
  faults: [
    { kind: 'latency', latency: 3, jitter: 2, distribution: 'exponential', toxicity: 0.5 },
    { kind: 'slice', average: 5, variation: 3, delay: 1, at: 5_000, for: 10_000 },
    { kind: 'acceptDelay', delay: 20, jitter: 20, at: 10_000, for: 10_000 },
    { kind: 'cut', at: 16_000, target: { client: { fraction: 0.5 } } },
    { kind: 'swizzle', fraction: 0.5, spread: 500, at: 18_000, for: 3_000 },
    { kind: 'corrupt', probability: 0.1, at: 22_000, for: 5_000 },
    { kind: 'garbage', form: 'badJson', at: 24_000 },
    { kind: 'refuse', code: 'EMFILE', at: 28_000, for: 2_000, toxicity: 0.5 },
    { kind: 'pause', at: 31_000, for: 1_500, target: { server: 'server' } },
    { kind: 'crash', at: 35_000, for: 1_000, target: { server: 'server' } },
    // biome-ignore lint/suspicious/noThenProperty: so it is called in a fault plan
    { kind: 'limitData', bytes: 200, then: 'reset', at: 40_000, for: 5_000 },
    { kind: 'bandwidth', rate: 2_000, burst: 100, at: 45_000 },
  ],
};
const runs = [
  { name: 'storm', args: ['--clients', '200', '--minutes', '2'] },
  { name: 'storm with turns', args: ['--clients', '50', '--minutes', '1', '--async'] },
];
for (let seed = 1; seed <= Number(flags.seeds); seed += 1) {
  const args = ['--clients', '20', '--minutes', '1', '--adversarial', '--plan', planFile, '--seed', String(seed)];
  runs.push({ name: `faults, seed ${seed}`, args });
}

try {
  writeFileSync(planFile, JSON.stringify(plan));
  process.exitCode = (await compareAll()) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function compareAll() {
  const expected = await results(process.execPath);
  const rows = [{ node: expected[0].node, load: 'none', same: '(compared with)', of: runs.length }];
  const here = { path: process.execPath, load: 'none' };
  const others = [here, ...versions.map((version) => ({ path: installNode(folder, version), load: 'none' }))];
  for (const { path, load } of [...others, { path: process.execPath, load: 'two for each core' }]) {
    const burners = load === 'none' ? [] : startBurners();
    const given = await results(path);
    for (const burner of burners) burner.kill('SIGKILL');
    const different = runs.filter((_run, index) => given[index].hash !== expected[index].hash);
    for (const run of different) await explain(run, path);
    rows.push({ node: given[0].node, load, same: runs.length - different.length, of: runs.length });
  }
  console.table(rows);
  return rows.slice(1).every(({ same, of }) => same === of);
}

async function results(node) {
  const given = [];
  for (const { args } of runs) given.push(JSON.parse(await run(node, [storm, '--json', ...args])));
  return given;
}

/** Keeps the machine busy, so that whatever depends on real time shows. */
function startBurners() {
  const count = 2 * availableParallelism();
  return Array.from({ length: count }, () => spawn(process.execPath, ['-e', 'for (;;) {}'], { stdio: 'ignore' }));
}

async function explain({ name, args }, node) {
  const [one, other] = [await trace(process.execPath, args), await trace(node, args)];
  const index = one.findIndex((line, at) => line !== other[at]);
  console.log(`${name}, on ${node}: record ${index} differs\n  here   ${one[index]}\n  there  ${other[index]}`);
}

async function trace(node, args) {
  const file = join(folder, 'trace.txt');
  await run(node, [storm, '--json', '--keep', '10000000', '--trace', file, ...args]);
  return readFileSync(file, 'utf8').split('\n');
}

/** Resolves to what the program printed. */
function run(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(output) : reject(new Error(`${program} ended with ${code}.`))));
  });
}
