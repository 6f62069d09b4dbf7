/** A server that listens with room for one, and then does nothing any more. */

import { createServer } from 'node:net';

createServer().listen({ path: process.argv[2], backlog: 1 }, () => {
  console.log('listening');
  setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
});
