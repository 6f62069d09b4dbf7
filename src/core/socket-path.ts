/** What a socket path may be, whatever the system: pure checks, made before anything is touched. */

import { describe } from './describe.js';

/** Longest path in bytes, by system: `sun_path` less its closing NUL (unix(7); sys/un.h on macOS and the BSDs). */
export function socketPathLimit(system: string): number {
  return system === 'linux' || system === 'android' ? 107 : 103;
}

/**
 * Refuses a path that cannot name a socket file.
 *
 * @param limitBytes the longest path the system takes; Node before 22 truncates a longer one in silence.
 * @throws TypeError saying what is wrong with it and what to do.
 */
export function checkSocketPath(path: unknown, limitBytes: number): asserts path is string {
  if (typeof path !== 'string') {
    throw new TypeError(`options.socketFile must be a string, the path of the socket file; got ${describe(path)}.`);
  }
  if (path === '') {
    throw new TypeError('options.socketFile is empty; it must be the path of the socket file.');
  }
  if (/^\d+$/.test(path)) {
    throw new TypeError(
      `options.socketFile is '${path}', which looks like a port; for a file of that name write './${path}'.`,
    );
  }
  if (path.endsWith('/')) {
    throw new TypeError(`options.socketFile is '${path}', a directory; add the name of the socket file.`);
  }
  if (path.includes('\0')) {
    throw new TypeError('options.socketFile contains a NUL character, which no file name can.');
  }
  const bytes = Buffer.byteLength(path);
  if (bytes > limitBytes) {
    throw new TypeError(
      `options.socketFile is ${bytes} bytes long; this system allows ${limitBytes} for a socket. ` +
        `Use a shorter folder, such as /tmp or $XDG_RUNTIME_DIR. Path: ${path}`,
    );
  }
}
