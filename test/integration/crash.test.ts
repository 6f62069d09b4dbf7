/** Processes that are killed without warning, and what is left of them for the others. */

import { readdirSync } from 'node:fs';
import { expect } from 'chai';
import { Place } from '../support/place.js';

describe('a crash', () => {
  let place: Place;

  beforeEach(async () => {
    place = await Place.make();
  });

  afterEach(() => place.clear());

  it('of the server while clients talk brings them to the next one, which takes over the stale file', async () => {
    const first = place.program('echo-server');
    await first.prints('listening');
    let start = 0;
    const clients = [place.client(), place.client(), place.client()];
    for (const { client } of clients) {
      client.on('connect', () => client.send('echo', start));
      client.on('message.echo', (message) => client.send('echo', message + 1));
      client.connect();
    }
    await Promise.all(clients.map(({ atClient }) => atClient.see('message.echo 20')));

    start = 1_000_000;
    await first.kill();
    await Promise.all(clients.map(({ atClient }) => atClient.see('disconnect')));
    expect(await place.files()).to.deep.equal(['socket']);
    const second = place.program('echo-server');
    await second.prints('listening');
    await Promise.all(clients.map(({ atClient }) => atClient.see('message.echo 1000020')));

    for (const { atClient } of clients) {
      const story = atClient.names.filter((name) => !/^message|^error$/.test(name)).join(' ');
      // More than one loss: a dying kernel socket may still take a connection, which then is lost with it.
      expect(story).to.match(/^(connectError )*connect( disconnect( connectError)* connect reconnect)+$/);
    }
    second.tell('close');
    expect(await second.exit).to.deep.equal({ code: 0, signal: null });
  });

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

  it('of clients leaves the server with one disconnect each and no descriptor', async function () {
    if (process.platform !== 'linux') this.skip();
    const { server, atServer } = await place.listening();
    const before = descriptors();

    const children = Array.from({ length: 4 }, () => place.program('talkative-client'));
    await Promise.all(children.map((child) => child.prints('talking')));
    expect(descriptors()).to.be.above(before);
    await Promise.all(children.map((child) => child.kill()));
    await Promise.all([1, 2, 3, 4].map((number) => atServer.see(`disconnect #${number}`)));
    server.broadcast('nobody', 1);
    await new Promise(setImmediate);

    expect(descriptors()).to.equal(before);
    expect(atServer.names.filter((name) => name === 'disconnect').length).to.equal(4);
    expect(await place.files()).to.deep.equal(['socket']);
  });

  it('of one client does not keep the server from the others', async () => {
    const { server, atServer } = await place.listening();
    const witness = await place.connected();
    await atServer.see('connection #1 <connection>');
    const child = place.program('talkative-client');
    await child.prints('talking');

    await child.kill();
    await atServer.see('disconnect #2');
    server.broadcast('all', 1);
    await witness.atClient.see('message.all 1');
    witness.client.send('reply', 2);
    await atServer.see('message.reply 2 #1');

    expect(witness.atClient.text).to.match(/^connect <connection>, message 1 all, message.all 1$/);
  });
});

/** Open files of this process, as its kernel counts them; those that Node itself opens now and then left out. */
function descriptors(): number {
  return readdirSync('/proc/self/fd').length;
}
