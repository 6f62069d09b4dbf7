/** Unix domain sockets (and named pipes, where Windows has those instead) as a `Transport`. */

import type { Server } from 'node:net';
import { resolve } from 'node:path';
import type { SocketFileOptions } from '../core/platform.js';
import { checkSocketPath, socketPathLimit } from '../core/socket-path.js';
import type { Dial, DialHandlers, Listener, ListenHandlers, Transport } from '../core/transport.js';
import { bind } from './bind.js';
import { wordListenError } from './listen-error.js';
import { claimSocketFile } from './socket-claim.js';
import { UnixDial } from './unix-dial.js';
import { type ClaimAddress, type ClaimedAddress, UnixListener } from './unix-listener.js';

/** The transport behind the `socketFile` option. Touches nothing before `dial` or `listen`. */
export class UnixTransport implements Transport {
  readonly #path: string;
  readonly #options: SocketFileOptions;
  readonly #system: NodeJS.Platform;

  /**
   * @param system whose rules to follow; for tests, that want the ways of a system without locks.
   * @throws TypeError when the path cannot be used on this system.
   */
  constructor(path: string, options: SocketFileOptions = {}, system: NodeJS.Platform = process.platform) {
    checkSocketPath(path, system === 'win32' ? Number.POSITIVE_INFINITY : socketPathLimit(system));
    if (system === 'win32' && !/^\\\\[.?]\\pipe\\./.test(path)) {
      throw new TypeError(
        `options.socketFile is '${path}'; on Windows it must name a pipe, such as \\\\.\\pipe\\my-app.`,
      );
    }
    this.#path = path;
    this.#options = options;
    this.#system = system;
  }

  dial(handlers: DialHandlers): Dial {
    return new UnixDial(this.#path, handlers);
  }

  listen(handlers: ListenHandlers): Listener {
    return new UnixListener(this.#system === 'win32' ? this.#claimPipe() : this.#claimFile(), handlers);
  }

  #claimFile(): ClaimAddress {
    const request = {
      path: this.#path,
      absolutePath: resolve(this.#path),
      mode: this.#options.mode,
      system: this.#system,
    };
    return (server, signal) => claimSocketFile(server, { ...request, signal });
  }

  /** A pipe has no file, no mode, and nothing that could be left behind: the system does it all. */
  #claimPipe(): ClaimAddress {
    return async (server: Server): Promise<ClaimedAddress> => {
      try {
        await bind(server, this.#path, 511);
      } catch (error) {
        throw wordListenError(error, this.#path, this.#path);
      }
      return { giveUp: () => server.close() };
    };
  }
}
