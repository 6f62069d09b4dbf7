// Runs one measurement: a server and its clients as fresh processes on a fresh socket, within a limit of time.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { peers } from '../peers/index.mjs';
import { works } from './works.mjs';

const MARK = '@bench ';
const program = join(import.meta.dirname, 'end.mjs');
const nodeFlags = ['--expose-gc', '--no-warnings'];

/** Every process that is not gone, so that none is left when this one is interrupted. */
const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

/**
 * @returns `{ server, client }`, the figures of both ends, or `{ failure }`, in words for the table.
 */
export async function runPair({ peer, work, params, limitMs, env = {} }) {
  const folder = mkdtempSync(join(tmpdir(), 'ipc-bench-'));
  const spec = { peer, work, params, path: join(folder, 's') };
  const children = new Map();
  try {
    return await new Promise((resolve) => {
      const figures = {};
      const overdue = setTimeout(() => resolve({ failure: `over ${limitMs / 1000} s` }), limitMs);
      const finish = (result) => {
        clearTimeout(overdue);
        resolve(result);
      };
      const start = (end) => {
        const child = spawn(process.execPath, [...nodeFlags, program, JSON.stringify({ ...spec, end })], {
          stdio: ['pipe', 'pipe', 'ignore'],
          // Messages of peers in colours or of debuggers would be part of what is measured.
          env: { ...process.env, ...env, FORCE_COLOR: '0', NODE_V8_COVERAGE: '', NODE_OPTIONS: '' },
        });
        running.add(child);
        children.set(end, child);
        child.stdin.on('error', () => {});
        child.on('exit', (code, signal) => {
          running.delete(child);
          if (!figures[end]) finish({ failure: `crashed (${signal ?? code})` });
        });
        createInterface({ input: child.stdout }).on('line', (line) => {
          if (line.startsWith(MARK)) heard(JSON.parse(line.slice(MARK.length)));
        });
      };
      const heard = ({ what, end, figures: said }) => {
        if (what === 'failed') {
          finish({ failure: /out of order/.test(said.reason) ? 'wrong message' : 'failed', reason: said.reason });
        } else if (what === 'ready') {
          for (const each of ['bystander', 'client']) {
            if (works[work][each] && !(each === 'client' && peers[peer]?.isChild)) start(each);
          }
        } else if (said.phase) {
          children.get('client').stdin.write('go on\n');
        } else {
          figures[end] = said;
          if (end === 'client') children.get('server').stdin.write('finish\n');
          if (figures.server && figures.client) finish({ server: figures.server, client: figures.client });
        }
      };
      start('server');
    });
  } finally {
    await Promise.all([...children.values()].map(stop));
    rmSync(folder, { recursive: true, force: true });
  }
}

function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return undefined;
  return new Promise((resolve) => {
    child.once('exit', resolve);
    child.kill('SIGKILL');
  });
}
