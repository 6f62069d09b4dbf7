// Mutation testing of src/core: StrykerJS changes one thing at a time (a condition, a number, a statement left out) and
// runs the tests that come by there. A change that no test notices has survived: a test is missing, or the change is
// none. What was found is judged in docs/mutation.md.
//
//   npm run mutation                            all of src/core, by the tests that are named after its files
//   npm run mutation -- --files backoff,client  these files only
//   npm run mutation -- --laws                  and what survives, by all other unit tests and laws
//
// The laws take a minute or two for each survivor. Needs Node 22, which is fetched from npm where it is not at hand; works
// in a copy, so nothing here is changed. The survivors are listed in build/mutation/survivors.txt.

import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseFlags } from '../flags.mjs';
import { installNode } from '../install-node.mjs';
import { joined, scoreTable, survivorsIn, survivorsText, withLaws } from './report.mjs';

const { values } = parseFlags({
  options: { files: { type: 'string' }, laws: { type: 'boolean', default: false } },
});
const root = join(import.meta.dirname, '../..');
const output = join(root, 'build/mutation');
const tools = join(import.meta.dirname, 'node_modules');

run('node', [join(root, 'scripts/install-missing.mjs')]);
run('node', [join(root, 'scripts/install-missing.mjs'), 'scripts/mutation']);
run('node', [join(root, 'scripts/build.mjs')]);
const node = findNode();
const files = chooseFiles();

const copy = makeCopy();
// However it ends.
process.on('exit', () => rmSync(copy, { recursive: true, force: true, maxRetries: 3 }));
process.on('SIGINT', () => process.exit(130));

const startMs = Date.now();
const first = mutate(
  files.map((file) => `src/core/${file}.ts`),
  ownTests(),
);
const survivors = survivorsIn(first);
const second = values.laws && survivors.length > 0 ? mutate(survivors.map(rangeOf), otherTests()) : undefined;
const report = second === undefined ? first : withLaws(first, second);
writeFileSync(join(output, 'report.json'), JSON.stringify(report));
writeFileSync(join(output, 'survivors.txt'), survivorsText(report));
console.log(scoreTable(report));
console.log(`\n${Math.round((Date.now() - startMs) / 1000)} s; the survivors: build/mutation/survivors.txt`);

function run(command, args, cwd = root) {
  const { status, error } = spawnSync(command === 'node' ? process.execPath : command, args, { cwd, stdio: 'inherit' });
  if (error) console.error(error.message);
  if (status !== 0) process.exit(1);
}

function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= 22) return process.execPath;
  const kept = join(output, 'node/22/node_modules', `node-${process.platform}-${process.arch}`, 'bin/node');
  return existsSync(kept) ? kept : installNode(join(output, 'node'), '22');
}

/** Those with code in them. */
function chooseFiles() {
  const all = readdirSync(join(root, 'src/core'))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => basename(name, '.ts'));
  const chosen = values.files?.split(',') ?? all;
  const unknown = chosen.filter((name) => !all.includes(name));
  if (unknown.length > 0) {
    console.error(`src/core has no ${unknown.join(', ')}; it has ${all.join(', ')}.`);
    process.exit(1);
  }
  return chosen;
}

/** The tests that are named after the files, and those that go through nearly everything. */
function ownTests() {
  return [...new Set([...files, 'client', 'server', 'channel', 'shared-batch'])]
    .flatMap((name) => [`unit/${name}`, `unit/${name}-events`, `property/${name}`])
    .map((name) => `build/test/${name}.test.js`)
    .filter((file) => existsSync(join(root, file)));
}

/** All others but the house rules, which are about the text of the sources. */
function otherTests() {
  const own = [...ownTests(), 'build/test/unit/tidy.test.js'];
  return ['unit', 'property']
    .flatMap((suite) => readdirSync(join(root, 'build/test', suite)).map((name) => `build/test/${suite}/${name}`))
    .filter((file) => file.endsWith('.test.js') && !own.includes(file));
}

/** Without the projects of the compiler: Stryker would use one that it does not know. */
function makeCopy() {
  const folder = mkdtempSync(join(tmpdir(), 'ipc-mutation-'));
  const parts = ['package.json', 'package-lock.json', 'src', 'test', 'scripts/mutation/strip-types.mjs'];
  const built = ['build/package.json', 'build/node_modules', 'build/ipc', 'build/test'];
  for (const name of [...parts, ...built]) {
    cpSync(join(root, name), join(folder, name), { recursive: true, verbatimSymlinks: true });
  }
  mkdirSync(join(folder, 'node_modules'));
  for (const name of readdirSync(join(root, 'node_modules'))) {
    // The mocha of this folder is one that Stryker can use.
    const source = name === 'mocha' ? tools : join(root, 'node_modules');
    if (!name.startsWith('.')) symlinkSync(join(source, name), join(folder, 'node_modules', name));
  }
  return folder;
}

/** Columns begin with 1 in a report and with 0 in what is asked for. */
function rangeOf({ file, location: { start, end } }) {
  return `${file}:${start.line}:${start.column - 1}-${end.line}:${end.column - 1}`;
}

/** A mutant of a file that keeps something in its module has a process of its own: what it left would be found by the next. */
function mutate(what, tests) {
  const stateful = what.filter(keepsState);
  const runs = [
    { what: what.filter((one) => !stateful.includes(one)), reuse: 0 },
    { what: stateful, reuse: 1 },
  ].filter((run) => run.what.length > 0);
  return runs.map((run) => runStryker(run.what, run.reuse, tests)).reduce(joined);
}

function keepsState(what) {
  const source = readFileSync(join(root, what.split(':')[0]), 'utf8');
  return /^(?:let |(?:export )?const \w+(?:: [^=]+)? = new (?:Map|Set)\b)/m.test(source);
}

function runStryker(what, maxTestRunnerReuse, tests) {
  mkdirSync(output, { recursive: true });
  const config = join(copy, 'stryker.config.json');
  const report = join(copy, 'report.json');
  const settings = {
    mutate: what,
    testRunner: 'mocha',
    plugins: [join(tools, '@stryker-mutator/mocha-runner/dist/src/index.js')],
    buildCommand: `${node} scripts/mutation/strip-types.mjs`,
    mochaOptions: { 'no-config': true, 'no-package': true, spec: tests, require: ['./build/test/support/seed.js'] },
    coverageAnalysis: 'perTest',
    concurrency: 1,
    maxTestRunnerReuse,
    inPlace: true,
    timeoutMS: 10_000,
    dryRunTimeoutMinutes: 20,
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: report },
    allowConsoleColors: false,
  };
  writeFileSync(config, JSON.stringify(settings));
  run(node, [join(tools, '@stryker-mutator/core/bin/stryker.js'), 'run', config], copy);
  return JSON.parse(readFileSync(report, 'utf8'));
}
