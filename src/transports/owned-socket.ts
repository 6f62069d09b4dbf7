/** A socket file that this process serves, and how it is given up. */

import { unlinkSync } from 'node:fs';
import type { Server } from 'node:net';
import type { KernelLock } from './kernel-lock.js';
import { type FileIdentity, isAt } from './path-occupant.js';
import { SocketWatch } from './socket-watch.js';

/** Made by a claim, published at its path and listening. */
export class OwnedSocket {
  readonly #server: Server;
  readonly #path: string;
  readonly #identity: FileIdentity;
  readonly #ownerLock: KernelLock | undefined;
  #watch: SocketWatch | undefined;

  constructor(server: Server, path: string, identity: FileIdentity, ownerLock: KernelLock | undefined) {
    this.#server = server;
    this.#path = path;
    this.#identity = identity;
    this.#ownerLock = ownerLock;
  }

  /** Reports from now on what goes wrong with it, until it is given up. */
  watch(report: (error: Error) => void): void {
    this.#watch = new SocketWatch(this.#path, this.#identity, report);
  }

  /**
   * Removes the file if it is still ours, stops listening, lets a successor in; all of it before it returns. The file goes
   * first, while the listening socket still holds its inode, and the lock last, when nothing of ours is left to be found.
   */
  giveUp(): void {
    this.#watch?.stop();
    try {
      if (isAt(this.#path, this.#identity)) {
        unlinkSync(this.#path);
      }
    } catch {
      // The directory is gone or closed to us. A file left here is a stale one, which the next server takes over; to leave it
      // is safe, and to report it would come after close.
    }
    this.#server.close();
    this.#ownerLock?.release();
  }
}
