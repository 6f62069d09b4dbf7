/**
 * The one hole in the core for the platform: what a `socketFile` leads to, and the runtime that goes with it.
 *
 * The package's entry fills it for Node; `Simulation.install()` swaps it for as long as it is installed, so that code
 * that builds its own clients can be tested as it stands.
 */

import type { Runtime } from './runtime.js';
import type { Transport } from './transport.js';

/** What the options of a `Server` or `Client` say about a socket file. */
export interface SocketFileOptions {
  /** Permissions of the socket file from the moment it exists. Left out: what the process umask leaves of 0777. */
  readonly mode?: number;
}

/** What the process offers. */
export interface Platform {
  readonly runtime: Runtime;
  /**
   * The transport behind a socket file. Touches nothing yet.
   *
   * @throws TypeError when the path cannot be used on this system.
   */
  socketFileTransport(path: string, options: SocketFileOptions): Transport;
}

/** All that are installed; the last one is the current one. */
let installed: readonly { readonly platform: Platform }[] = [];

/** The platform that servers and clients built from now on run on. */
export function currentPlatform(): Platform {
  const current = installed.at(-1)?.platform;
  if (current === undefined) {
    throw new Error("No platform is installed: import 'ipc' before building a Server or Client.");
  }
  return current;
}

/**
 * Makes `platform` the current one. Servers and clients that exist already keep theirs.
 *
 * @returns what takes it away again, in whatever order: the last of those that are left is then the current one.
 */
export function installPlatform(platform: Platform): () => void {
  const mine = { platform };
  installed = [...installed, mine];
  return () => {
    installed = installed.filter((each) => each !== mine);
  };
}
