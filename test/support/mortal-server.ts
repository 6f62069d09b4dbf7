/**
 * A process that listens and closes, and kills itself right before the n-th system call of that. With too large an n it
 * lives, and exits with 0.
 */

import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

const [, , path = '', lastStep] = process.argv;
let step = 0;

/** Makes every call of a method a step on the way to death. */
function count(owner: object, methods: readonly string[]): void {
  const target = owner as Record<string, (...values: unknown[]) => unknown>;
  for (const method of methods) {
    const original = target[method];
    if (original === undefined) {
      throw new Error(`there is no ${method} to count`);
    }
    target[method] = function counted(this: unknown, ...values: unknown[]): unknown {
      step += 1;
      if (step === Number(lastStep)) {
        process.kill(process.pid, 'SIGKILL');
      }
      return original.apply(this, values);
    };
  }
}

const { UnixTransport } = await import('#transports/unix.js');
const { ListenRecorder } = await import('./recorder.js');
count(fs, ['statSync', 'lstatSync', 'readdirSync', 'mkdtempSync', 'chmodSync', 'openSync', 'closeSync', 'linkSync']);
count(fs, ['renameSync', 'unlinkSync', 'rmdirSync', 'rmSync']);
count(net, ['connect']);
count(net.Server.prototype, ['listen', 'close']);
syncBuiltinESMExports();

const server = await ListenRecorder.open(new UnixTransport(path, { mode: 0o600 }));
await server.close();
process.disconnect?.();
