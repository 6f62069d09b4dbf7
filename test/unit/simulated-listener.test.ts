import { expect } from 'chai';
import { Client, Server } from 'ipc';
import { type HostFactory, Simulation } from 'ipc/testing';

const ADDRESS = '/run/app.sock';

describe('simulated listener', () => {
  /** A server in a world of its own, and its errors with their times. */
  function listening(): { sim: Simulation; server: Server; errors: string[] } {
    const sim = new Simulation();
    const server = new Server({ transport: sim.transport(ADDRESS) });
    const errors: string[] = [];
    server.on('error', (error: NodeJS.ErrnoException) => errors.push(`${sim.now} ${error.code}`));
    server.listen();
    return { sim, server, errors };
  }

  it('finds at its next look, once a second, that its file was removed, and tells once', async () => {
    const { sim, server, errors } = listening();
    await sim.advance(2300);
    sim.inject({ kind: 'unlinkSocket' });
    await sim.advance(5000);

    expect(errors).to.deep.equal(['3000 IPC_SOCKET_REMOVED']);
    server.close();
    await sim.settle();
    sim.dispose();
  });

  it('finds that another server has taken its place meanwhile', async () => {
    const { sim, server, errors } = listening();
    await sim.advance(2300);
    sim.inject({ kind: 'unlinkSocket' });
    const stranger = new Server({ transport: sim.transport(ADDRESS) });
    stranger.listen();
    await sim.advance(5000);

    expect(errors).to.deep.equal(['3000 IPC_SOCKET_REPLACED']);
    server.close();
    const client = new Client({ transport: sim.transport(ADDRESS) });
    client.connect();
    await sim.settle();
    expect(sim.trace.of(client).names(), 'the file of the stranger stays').to.deep.equal(['connect']);
    client.close();
    stranger.close();
    await sim.settle();
    sim.dispose();
  });

  it('says nothing of it once it is closed', async () => {
    const { sim, server } = listening();
    await sim.advance(100);
    sim.inject({ kind: 'unlinkSocket' });
    server.close();
    await sim.advance(5000);

    expect(sim.trace.of(server).names()).to.deep.equal(['listening', 'closed', 'close']);
    sim.dispose();
  });

  it('says nothing of a successor to which it yields its file', async () => {
    const sim = new Simulation();
    const errors: unknown[] = [];
    const serve: HostFactory = ({ transport }) => {
      const server = new Server({ transport: transport(ADDRESS) });
      server.on('error', (error) => errors.push(error));
      server.listen();
      return server;
    };
    const host = sim.host('server', serve);
    const client = new Client({ transport: sim.transport(ADDRESS) });
    host.start();
    client.connect();
    // The overlap of the two, a millisecond, holds a look.
    await sim.advance(999.5);
    sim.inject({ kind: 'replaceServer' });
    await sim.advance(5000);

    expect(errors).to.deep.equal([]);
    expect(sim.trace.of(client).names()).to.deep.equal(['connect', 'disconnect', 'connect', 'reconnect']);
    client.close();
    host.stop();
    await sim.settle();
    sim.dispose();
  });
});
