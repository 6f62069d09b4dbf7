/** Asking a socket file whether anybody is behind it. */

import { connect } from 'node:net';
import { codeOf } from './listen-error.js';
import { nodeRuntime } from './node-runtime.js';

/**
 * `dead`: nobody listens. `gone`: there is no file. `forbidden`: this process may not connect, so there is no telling.
 * `alive`: somebody listens, or does something else than refuse.
 */
export type ProbeAnswer = 'alive' | 'dead' | 'forbidden' | 'gone';

const ANSWERS: Readonly<Record<string, ProbeAnswer>> = {
  ECONNREFUSED: 'dead',
  EACCES: 'forbidden',
  EPERM: 'forbidden',
  ENOENT: 'gone',
};

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
      // A full backlog (EAGAIN) has somebody behind it.
      answer = ANSWERS[codeOf(error)] ?? 'alive';
    });
    socket.once('close', () => {
      timer.cancel();
      resolve(answer);
    });
  });
}
