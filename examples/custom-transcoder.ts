/**
 * Shows wire formats of your own: one for values that JSON cannot express (structured-transcoder.ts), and one around it
 * that compresses, asynchronously (compressed-transcoder.ts).
 * Run it with `node build/examples/custom-transcoder.js`; it ends by itself.
 */

import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type DuplexConnection, Server, type Transcoder } from 'ipc';
import { compressed } from './compressed-transcoder.js';
import { structuredTranscoder } from './structured-transcoder.js';

const folder = mkdtempSync(join(tmpdir(), 'ipc-transcoder-'));
await converse('structured', structuredTranscoder);
await converse('compressed', compressed(structuredTranscoder));
rmSync(folder, { recursive: true });

async function converse(name: string, transcoder: Transcoder): Promise<void> {
  const socketFile = join(folder, `${name}.sock`);
  // Both ends must speak the same format.
  const server = new Server({ socketFile, transcoder, maxMessageBytes: 1_000_000 });
  const client = new Client({ socketFile, transcoder });

  server.on('message', (message, topic) => console.log(`${name}: ${topic}:`, message));
  server.on('message.bye', (_message, clientId) => server.send('bye', 'until next time', clientId));
  server.on('error', (error) => console.log(`${name}: the server refuses: ${error.message}`));
  client.on('error', (error) => console.log(`${name}: the client cannot send that: ${error.message}`));

  server.listen();
  await once(server, 'listening');
  client.connect();
  const [connection] = (await once(client, 'connect')) as [DuplexConnection];

  client.send('date', new Date(0));
  client.send('map', new Map([['big', 2n ** 64n]]));
  client.send('bytes', Buffer.from('raw'));
  // Neither format knows functions: an EncodeError, and whatever comes after it is sent all the same.
  client.send('function', () => {});
  client.send('bye');
  // Not events.once(), which would reject at the error above.
  const answer = await new Promise((resolve) => client.once('message.bye', resolve));
  console.log(`${name}: the server says ${answer}`);

  // What no peer of ours would send, a message of 4 GB: the server cuts that connection as soon as it is announced.
  connection.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
  await once(client, 'disconnect');
  client.close();
  await once(client, 'close');
  server.close();
  await once(server, 'close');
}
