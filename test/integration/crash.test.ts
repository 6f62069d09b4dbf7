/** A server that is killed in the middle of what it says. The drills have more kills: drills.test.ts. */

import { expect } from 'chai';
import { Place } from '../support/place.js';

describe('a crash', () => {
  let place: Place;

  beforeEach(async () => {
    place = await Place.make();
  });

  afterEach(() => place.clear());

  it('of the server while it sends gives its client whole messages only, then one disconnect', async () => {
    const server = place.program('echo-server');
    await server.prints('listening');
    const { client, atClient } = await place.connected({ reconnectDelay: 60_000 });
    const numbers: number[] = [];
    client.on('message.flood', ({ number, filling }) => {
      numbers.push(number);
      expect(filling.length).to.equal(10_000);
    });

    client.send('flood', 100_000);
    await atClient.see('message.flooding undefined');
    await server.kill();
    await atClient.see('disconnect');
    client.close();
    await atClient.see('close');
    await place.listening();

    expect(numbers).to.deep.equal(Array.from(numbers, (_, index) => index));
    expect(atClient.names.filter((name) => name === 'disconnect').length).to.equal(1);
    expect(atClient.errors.map((error) => (error as NodeJS.ErrnoException).code)).to.satisfy((codes: string[]) =>
      codes.every((code) => code === 'ECONNRESET' || code === 'EPIPE'),
    );
  });
});
