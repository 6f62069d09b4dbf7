/** The programs that `ipc chaos` starts itself, so that it can kill, stop, freeze and replace them. */

import { type ChildProcess, spawn } from 'node:child_process';
import { lstatSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChaosProcess, ChaosProcessOptions } from '../testing/chaos/options.js';

/** In a command, stands for the path at which this one of several servers is to listen. */
export const SOCKET = '{socket}';

/** How long a server may take until it listens. */
const PATIENCE_MS = 30_000;
const ASK_MS = 20;

/** Told when a program has ended though nobody had ended it: how, and whether that is a failure. */
export type EndedByItself = (how: 'exited' | 'was ended', detail: string, isFailure: boolean) => void;

/** A command in a shell, with all that it starts: signals are for the whole group. */
class StartedProgram implements ChaosProcess {
  readonly #child: ChildProcess;
  #isToldToEnd = false;

  constructor(command: string, endedByItself: EndedByItself) {
    // What it prints is not the proxy's to print, and must not be lost.
    this.#child = spawn(command, { shell: true, detached: true, stdio: ['ignore', 2, 2] });
    this.#child.on('error', () => {});
    this.#child.once('exit', (code, signal) => {
      if (this.#isToldToEnd) return;
      if (signal === null) endedByItself('exited', `with code ${code}`, code !== 0);
      else endedByItself('was ended', `by ${signal}`, true);
    });
  }

  get exitCode(): number | null {
    return this.#child.exitCode;
  }

  get signalCode(): NodeJS.Signals | null {
    return this.#child.signalCode;
  }

  get hasEnded(): boolean {
    return this.#child.pid === undefined || this.exitCode !== null || this.signalCode !== null;
  }

  kill(signal: NodeJS.Signals): boolean {
    const { pid } = this.#child;
    if (pid === undefined || this.hasEnded) return false;
    if (signal === 'SIGKILL' || signal === 'SIGTERM') this.#isToldToEnd = true;
    try {
      return process.kill(-pid, signal);
    } catch {
      // It has ended a moment ago.
      return false;
    }
  }

  once(event: 'exit', listener: () => void): this {
    this.#child.once(event, listener);
    return this;
  }
}

/**
 * A server, which is ready when it takes connections at `path`. With {@link SOCKET} there may be two of it at a time:
 * each has a file of its own, which stays where it was made since a server may watch it, and `path` is a symbolic link
 * to the one of the latest.
 */
export class StartedServer implements ChaosProcessOptions {
  readonly #command: string;
  readonly #path: string;
  readonly #stopped: AbortSignal;
  readonly #endedByItself: EndedByItself;
  readonly #ownPaths: string[] = [];
  #number = 0;

  constructor(command: string, path: string, stopped: AbortSignal, endedByItself: EndedByItself) {
    this.#command = command;
    this.#path = path;
    this.#stopped = stopped;
    this.#endedByItself = endedByItself;
  }

  async start(): Promise<ChaosProcess> {
    const own = this.#command.includes(SOCKET) ? this.#newPath() : this.#path;
    const program = new StartedProgram(this.#command.replaceAll(SOCKET, own), this.#endedByItself);
    try {
      await untilListening(program, own, this.#command, this.#stopped);
      if (own !== this.#path) this.#linkTo(own);
    } catch (error) {
      program.kill('SIGKILL');
      throw error;
    }
    return program;
  }

  /** Takes away the link, and what servers left that were killed. When all have ended. */
  tidyUp(): void {
    if (lstatSync(this.#path, { throwIfNoEntry: false })?.isSymbolicLink()) rmSync(this.#path, { force: true });
    for (const path of this.#ownPaths) rmSync(path, { force: true });
  }

  /** One that nothing is at, be it left by an earlier run. */
  #newPath(): string {
    let path: string;
    do {
      this.#number += 1;
      path = `${this.#path}.${this.#number}`;
    } while (lstatSync(path, { throwIfNoEntry: false }) !== undefined);
    this.#ownPaths.push(path);
    return path;
  }

  /** In one step: at no moment does the path lead nowhere. */
  #linkTo(own: string): void {
    const link = `${own}.link`;
    rmSync(link, { force: true });
    symlinkSync(basename(own), link);
    renameSync(link, this.#path);
  }
}

/** A client, or anything else that nobody has to wait for. */
export function clientProcess(command: string, endedByItself: EndedByItself): ChaosProcessOptions {
  return { start: () => Promise.resolve(new StartedProgram(command, endedByItself)) };
}

async function untilListening(
  program: StartedProgram,
  path: string,
  command: string,
  stopped: AbortSignal,
): Promise<void> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  while (!(await takesConnections(path))) {
    if (program.hasEnded) throw new Error(`The server ended before it listened at ${path}: ${command}`);
    if (stopped.aborted) throw new Error(`Told to stop before the server listened at ${path}: ${command}`);
    if (performance.now() > deadlineMs) {
      throw new Error(`The server does not listen at ${path} after ${PATIENCE_MS / 1000} s: ${command}`);
    }
    await sleep(ASK_MS);
  }
}

function takesConnections(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
