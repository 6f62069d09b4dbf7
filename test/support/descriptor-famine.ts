/** Listens with ever more descriptors left, from none to enough; prints how each attempt ended. */

import { closeSync, openSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { UnixTransport } from '#transports/unix.js';
import { ListenRecorder } from './recorder.js';

const [, , path = '', system = 'linux'] = process.argv;
const transport = new UnixTransport(path, {}, system as NodeJS.Platform);
const hoard: number[] = [];
try {
  for (;;) {
    hoard.push(openSync('/dev/null', 'r'));
  }
} catch {}

const codes: string[] = [];
const left: string[] = [];
for (let free = 0; free < 12; free += 1) {
  const server = new ListenRecorder(transport);
  const { name, error } = await server.first('listening', 'failed');
  codes.push(error?.code ?? name);
  if (name === 'listening') {
    await server.close();
  }
  // Looking around takes a descriptor itself; from here on it stays free.
  closeSync(hoard.pop() ?? -1);
  left.push(...readdirSync(dirname(path)));
}
console.log(JSON.stringify({ codes, left }));
