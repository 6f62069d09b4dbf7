/**
 * A process that claims socket files on command, for races between processes. Whoever connects is told the process id.
 *
 * Commands (IPC): `{ start: path }` is answered by `{ outcome }`, 'listening' or the code of the failure; `{ stop: true }` by
 * `{ outcome: 'closed' }`; `{ churn: path }` claims and gives up until it is killed or stopped, and is answered by a
 * `{ claims, refusals }` when stopped, and by `{ stolen }` whenever the path was not its own while it served.
 */

import { lstatSync } from 'node:fs';
import type { DuplexConnection } from '#core/transport.js';
import { UnixTransport } from '#transports/unix.js';
import { ask } from './ask.js';
import { ListenRecorder } from './recorder.js';

/** What the parent sends. */
export type WorkerCommand =
  | { readonly start: string }
  | { readonly stop: true }
  | { readonly churn: string };

/** What comes back. */
export type WorkerReport =
  | { readonly outcome: string; readonly message?: string }
  | { readonly stolen: string }
  | { readonly claims: number; readonly refusals: Record<string, number> };

let server: ListenRecorder | undefined;
let churning = false;

process.on('disconnect', () => process.exit());
process.on('message', (command: WorkerCommand) => {
  if ('start' in command) {
    void start(command.start);
  } else if ('churn' in command) {
    void churn(command.churn);
  } else if (churning) {
    churning = false;
  } else {
    void stop();
  }
});

function report(message: WorkerReport): void {
  process.send?.(message);
}

async function start(path: string): Promise<void> {
  server = new ListenRecorder(new UnixTransport(path), introduce);
  const { name, error } = await server.first('listening', 'failed');
  report(error === undefined ? { outcome: name } : { outcome: error.code ?? 'no code', message: error.message });
}

async function stop(): Promise<void> {
  await server?.close();
  report({ outcome: 'closed' });
}

async function churn(path: string): Promise<void> {
  churning = true;
  let claims = 0;
  const refusals: Record<string, number> = {};
  while (churning) {
    const attempt = new ListenRecorder(new UnixTransport(path), introduce);
    const { error } = await attempt.first('listening', 'failed');
    if (error !== undefined) {
      refusals[error.code ?? error.message] = (refusals[error.code ?? error.message] ?? 0) + 1;
      await moment(3);
      continue;
    }
    claims += 1;
    const { ino } = lstatSync(path);
    await moment(6);
    const answer = await ask(path);
    const found = lstatSync(path, { throwIfNoEntry: false })?.ino;
    if (answer !== String(process.pid) || found !== ino) {
      report({ stolen: `${process.pid} serves inode ${ino}; the path leads to ${answer}, inode ${found}` });
    }
    await attempt.close();
  }
  report({ claims, refusals });
}

/** Part of the load, not a way to wait for anything. */
function moment(mostMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * mostMs));
}

function introduce(connection: DuplexConnection): void {
  connection.on('error', () => {});
  connection.resume();
  connection.write(String(process.pid));
  connection.end();
}
