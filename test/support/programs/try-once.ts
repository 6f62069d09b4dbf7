/**
 * Listens or connects once, as another user if one is given, and prints how that went and what is in the directory of the
 * socket then: `try-once.js <socketFile> listen|connect [uid]`.
 */

import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Client, Server } from 'ipc';

const [socketFile = '', role, uid] = process.argv.slice(2);

function tell(outcome: string, message?: string): void {
  console.log(JSON.stringify({ outcome, message, left: filesBeside() }));
}

function filesBeside(): string[] {
  try {
    return readdirSync(dirname(socketFile));
  } catch {
    return [];
  }
}

if (uid !== undefined) {
  process.setgroups?.([]);
  process.setgid?.(Number(uid));
  process.setuid?.(Number(uid));
}
if (role === 'listen') {
  const server = new Server({ socketFile });
  server.on('error', (error: NodeJS.ErrnoException) => {
    tell(String(error.code), error.message);
    server.close();
  });
  server.on('listening', () => {
    tell('listening');
    server.close();
  });
  server.listen();
} else {
  const client = new Client({ socketFile });
  client.on('connectError', (error: NodeJS.ErrnoException) => {
    tell(String(error.code), error.message);
    client.close();
  });
  client.on('connect', () => {
    tell('connect');
    client.close();
  });
  client.connect();
}
