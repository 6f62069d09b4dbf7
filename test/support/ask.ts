/** Asks a server that introduces itself who it is. */

import { connect } from 'node:net';

/** What the server at the path says until it hangs up, or the code of the error. */
export function ask(path: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(path);
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      answer = error.code ?? error.message;
    });
    socket.on('close', () => resolve(answer));
  });
}
