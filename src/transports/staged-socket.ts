/**
 * A listening socket in a private directory, on its way to the path where everybody can reach it.
 *
 * Bound at its final path, a socket could be connected to before its mode is set, would refuse connections between bind and
 * listen, and libuv would unlink whatever stands at that path when the server closes. Bound here, it is complete when it is
 * published, and libuv unlinks a name that no longer exists.
 */

import {
  chmodSync,
  closeSync,
  linkSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import type { Server } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { socketPathLimit } from '../core/socket-path.js';
import { bind } from './bind.js';
import { crypto, os } from './builtin.js';
import { codeOf } from './listen-error.js';
import { type FileIdentity, inspectPath, isAt } from './path-occupant.js';

/** Room for a crowd that reconnects at once; the kernel lowers it to its own limit (net.core.somaxconn). */
const BACKLOG = 4096;

/** How file systems that have no hard links say so. */
const WITHOUT_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/** What the staging needs to know. */
export interface StagingPlan {
  /** Where to publish. It may be longer than a socket address. */
  readonly absolutePath: string;
  readonly mode: number | undefined;
  readonly system: NodeJS.Platform;
}

/** A socket that listens and that nobody can reach yet. */
export class StagedSocket {
  /**
   * Which file it is. A bound socket keeps its inode in use, so no other file has this identity for as long as the server
   * listens.
   */
  readonly identity: FileIdentity;
  readonly #path: string;
  readonly #directory: string;
  readonly #file: string;

  private constructor(path: string, directory: string, file: string) {
    this.#path = path;
    this.#directory = directory;
    this.#file = file;
    const { dev, ino } = lstatSync(file, { bigint: true });
    this.identity = { dev, ino };
  }

  /** Binds the server in a fresh private directory beside the path. Leaves nothing when it fails. */
  static async bind(server: Server, plan: StagingPlan): Promise<StagedSocket> {
    const directory = mkdtempSync(stagingPrefix(plan.absolutePath));
    // Unique, because libuv keeps the name it bound and unlinks it on close, when a descriptor in it may be another's.
    const file = join(directory, crypto().randomBytes(6).toString('hex'));
    try {
      await bindAt(server, file, plan.system);
      if (plan.mode !== undefined) {
        chmodSync(file, plan.mode);
      }
      return new StagedSocket(plan.absolutePath, directory, file);
    } catch (error) {
      removeStaging(directory, [file]);
      throw error;
    }
  }

  /** Publishes it unless anything is there; returns whether it did. */
  publishNew(): boolean {
    try {
      linkSync(this.#file, this.#path);
      return true;
    } catch (error) {
      const code = codeOf(error);
      if (code === 'EEXIST') {
        return false;
      }
      if (!WITHOUT_LINKS.has(code) || inspectPath(this.#path).kind !== 'nothing') {
        throw error;
      }
      // Only a program that takes no lock could put something there between that look and this.
      renameSync(this.#file, this.#path);
      return true;
    }
  }

  /**
   * Publishes it in place of this very file, in one step: at no moment is there nothing. Returns whether it did; a file that
   * has been replaced in the meantime stays.
   */
  publishOver(occupant: FileIdentity): boolean {
    if (!isAt(this.#path, occupant)) {
      return false;
    }
    renameSync(this.#file, this.#path);
    return true;
  }

  /** Removes the private directory, and the socket with it if it has not been published. */
  clear(): void {
    removeStaging(this.#directory, [this.#file]);
  }
}

/**
 * Removes the private directories that killed processes left for this path. Only for the holder of the claim lock: nobody
 * else may have one.
 */
export function sweepStagings(path: string): void {
  const parent = dirname(path);
  const prefix = `.${basename(path)}.`;
  for (const name of readdirSync(parent)) {
    if (name.startsWith(prefix) && /^\d+\.[A-Za-z0-9]{6}$/.test(name.slice(prefix.length))) {
      sweepStaging(join(parent, name));
    }
  }
}

function stagingPrefix(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}.`);
}

function sweepStaging(directory: string): void {
  try {
    const stats = lstatSync(directory);
    // Another user's directory is not ours to enter: it may be a link to somewhere else by the time we do.
    if (stats.isDirectory() && stats.uid === process.geteuid?.()) {
      const files = readdirSync(directory).map((name) => join(directory, name));
      removeStaging(
        directory,
        files.filter((file) => inspectPath(file).kind === 'socket'),
      );
    }
  } catch {
    // What cannot be swept harms nobody, and the next claim tries again.
  }
}

/** Never throws, and needs no descriptor: it also cleans up when there are none left. */
function removeStaging(directory: string, files: readonly string[]): void {
  try {
    for (const file of files) {
      rmSync(file, { force: true });
    }
    rmdirSync(directory);
  } catch {
    // The next claim sweeps it.
  }
}

/** Binds at a file whose path may be too long for a socket address, by way of a shorter name for its directory. */
async function bindAt(server: Server, file: string, system: NodeJS.Platform): Promise<void> {
  const directory = dirname(file);
  const name = basename(file);
  if (Buffer.byteLength(file) <= socketPathLimit(system)) {
    await bind(server, file, BACKLOG);
  } else if (system === 'linux' || system === 'android') {
    const descriptor = openSync(directory, 'r');
    try {
      await bind(server, `/proc/self/fd/${descriptor}/${name}`, BACKLOG);
    } finally {
      closeSync(descriptor);
    }
  } else {
    const shortcuts = mkdtempSync(join(os().tmpdir(), 'ipc-'));
    const shortcut = join(shortcuts, 'd');
    try {
      symlinkSync(directory, shortcut);
      await bind(server, join(shortcut, name), BACKLOG);
    } finally {
      unlinkSync(shortcut);
      rmdirSync(shortcuts);
    }
  }
}
