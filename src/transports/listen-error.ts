/** Why a socket file could not be listened on, in words for the person who has to do something about it. */

import { IpcError } from '../core/errors.js';

/** What a failed `listen()` on a socket file ends in; and what a server tells that listens and can let nobody in. */
export class ListenError extends IpcError {
  override readonly name: string = 'ListenError';
  /** `EADDRINUSE`, `EACCES`, `ELOCKED`, or whatever else the system said. */
  override readonly code: string;
  readonly syscall: string = 'listen';
  /** The path that was asked for. */
  readonly address: string;

  constructor(code: string, address: string, message: string, options?: ErrorOptions) {
    super(`listen ${code}: ${message}`, options);
    this.code = code;
    this.address = address;
  }
}

/** The `code` of an error of the system; the empty string when it has none. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : '';
}

/** Puts a failed system call into words. An error that is worded already, or is none of the system's, stays as it is. */
export function wordListenError(error: unknown, path: string, directory: string): Error {
  const code = codeOf(error);
  if (error instanceof ListenError || !(error instanceof Error) || code === '') {
    return error instanceof Error ? error : new Error(String(error));
  }
  // A missing directory is EACCES to whoever listens: libuv has always reported it so, and programs look for that.
  if (code === 'ENOENT') {
    return new ListenError('EACCES', path, `the directory ${directory} does not exist; create it first.`, {
      cause: error,
    });
  }
  return new ListenError(code, path, `${adviceFor(code, directory)} (${error.message})`, { cause: error });
}

/** What a code of the system means for whoever listens in a directory, and what to do. */
export function adviceFor(code: string, directory: string): string {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return (
        `this process (uid ${process.geteuid?.() ?? 'unknown'}) may not create files in ${directory}; ` +
        'give it write and search permission there, or choose another directory.'
      );
    case 'EROFS':
      return `${directory} is on a read-only file system; choose a directory that can be written, such as /run or /tmp.`;
    case 'ENOTDIR':
      return `a part of ${directory} is not a directory.`;
    case 'EMFILE':
      return 'this process has no file descriptors left; close some, or raise the limit (ulimit -n).';
    case 'ENFILE':
      return 'the system has no file descriptors left.';
    case 'ENOSPC':
    case 'EDQUOT':
      return `there is no room for a file in ${directory}; free some.`;
    default:
      return `cannot make a socket file in ${directory}.`;
  }
}
