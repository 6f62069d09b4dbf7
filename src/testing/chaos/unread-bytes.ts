/**
 * What the kernel holds of a connection and nobody has read.
 *
 * A unix socket is reset only when it is destroyed with such bytes; with none the peer sees an ordinary end. Node's
 * `pause()` will not do: it reads on until its own buffer is full, and what it has read the kernel counts as delivered.
 * There is no public way to stop sooner, so this reaches for the handle below the socket, and does without it where a
 * version of Node should not have it: then a reset becomes an end, and the log says so.
 */

import { readSync } from 'node:fs';
import type { Socket } from 'node:net';

interface Handle {
  readonly fd?: unknown;
  readStop?: unknown;
}

/** Reads nothing more from the kernel. False when this version of Node does not let us. */
export function stopReading(socket: Socket): boolean {
  socket.pause();
  const handle = handleOf(socket);
  if (typeof handle?.readStop !== 'function') return false;
  handle.readStop();
  return true;
}

/**
 * Whether the peer has sent something that is still in the kernel. Finds out by reading one byte, which is lost: what
 * was sent with it stays. (Somebody who sends single bytes is believed too early, and then sees an end.)
 */
export function takeUnreadByte(socket: Socket): boolean {
  const descriptor = handleOf(socket)?.fd;
  if (typeof descriptor !== 'number' || descriptor < 0) return false;
  try {
    return readSync(descriptor, Buffer.alloc(1), 0, 1, null) === 1;
  } catch {
    // EAGAIN: nothing there. Anything else is the connection's own end, which its socket will tell of.
    return false;
  }
}

function handleOf(socket: Socket): Handle | undefined {
  return (socket as unknown as { readonly _handle?: Handle | null })._handle ?? undefined;
}
