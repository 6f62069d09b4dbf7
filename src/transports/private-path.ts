/** `socketPath`: where to put a socket that is for one user alone. */

import { lstatSync, mkdirSync, type Stats, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { PrivateDirectoryError } from '../core/errors.js';
import { socketPathLimit } from '../core/socket-path.js';
import { os } from './builtin.js';
import { codeOf } from './listen-error.js';

/** The socket in its directory: short, since every byte of the path counts. */
const FILE_NAME = 'socket';

/** What would lead elsewhere, or spoil a log. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
const NOT_IN_A_NAME = /[/\\\u0000-\u001f\u007f]/;

/** Who asks, and where. */
export interface Surroundings {
  readonly system: NodeJS.Platform;
  /** The user as whom files are made. */
  readonly uid: number;
  /** `$XDG_RUNTIME_DIR`, the directory that a login session has for such things. */
  readonly runtimeDirectory: string | undefined;
  readonly temporaryDirectory: string;
}

/**
 * The path of a socket that only this user can reach: `<name>/socket` in `$XDG_RUNTIME_DIR`, or `<name>-<uid>/socket` in
 * the temporary directory where the former is not set or not this user's own. Makes the directory of the socket unless it
 * is there. Server and clients get the same path when they run as the same user, with the same `XDG_RUNTIME_DIR` and
 * `TMPDIR`. On Windows it is the pipe `\\.\pipe\<name>`, whose name all users share.
 *
 * @param name of the program, such as `my-app`; another one for each server.
 * @throws TypeError when the name cannot be that of a directory, or leaves no room for the socket.
 * @throws PrivateDirectoryError when the directory cannot be made, or somebody else has access to it.
 */
export function socketPath(name: string): string {
  return privateSocketPath(name, {
    system: process.platform,
    uid: process.geteuid?.() ?? -1,
    runtimeDirectory: process.env.XDG_RUNTIME_DIR,
    temporaryDirectory: os().tmpdir(),
  });
}

/** `socketPath` for anybody, anywhere. */
export function privateSocketPath(name: string, surroundings: Surroundings): string {
  checkName(name);
  if (surroundings.system === 'win32') {
    return `\\\\.\\pipe\\${name}`;
  }
  const directory = directoryFor(name, surroundings);
  const path = join(directory, FILE_NAME);
  checkLength(name, path, surroundings);
  makePrivate(directory, surroundings.uid);
  return path;
}

function checkName(name: unknown): asserts name is string {
  const problem = problemWithName(name);
  if (problem !== undefined) {
    throw new TypeError(
      `socketPath() takes the name of a program, such as 'my-app', to make a directory of; ${problem}.`,
    );
  }
}

function problemWithName(name: unknown): string | undefined {
  if (typeof name !== 'string') {
    return `got ${name === null ? 'null' : typeof name}`;
  }
  if (name === '') {
    return 'it is empty';
  }
  if (name.startsWith('.')) {
    return `${shown(name)} begins with a dot`;
  }
  return NOT_IN_A_NAME.test(name) ? `${shown(name)} contains a slash, a backslash or a control character` : undefined;
}

function shown(name: string): string {
  return JSON.stringify(name.length > 40 ? `${name.slice(0, 40)}...` : name);
}

function directoryFor(name: string, { uid, runtimeDirectory = '', temporaryDirectory }: Surroundings): string {
  // It is absolute by its specification; one that a sudo has kept belongs to somebody else.
  if (isAbsolute(runtimeDirectory)) {
    const stats = lookAt(runtimeDirectory);
    if (stats?.isDirectory() && stats.uid === uid && !othersMayRename(stats)) {
      return join(runtimeDirectory, name);
    }
  }
  return join(resolve(temporaryDirectory), `${name}-${uid}`);
}

/** Undefined when there is nothing, or nothing that we may look at. */
function lookAt(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** Whether others could put something else in the place of what we have looked at in this directory. */
function othersMayRename({ mode }: Stats): boolean {
  const isSticky = (mode & 0o1000) !== 0;
  return (mode & 0o022) !== 0 && !isSticky;
}

function checkLength(name: string, path: string, { system }: Surroundings): void {
  const limitBytes = socketPathLimit(system);
  const nameBytes = Buffer.byteLength(name);
  const leftBytes = limitBytes - (Buffer.byteLength(path) - nameBytes);
  if (nameBytes > leftBytes) {
    throw new TypeError(
      `socketPath(): the name ${shown(name)} has ${nameBytes} bytes, and ${Math.max(leftBytes, 0)} are left for it: this ` +
        `system allows ${limitBytes} for the path of a socket, here in ${dirname(dirname(path))}. ` +
        'Use a shorter name, or set XDG_RUNTIME_DIR or TMPDIR to a directory with a shorter path.',
    );
  }
}

/** Makes sure that the directory is there, and that nobody but us gets into it. */
function makePrivate(directory: string, uid: number): void {
  let problem: string | undefined;
  try {
    problem = problemWithParent(dirname(directory)) ?? problemWith(directory, makeUnlessThere(directory), uid);
  } catch (error) {
    throw new PrivateDirectoryError(
      `The directory ${directory}, for a socket, cannot be made: ${(error as Error).message}. ` +
        'Set XDG_RUNTIME_DIR to a directory of your own, or give socketFile a path.',
      directory,
      { cause: error },
    );
  }
  if (problem !== undefined) {
    throw new PrivateDirectoryError(
      `The directory ${directory} is no private place for a socket: ${problem}`,
      directory,
    );
  }
}

function problemWithParent(parent: string): string | undefined {
  return othersMayRename(statSync(parent))
    ? `other users may rename what is in ${parent}. Forbid it (chmod +t '${parent}'), or set XDG_RUNTIME_DIR to a directory ` +
        'of your own.'
    : undefined;
}

function makeUnlessThere(directory: string): Stats {
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') {
      throw error;
    }
  }
  // A link is not followed: what it leads to may be another directory the next time.
  return lstatSync(directory);
}

function problemWith(directory: string, stats: Stats, uid: number): string | undefined {
  if (stats.uid !== uid) {
    return (
      `it belongs to uid ${stats.uid}, and this process is uid ${uid}. Somebody else has prepared it, and could come ` +
      'between server and clients. Have it removed, or set XDG_RUNTIME_DIR to a directory of your own.'
    );
  }
  if (!stats.isDirectory()) {
    return `it is ${stats.isSymbolicLink() ? 'a symbolic link' : 'no directory'}. Remove it, or use another name.`;
  }
  if ((stats.mode & 0o077) !== 0) {
    const mode = (stats.mode & 0o777).toString(8);
    return `other users have access to it (mode ${mode}). If nothing in it is theirs, close it: chmod 700 '${directory}'`;
  }
  return undefined;
}
