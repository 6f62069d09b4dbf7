/** The path of a {@link FrontDoor}: whether it is free, the names beside it, and why nothing can listen there. */

import { randomBytes } from 'node:crypto';
import { lstatSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { systemError } from '../network/system-error.js';

/**
 * Another one for every listener: Node unlinks it, in its own time, when that listener closes. The letter is there
 * because Node takes a path that reads as a number, `.743e4679` for one, for a port.
 */
export function temporaryPathFor(path: string, random: string = randomBytes(4).toString('hex').slice(1)): string {
  return join(dirname(path), `.x${random}`);
}

export function inodeAt(path: string): bigint | undefined {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
}

/** Whatever is there stays, unless it is a socket that nobody listens on. */
export async function refuseIfTaken(path: string): Promise<void> {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) {
    if (lacksDirectory(path)) throw noDirectory(path);
    return;
  }
  const isStale = stats.isSocket() && (await connectCode(path)) === 'ECONNREFUSED';
  if (!isStale) throw systemError('EADDRINUSE', 'listen', path);
}

/** Names the path that was asked for, where the system's error names a temporary one. */
export function wordListenError(error: unknown, path: string): Error {
  const reason = error instanceof Error ? error : new Error(String(error));
  const { code, syscall, address } = reason as NodeJS.ErrnoException & { address?: string };
  if (code === undefined || syscall === undefined || address === path) return reason;
  // libuv reports a missing directory as EACCES.
  const worded = lacksDirectory(path) ? noDirectory(path) : systemError(code, 'listen', path);
  worded.cause = error;
  return worded;
}

function lacksDirectory(path: string): boolean {
  try {
    return statSync(dirname(path), { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}

function noDirectory(path: string): NodeJS.ErrnoException {
  const error = new Error(`listen ENOENT ${path}: the directory ${dirname(path)} does not exist; create it first.`);
  return Object.assign(error, { code: 'ENOENT', syscall: 'listen', address: path });
}

function connectCode(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.on('connect', () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
  });
}
