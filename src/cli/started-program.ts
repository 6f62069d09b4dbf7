/** The programs that `ipc chaos` starts itself, so that it can kill, stop, freeze and replace them. */

import { type ChildProcess, spawn } from 'node:child_process';
import { renameSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChaosProcess, ChaosProcessOptions } from '../testing/chaos/options.js';

/** In a command, stands for the path at which this one of several servers is to listen. */
export const SOCKET = '{socket}';

/** How long a server may take until it listens. */
const PATIENCE_MS = 30_000;
const ASK_MS = 20;

/** A command in a shell, with all that it starts: signals are for the whole group. */
class StartedProgram implements ChaosProcess {
  readonly #child: ChildProcess;

  constructor(command: string) {
    // What it prints is not the proxy's to print, and must not be lost.
    this.#child = spawn(command, { shell: true, detached: true, stdio: ['ignore', 2, 2] });
    this.#child.on('error', () => {});
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

/** A server, which is ready when it takes connections at `path`. With {@link SOCKET} there may be two of it at a time. */
export function serverProcess(command: string, path: string, stopped: AbortSignal): ChaosProcessOptions {
  let starts = 0;
  return {
    start: async () => {
      starts += 1;
      const own = command.includes(SOCKET) ? `${path}.${starts}` : path;
      const program = new StartedProgram(command.replaceAll(SOCKET, own));
      try {
        await untilListening(program, own, command, stopped);
      } catch (error) {
        program.kill('SIGKILL');
        throw error;
      }
      if (own !== path) renameSync(own, path);
      return program;
    },
  };
}

/** Takes away what was left at the path of a server that did not know it: see {@link SOCKET}. */
export function tidyUp(command: string, path: string): void {
  if (command.includes(SOCKET)) rmSync(path, { force: true });
}

/** A client, or anything else that nobody has to wait for. */
export function clientProcess(command: string): ChaosProcessOptions {
  return { start: () => Promise.resolve(new StartedProgram(command)) };
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
    const socket = connect(path);
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
