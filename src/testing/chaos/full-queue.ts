/**
 * A socket that listens and does not accept, so that its queue of connections is full: what connects next gets EAGAIN.
 *
 * Node accepts whatever comes, as soon as its loop turns. So this listens in a process of its own, whose loop does not
 * turn while it lasts.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { systemError } from '../network/system-error.js';
import type { QueueAssignment } from './full-queue-process.js';
import { programPath } from './program.js';

/** The kernel lets one more wait than it was told; and Node takes 0 for "not given". */
const SMALLEST_BACKLOG = 1;

const PROGRAM = programPath('./chaos/full-queue-process.js');

/** Lives until it is released or closed. */
export class FullQueue {
  readonly #path: string;
  readonly #child: ChildProcess;
  /** Rejects when it could not listen. */
  readonly listening: Promise<void>;
  readonly #ended: Promise<void>;

  /** @param room how many more may wait in the queue. */
  constructor(path: string, room: number) {
    this.#path = path;
    const backlog = Math.max(SMALLEST_BACKLOG, room - 1);
    const assignment: QueueAssignment = { path, backlog, fill: backlog + 1 - room };
    const child = spawn(process.execPath, [PROGRAM, JSON.stringify(assignment)], {
      stdio: ['pipe', 'pipe', 'ignore', 'ipc'],
    });
    this.#child = child;
    // Its input breaks when it is killed.
    child.stdin?.on('error', () => {});
    this.#ended = new Promise((resolve) => {
      child.once('close', () => resolve());
    });
    this.listening = new Promise((resolve, reject) => {
      // `full`, or the code of the error.
      child.stdout?.once('data', (said: Buffer) =>
        `${said}` === 'full' ? resolve() : reject(systemError(`${said}`, 'listen', path)),
      );
      child.once('error', reject);
      child.once('exit', () => reject(new Error('The process that held the full queue has ended.')));
    });
    // Whoever closes it early does not care.
    this.listening.catch(() => {});
  }

  /** Lets everybody in who has waited, and ends it. */
  async release(accepted: (socket: Socket) => void): Promise<void> {
    const all = new Promise<void>((resolve) => {
      this.#child.on('message', (word, socket) => {
        if (word === 'all') resolve();
        // Who has left by now is none.
        else if (socket !== undefined) accepted(adopt(socket as Socket));
      });
    });
    this.#child.stdin?.write('\n');
    await Promise.race([all, this.#ended]);
    await this.close();
  }

  /** Ends it. Those who wait are dropped as by a server that dies. */
  async close(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
    // When it was stopped before it could be published, the file may still be there.
    rmSync(this.#path, { force: true });
  }
}

/** Makes it what a listener that pauses and allows half open connections would have given. */
function adopt(socket: Socket): Socket {
  socket.pause();
  socket.allowHalfOpen = true;
  return socket;
}
