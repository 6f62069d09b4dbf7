/**
 * Bytes that may wait in a simulated socket, on their way out before `write` returns false, and on their way in before it
 * stops reading: as in the sockets that this library makes, and in those of Node 22 and later by default.
 */
export const HIGH_WATER_MARK: number = 64 * 1024;
