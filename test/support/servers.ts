/** Servers to meet at a path, and a look whether anybody does. */

import { once } from 'node:events';
import net from 'node:net';
import { UnixTransport } from '#transports/unix.js';
import { DialRecorder } from './recorder.js';

/** A server that takes no lock, as every other program on the machine. */
export async function plainServer(path: string): Promise<net.Server> {
  const server = net.createServer((socket) => socket.on('error', () => {}).resume()).listen(path);
  await once(server, 'listening');
  return server;
}

/** Connects; resolves to whether somebody answered. */
export async function isReachable(path: string): Promise<boolean> {
  const recorder = new DialRecorder(new UnixTransport(path));
  const { connection } = await recorder.first('opened', 'failed');
  connection?.destroy();
  return connection !== undefined;
}
