/** The wire format opposite a peer in another language, written by hand: test/support/peer.py. */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';
import { Child } from '../support/child.js';
import { Place } from '../support/place.js';
import { repositoryRoot } from '../support/repository-root.js';

const MESSAGES = 200;
const ALPHABET = 'aäß€𝄞\0"\\\n';
const script = join(repositoryRoot, 'test/support/peer.py');

describe('a peer in Python', function () {
  this.timeout(60_000);
  let place: Place;

  before(function () {
    if (spawnSync('python3', ['--version']).error) {
      console.log('      skipped: there is no python3 on this machine');
      this.skip();
    }
  });

  beforeEach(async () => {
    place = await Place.make();
  });

  afterEach(() => place.clear());

  it(`exchanges ${MESSAGES} messages of up to 300 kB with our Client, as a server`, async () => {
    const peer = place.keep(new Child('python3', [script, 'server', place.socketFile, String(MESSAGES)]));
    await peer.prints('listening');
    const { client, atClient } = await place.connected({ reconnectDelay: 60_000 });
    let answered = 0;
    client.on('message.answer', (message) => {
      expect(message === payload(answered)).to.equal(true, `answer ${answered} differs`);
      answered++;
      if (answered === MESSAGES) client.close();
    });

    for (let index = 0; index < MESSAGES; index++) client.send('payload', payload(index));
    await Promise.race([atClient.see('close'), peer.exit]);
    const { code } = await peer.exit;

    expect([answered, code, peer.errors]).to.deep.equal([MESSAGES, 0, '']);
  });

  it(`exchanges ${MESSAGES} messages of up to 300 kB with our Server, as a client`, async () => {
    const { server, atServer } = await place.listening();
    let heard = 0;
    server.on('message.payload', (message, id) => {
      expect(message === payload(heard)).to.equal(true, `message ${heard} differs`);
      heard++;
      server.send('answer', message, id);
    });

    const peer = place.keep(new Child('python3', [script, 'client', place.socketFile, String(MESSAGES)]));
    const { code } = await peer.exit;
    await atServer.see('disconnect #1');

    expect([heard, code, peer.errors]).to.deep.equal([MESSAGES, 0, '']);
  });
});

/** As peer.py makes it; lengths are in code points. */
function payload(index: number): string {
  const length = Math.floor(Math.floor((index * 300_000) / (MESSAGES - 1)) / 2);
  const letters = [...ALPHABET];
  const rounds = Math.floor(length / letters.length);
  return ALPHABET.repeat(rounds) + letters.slice(0, length - rounds * letters.length).join('');
}
