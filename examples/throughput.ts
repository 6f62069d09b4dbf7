/**
 * Shows how to send much and fast: as much as the peer takes, waiting for `drain` whenever `send` returns false, so that
 * neither side gathers messages in memory. Server and client are two processes; the figures are of your machine.
 * Run it with `node build/examples/throughput.js [messages] [bytes each]`; it ends by itself.
 */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Server } from 'ipc';

interface Load {
  toServer: { data: string; done: undefined };
  toClient: { received: { messages: number; bytes: number } };
}

const sender = process.env.THROUGHPUT_SENDER;
if (sender === undefined) {
  await receive();
} else {
  await send(sender, Number(process.argv[2] ?? 200_000), Number(process.argv[3] ?? 200));
}

/** The server's side: counts, and says how much came. */
async function receive(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ipc-throughput-'));
  const socketFile = join(folder, 'load.sock');
  const server = new Server<Load>({ socketFile });
  let messages = 0;
  let bytes = 0;
  server.on('message.data', (data) => {
    messages += 1;
    bytes += data.length;
  });
  server.on('message.done', (_nothing, clientId) => server.send('received', { messages, bytes }, clientId));
  server.on('disconnect', () => server.close());
  server.listen();
  await once(server, 'listening');

  const child = fork(import.meta.filename, process.argv.slice(2), {
    env: { ...process.env, THROUGHPUT_SENDER: socketFile },
  });
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
    // The server closes by itself once the sender has connected and gone; this is for one that never came so far.
    server.close();
  });
  await once(server, 'close');
  rmSync(folder, { recursive: true });
}

/** The client's side. */
async function send(socketFile: string, count: number, length: number): Promise<void> {
  const client = new Client<Load>({ socketFile });
  client.connect();
  await once(client, 'connect');

  const data = 'x'.repeat(length);
  const start = performance.now();
  let waits = 0;
  for (let sent = 0; sent < count; sent += 1) {
    if (!client.send('data', data)) {
      // The peer is behind. Sending on would work, up to maxBufferedBytes, at the cost of memory.
      waits += 1;
      await once(client, 'drain');
    }
  }
  const answer = once(client, 'message.received');
  client.send('done');
  const [received] = (await answer) as [Load['toClient']['received']];
  const seconds = (performance.now() - start) / 1000;

  console.log(`sent      ${count} messages of ${length} characters in ${seconds.toFixed(2)} s`);
  console.log(`received  ${received.messages} messages, ${received.bytes} characters`);
  console.log(`rate      ${format(count / seconds)} messages/s, ${format((count * length) / seconds / 1e6)} MB/s`);
  console.log(`waited    ${waits} times for drain`);
  console.log(`memory    ${format(process.memoryUsage().rss / 1e6)} MB in the sending process`);
  client.close();
  if (received.messages !== count) process.exitCode = 1;
}

function format(value: number): string {
  return Math.round(value).toLocaleString('en');
}
