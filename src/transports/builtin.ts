/**
 * Modules of Node that only those load who need them: `node:crypto` costs each process a megabyte and some milliseconds,
 * and a client has no use for it.
 */

export function crypto(): typeof import('node:crypto') {
  return process.getBuiltinModule('node:crypto');
}

export function os(): typeof import('node:os') {
  return process.getBuiltinModule('node:os');
}
