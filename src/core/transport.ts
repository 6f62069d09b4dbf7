/** The seam between the library and the world: how connections are made and what a connection is. */

import type { EventEmitter } from 'node:events';
import type { Runtime } from './runtime.js';

/**
 * A connected, reliable, ordered byte stream: the part of `net.Socket` that the library uses. A `net.Socket` is one as
 * it stands, and so is any `stream.Duplex` that emits `close`.
 *
 * What an implementation promises:
 * - no event is emitted from inside a method call;
 * - chunks arrive in order, none lost, doubled or changed, cut anywhere;
 * - `end` is emitted once when the peer has finished and everything it sent has been read; after that this side
 *   finishes too (there is no half-open);
 * - `close` is emitted exactly once, last, on every path: after both ends have finished, after `destroy()`, after an
 *   `error`;
 * - `write` returns false when the caller should wait for `drain`;
 * - after `destroy()` no `data`, `end` or `drain` is emitted.
 */
export interface DuplexConnection {
  /** True from the moment `destroy()` was called or an error ended the connection. */
  readonly destroyed: boolean;
  /** Bytes accepted by `write` and not yet taken by the system. */
  readonly writableLength: number;
  /** Backlog in bytes at which `write` starts to return false. */
  readonly writableHighWaterMark: number;
  /** True while a `write` has returned false and `drain` has not followed yet. */
  readonly writableNeedDrain: boolean;

  /**
   * Sends bytes; a string in UTF-8. False when the caller should wait for `drain`. `callback` must be called when the system has taken
   * them, or with an error when it will not; never from inside this call, and after `drain`. What is sent meanwhile may wait for it.
   */
  write(chunk: Uint8Array | string, callback?: (error?: Error | null) => void): boolean;
  /** Finishes this direction after everything written has gone out. */
  end(): unknown;
  /** Ends both directions now; what is not written yet is lost. */
  destroy(error?: Error): unknown;
  pause(): unknown;
  resume(): unknown;
  /** Gathers the writes up to `uncork()` into one, where the system can. */
  cork(): void;
  uncork(): void;
  /** Makes `data` deliver strings in this encoding, never cutting a character. */
  setEncoding(encoding: BufferEncoding): unknown;

  on(event: 'data', listener: (chunk: Buffer | string) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'end' | 'drain' | 'close', listener: () => void): unknown;
  off(event: 'data', listener: (chunk: Buffer | string) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'end' | 'drain' | 'close', listener: () => void): unknown;
}

/** How one attempt to connect ends: exactly one of these is called, once, never from inside `dial()` or `abort()`. */
export interface DialHandlers {
  /** The connection is there. Its listeners must be attached before this returns. */
  opened(connection: DuplexConnection): void;
  /** There is no connection and nothing of the attempt is left. An aborted attempt ends here as well. */
  failed(error: Error): void;
}

/** An attempt under way. */
export interface Dial {
  /**
   * Gives the attempt up. `opened` is not called any more; `failed` is, when nothing of the attempt is left. Does nothing
   * after the outcome.
   */
  abort(): void;
}

/** What happens to a listener. Nothing is called from inside `listen()` or `close()`. */
export interface ListenHandlers {
  /** Ready for connections. At most once, and before any `accepted`. */
  listening(): void;
  /** Instead of `listening`: it could not be done, and nothing of the attempt is left. Final. */
  failed(error: Error): void;
  /** A peer connected. The connection's listeners must be attached before this returns. */
  accepted(connection: DuplexConnection): void;
  /**
   * Something went wrong while listening (no descriptors left, the address was taken away); the listener lives on. Once
   * for each incident, and never after `close()`.
   */
  error(error: Error): void;
  /** After `close()`: the address is given up. Once, and nothing follows. Connections made before are not affected. */
  closed(): void;
}

/** An address being listened on, or on its way there. */
export interface Listener {
  /** Stops listening, or gives up the attempt. Ends in `closed`, unless `failed` came first. */
  close(): void;
}

/** One address, seen from both sides. `Server` calls `listen`, `Client` calls `dial`. */
export interface Transport {
  /** The world this transport lives in. Left out, it is that of the process. */
  readonly runtime?: Runtime;
  dial(handlers: DialHandlers): Dial;
  listen(handlers: ListenHandlers): Listener;
  /**
   * Called once by the constructor of the `Server` or `Client` that will use this transport, before it returns. A
   * simulation uses it to record the owner's events; other transports leave it out.
   */
  attach?(owner: EventEmitter): void;
}
