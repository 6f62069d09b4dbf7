// Plants the bugs of scripts/sabotage/bugs.mjs, one at a time, in a copy of the sources, and shows that the tests catch
// each of them: a test that cannot fail proves nothing.
//
//   npm run sabotage                    all of them
//   npm run sabotage -- --only close    those with 'close' in their names
//   npm run sabotage -- --list          names only
//   npm run sabotage -- --suites property   what the laws catch by themselves
//
// The suites run in the order given, the slower ones only for what the others let through: by default unit and property
// tests, then integration tests. Exits with 1 when a bug survives, or no longer fits the sources.

import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bugs } from './sabotage/bugs.mjs';

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    list: { type: 'boolean', default: false },
    suites: { type: 'string', default: 'unit,property,integration' },
  },
});
const chosen = bugs.filter(({ name }) => name.includes(values.only));
/** Longest time a suite may take with a bug in it; a hang is a catch too. */
const LONGEST_MS = 300_000;

if (values.list) {
  for (const { name } of chosen) console.log(name);
  process.exit(0);
}

const copy = mkdtempSync(join(tmpdir(), 'ipc-sabotage-'));
try {
  copySources();
  process.exitCode = (await sabotageAll()) ? 0 : 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}

function copySources() {
  const files = spawnSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).stdout.split('\0');
  for (const file of files.filter((name) => name !== '')) {
    cpSync(join(root, file), join(copy, file), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
}

async function sabotageAll() {
  const healthy = await build();
  if (healthy !== undefined) throw new Error(`The sources do not build without any bug:\n${healthy}`);
  const sick = await firstFailure();
  if (sick !== undefined) throw new Error(`The tests fail without any bug: ${sick}`);
  const survivors = [];
  for (const [index, bug] of chosen.entries()) {
    const startMs = Date.now();
    const catcher = await sabotage(bug);
    const seconds = ((Date.now() - startMs) / 1000).toFixed(1).padStart(6);
    console.log(
      `${String(index + 1).padStart(3)}/${chosen.length} ${seconds} s  ${bug.name}: ${catcher ?? 'SURVIVED'}`,
    );
    if (catcher === undefined) survivors.push(bug.name);
  }
  console.log(`${chosen.length - survivors.length} of ${chosen.length} planted bugs caught`);
  for (const name of survivors) console.log(`survived: ${name}`);
  return survivors.length === 0;
}

/** What caught the bug: the title of the first test that failed; undefined when nothing did. */
async function sabotage({ name, file, find, replace, also }) {
  const path = join(copy, file);
  const sound = readFileSync(path, 'utf8');
  let sabotaged = sound;
  for (const change of [{ find, replace }, ...(also === undefined ? [] : [also])]) {
    if (sound.split(change.find).length !== 2) {
      throw new Error(`The bug '${name}' does not fit ${file}: this must stand there exactly once:\n${change.find}`);
    }
    sabotaged = sabotaged.replace(change.find, () => change.replace);
  }
  writeFileSync(path, sabotaged);
  try {
    const broken = await build();
    if (broken !== undefined) throw new Error(`The bug '${name}' does not compile, which proves nothing:\n${broken}`);
    return await firstFailure();
  } finally {
    writeFileSync(path, sound);
    await build();
  }
}

async function build() {
  const { code, output } = await run(join(copy, 'node_modules/.bin/tsc'), ['-b', 'src', 'src/testing', 'test']);
  return code === 0 ? undefined : output;
}

async function firstFailure() {
  for (const suite of values.suites.split(',')) {
    const failure = await test(suite);
    if (failure !== undefined) return `${suite}: ${failure}`;
  }
  return undefined;
}

async function test(suite) {
  const mocha = join(copy, 'node_modules/mocha/bin/mocha.js');
  const options = [
    '--no-config',
    '--require',
    './build/test/support/seed.js',
    '--enable-source-maps',
    '--bail',
    '--exit',
  ];
  // The house rules are about the text of the sources, which is not what a bug is caught by.
  const files = ['--ignore', 'build/test/unit/tidy.test.js', '--spec', `build/test/${suite}/**/*.test.js`];
  const { code, output } = await run(process.execPath, [mocha, ...options, '--timeout', '60000', ...files]);
  if (code === 0) return undefined;
  const [, details = ''] = output.split(/^ {2}1\) /m);
  const title = /^([\s\S]*?):\s*$/m.exec(details)?.[1]?.replace(/\s+/g, ' ');
  return title ?? `${code}: ${output.trim().split('\n').at(-1)}`;
}

/** Nothing may be inherited that would make a run of the tests inside this one something else. */
function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: copy, stdio: ['ignore', 'pipe', 'pipe'], timeout: LONGEST_MS });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => {
        output = (output + text).slice(-200_000);
      });
    }
    child.on('close', (code, signal) => resolve({ code: code ?? signal, output }));
  });
}
