/** A server whose world is the test. */

import { Server, type ServerOptions } from 'ipc';
import { FakeTransport } from './fake-transport.js';

/** A server over a fake transport, listening, with what it emits as text. */
export function createServer(options: Partial<ServerOptions> = {}) {
  const transport = new FakeTransport();
  let ids = 0;
  transport.runtime.createId = () => `c${++ids}`;
  const server = new Server({ transport, ...options } as ServerOptions);
  const log: string[] = [];
  server.on('connection', (clientId) => log.push(`connection ${clientId}`));
  for (const event of ['disconnect', 'drain'] as const)
    server.on(event, (clientId) => log.push(`${event} ${clientId}`));
  for (const event of ['closed', 'close'] as const) server.on(event, () => log.push(event));
  server.on('error', (error) => {
    const { code = error.message, clientId = '' } = error as { code?: string; clientId?: string };
    log.push(`error ${code} ${clientId}`.trim());
  });
  server.listen();
  transport.listener('listening');
  return { server, transport, runtime: transport.runtime, log };
}
