import fs from 'node:fs';
import { Server } from 'node:net';
import { expect } from 'chai';
import { StagedSocket } from '#transports/staged-socket.js';
import { leaveStaleFile } from '../support/leave-stale-file.js';
import { useTemporaryDirectory } from '../support/temporary-directory.js';

describe('staged socket', () => {
  const at = useTemporaryDirectory();
  const server = new Server();

  const stage = (): Promise<StagedSocket> =>
    StagedSocket.bind(server, { absolutePath: at('socket'), mode: 0o640, system: process.platform });
  afterEach(() => server.close());

  it('is out of reach, and has its mode, before it is published', async () => {
    const staged = await stage();
    const [name = ''] = fs.readdirSync(at());

    expect(name).to.match(/^\.socket\.\d+\.[A-Za-z0-9]{6}$/);
    expect(fs.lstatSync(at(name)).mode & 0o777).to.equal(0o700);
    expect(fs.readdirSync(at(name)).map((file) => fs.lstatSync(at(name, file)).mode & 0o777)).to.deep.equal([0o640]);
    staged.clear();
    expect(fs.readdirSync(at())).to.deep.equal([]);
  });

  it('is not published over a file that came in between', async () => {
    fs.writeFileSync(at('socket'), 'precious');
    const staged = await stage();

    expect(staged.publishNew()).to.equal(false);
    staged.clear();

    expect(fs.readFileSync(at('socket'), 'utf8')).to.equal('precious');
  });

  it('is published over the dead socket that was seen, and over no other', async () => {
    await leaveStaleFile(at('socket'));
    const { dev, ino } = fs.lstatSync(at('socket'), { bigint: true });
    const staged = await stage();

    expect(staged.publishOver({ dev, ino: ino + 1n })).to.equal(false);
    expect(fs.lstatSync(at('socket'), { bigint: true }).ino).to.equal(ino);
    expect(staged.publishOver({ dev, ino })).to.equal(true);
    expect(fs.lstatSync(at('socket'), { bigint: true }).ino).to.equal(staged.identity.ino);
    staged.clear();

    expect(fs.readdirSync(at())).to.deep.equal(['socket']);
  });
});
