/** A server that listens with room for one, and then does nothing any more. */

import { createServer } from 'node:net';

createServer().listen({ path: process.argv[2], backlog: 1 }, () => {
  // In one go with the wait, or it would still accept somebody after it has said so.
  setImmediate(() => {
    console.log('listening');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
});
