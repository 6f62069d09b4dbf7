/** Clients of a drill that come, say one thing, hear it again, and go for good: one after the other, in a few lanes. */

import { Client } from 'ipc';
import { takeOrders } from '../drills/duty.js';
import { heldBytes } from '../held-bytes.js';

const LANES = 4;

const [socketFile = ''] = process.argv.slice(2);

takeOrders({
  async visit({ count }) {
    let left = count;
    const lane = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await visit(left);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    return {};
  },
  held: () => ({ bytes: heldBytes() }),
});

/** One life of a client, whose every event has its place. */
function visit(number: number): Promise<void> {
  return new Promise((resolve) => {
    const client = new Client({ socketFile });
    const events: string[] = [];
    client.on('connect', () => {
      events.push('connect');
      client.send('again', number);
    });
    client.on('message.again', (message) => {
      events.push('again');
      if (message !== number) throw new Error(`${String(message)} came back for ${number}`);
      client.close();
    });
    client.on('reconnect', () => events.push('reconnect'));
    client.on('disconnect', () => events.push('disconnect'));
    client.on('connectError', (error) => events.push(`connectError ${error.message}`));
    client.on('error', (error) => events.push(`error ${error.message}`));
    client.on('close', () => {
      const story = events.join(', ');
      if (story !== 'connect, again') throw new Error(`A visit went like this: ${story}`);
      resolve();
    });
    client.connect();
  });
}
