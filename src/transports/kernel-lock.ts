/**
 * A lock between processes that the kernel releases when its holder dies, however it dies: a bound abstract socket.
 *
 * A lock that outlives its holder (a file with a pid, a directory with a date) has to be broken by somebody, and two who
 * break it at once are back at the race it was to prevent. Linux only; processes see each other's locks when they share
 * a network namespace.
 */

import { Server as NetServer, type Socket } from 'node:net';
import { bind } from './bind.js';
import { crypto } from './builtin.js';
import { codeOf } from './listen-error.js';

/** What a lock is about: one is held for the time of a claim, the other for as long as the owner of the path serves. */
export type LockPurpose = 'claim' | 'owner';

/** `sun_path`, all of it. */
const ADDRESS_BYTES = 108;

/** How sandboxes (AppArmor, SELinux, seccomp, kernels that are rebuilt in user space) refuse an abstract socket. */
const FORBIDDEN: ReadonlySet<string> = new Set(['EPERM', 'EACCES', 'EINVAL']);

/**
 * The abstract address that stands for `baseName` in a directory.
 *
 * It goes by the directory's identity, so that all its aliases agree, and leaves out the user, so that two users exclude
 * each other. It always fills `sun_path`: Node 20 pads a shorter one with NULs and Node 22 does not, and to the kernel
 * these are two names.
 */
export function lockAddress(purpose: LockPurpose, directory: { dev: bigint; ino: bigint }, baseName: string): string {
  const digest = crypto().createHash('sha256').update(`${directory.dev}:${directory.ino}:${baseName}`).digest('hex');
  return `\0ipc-socket-${purpose}-${digest}`.padEnd(ADDRESS_BYTES, '-');
}

/** A lock that this process holds. */
export class KernelLock {
  readonly #server: NetServer;

  private constructor(server: NetServer) {
    this.#server = server;
  }

  /**
   * Takes the lock, or finds it busy, or finds that this process may have none; never waits.
   *
   * @throws the error of the system when there is no telling: no descriptors, for instance.
   */
  static async take(address: string): Promise<KernelLock | 'busy' | 'forbidden'> {
    const server = new NetServer(sendAway);
    try {
      await bind(server, address, 1);
    } catch (error) {
      const code = codeOf(error);
      if (code === 'EADDRINUSE') {
        return 'busy';
      }
      if (FORBIDDEN.has(code)) {
        return 'forbidden';
      }
      throw error;
    }
    // Nobody has business here, and what goes wrong with those who come anyway does not concern the lock.
    server.on('error', ignore);
    server.unref();
    return new KernelLock(server);
  }

  /** Gives the lock up; it is free when this returns. */
  release(): void {
    this.#server.close();
  }
}

function sendAway(visitor: Socket): void {
  visitor.destroy();
}

function ignore(): void {}
