/** The ways in which a proxy ends a connection that it stands in the middle of. */

import type { Socket } from 'node:net';
import type { Timers } from './timers.js';
import { stopReading, takeUnreadByte } from './unread-bytes.js';

/** How long a reset waits for the peer to send something that can stay unread. */
const RESET_WAIT_MS = 250;

/** How long a peer that was told of the end may take to end too. */
const LINGER_MS = 200;

/**
 * Tells the peer of the end in the ordinary way, whatever it has sent: shuts the one direction down and reads the other
 * empty, so that nothing unread turns the end into a reset.
 */
export function endOrdinarily(socket: Socket, timers: Timers): void {
  if (socket.destroyed) return;
  if (socket.connecting || socket.readableEnded) {
    // Nothing more can come in, so there is nothing that could make it a reset.
    if (socket.connecting) socket.destroy();
    else socket.destroySoon();
  } else {
    // Whoever listened to the data has let go: it is thrown away.
    socket.resume();
    socket.end();
    socket.once('end', () => socket.destroy());
  }
  const cancel = timers.after(LINGER_MS, () => socket.destroy());
  socket.once('close', cancel);
}

/**
 * Destroys both when one of the watched has something unread in the kernel, which resets that one; or after a while,
 * when neither has sent anything, and then what they see is an ordinary end.
 *
 * @param done gets those that were reset.
 */
export function reset(
  both: readonly Socket[],
  watched: readonly Socket[],
  timers: Timers,
  done: (reset: readonly Socket[]) => void,
): void {
  for (const socket of both) stopReading(socket);
  const startedMs = timers.now();
  const look = (): void => {
    const found = watched.filter((socket) => !socket.destroyed && takeUnreadByte(socket));
    const isOver = timers.now() - startedMs >= RESET_WAIT_MS || both.every(({ destroyed }) => destroyed);
    if (found.length === 0 && !isOver) {
      timers.after(1, look);
      return;
    }
    for (const socket of both) socket.destroy();
    done(found);
  };
  look();
}
