/** Makes the file that a dead server leaves. */

import { once } from 'node:events';
import { renameSync } from 'node:fs';
import { createServer } from 'node:net';

/** Leaves a socket file at the path that nobody listens on. */
export async function leaveStaleFile(path: string): Promise<void> {
  const server = createServer().listen(`${path}~`);
  await once(server, 'listening');
  renameSync(`${path}~`, path);
  server.close();
  await once(server, 'close');
}
