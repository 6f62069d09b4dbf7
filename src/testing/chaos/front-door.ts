/**
 * The socket file that clients connect to, in all the ways in which it may fail them.
 *
 * It is always bound under another name and renamed to the public one. So it is complete when it appears; and when its
 * listener closes, Node unlinks a name that is not there any more, and what is left is a true stale file.
 */

import { randomBytes } from 'node:crypto';
import { chmodSync, lstatSync, renameSync, statSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { checkSocketPath, socketPathLimit } from '../../core/socket-path.js';
import { systemError } from '../network/system-error.js';
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

  /** Opens it for the first time, or as the demands want it. Replaces a stale file, and nothing else. */
  async open(): Promise<void> {
    await refuseIfTaken(this.#path);
    this.#isOpen = true;
    this.#inode = inodeAt(this.#path);
    this.#follow();
  }

  /** Wants it in this state until the returned function is called. The latest demand counts. */
  demand(state: DoorState): { readonly inForce: Promise<void>; withdraw(): void } {
    this.#demands.push(state);
    this.#follow();
    return {
      inForce: this.#queue?.listening.catch(() => {}) ?? Promise.resolve(),
      withdraw: () => {
        const index = this.#demands.indexOf(state);
        if (index === -1) return;
        this.#demands.splice(index, 1);
        this.#follow();
      },
    };
  }

  /** A new listener takes the place of the old one, in one step: at no moment is there none. */
  replace(): void {
    if (this.#state.name !== 'open') return;
    const old = this.#server;
    this.#listen();
    old?.close();
  }

  /** Stops listening and removes the file. Connections made before live on. */
  async close(): Promise<void> {
    this.#isOpen = false;
    this.#follow();
    await Promise.all(this.#leaving);
  }

  #follow(): void {
    const wanted: DoorState = this.#isOpen ? (this.#demands.at(-1) ?? { name: 'open' }) : { name: 'absent' };
    if (wanted === this.#state || (wanted.name === this.#state.name && wanted.name !== 'full')) return;
    const before = this.#state;
    this.#state = wanted;
    const queue = this.#queue;
    this.#queue = undefined;
    if (before.name === 'forbidden' && this.#isOurs()) chmodSync(this.#path, 0o777 & ~process.umask());
    switch (wanted.name) {
      case 'open':
        this.#stopListening();
        this.#listen();
        break;
      case 'absent':
        this.#unlink();
        this.#stopListening();
        break;
      case 'stale':
        // After a state without a file there is nothing to be stale yet.
        if (!this.#isOurs()) this.#listen();
        this.#stopListening();
        break;
      case 'forbidden':
        if (this.#server === undefined || !this.#isOurs()) {
          this.#stopListening();
          this.#listen();
        }
        if (this.#isOurs()) chmodSync(this.#path, 0);
        break;
      case 'unlinked':
        this.#unlink();
        break;
      case 'full':
        this.#fill(wanted.room);
        break;
      default:
        wanted satisfies never;
    }
    // Now that nobody else can come to it.
    if (queue !== undefined) this.#leaving.push(this.#isOpen ? queue.release(this.#handlers.accepted) : queue.close());
  }

  #listen(): void {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
    server.on('connection', this.#handlers.accepted);
    server.on('error', this.#handlers.failed);
    const path = temporaryPathFor(this.#path);
    // Room for a crowd that reconnects at once, as our own server has; the kernel lowers it to its limit.
    server.listen({ path, backlog: 4096 });
    this.#server = server;
    // The file of a unix socket is there as soon as this has returned; if not, `error` says why.
    if (server.listening) this.#publish(path);
  }

  #fill(room: number): void {
    const path = temporaryPathFor(this.#path);
    const queue = new FullQueue(path, room);
    this.#queue = queue;
    queue.listening.then(
      () => {
        if (this.#queue !== queue) return;
        this.#publish(path);
        this.#stopListening();
      },
      (error: Error) => {
        if (this.#queue === queue) this.#handlers.failed(error);
      },
    );
  }

  /** Puts what listens under the temporary name at the path; over nothing or over what is ours. */
  #publish(temporaryPath: string): void {
    const occupant = inodeAt(this.#path);
    if (occupant !== undefined && occupant !== this.#inode) {
      unlinkSync(temporaryPath);
      this.#handlers.failed(systemError('EADDRINUSE', 'listen', this.#path));
      return;
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

/** Another one for every listener: Node unlinks it, in its own time, when that listener closes. */
function temporaryPathFor(path: string): string {
  return join(dirname(path), `.${randomBytes(4).toString('hex')}`);
}

function inodeAt(path: string): bigint | undefined {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
}

/** Whatever is there stays, unless it is a socket that nobody listens on. */
async function refuseIfTaken(path: string): Promise<void> {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return;
  const isStale = stats.isSocket() && (await connectCode(path)) === 'ECONNREFUSED';
  if (!isStale) throw systemError('EADDRINUSE', 'listen', path);
}

function connectCode(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on('connect', () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
  });
}
