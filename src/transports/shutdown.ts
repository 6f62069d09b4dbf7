/** How a socket finishes once its peer has: without the system call that would say so, since it is closed right after. */

import { Socket } from 'node:net';

/**
 * Spares the socket the shutdown(2) of its own side when the other side has finished before. To close it tells the peer the
 * same: it reads what was written, and then the end. Named pipes are left alone, which may drop what is not read yet.
 */
export function spareShutdown(socket: Socket): void {
  if (process.platform !== 'win32') {
    socket._final = finish;
  }
}

/** All that was written is in the hands of the system when a stream asks for this; when it has been answered, it closes. */
function finish(this: Socket, callback: (error?: Error | null) => void): void {
  if (this.readableEnded) {
    callback();
  } else {
    Reflect.apply(Socket.prototype._final, this, [callback]);
  }
}
