/** What stands at a path, as far as whoever wants to put a socket there must know. */

import { type BigIntStats, lstatSync } from 'node:fs';
import { codeOf } from './listen-error.js';

/** Which file it is, whatever its name. */
export interface FileIdentity {
  readonly dev: bigint;
  readonly ino: bigint;
}

/** What was found. */
export type PathOccupant =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'socket'; readonly identity: FileIdentity }
  | { readonly kind: 'other'; readonly description: string };

/** Looks, without following a symbolic link. */
export function inspectPath(path: string): PathOccupant {
  let stats: BigIntStats;
  try {
    stats = lstatSync(path, { bigint: true });
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      return { kind: 'nothing' };
    }
    throw error;
  }
  return stats.isSocket()
    ? { kind: 'socket', identity: { dev: stats.dev, ino: stats.ino } }
    : { kind: 'other', description: describe(stats) };
}

/** Whether what was found is this very file. */
export function holds(occupant: PathOccupant, { dev, ino }: FileIdentity): boolean {
  return occupant.kind === 'socket' && occupant.identity.dev === dev && occupant.identity.ino === ino;
}

/** Whether the path holds this very file. */
export function isAt(path: string, identity: FileIdentity): boolean {
  return holds(inspectPath(path), identity);
}

function describe(stats: BigIntStats): string {
  if (stats.isFile()) {
    return 'a regular file';
  }
  if (stats.isDirectory()) {
    return 'a directory';
  }
  if (stats.isSymbolicLink()) {
    return 'a symbolic link';
  }
  return stats.isFIFO() ? 'a named pipe' : 'a device';
}
