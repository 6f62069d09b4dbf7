// `npm test`: every check of the project, each with its name and time, and `N passed, N failed` at the end, which
// counts the checks and the single tests. Works in a fresh clone: the first check installs what is missing.
//
//   npm test                        everything
//   npm test -- --grep reconnect    the tests with that in their title
//   npm test -- --only unit,lint    these checks, after install and build
//   npm test -- --only static       every check but the tests

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseFlags } from './flags.mjs';

const root = join(import.meta.dirname, '..');
const coverageData = join(root, 'coverage/tmp');
/** For a test process that is stuck in a loop, where no timer of its own can fire. */
const TESTS_LIMIT_MS = 15 * 60_000;

const { spec, ...mochaOptions } = JSON.parse(readFileSync(join(root, '.mocharc.json'), 'utf8'));
/** A suite for each entry of `spec`, named after its folder: build/test/unit/... is unit. */
const suites = new Map(spec.map((pattern) => [pattern.split('/')[2], pattern]));

const preparing = {
  install: ['node', 'scripts/install-missing.mjs'],
  build: ['node', 'scripts/build.mjs', 'src', 'src/testing', 'src/cli'],
  types: ['node', 'scripts/build.mjs'],
};
const inspecting = {
  lint: ['biome', 'check', '--error-on-warnings', '.'],
  knip: ['knip', '--no-progress'],
  api: ['node', 'scripts/api-report.mjs', '--check'],
  packaging: ['node', 'scripts/packaging.mjs'],
};

let passed = 0;
const failed = [];
const { grep, selected } = readArguments();

for (const [name, command] of Object.entries(preparing)) {
  const ok = await check(name, command);
  if (!ok && name === 'install') finish();
}
// These take turns on the disk and the compiler rather than on each other; the tests, which mind the time, run alone.
await Promise.all(Object.entries(inspecting).map(([name, command]) => selected(name) && check(name, command)));

rmSync(coverageData, { recursive: true, force: true });
const toRun = [...suites].filter(([name]) => selected(name));
for (const [name, pattern] of toRun) await runSuite(name, pattern);
if (grep === undefined && toRun.length === suites.size) {
  const report = ['c8', 'report', '--temp-directory', coverageData, '--reporter', 'json-summary', '--reporter', 'html'];
  await check('coverage', report, ['node', 'scripts/coverage.mjs']);
}
finish();

function readArguments() {
  const { values } = parseFlags({ options: { grep: { type: 'string' }, only: { type: 'string' } } });
  const names = values.only?.split(',') ?? (values.grep === undefined ? undefined : [...suites.keys()]);
  const known = ['static', ...Object.keys(preparing), ...Object.keys(inspecting), ...suites.keys()];
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    console.error(`There is no check named ${unknown}. There are: ${known.join(', ')}.`);
    process.exit(1);
  }
  const isStatic = (name) => Object.hasOwn(inspecting, name);
  const selected = (name) => !names || names.includes(name) || (isStatic(name) && names.includes('static'));
  return { grep: values.grep, selected };
}

/** Runs commands one after another, keeps their output, and shows it when one fails. */
async function check(name, ...commands) {
  const start = performance.now();
  let output = '';
  let code = 0;
  for (const [program, ...args] of commands) {
    if (code === 0) code = await run(program, args, (text) => (output += text));
  }
  report(code === 0, name, start, code === 0 ? output.trim().split('\n').at(-1) : '');
  if (code !== 0) console.log(output);
  if (code === 0) passed += 1;
  else failed.push(name);
  return code === 0;
}

async function runSuite(name, pattern) {
  if (!hasTests(name)) {
    console.log(`-    ${name}: no tests yet`);
    return;
  }
  mkdirSync(join(root, 'build/mocha'), { recursive: true });
  const config = join(root, `build/mocha/${name}.config.json`);
  const result = join(root, `build/mocha/${name}.result.json`);
  rmSync(result, { force: true });
  const reporter = { reporter: 'scripts/mocha-reporter.cjs', 'reporter-option': [`output=${result}`] };
  writeFileSync(config, JSON.stringify({ ...mochaOptions, ...reporter, spec: [pattern] }));

  const start = performance.now();
  console.log(`\n${name} tests`);
  const filter = grep === undefined ? [] : ['--grep', grep];
  const code = await run('mocha', ['--config', config, ...filter]);

  const { passes = 0, failures = 0, pending = 0, ended, alive } = readResult(result);
  passed += passes;
  if (failures > 0) failed.push(...Array(failures).fill(`${name} test`));
  const stopped = performance.now() - start >= TESTS_LIMIT_MS;
  const trouble = alive
    ? `the process did not exit by itself, kept alive by ${alive.join(', ')}`
    : !ended || (code !== 0 && failures === 0)
      ? `mocha did not finish (${stopped ? `stopped after ${TESTS_LIMIT_MS / 60_000} minutes` : code})`
      : undefined;
  if (trouble) failed.push(`${name}: ${trouble}`);
  const counts = `${passes} passed, ${failures} failed${pending > 0 ? `, ${pending} skipped` : ''}`;
  report(failures === 0 && !trouble, `${name} tests`, start, [counts, trouble].filter(Boolean).join('; '));
}

function hasTests(name) {
  const folder = join(root, 'build/test', name);
  return existsSync(folder) && readdirSync(folder, { recursive: true }).some((file) => file.endsWith('.test.js'));
}

function readResult(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}

/** Resolves to the exit code, or to the reason why there is none. With `collect` the output goes there. */
function run(program, args, collect) {
  const local = join(root, 'node_modules/.bin', program);
  const isMocha = program === 'mocha';
  const child = spawn(program === 'node' ? process.execPath : local, args, {
    cwd: root,
    stdio: ['ignore', collect ? 'pipe' : 'inherit', collect ? 'pipe' : 'inherit'],
    env: isMocha ? { ...process.env, NODE_V8_COVERAGE: coverageData } : process.env,
    // Mocha hands SIGINT on to the process that runs the tests, and follows it with SIGTERM.
    ...(isMocha && { timeout: TESTS_LIMIT_MS, killSignal: 'SIGINT' }),
  });
  child.stdout?.setEncoding('utf8').on('data', collect);
  child.stderr?.setEncoding('utf8').on('data', collect);
  return new Promise((resolve) => {
    child.on('error', (error) => {
      collect?.(error.message);
      resolve(error.message);
    });
    child.on(collect ? 'close' : 'exit', (code, signal) => resolve(code ?? signal));
  });
}

function report(ok, name, start, detail) {
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)${detail ? `  ${detail}` : ''}`);
}

function finish() {
  console.log('');
  for (const name of new Set(failed)) console.log(`failed: ${name}`);
  console.log(`${passed} passed, ${failed.length} failed`);
  process.exit(failed.length > 0 ? 1 : 0);
}
