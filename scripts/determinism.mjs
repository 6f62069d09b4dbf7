// Runs the same simulations, by the same build, on several versions of Node and once under load, and compares their
// traces: the same seed has to give the same trace everywhere, or a failure found on one machine cannot be replayed on
// another. Names the first record that differs.
//
//   npm run determinism                     this Node, 22, 24 and 26, fetched from npm into a temporary folder
//   npm run determinism -- 23               this Node and these
//   npm run determinism -- --seeds 2000     seeds of the plan of faults, default 20
//
// Each pass is one process, and the first goes through the runs in the other direction than the others: what a run leaves
// behind for the next one would show as well.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseFlags } from './flags.mjs';
import { installNode } from './install-node.mjs';
import { Progress } from './soak/progress.mjs';

const { values: flags, positionals } = parseFlags({
  allowPositionals: true,
  options: { seeds: { type: 'string', default: '20' } },
});
const versions = positionals.length > 0 ? positionals : ['22', '24', '26'];
const program = join(import.meta.dirname, 'determinism/traces.mjs');
const storm = join(import.meta.dirname, 'storm.mjs');
const folder = mkdtempSync(join(tmpdir(), 'ipc-determinism-'));

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
  { name: 'storm', options: { clients: 200, minutes: 2, seed: 1 } },
  { name: 'storm with turns', options: { clients: 50, minutes: 1, seed: 1, turns: true } },
];
for (let seed = 1; seed <= Number(flags.seeds); seed += 1) {
  runs.push({ name: `faults, seed ${seed}`, options: { clients: 20, minutes: 1, seed, adversarial: true, plan } });
}
/** Differences that are shown of each pass; the others are only counted. */
const MOST_EXPLAINED = 3;
const watch = new Progress();

try {
  process.exitCode = (await compareAll()) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function compareAll() {
  const expected = await traces(process.execPath, 'none', runs.toReversed());
  const rows = [{ node: process.version, load: 'none', same: '(compared with)', of: runs.length }];
  const here = { path: process.execPath, load: 'none' };
  const others = [here, ...versions.map((version) => ({ path: installNode(folder, version), load: 'none' }))];
  for (const { path, load } of [...others, { path: process.execPath, load: 'two for each core' }]) {
    const burners = load === 'none' ? [] : startBurners();
    const given = await traces(path, load, runs);
    for (const burner of burners) burner.kill('SIGKILL');
    const different = runs.filter(({ name }) => given.get(name).hash !== expected.get(name).hash);
    for (const run of different.slice(0, MOST_EXPLAINED)) await explain(run, path);
    rows.push({ node: given.get('storm').node, load, same: runs.length - different.length, of: runs.length });
  }
  console.table(rows);
  return rows.slice(1).every(({ same, of }) => same === of);
}

/** Does the runs in this order in one process; resolves to the version of Node and the hash of each, by its name. */
async function traces(node, load, order) {
  const list = join(folder, 'runs.json');
  writeFileSync(list, JSON.stringify(order.map(({ options }) => options)));
  watch.begin({ name: node === process.execPath ? 'this Node' : 'another Node', threat: `${node}, load: ${load}` });
  const given = new Map();
  const child = spawn(node, [program, list], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  for await (const line of createInterface({ input: child.stdout })) {
    given.set(order[given.size].name, JSON.parse(line));
    watch.progress(given.size, order.length, 'traces');
  }
  const code = await ended;
  if (code !== 0) throw new Error(`${node} ended with ${code} in ${order[given.size]?.name ?? 'the end'}.`);
  watch.end(`${given.size} traces`);
  return given;
}

/** Keeps the machine busy, so that whatever depends on real time shows. */
function startBurners() {
  const count = 2 * availableParallelism();
  return Array.from({ length: count }, () => spawn(process.execPath, ['-e', 'for (;;) {}'], { stdio: 'ignore' }));
}

/** Names the first record in which a run differs, each alone in a process. */
async function explain({ name, options }, node) {
  const [one, other] = [await records(process.execPath, options), await records(node, options)];
  const longest = one.length > other.length ? one : other;
  const index = longest.findIndex((_line, at) => one[at] !== other[at]);
  console.log(
    index === -1
      ? `${name}, on ${node}: differs only after other runs in one process`
      : `${name}, on ${node}: record ${index} differs\n  here   ${one[index]}\n  there  ${other[index]}`,
  );
}

/** What happened in a run, as lines. */
async function records(node, { clients, minutes, seed, turns, adversarial }) {
  const [planFile, file] = [join(folder, 'plan.json'), join(folder, 'trace.txt')];
  writeFileSync(planFile, JSON.stringify(plan));
  const args = ['--json', '--keep', '10000000', '--trace', file, '--clients', clients, '--minutes', minutes];
  const kind = [...(turns ? ['--async'] : []), ...(adversarial ? ['--adversarial', '--plan', planFile] : [])];
  await run(node, [storm, ...args.map(String), '--seed', String(seed), ...kind]);
  return readFileSync(file, 'utf8').split('\n');
}

/** Resolves when the program has ended well; what it prints is of no interest. */
function run(node, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`${node} ended with ${code}.`))));
  });
}
