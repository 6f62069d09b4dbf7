/** The room with guests that behave badly. `node --test` runs this; nothing is installed but `ipc`. */

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { FakeClient, Simulation } from 'ipc/testing';
import { openRoom } from '../chat-room.js';

const ADDRESS = '/run/chat.sock';

describe('the chat room', () => {
  let simulation;
  let room;
  let guests;

  beforeEach(() => {
    simulation = new Simulation({ leaks: 'throw' });
    room = openRoom({ transport: simulation.transport(ADDRESS) });
    guests = [];
  });

  afterEach(async () => {
    room.close();
    for (const guest of guests) {
      guest.verify();
      await guest.close();
    }
    await simulation.settle();
    // Throws when a connection, a listener or a timer is left.
    simulation.dispose();
  });

  async function comeIn(name) {
    const guest = new FakeClient({ simulation, address: ADDRESS });
    guests.push(guest);
    guest.ignore('history', 'entered', 'left', 'said');
    await guest.connected();
    guest.send('enter', { name });
    await guest.received('entered', name);
    return guest;
  }

  it('lets everybody hear what is said', async () => {
    const ada = await comeIn('ada');
    const ben = await comeIn('ben');

    ada.send('say', 'good morning');

    assert.equal(await ben.received('said'), 'ada: good morning');
    assert.equal(await ada.received('said'), 'ada: good morning');
  });

  it('tells who comes late what was said', async () => {
    const ada = await comeIn('ada');
    ada.send('say', 'good morning');
    await ada.received('said');

    const ben = await comeIn('ben');

    assert.deepEqual(await ben.received('history'), ['ada: good morning']);
  });

  it('misses a guest whose process dies', async () => {
    const ada = await comeIn('ada');
    const ben = await comeIn('ben');

    ben.crash();

    assert.equal(await ada.received('left'), 'ben');
  });

  it('says nothing that has come only in part', async () => {
    const ada = await comeIn('ada');
    const ben = await comeIn('ben');

    ben.sendPartial('say', 'a long story', { bytes: 30 });
    ben.crash();

    await ada.received('left', 'ben');
    assert.deepEqual(ada.messages('said'), []);
  });

  it('is not disturbed by a guest who sends nonsense', async () => {
    const ada = await comeIn('ada');
    const mallory = await comeIn('mallory');

    mallory.sendMalformed('notJson');
    await ada.received('left', 'mallory');
    ada.send('say', 'still here');

    assert.equal(await ada.received('said'), 'ada: still here');
  });

  it('is not held up by a guest who does not read', async () => {
    const ada = await comeIn('ada');
    const sleeper = await comeIn('sleeper');

    sleeper.stall();
    for (let count = 1; count <= 100; count += 1) ada.send('say', 'x'.repeat(10_000));
    for (let count = 1; count <= 100; count += 1) await ada.received('said');

    assert.equal(sleeper.messages('said').length, 0);
    sleeper.resume();
    for (let count = 1; count <= 100; count += 1) await sleeper.received('said');
  });
});
