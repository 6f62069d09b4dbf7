// Runs the tests on other versions of Node, which come from npm, and ends with a table. The checks that do not depend
// on the version are left to `npm test`.
//
//   node scripts/test-node-versions.mjs               22, 24 and 26
//   node scripts/test-node-versions.mjs 20.19 23      these

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installNode } from './install-node.mjs';

const root = join(import.meta.dirname, '..');
const versions = process.argv.length > 2 ? process.argv.slice(2) : ['22', '24', '26'];
const folder = mkdtempSync(join(tmpdir(), 'ipc-node-'));
const rows = [];
execFileSync(process.execPath, [join(root, 'scripts', 'build.mjs')], { stdio: 'inherit' });

try {
  for (const version of versions) rows.push(runOn(version));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.table(rows);
process.exitCode = rows.every(({ result }) => result === 'ok') ? 0 : 1;

function runOn(version) {
  const node = installNode(folder, version);
  const exact = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  console.log(`\nNode ${exact}`);

  const output = join(folder, `${version}.json`);
  const mocha = join(root, 'node_modules/mocha/bin/mocha.js');
  const reporter = ['--reporter', 'scripts/mocha-reporter.cjs', '--reporter-option', `output=${output}`];
  const start = performance.now();
  const { status, signal } = spawnSync(node, [mocha, ...reporter], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    // For tests that start other processes by the name `node`.
    env: { ...process.env, PATH: `${join(node, '..')}:${process.env.PATH}` },
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);

  const { passes = 0, failures = 0, pending = 0, ended, alive } = readResult(output);
  const finished = alive ? 'did not exit' : ended && status !== null ? 'ok' : `crashed (${signal ?? status})`;
  const result = failures > 0 || (status !== 0 && finished === 'ok') ? 'failed' : finished;
  return { node: exact, result, passed: passes, failed: failures, skipped: pending, seconds };
}

function readResult(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}
