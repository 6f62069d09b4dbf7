/** Unix sockets of Node as they come, without the library's reclaim: the oracle for the simulated ones. */

import net from 'node:net';
import type { Transport } from '#core/transport.js';

export function netTransport(path: string): Transport {
  return {
    dial: ({ opened, failed }) => {
      const socket = net.connect(path);
      let outcome: Error = Object.assign(new Error('aborted'), { code: 'ABORT_ERR' });
      const onError = (error: Error): void => {
        outcome = error;
      };
      const onClose = (): void => failed(outcome);
      socket.on('error', onError).on('close', onClose);
      socket.once('connect', () => {
        if (socket.destroyed) return;
        socket.off('error', onError).off('close', onClose);
        opened(socket);
      });
      return { abort: () => void (socket.connecting && socket.destroy()) };
    },
    listen: ({ listening, failed, accepted, error, closed }) => {
      let state: 'binding' | 'listening' | 'failed' | 'closing' = 'binding';
      const server = net.createServer();
      server.on('listening', () => {
        state = 'listening';
        listening();
      });
      server.on('connection', accepted);
      server.on('error', (problem) => {
        if (state === 'listening') {
          error(problem);
        } else {
          state = 'failed';
          failed(problem);
        }
      });
      server.listen(path);
      return {
        close: () => {
          if (state === 'failed' || state === 'closing') return;
          state = 'closing';
          server.removeAllListeners('listening');
          // Node waits for the connections; the contract does not.
          server.close();
          setImmediate(closed);
        },
      };
    },
  };
}
