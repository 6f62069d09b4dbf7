/**
 * `npm start`: a server and three clients, each a process of its own, talk over a unix socket. Then the server is killed
 * while they talk, another one takes over the socket file it left behind, and every client comes back by itself.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Counts, Report } from './demo-contract.js';
import { Screen } from './demo-screen.js';

const CLIENTS = ['ada', 'ben', 'cleo'];
const ANSWERS_BEFORE_THE_KILL = 4;
const LONGEST_MS = 14_000;

const screen = new Screen();
const folder = mkdtempSync(join(tmpdir(), 'ipc-demo-'));
const socketFile = join(folder, 'demo.sock');
const happenings = new EventEmitter();
const processes = new Map<string, ChildProcess>();
/** How often each process has reported each event: `ada answer` is 7. */
const happened = new Map<string, number>();
const counts = new Map<string, Counts>();
const exitCodes = new Map<string, number | NodeJS.Signals>();

const tooLong = setTimeout(() => {
  stop(`not finished after ${LONGEST_MS / 1000} s`);
}, LONGEST_MS);
process.once('SIGINT', () => stop('interrupted'));
process.once('SIGTERM', () => stop('interrupted'));

await main();

async function main(): Promise<void> {
  screen.line('demo', `the socket file is ${socketFile}`);
  start('server 1', 'demo-server.js');
  await until(['server 1'], 'listening', 1);

  for (const name of CLIENTS) start(name, 'demo-client.js');
  await until(CLIENTS, 'news', 1);
  await until(CLIENTS, 'answer', ANSWERS_BEFORE_THE_KILL);

  screen.line('demo', 'kills server 1 while they talk (SIGKILL)');
  processes.get('server 1')?.kill('SIGKILL');
  await until(CLIENTS, 'lost', 1);
  const isStale = existsSync(socketFile);
  screen.line('demo', isStale ? 'the socket file is still there, and nobody serves it' : 'the socket file is gone');
  await pause(600);

  start('server 2', 'demo-server.js');
  await until(['server 2'], 'listening', 1);
  screen.line('demo', 'server 2 has taken the file over; nobody tells the clients');
  await until(CLIENTS, 'reconnected', 1);
  await until(CLIENTS, 'closed', 1);

  processes.get('server 2')?.kill('SIGTERM');
  await until(['server 2'], 'closed', 1);
  await until([...CLIENTS, 'server 2'], 'exit', 1);
  clearTimeout(tooLong);

  const left = readdirSync(folder);
  rmSync(folder, { recursive: true });
  const missing = findMissing();
  if (!isStale) missing.push('a socket file left by the killed server');
  if (left.length > 0) missing.push(`an empty folder: ${left.join(', ')} was left in it`);
  summarize(missing);
}

/** Starts a process, and shows what it reports. */
function start(name: string, file: string): void {
  const child = fork(join(import.meta.dirname, file), [name, socketFile]);
  processes.set(name, child);
  child.on('message', (message) => {
    const report = message as Report;
    if (report.line !== undefined) screen.line(name, report.line);
    if (report.counts !== undefined) counts.set(name, report.counts);
    note(name, report.event);
  });
  child.on('error', (error) => stop(`${name} could not be started: ${error.message}`));
  child.on('exit', (code, signal) => {
    exitCodes.set(name, signal ?? code ?? 1);
    note(name, 'exit');
  });
}

function note(name: string, event: string): void {
  const key = `${name} ${event}`;
  happened.set(key, (happened.get(key) ?? 0) + 1);
  happenings.emit('any');
}

/** Waits until each of these processes has reported the event so many times. */
async function until(names: readonly string[], event: string, times: number): Promise<void> {
  while (!names.every((name) => (happened.get(`${name} ${event}`) ?? 0) >= times)) {
    const dead = names.find((name) => exitCodes.has(name) && !happened.has(`${name} ${event}`));
    if (dead !== undefined) stop(`${dead} ended (${exitCodes.get(dead)}) before its ${event}`);
    await once(happenings, 'any');
  }
}

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}

/** What the demo promises and did not show. */
function findMissing(): string[] {
  const missing: string[] = [];
  for (const name of CLIENTS) {
    const { asked = 0, answered = 0, news = 0, reconnects = 0 } = counts.get(name) ?? {};
    if (asked === 0 || answered < asked) missing.push(`answers for ${name}: ${answered} of ${asked} came`);
    if (news !== 2) missing.push(`two broadcasts for ${name}: ${news} came`);
    if (reconnects !== 1) missing.push(`one reconnection of ${name}: there were ${reconnects}`);
  }
  for (const name of [...CLIENTS, 'server 2']) {
    if (exitCodes.get(name) !== 0) missing.push(`a good end of ${name}: it ended with ${exitCodes.get(name)}`);
  }
  return missing;
}

function summarize(missing: readonly string[]): void {
  const rows = CLIENTS.map((name) => {
    const { asked = 0, answered = 0, repeated = 0, news = 0, reconnects = 0 } = counts.get(name) ?? {};
    return [name, asked, answered, repeated, news, reconnects];
  });
  screen.table(['client', 'asked', 'answered', 'asked again', 'broadcasts heard', 'reconnects'], rows);
  if (missing.length === 0) {
    console.log(
      `Everybody got every answer and came back by themselves, in ${screen.seconds.toFixed(1)} s; no file is left.`,
    );
  } else {
    console.log(`The demo failed. Missing: ${missing.join('; ')}.`);
    process.exitCode = 1;
  }
}

/** Gives up: says why, and leaves neither a process nor a file. */
function stop(reason: string): never {
  for (const child of processes.values()) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
  console.log(`The demo failed: ${reason}.`);
  process.exit(1);
}
