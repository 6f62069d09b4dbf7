/** A chat room: who comes in gets the last lines, everybody hears what is said, and who leaves is missed. */

import { Server } from 'ipc';

const REMEMBERED_LINES = 20;

/**
 * Opens the room.
 *
 * @param options of the `Server` in it: `{ socketFile: '/run/chat.sock' }`.
 * @returns what closes it.
 */
export function openRoom(options) {
  const server = new Server(options);
  const names = new Map();
  const lines = [];

  server.on('message.enter', ({ name }, clientId) => {
    names.set(clientId, name);
    server.send('history', lines, clientId);
    server.broadcast('entered', name);
  });
  server.on('message.say', (text, clientId) => {
    const line = `${names.get(clientId) ?? 'somebody'}: ${text}`;
    lines.push(line);
    if (lines.length > REMEMBERED_LINES) lines.shift();
    server.broadcast('said', line);
  });
  server.on('disconnect', (clientId) => {
    const name = names.get(clientId);
    if (!names.delete(clientId)) return;
    server.broadcast('left', name);
  });
  // Somebody who sends nonsense is cut off by the library; the others go on.
  server.on('error', () => {});
  server.listen();

  return { close: () => server.close() };
}
