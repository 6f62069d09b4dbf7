// Plants the bugs of scripts/sabotage/bugs.mjs, one at a time, in copies of the sources, and shows that the tests catch
// each of them: a test that cannot fail proves nothing.
//
//   npm run sabotage                        all of them
//   npm run sabotage -- --only close        those with 'close' in their names; also /a regular expression/
//   npm run sabotage -- --only src/core     those in these sources
//   npm run sabotage -- --list              names only
//   npm run sabotage -- --suites property   what the laws catch by themselves
//   npm run sabotage -- --jobs 4            so many at once; default 2
//
// The unit tests of the source itself come first, then the suites in the order given, or in the one that most likely ends
// soon; a later one sees only what the others let through. A catch counts only if the
// test that failed passes without the bug: in the copy that has been put right again, that one file runs once more where
// real time or a hang leave a doubt. Exits with 1 when a bug survives, does not compile or no longer fits the sources, or
// when the tests fail without any bug.

import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { parseFlags } from './flags.mjs';
import { bugs } from './sabotage/bugs.mjs';

const root = join(import.meta.dirname, '..');
const { values } = parseFlags({
  options: {
    only: { type: 'string', default: '' },
    list: { type: 'boolean', default: false },
    suites: { type: 'string' },
    jobs: { type: 'string', default: '2' },
  },
});
const allSuites = ['unit', 'property', 'integration'];
/** Where the bugs of a folder are most likely caught. */
const likelySuites = {
  'src/core/': ['property', 'unit', 'integration'],
  'src/transports/': ['integration', 'unit', 'property'],
};
/** Longest time a suite may take with a bug in it; a hang is a catch too. */
const LONGEST_MS = 300_000;
/** Files that take the blame without cause are left out, and the suite goes on without them: so often at most. */
const MOST_DOUBTS = 3;

const pattern = /^\/(.+)\/$/.exec(values.only)?.[1];
const chosen = bugs.filter(({ name, file }) =>
  pattern ? new RegExp(pattern).test(name) : name.includes(values.only) || file.startsWith(values.only),
);
if (values.list) {
  for (const { name } of chosen) console.log(name);
  process.exit(0);
}
const misfits = findMisfits();
if (misfits.length > 0) {
  console.error(
    `These bugs no longer fit the sources; put scripts/sabotage/bugs.mjs right:\n\n${misfits.join('\n\n')}`,
  );
  process.exit(1);
}
if (chosen.length === 0) {
  console.error(`No bug has '${values.only}' in its name; see --list.`);
  process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), 'ipc-sabotage-'));
const cleanUp = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    for (const child of children) kill(child);
    cleanUp();
    process.exit(130);
  });
}
const children = new Set();
try {
  process.exitCode = (await sabotageAll()) ? 0 : 1;
} finally {
  cleanUp();
}

/** Every text of a bug has to stand in its file, once. */
function findMisfits() {
  return bugs.flatMap(({ name, file, find, also }) =>
    [find, ...(also === undefined ? [] : [also.find])].flatMap((text) => {
      const times = readFileSync(join(root, file), 'utf8').split(text).length - 1;
      return times === 1 ? [] : [`'${name}': this stands in ${file} ${times} times, not once:\n${text}`];
    }),
  );
}

async function sabotageAll() {
  const jobs = Math.max(1, Math.min(Number(values.jobs) || 1, chosen.length));
  const waiting = [...chosen.entries()];
  const results = [];
  let healthy;
  const work = async (number) => {
    const copy = makeCopy(number);
    const broken = await build(copy);
    if (broken !== undefined) throw new Error(`The sources do not build without any bug:\n${broken}`);
    if (number === 0) {
      // The tests have to pass without a bug, or no failure means anything.
      healthy = await firstCatch(copy, () => {});
      if (healthy !== undefined) {
        console.error(`The tests fail without any bug: ${inWords({ catcher: healthy })}`);
        waiting.length = 0;
        return;
      }
    }
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, bug] = next;
      const startMs = Date.now();
      const outcome = await sabotage(copy, bug);
      const seconds = (Date.now() - startMs) / 1000;
      results[index] = { bug, seconds, ...outcome };
      const done = results.filter(Boolean).length;
      console.log(
        `${String(done).padStart(3)}/${chosen.length} ${seconds.toFixed(1).padStart(6)} s  ${bug.name}: ${inWords(outcome)}`,
      );
    }
  };
  await Promise.all(Array.from({ length: jobs }, (_, number) => work(number)));
  return healthy === undefined && summarize(results);
}

function inWords({ catcher, broken }) {
  if (broken !== undefined) return `DOES NOT COMPILE, which proves nothing\n${broken}`;
  return catcher === undefined ? 'SURVIVED' : `${catcher.suite}: ${catcher.title}${catcher.isHang ? ' (hangs)' : ''}`;
}

/** The table of what caught what, and whether all is well. */
function summarize(results) {
  const width = Math.max(...results.map(({ bug }) => bug.name.length));
  console.log(`\n${'bug'.padEnd(width)}  caught by    in`);
  for (const { bug, catcher, broken, seconds } of results) {
    const by = broken !== undefined ? 'BROKEN' : (catcher?.suite ?? 'NOTHING');
    const where = catcher === undefined ? '' : relative('build/test', catcher.file ?? '').replace(/\.test\.js$/, '');
    console.log(`${bug.name.padEnd(width)}  ${by.padEnd(11)}  ${where} (${seconds.toFixed(0)} s)`);
  }
  const count = (suite) => results.filter(({ catcher }) => catcher?.suite === suite).length;
  const caught = results.filter(({ catcher }) => catcher !== undefined).length;
  console.log(`\n${allSuites.map((suite) => `${suite} ${count(suite)}`).join(', ')}`);
  console.log(`${caught} of ${results.length} planted bugs caught`);
  for (const { bug } of results.filter(({ broken }) => broken !== undefined)) {
    console.log(`does not compile: ${bug.name}`);
  }
  for (const { bug } of results.filter(({ catcher, broken }) => catcher === undefined && broken === undefined)) {
    console.log(`survived: ${bug.name}`);
  }
  return caught === results.length;
}

/** A copy of everything that git knows or does not ignore, in which bugs can be planted. */
function makeCopy(number) {
  const copy = join(folder, String(number));
  const listed = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const file of listed.stdout.split('\0').filter((name) => name !== '')) {
    cpSync(join(root, file), join(copy, file), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

async function sabotage(copy, { file, find, replace, also }) {
  const path = join(copy, file);
  const sound = readFileSync(path, 'utf8');
  let isPlanted = true;
  const putRight = async () => {
    if (!isPlanted) return;
    isPlanted = false;
    writeFileSync(path, sound);
    await build(copy);
  };
  const plant = async () => {
    isPlanted = true;
    const sabotaged = [{ find, replace }, ...(also === undefined ? [] : [also])].reduce(
      (text, change) => text.replace(change.find, () => change.replace),
      sound,
    );
    writeFileSync(path, sabotaged);
    return await build(copy);
  };
  try {
    const broken = await plant();
    if (broken !== undefined) return { broken };
    const catcher = await firstCatch(
      copy,
      async (failure) => {
        await putRight();
        const again = await test(copy, failure.suite, ['--spec', failure.file]);
        if (again === undefined) return true;
        await plant();
        return false;
      },
      file,
    );
    return { catcher };
  } finally {
    await putRight();
  }
}

/** The first failure of the suites that is not to be doubted, or that `isCause` confirms; undefined when there is none. */
async function firstCatch(copy, isCause, source = '') {
  const own = `build/test/unit/${basename(source, '.ts')}.test.js`;
  if ((values.suites ?? 'unit').includes('unit') && existsSync(join(copy, own))) {
    const failure = await test(copy, 'unit', ['--spec', own]);
    if (failure !== undefined && !isDoubtful(failure)) return failure;
  }
  const likely = Object.entries(likelySuites).find(([folder]) => source.startsWith(folder))?.[1];
  for (const suite of values.suites?.split(',') ?? likely ?? allSuites) {
    // The house rules are about the text of the sources, which is not what a bug is caught by.
    const leftOut = ['build/test/unit/tidy.test.js'];
    for (let doubts = 0; doubts <= MOST_DOUBTS; doubts += 1) {
      const ignored = leftOut.flatMap((file) => ['--ignore', file]);
      const failure = await test(copy, suite, [...ignored, '--spec', `build/test/${suite}/**/*.test.js`]);
      if (failure === undefined) break;
      if (!isDoubtful(failure) || failure.file === undefined || (await isCause(failure)) !== false) return failure;
      console.log(`      doubted, it fails without the bug too: ${failure.suite}: ${failure.title}`);
      leftOut.push(failure.file);
    }
  }
  return undefined;
}

/** Whether it may have failed for the time that it took, or for what else goes on in the machine. */
function isDoubtful({ suite, isHang, message = '' }) {
  return isHang || suite === 'integration' || /Timeout of \d+ms/.test(message);
}

/** Runs tests; gives the first that failed, or that hung. */
async function test(copy, suite, files) {
  const result = join(copy, 'result.json');
  rmSync(result, { force: true });
  const mocha = join(copy, 'node_modules/mocha/bin/mocha.js');
  const options = ['--no-config', '--require', './build/test/support/seed.js'];
  const ending = ['--bail', '--exit', '--timeout', '60000', '--reporter', 'scripts/sabotage/first-failure.cjs'];
  const { code, output } = await run(
    copy,
    process.execPath,
    ['--enable-source-maps', mocha, ...options, ...ending, ...files],
    {
      IPC_SABOTAGE_RESULT: result,
    },
  );
  if (code === 0) return undefined;
  const { state, title, file, message } = readResult(result);
  if (state === 'failed' || state === 'running') {
    const place = file === undefined ? undefined : relative(copy, file);
    return { suite, title, file: place, message, isHang: state === 'running' };
  }
  return { suite, title: `${code}: ${output.trim().split('\n').at(-1)}`, file: undefined, isHang: false };
}

function readResult(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}

async function build(copy) {
  const { code, output } = await run(copy, process.execPath, ['scripts/build.mjs']);
  return code === 0 ? undefined : output.trim();
}

function run(copy, command, args, environment = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: copy,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: what the tests have started dies with them, and holds no pipe open.
      detached: true,
      env: { ...process.env, ...environment },
    });
    children.add(child);
    const limit = setTimeout(() => kill(child), LONGEST_MS);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => {
        output = (output + text).slice(-200_000);
      });
    }
    child.on('close', (code, signal) => {
      clearTimeout(limit);
      children.delete(child);
      resolve({ code: code ?? signal, output });
    });
  });
}

function kill({ pid }) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
