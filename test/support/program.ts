/** Runs a program the way a person would: in a process of its own, with a temporary folder of its own. */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from './repository-root.js';

/** How a program ended. */
export interface Outcome {
  readonly exit: number | NodeJS.Signals | null;
  readonly output: string;
  readonly errorOutput: string;
  /** Names of the files that it left in its temporary folder. */
  readonly left: readonly string[];
}

/** Runs `node file ...args` to its end, at most `limitMs` long. */
export async function runProgram(file: string, args: readonly string[] = [], limitMs = 15_000): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'ipc-test-'));
  try {
    const child = spawnProgram(file, args, folder, limitMs);
    let output = '';
    let errorOutput = '';
    child.stdout?.on('data', (text: string) => (output += text));
    child.stderr?.on('data', (text: string) => (errorOutput += text));
    const exit = await ended(child);
    return { exit, output, errorOutput, left: readdirSync(folder) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Starts `node file ...args` with text on its output streams. It is killed after `limitMs`. */
export function spawnProgram(file: string, args: readonly string[], folder: string, limitMs: number): ChildProcess {
  const env: NodeJS.ProcessEnv = { ...process.env, TMPDIR: folder, XDG_RUNTIME_DIR: folder, FORCE_COLOR: undefined };
  const child = spawn(process.execPath, [file, ...args], {
    cwd: repositoryRoot,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: limitMs,
    killSignal: 'SIGKILL',
  });
  child.stdout?.setEncoding('utf8');
  child.stderr?.setEncoding('utf8');
  return child;
}

/** Its exit code or signal, once its output has been read. */
export function ended(child: ChildProcess): Promise<number | NodeJS.Signals | null> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
}
