import fs from 'node:fs';
import type { Server } from 'node:net';
import { expect } from 'chai';
import type { FileIdentity } from '#transports/path-occupant.js';
import { SocketWatch } from '#transports/socket-watch.js';
import { plainServer } from '../support/servers.js';
import { useTemporaryDirectory } from '../support/temporary-directory.js';

describe('socket watch', () => {
  const at = useTemporaryDirectory();
  const told: (Error & { code?: string; address?: string })[] = [];
  const codes = (): (string | undefined)[] => told.map(({ code }) => code);
  let server: Server;
  let watch: SocketWatch;

  function identityOf(path: string): FileIdentity {
    const { dev, ino } = fs.lstatSync(path, { bigint: true });
    return { dev, ino };
  }

  beforeEach(async () => {
    told.length = 0;
    fs.mkdirSync(at('run'));
    server = await plainServer(at('run', 'socket'));
    watch = new SocketWatch(at('run', 'socket'), identityOf(at('run', 'socket')), (error) => told.push(error));
  });

  afterEach(() => {
    watch.stop();
    server.close();
  });

  it('has nothing to tell while the file is there, whatever its mode and its other names', () => {
    fs.chmodSync(at('run', 'socket'), 0o000);
    fs.linkSync(at('run', 'socket'), at('alias'));
    watch.look();

    expect(told).to.deep.equal([]);
  });

  it('tells once that the file was removed, with what to do', () => {
    fs.unlinkSync(at('run', 'socket'));
    watch.look();
    watch.look();

    expect(codes()).to.deep.equal(['IPC_SOCKET_REMOVED']);
    expect(told[0]).to.include({ name: 'SocketFileError', address: at('run', 'socket') });
    expect(told[0]?.message)
      .to.contain(at('run', 'socket'))
      .and.contain('Clients that are connected go on; no new one can come')
      .and.contain('close() this server and start another');
  });

  for (const [what, put] of [
    ['a regular file', (path: string) => fs.writeFileSync(path, '')],
    ['a directory', (path: string) => fs.mkdirSync(path)],
    ['a link to the very socket', (path: string) => fs.symlinkSync(`${path}.away`, path)],
  ] as const) {
    it(`tells once that ${what} stands in its place`, () => {
      fs.renameSync(at('run', 'socket'), at('run', 'socket.away'));
      put(at('run', 'socket'));
      watch.look();
      watch.look();

      expect(codes()).to.deep.equal(['IPC_SOCKET_REPLACED']);
      expect(told[0]?.message).to.contain('may reach a stranger').and.contain('leaves that file alone');
    });
  }

  it('tells once that the socket of another server stands in its place', async () => {
    fs.unlinkSync(at('run', 'socket'));
    const stranger = await plainServer(at('run', 'socket'));
    watch.look();
    watch.look();
    stranger.close();

    expect(codes()).to.deep.equal(['IPC_SOCKET_REPLACED']);
  });

  it('tells one incident once, whatever becomes of it', () => {
    fs.unlinkSync(at('run', 'socket'));
    watch.look();
    fs.writeFileSync(at('run', 'socket'), '');
    watch.look();

    expect(codes()).to.deep.equal(['IPC_SOCKET_REMOVED']);
  });

  it('tells of the next incident once the file has been back', () => {
    for (const round of ['first', 'second']) {
      fs.renameSync(at('run', 'socket'), at(round));
      watch.look();
      fs.renameSync(at(round), at('run', 'socket'));
      watch.look();
    }

    expect(codes()).to.deep.equal(['IPC_SOCKET_REMOVED', 'IPC_SOCKET_REMOVED']);
  });

  for (const [what, take] of [
    ['removed', () => fs.rmSync(at('run'), { recursive: true })],
    ['moved', () => fs.renameSync(at('run'), at('elsewhere'))],
    [
      'replaced by a file',
      () => {
        fs.renameSync(at('run'), at('elsewhere'));
        fs.writeFileSync(at('run'), '');
      },
    ],
  ] as const) {
    it(`tells that the file is gone when its directory was ${what}`, () => {
      take();
      watch.look();

      expect(codes()).to.deep.equal(['IPC_SOCKET_REMOVED']);
    });
  }

  it('tells nothing when it cannot look', () => {
    fs.renameSync(at('run'), at('elsewhere'));
    // To root nothing is forbidden; a path that leads in a circle cannot be looked at by anybody.
    fs.symlinkSync(at('run'), at('run'));
    watch.look();

    expect(told).to.deep.equal([]);
  });

  it('looks by itself, and does not keep the process alive for it', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const others = [1, 2, 3].map(() => new SocketWatch(at('run', 'socket'), identityOf(at('run', 'socket')), () => {}));
    const during = timers();
    for (const other of others) other.stop();

    fs.unlinkSync(at('run', 'socket'));
    while (told.length === 0) await new Promise(setImmediate);

    expect(during).to.equal(before);
    expect(codes()).to.deep.equal(['IPC_SOCKET_REMOVED']);
  });
});
