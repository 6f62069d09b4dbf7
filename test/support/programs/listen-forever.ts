/** A plain server that listens until it is killed, and leaves its socket file behind. */

import { createServer } from 'node:net';

createServer().listen(process.argv[2], () => console.log('listening'));
