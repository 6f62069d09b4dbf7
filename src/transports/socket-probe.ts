/** Asking a socket file whether anybody is behind it. */

import { connect } from 'node:net';
import { codeOf } from './listen-error.js';
import { nodeRuntime } from './node-runtime.js';

/** `dead`: nobody listens. `gone`: there is no file. `alive` is also the answer when there is no telling. */
export type ProbeAnswer = 'alive' | 'dead' | 'gone';

const LONGEST_PROBE_MS = 500;

/**
 * Connects, and hangs up at once.
 *
 * A refused connection is a proof of death only while nobody can be between its bind and its listen: the caller holds
 * the locks, and our own servers listen before their file is seen.
 */
export function probeSocket(address: string, signal: AbortSignal): Promise<ProbeAnswer> {
  return new Promise((resolve) => {
    const socket = connect({ path: address, signal });
    let answer: ProbeAnswer = 'alive';
    const timer = nodeRuntime.setTimer(LONGEST_PROBE_MS, () => socket.destroy(), 'socket file probe');
    socket.once('connect', () => socket.destroy());
    socket.once('error', (error) => {
      // A full backlog (EAGAIN) and a closed door (EACCES) both have somebody behind them.
      const code = codeOf(error);
      answer = code === 'ECONNREFUSED' ? 'dead' : code === 'ENOENT' ? 'gone' : 'alive';
    });
    socket.once('close', () => {
      timer.cancel();
      resolve(answer);
    });
  });
}
