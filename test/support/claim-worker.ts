/**
 * A process that claims socket files on command, for races between processes. Whoever connects is told the process id.
 *
 * It reports `{ outcome: 'ready' }` when it takes commands (over IPC). `{ start: path }` is answered by `{ outcome }`, 'listening'
 * or the code of the failure; `{ stop: true }` by `{ outcome: 'closed' }`. `{ churn: path }` claims and gives up until it is
 * killed; it reports `{ served, atMs }` for each claim, and `{ stolen }` when the path was not its own while it served.
 */

import { lstatSync } from 'node:fs';
import type { DuplexConnection } from '#core/transport.js';
import { UnixTransport } from '#transports/unix.js';
import { ask } from './ask.js';
import { ListenRecorder } from './recorder.js';

/** What the parent sends. */
export type WorkerCommand = { readonly start: string } | { readonly stop: true } | { readonly churn: string };

/** What comes back. */
export type WorkerReport =
  | { readonly outcome: string; readonly message?: string }
  | { readonly stolen: string }
  | { readonly served: string; readonly atMs: number };

let server: ListenRecorder | undefined;

process.on('disconnect', () => process.exit());
process.on('message', (command: WorkerCommand) => {
  if ('start' in command) {
    void start(command.start);
  } else if ('churn' in command) {
    void churn(command.churn);
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

async function churn(path: string): Promise<never> {
  for (;;) {
    const attempt = new ListenRecorder(new UnixTransport(path), introduce);
    const { error } = await attempt.first('listening', 'failed');
    if (error !== undefined) {
      // Eight that never cease to claim can keep one from its turn on a busy machine; ELOCKED is its answer then.
      if (error.code !== 'EADDRINUSE' && error.code !== 'ELOCKED') {
        report({ stolen: `${process.pid} got ${error.message}` });
      }
      await moment(3);
      continue;
    }
    const ino = lstatSync(path, { throwIfNoEntry: false })?.ino;
    await moment(6);
    const answer = await ask(path);
    const found = lstatSync(path, { throwIfNoEntry: false })?.ino;
    const story = `${process.pid} serves inode ${ino}; the path leads to ${answer}, inode ${found}`;
    report(
      answer === String(process.pid) && ino !== undefined && found === ino
        ? { served: story, atMs: Date.now() }
        : { stolen: story },
    );
    await attempt.close();
  }
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

report({ outcome: 'ready' });
