/** Sockets for attempts to connect: the next one is made while the server is busy with the one before. */

import { Socket } from 'node:net';
import { SOCKET_OPTIONS } from './socket-options.js';

/** Has no descriptor and no handle yet: nothing that keeps a process alive, or that the system knows of. */
let spare: Socket | undefined;

/** A socket that nobody has used, to be connected. */
export function takeSocket(): Socket {
  const socket = prepareSocket();
  spare = undefined;
  return socket;
}

/** Makes the socket that is taken next, unless there is one. For when there is nothing to do but wait. */
export function prepareSocket(): Socket {
  spare ??= new Socket(SOCKET_OPTIONS);
  return spare;
}
