/** Errors as the system words them, so that code under test cannot tell. */

const numbers: Readonly<Record<string, number>> = {
  EACCES: -13,
  EADDRINUSE: -98,
  EAGAIN: -11,
  ECONNREFUSED: -111,
  ECONNRESET: -104,
  EMFILE: -24,
  ENOENT: -2,
  ENOTDIR: -20,
  EPIPE: -32,
};

/** An error like those of a failed system call: `connect ENOENT /run/app.sock`. */
export function systemError(code: string, syscall: string, address?: string): NodeJS.ErrnoException {
  const reason = address === undefined ? '' : ` ${address}`;
  const detail = syscall === 'listen' && code === 'EADDRINUSE' ? ': address already in use' : '';
  const error: NodeJS.ErrnoException & { address?: string } = stackless(`${syscall} ${code}${detail}${reason}`);
  error.code = code;
  error.syscall = syscall;
  const errno = numbers[code];
  if (errno !== undefined) error.errno = errno;
  if (address !== undefined) error.address = address;
  return error;
}

/** An error like those of `node:stream`. */
export function streamError(code: string, message: string): NodeJS.ErrnoException {
  const error: NodeJS.ErrnoException = stackless(message);
  error.code = code;
  return error;
}

/** The stack would show the clock's loop and nothing else, and costs more than all the rest of a failed connect. */
function stackless(message: string): NodeJS.ErrnoException {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const error = new Error(message);
  Error.stackTraceLimit = stackTraceLimit;
  return error;
}
