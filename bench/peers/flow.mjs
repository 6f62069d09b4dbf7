// When to wait, for peers that do not say so themselves: by the backlog of the socket underneath.

/** `write()` returning false at 16 KiB is no signal to stop; some hundred KiB in the queue keep both ends busy. */
const BACKLOG_BYTES = 256 * 1024;

export function hasRoom(socket) {
  return socket.writableLength < BACKLOG_BYTES;
}

export function drained(socket) {
  if (!socket.writableNeedDrain || socket.destroyed) return Promise.resolve();
  return new Promise((resolve) => socket.once('drain', resolve));
}

/** The same for a broadcast: of all sockets the fullest counts. */
export function allHaveRoom(sockets) {
  for (const socket of sockets) if (!hasRoom(socket)) return false;
  return true;
}

export async function allDrained(sockets) {
  for (const socket of sockets) await drained(socket);
}
