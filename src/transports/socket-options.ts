/** How both ends of a unix socket are made. */

interface SocketOptions {
  readonly allowHalfOpen: boolean;
  readonly highWaterMark: number;
}

export const SOCKET_OPTIONS: SocketOptions = {
  /** Who finishes has nothing to wait for any more, and the other finishes too. */
  allowHalfOpen: false,
  /**
   * Bytes that may wait in Node before a sender is told so. What Node 22 and later take by themselves; the 16 KiB of Node 20
   * are less than one turn writes at once.
   */
  highWaterMark: 64 * 1024,
};
