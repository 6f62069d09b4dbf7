/** A process that serves for a moment, and must then come to its end by itself. */

import { UnixTransport } from '#transports/unix.js';
import { ListenRecorder } from './recorder.js';

const [, , path = '', system = 'linux', life] = process.argv;
const transport = new UnixTransport(path, {}, system as NodeJS.Platform);

if (life === 'close') {
  const server = await ListenRecorder.open(transport);
  await server.close();
} else {
  await ListenRecorder.fail(transport);
}
// The channel to the parent is the test's, not the transport's.
process.disconnect?.();
