/** Production code as it stands: it builds its own server from a path, and never hears of a test. */

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FakeClient, Simulation } from 'ipc/testing';
import { openRoom } from '../chat-room.js';

it('opens the room at its socket file again after a crash', async () => {
  const simulation = new Simulation({ seed: 7 });
  const uninstall = simulation.install();
  const room = simulation.host('room', () => openRoom({ socketFile: '/run/chat.sock' }));
  const ada = new FakeClient({ simulation, address: '/run/chat.sock' });
  await ada.connected();

  room.crash();
  await ada.disconnected();
  // A crash leaves the socket file behind; the next life has to take it over.
  assert.equal(simulation.network.at('/run/chat.sock'), 'stale');
  await simulation.advance(5_000);
  room.start();

  await ada.connected();
  assert.equal(simulation.network.at('/run/chat.sock'), 'live');
  uninstall();
  room.stop();
  await ada.close();
});
