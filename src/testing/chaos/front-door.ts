/**
 * The socket file that clients connect to, in all the ways in which it may fail them.
 *
 * It is always bound under another name and renamed to the public one. So it is complete when it appears; and when its
 * listener closes, Node unlinks a name that is not there any more, and what is left is a true stale file.
 */

import { chmodSync, renameSync, unlinkSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { checkSocketPath, socketPathLimit } from '../../core/socket-path.js';
import { systemError } from '../network/system-error.js';
import { inodeAt, refuseIfTaken, temporaryPathFor, wordListenError } from './door-path.js';
import { FullQueue } from './full-queue.js';

/** What somebody who connects finds. `unlinked` has no file, as `absent`, but a listener that does not know it. */
export type DoorState =
  | { readonly name: 'open' | 'absent' | 'stale' | 'forbidden' | 'unlinked' }
  | { readonly name: 'full'; readonly room: number };

/** What happens at the door. */
export interface DoorHandlers {
  accepted(socket: Socket): void;
  failed(error: Error): void;
}

/** Not there before it is opened the first time. */
export class FrontDoor {
  readonly #path: string;
  readonly #handlers: DoorHandlers;
  readonly #demands: DoorState[] = [];
  /** Full queues that are on their way out. */
  readonly #leaving: Promise<void>[] = [];
  #isOpen = false;
  #state: DoorState = { name: 'absent' };
  #server: Server | undefined;
  #queue: FullQueue | undefined;
  /** Which file at the path is ours. */
  #inode: bigint | undefined;

  /** @throws TypeError when the path cannot name a socket. */
  constructor(path: string, handlers: DoorHandlers) {
    this.#path = path;
    this.#handlers = handlers;
    const limit = socketPathLimit(process.platform);
    checkSocketPath(path, limit);
    checkSocketPath(temporaryPathFor(path), limit);
  }

  /**
   * Opens it for the first time, or as the demands want it. Replaces a stale file, and nothing else.
   *
   * @throws when it cannot: the message names the path.
   */
  async open(): Promise<void> {
    await refuseIfTaken(this.#path);
    this.#isOpen = true;
    this.#inode = inodeAt(this.#path);
    try {
      await this.#follow();
    } catch (error) {
      await this.close().catch(() => {});
      throw wordListenError(error, this.#path);
    }
  }

  /** Wants it in this state until the returned function is called. The latest demand counts. */
  demand(state: DoorState): { readonly inForce: Promise<void>; withdraw(): void } {
    this.#demands.push(state);
    return {
      inForce: this.#reportFailure(this.#follow()),
      withdraw: () => {
        const index = this.#demands.indexOf(state);
        if (index === -1) return;
        this.#demands.splice(index, 1);
        void this.#reportFailure(this.#follow());
      },
    };
  }

  /** A new listener takes the place of the old one, in one step: at no moment is there none. */
  replace(): void {
    if (this.#state.name !== 'open') return;
    const old = this.#server;
    void this.#reportFailure(this.#listen().then(() => old?.close()));
  }

  /** Stops listening and removes the file. Connections made before live on. */
  async close(): Promise<void> {
    this.#isOpen = false;
    try {
      await this.#follow();
    } finally {
      await Promise.all(this.#leaving);
    }
  }

  /** For what nobody waits for who could catch it. */
  async #reportFailure(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#handlers.failed(wordListenError(error, this.#path));
    }
  }

  async #follow(): Promise<void> {
    const wanted: DoorState = this.#isOpen ? (this.#demands.at(-1) ?? { name: 'open' }) : { name: 'absent' };
    if (wanted === this.#state || (wanted.name === this.#state.name && wanted.name !== 'full')) return;
    const before = this.#state;
    this.#state = wanted;
    const queue = this.#queue;
    this.#queue = undefined;
    const entered = this.#enter(wanted, before);
    // Now that nobody else can come to it.
    if (queue !== undefined) this.#leaving.push(this.#isOpen ? queue.release(this.#handlers.accepted) : queue.close());
    await entered;
  }

  /** Done when it returns, but for a full queue. Rejects when it cannot be. */
  async #enter(wanted: DoorState, before: DoorState): Promise<void> {
    if (before.name === 'forbidden' && this.#isOurs()) chmodSync(this.#path, 0o777 & ~process.umask());
    switch (wanted.name) {
      case 'open':
        this.#stopListening();
        return this.#listen();
      case 'absent':
        try {
          this.#unlink();
        } finally {
          this.#stopListening();
        }
        break;
      case 'stale': {
        // After a state without a file there is nothing to be stale yet.
        const made = this.#isOurs() ? undefined : this.#listen();
        this.#stopListening();
        return made;
      }
      case 'forbidden': {
        let made: Promise<void> | undefined;
        if (this.#server === undefined || !this.#isOurs()) {
          this.#stopListening();
          made = this.#listen();
        }
        if (this.#isOurs()) chmodSync(this.#path, 0);
        return made;
      }
      case 'unlinked':
        this.#unlink();
        break;
      case 'full':
        return this.#fill(wanted.room);
      default:
        wanted satisfies never;
    }
  }

  /** Done when it returns, or it rejects: see `exclusive`. */
  async #listen(): Promise<void> {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
    server.on('connection', this.#handlers.accepted);
    const path = temporaryPathFor(this.#path);
    // Room for a crowd that reconnects at once, as our own server has; the kernel lowers it to its limit.
    // A worker of a cluster would ask its primary otherwise, and wait for the answer.
    server.listen({ path, backlog: 4096, exclusive: true });
    // The file of a unix socket is there as soon as this has returned; if not, `error` says why.
    if (!server.listening) {
      await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject));
    }
    server.on('error', this.#handlers.failed);
    try {
      this.#publish(path);
    } catch (error) {
      server.close();
      throw error;
    }
    this.#server = server;
  }

  async #fill(room: number): Promise<void> {
    const path = temporaryPathFor(this.#path);
    const queue = new FullQueue(path, room);
    this.#queue = queue;
    try {
      await queue.listening;
    } catch (error) {
      // Whoever ended it early does not care.
      if (this.#queue === queue) throw error;
    }
    if (this.#queue !== queue) return;
    this.#publish(path);
    this.#stopListening();
  }

  /** Puts what listens under the temporary name at the path; over nothing or over what is ours. */
  #publish(temporaryPath: string): void {
    const occupant = inodeAt(this.#path);
    if (occupant !== undefined && occupant !== this.#inode) {
      unlinkSync(temporaryPath);
      throw systemError('EADDRINUSE', 'listen', this.#path);
    }
    renameSync(temporaryPath, this.#path);
    this.#inode = inodeAt(this.#path);
  }

  #stopListening(): void {
    this.#server?.close();
    this.#server = undefined;
  }

  #isOurs(): boolean {
    return this.#inode !== undefined && inodeAt(this.#path) === this.#inode;
  }

  #unlink(): void {
    if (this.#isOurs()) unlinkSync(this.#path);
    this.#inode = undefined;
  }
}
