// For peers that are bare sockets, or leave this to their sockets: how to connect, and when to wait.

import { connect } from 'node:net';

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

/** A connected socket. A crowd of clients may fill the queue of the server, which is no failure (EAGAIN): once more. */
export async function dial(path) {
  for (;;) {
    const socket = connect(path);
    try {
      await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
      return socket;
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
