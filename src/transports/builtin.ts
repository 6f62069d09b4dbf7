/**
 * Modules of Node that only those load who need them: `node:crypto` costs each process a megabyte and some milliseconds,
 * and a client has no use for it.
 */

let loadedCrypto: typeof import('node:crypto') | undefined;

export function crypto(): typeof import('node:crypto') {
  // Asked for by each connection of a server, and not found by name in no time.
  loadedCrypto ??= process.getBuiltinModule('node:crypto');
  return loadedCrypto;
}

export function os(): typeof import('node:os') {
  return process.getBuiltinModule('node:os');
}
