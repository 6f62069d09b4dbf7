import assert from 'node:assert/strict';
import { FakeServer } from 'ipc/testing';
import { type Chat, ChatApp } from '../support/chat-app.js';

describe('FakeServer', () => {
  it('runs the example of the guide', async () => {
    const fake = new FakeServer<Chat>();
    const app = new ChatApp({ transport: fake.transport });
    fake.on('hello', { name: 'ada' }).reply('said', { by: 'server', text: 'welcome' });
    app.start();
    assert.deepEqual(await fake.received('hello'), { name: 'ada' });
    fake.sendPartial('said', { by: 'x', text: 'y' }, { bytes: 10 }); // half a frame...
    fake.cut(); // ...then gone
    await app.reconnected();
    fake.verify(); // nothing unexpected, nothing left over

    assert.deepEqual(app.lines, ['server: welcome', 'server: welcome']);
    assert.deepEqual(app.errors, []);
    assert.deepEqual(fake.simulation.now, 100);
  });
});
