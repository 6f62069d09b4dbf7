/** The socket file of a live server is taken away: the server says so, lives on, and leaves alone what is not its own. */

import type { EventEmitter } from 'node:events';
import { lstatSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { Client, Server, SocketFileError } from 'ipc';
import { Simulation } from 'ipc/testing';
import { Place } from '../support/place.js';
import { Recording } from '../support/recording.js';
import { isReachable, plainServer } from '../support/servers.js';

describe('a socket file taken from a live server', () => {
  let place: Place;

  beforeEach(async () => {
    place = await Place.make();
  });

  afterEach(() => place.clear());

  it('is one error, and those who are connected go on', async () => {
    const { server, atServer, client, atClient, id } = await place.conversation();
    server.on('message', (message) => server.send('echo', message, id));

    unlinkSync(place.socketFile);
    await atServer.see('error IPC_SOCKET_REMOVED');
    client.send('still', 'here');
    await atClient.see('message.echo here');
    const { client: late, atClient: atLate } = place.client();
    late.connect();
    await atLate.see('connectError ENOENT');

    expect(atServer.errors).to.have.lengthOf(1);
    expect(atServer.errors[0]).to.be.instanceOf(SocketFileError).and.to.include({ address: place.socketFile });
  });

  it('that was replaced is an error too, and close() leaves what stands there', async () => {
    const { server, atServer, atClient } = await place.conversation();
    writeFileSync(`${place.socketFile}.new`, 'precious');

    renameSync(`${place.socketFile}.new`, place.socketFile);
    await atServer.see('error IPC_SOCKET_REPLACED');
    server.close();
    await atServer.see('close');
    await atClient.see('disconnect');

    expect(readFileSync(place.socketFile, 'utf8')).to.equal('precious');
    rmSync(place.socketFile);
  });

  it('does not keep a stranger who took its place from serving on', async () => {
    const { server, atServer } = await place.listening();
    unlinkSync(place.socketFile);
    const stranger = await plainServer(place.socketFile);
    const { ino } = lstatSync(place.socketFile);

    await atServer.see('error IPC_SOCKET_REPLACED');
    server.close();
    await atServer.see('close');

    expect(lstatSync(place.socketFile).ino).to.equal(ino);
    expect(await isReachable(place.socketFile)).to.equal(true);
    stranger.close();
  });

  it('is put right by close() and another server, as the error says', async () => {
    const { server, atServer, client, atClient } = await place.conversation();
    unlinkSync(place.socketFile);
    await atServer.see('error IPC_SOCKET_REMOVED');

    server.close();
    const next = await place.listening();
    next.server.on('message.hello', (message) => next.server.broadcast('welcome', message));
    await atClient.see('reconnect <connection>');
    client.send('hello', 'again');
    await atClient.see('message.welcome again');
  });

  it('gives the same events in the same order in the simulation', async () => {
    const { server, atServer, client, atClient } = await place.conversation();
    unlinkSync(place.socketFile);
    await atServer.see('error IPC_SOCKET_REMOVED');
    client.send('late', 1);
    await atServer.see('message.late 1 #1');
    server.close();
    await atServer.see('close');
    await atClient.see('disconnect');

    const sim = new Simulation();
    const simulated = new Server({ transport: sim.transport('/run/app.sock') });
    const atSimulated = new Recording(simulated as EventEmitter);
    const peer = new Client({ transport: sim.transport('/run/app.sock') });
    simulated.listen();
    peer.connect();
    await sim.settle();
    sim.inject({ kind: 'unlinkSocket' });
    await sim.until(() => atSimulated.errors.length > 0, { within: 1000 });
    peer.send('late', 1);
    await sim.settle();
    simulated.close();
    peer.close();
    await sim.settle();

    expect(atSimulated.lines).to.deep.equal(atServer.lines);
    expect(atSimulated.errors[0]?.message).to.equal(
      atServer.errors[0]?.message.replaceAll(place.socketFile, '/run/app.sock'),
    );
    sim.dispose();
  });
});
