/**
 * The process of a {@link FullQueue}: listens, fills its queue as far as it has to be full, and accepts nobody until it
 * is told to. Then it hands everybody who has waited over to the process that started it.
 */

import { readSync, writeSync } from 'node:fs';
import { connect, createServer } from 'node:net';

/** What it is told as its argument. */
export interface QueueAssignment {
  readonly path: string;
  readonly backlog: number;
  /** How many places it takes itself. */
  readonly fill: number;
}

/** Turns of the loop in which nobody came before it says that it has accepted all. */
const QUIET_TURNS = 3;

const [STANDARD_INPUT, STANDARD_OUTPUT] = [0, 1];

const { path, backlog, fill } = JSON.parse(process.argv[2] ?? '') as QueueAssignment;
/** Those who come first are its own. */
let ownLeft = fill;
let quietTurns = 0;
let unsent = 0;

const server = createServer({ pauseOnConnect: true, allowHalfOpen: true });
server.on('error', (error) => {
  writeSync(STANDARD_OUTPUT, (error as NodeJS.ErrnoException).code ?? error.message);
  process.exit(1);
});
server.on('connection', (socket) => {
  quietTurns = 0;
  if (ownLeft > 0) {
    ownLeft -= 1;
    socket.destroy();
    return;
  }
  unsent += 1;
  process.send?.('waited', socket, {}, () => {
    unsent -= 1;
  });
});
// Whoever started this is gone, or has got them all.
process.on('disconnect', () => process.exit());
server.listen({ path, backlog });
if (server.listening) {
  for (let count = 0; count < fill; count += 1) connect({ path }).on('error', () => {});
  writeSync(STANDARD_OUTPUT, 'full');
  // Node accepts whoever comes as soon as its loop turns, so it must not turn: this waits for a word, or the end.
  const isToldTo = readSync(STANDARD_INPUT, Buffer.alloc(1)) > 0;
  if (!isToldTo) process.exit();
  setImmediate(acceptAll);
}

function acceptAll(): void {
  quietTurns += 1;
  if (quietTurns <= QUIET_TURNS || unsent > 0) setImmediate(acceptAll);
  else process.send?.('all');
}
