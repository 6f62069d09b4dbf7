/** A server or client whose listeners throw on every message, two of which come in one chunk. */

import { connect, createServer, type Socket } from 'node:net';
import { Client, Server } from 'ipc';
import { frame } from '../raw-peer.js';

const [socketFile = '', side, unhandled] = process.argv.slice(2);

if (unhandled === undefined) {
  process.on('uncaughtException', (error) => console.log(`uncaught ${error.message}`));
}

async function talk(peer: Socket): Promise<void> {
  const until = (count: number) => new Promise<void>((resolve) => waiting.push({ count, resolve }));
  peer.write(frame('a') + frame('b'));
  await until(2);
  peer.write(frame('c'));
  await until(3);
  setImmediate(() => {
    console.log(peer.readableEnded || peer.destroyed ? 'disconnected' : 'still connected');
    close();
    peer.end();
  });
}

const waiting: { count: number; resolve: () => void }[] = [];
let heard = 0;
function hear(_message: unknown, topic: string): void {
  console.log(topic);
  heard++;
  for (const { count, resolve } of waiting) {
    if (count === heard) setImmediate(resolve);
  }
  throw new Error(`message.${topic}`);
}
let close = () => {};

if (side === 'server') {
  const server = new Server({ socketFile });
  server.on('message', hear);
  server.on('listening', () => {
    const peer = connect(socketFile, () => talk(peer));
    peer.resume();
  });
  close = () => server.close();
  server.listen();
} else {
  const raw = createServer((peer) => {
    peer.resume();
    void talk(peer);
  });
  raw.listen(socketFile, () => {
    const client = new Client({ socketFile });
    client.on('message', hear);
    close = () => {
      client.close();
      raw.close();
    };
    client.connect();
  });
}
