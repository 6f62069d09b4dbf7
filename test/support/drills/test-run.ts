/** The project's own tests in a process of mocha, and how that ended. */

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../repository-root.js';
import type { Watch } from './drill.js';

/** Far more than all tests of a folder take on a busy machine. */
const LONGEST_MS = 45 * 60_000;
/** Between two looks at whether it is enough. */
const LOOK_MS = 500;

export interface TestRun {
  readonly passes: number;
  readonly pending: number;
  /** Each failed test with its message, and what else was wrong with the run. */
  readonly problems: readonly string[];
  /** From the end of the last test to the end of the process. */
  readonly exitMs: number;
}

/** What scripts/mocha-reporter.cjs writes. */
interface Written {
  readonly passes: number;
  readonly failures: number;
  readonly pending: number;
  readonly failed: readonly string[];
  readonly endedAtMs: number;
  /** What kept the process alive for seconds, if something did. */
  readonly alive?: readonly string[];
}

/** The compiled test files of a folder of test, as paths from the root. */
export function testFiles(folder: string): string[] {
  const path = join('build/test', folder);
  const files = readdirSync(join(repositoryRoot, path), { recursive: true }).map(String);
  return files.filter((file) => file.endsWith('.test.js')).map((file) => join(path, file));
}

/** Runs test files in one process, by the settings of the project. */
export async function runTests(files: readonly string[], watch: Watch): Promise<TestRun> {
  const folder = mkdtempSync(join(tmpdir(), 'ipc-tests-'));
  const output = join(folder, 'result.json');
  const { require, timeout } = JSON.parse(readFileSync(join(repositoryRoot, '.mocharc.json'), 'utf8'));
  const settings = ['--no-config', '--forbid-only', '--timeout', String(timeout)];
  const reporter = ['--reporter', 'scripts/mocha-reporter.cjs', '--reporter-option', `output=${output}`];
  const required = (require as string[]).flatMap((file) => ['--require', file]);
  const { NODE_V8_COVERAGE: _, ...env } = process.env;
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', 'node_modules/mocha/bin/mocha.js', ...settings, ...reporter, ...required, ...files],
    {
      cwd: repositoryRoot,
      env,
      stdio: 'ignore',
      detached: process.stdin.isTTY === true,
      timeout: LONGEST_MS,
      killSignal: 'SIGINT',
    },
  );
  // Ends the run after the test that is under way.
  const look = setInterval(() => watch.isStopped && child.kill('SIGINT'), LOOK_MS);
  try {
    const how = await new Promise<string>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code, signal) => resolve(String(signal ?? code)));
    });
    const exitedAtMs = Date.now();
    return existsSync(output)
      ? judged(JSON.parse(readFileSync(output, 'utf8')), how, exitedAtMs)
      : { passes: 0, pending: 0, problems: [`mocha did not finish, but ended with ${how}`], exitMs: 0 };
  } finally {
    clearInterval(look);
    rmSync(folder, { recursive: true, force: true });
  }
}

function judged({ passes, pending, failures, failed, endedAtMs, alive }: Written, how: string, atMs: number): TestRun {
  const problems = [...failed];
  if (alive !== undefined) problems.push(`the process was kept alive by ${alive.join(', ')}`);
  // Its exit code is the number of tests that failed.
  else if (how !== String(failures)) problems.push(`mocha ended with ${how}`);
  return { passes, pending, problems, exitMs: atMs - endedAtMs };
}
