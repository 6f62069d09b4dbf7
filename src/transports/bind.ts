/** Binding a `net.Server` to an address that is ours alone. */

import type { Server } from 'node:net';

/**
 * Binds and starts listening before it returns; the promise tells how that went, one tick later.
 *
 * `exclusive`, because a worker of `cluster` would otherwise share the primary's handle, and a shared handle can neither
 * be a lock nor be renamed.
 */
export function bind(server: Server, address: string, backlog: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const listening = (): void => {
      server.off('error', failed);
      resolve();
    };
    const failed = (error: Error): void => {
      server.off('listening', listening);
      reject(error);
    };
    server.once('listening', listening);
    server.once('error', failed);
    server.listen({ path: address, backlog, exclusive: true });
  });
}
