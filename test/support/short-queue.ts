/** Gives every server of this process a short queue of connections that it has not accepted yet. */

import net from 'node:net';

/** A queue of n has room for one more. */
export function shortenQueues(backlog: number): void {
  const { listen } = net.Server.prototype;
  net.Server.prototype.listen = function (this: net.Server, ...values: unknown[]): net.Server {
    const [options, ...rest] = values as [net.ListenOptions];
    return listen.call(this, { ...options, backlog }, ...rest);
  } as typeof listen;
}
