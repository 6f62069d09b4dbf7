/**
 * A socket that listens and never accepts, so that its queue of connections is full: what connects next gets EAGAIN.
 *
 * Node accepts whatever comes, as soon as its loop turns. So this listens in a thread of its own, whose loop does not
 * turn any more once it listens.
 */

import { rmSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

/** The kernel lets one more wait than it was told; and Node takes 0 for "not given". */
const SMALLEST_BACKLOG = 1;

const LISTEN_AND_FREEZE = `
const { parentPort, workerData } = require('node:worker_threads');
const { connect, createServer } = require('node:net');
const server = createServer();
server.on('error', (error) => parentPort.postMessage(error.message));
server.listen({ path: workerData.path, backlog: workerData.backlog });
if (server.listening) {
  for (let count = 0; count < workerData.fill; count += 1) connect(workerData.path).on('error', () => {});
  parentPort.postMessage('frozen');
  Atomics.wait(workerData.never, 0, 0);
}
`;

/**
 * Lives until it is closed. Those who wait in its queue are then dropped as by a server that dies: reset, or with an
 * ordinary end where the thread got round to accepting them on its way out.
 */
export class FullQueue {
  readonly #path: string;
  readonly #worker: Worker;
  /** Rejects when it could not listen. */
  readonly listening: Promise<void>;

  /** @param room how many more may wait in the queue. */
  constructor(path: string, room: number) {
    this.#path = path;
    const backlog = Math.max(SMALLEST_BACKLOG, room - 1);
    const workerData = { path, backlog, fill: backlog + 1 - room, never: new Int32Array(new SharedArrayBuffer(4)) };
    this.#worker = new Worker(LISTEN_AND_FREEZE, { eval: true, workerData });
    this.listening = new Promise((resolve, reject) => {
      this.#worker.once('message', (message) => (message === 'frozen' ? resolve() : reject(new Error(message))));
      this.#worker.once('error', reject);
      this.#worker.once('exit', () => reject(new Error('closed')));
    });
    // Whoever closes it early does not care.
    this.listening.catch(() => {});
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
    // When it was stopped before it could be published, the file may still be there.
    rmSync(this.#path, { force: true });
  }
}
