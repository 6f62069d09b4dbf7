import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import { join, relative } from 'node:path';
import { expect } from 'chai';
import { lockAddress } from '#transports/kernel-lock.js';
import { UnixTransport } from '#transports/unix.js';
import { leaveStaleFile } from '../support/leave-stale-file.js';
import { ListenRecorder } from '../support/recorder.js';
import { isReachable } from '../support/servers.js';
import { useTemporaryDirectory } from '../support/temporary-directory.js';

const locked = ['linux', 'android'].includes(process.platform);

describe('socket claim without locks', () => {
  const at = useTemporaryDirectory();

  it('leaves a stale file alone and says how to remove it', async () => {
    await leaveStaleFile(at('socket'));

    const error = await ListenRecorder.fail(new UnixTransport(at('socket'), {}, 'darwin'));

    expect(error.code).to.equal('EADDRINUSE');
    expect(error.message)
      .to.contain(`lsof '${at('socket')}'`)
      .and.contain(`rm '${at('socket')}'`);
    expect(fs.readdirSync(at())).to.deep.equal(['socket']);
  });

  it('gives advice that can be pasted into a shell, whatever is in the path', async () => {
    const path = at("it's $HOME");
    await leaveStaleFile(path);

    const { message } = await ListenRecorder.fail(new UnixTransport(path, {}, 'darwin'));
    const advice = message.slice(message.lastIndexOf('rm '));
    execFileSync('sh', ['-c', advice]);

    expect(fs.readdirSync(at())).to.deep.equal([]);
  });

  it('lets exactly one of many have a free path', async () => {
    const servers = Array.from({ length: 20 }, () => new ListenRecorder(new UnixTransport(at('socket'), {}, 'darwin')));
    const calls = await Promise.all(servers.map((server) => server.first('listening', 'failed')));

    expect(calls.filter(({ name }) => name === 'listening')).to.have.lengthOf(1);
    expect(fs.readdirSync(at())).to.deep.equal(['socket']);
    for (const server of servers) {
      server.listener.close();
    }
  });
});

(locked ? describe : describe.skip)('socket claim with locks', () => {
  const at = useTemporaryDirectory();

  it('takes over the file of a dead server', async () => {
    await leaveStaleFile(at('socket'));

    const server = await ListenRecorder.open(new UnixTransport(at('socket'), { mode: 0o600 }));

    expect(await isReachable(at('socket'))).to.equal(true);
    expect(fs.lstatSync(at('socket')).mode & 0o777).to.equal(0o600);
    expect(fs.readdirSync(at())).to.deep.equal(['socket']);
    await server.close();
  });

  it('takes over a dead file by a relative path whose absolute form is too long', async () => {
    const directory = at('d'.repeat(100));
    fs.mkdirSync(directory);
    await leaveStaleFile(at('socket'));
    fs.renameSync(at('socket'), join(directory, 'socket'));
    const former = process.cwd();
    process.chdir(directory);
    try {
      const server = await ListenRecorder.open(new UnixTransport('socket'));
      expect(await isReachable('socket')).to.equal(true);
      await server.close();
    } finally {
      process.chdir(former);
    }
  });

  it('knows one directory by all its names', async () => {
    fs.mkdirSync(at('real'));
    fs.symlinkSync(at('real'), at('alias'));
    const server = await ListenRecorder.open(new UnixTransport(at('real', 'socket')));
    fs.unlinkSync(at('real', 'socket'));

    const error = await ListenRecorder.fail(new UnixTransport(at('alias', 'socket')));

    expect(error.code).to.equal('EADDRINUSE');
    await server.close();
  });

  it('takes the same name in other directories as other paths', async () => {
    fs.mkdirSync(at('other'));
    const servers = [
      await ListenRecorder.open(new UnixTransport(at('socket'))),
      await ListenRecorder.open(new UnixTransport(at('other', 'socket'))),
    ];

    await Promise.all(servers.map((server) => server.close()));
  });

  it('takes other names in the same directory as other paths', async () => {
    const servers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => ListenRecorder.open(new UnixTransport(at(`socket${index}`)))),
    );

    expect(fs.readdirSync(at())).to.have.lengthOf(10);
    await Promise.all(servers.map((server) => server.close()));
  });

  it('lets exactly one of many have a dead file', async () => {
    await leaveStaleFile(at('socket'));

    const servers = Array.from({ length: 20 }, () => new ListenRecorder(new UnixTransport(at('socket'))));
    const calls = await Promise.all(servers.map((server) => server.first('listening', 'failed')));

    expect(calls.map(({ name, error }) => error?.code ?? name).sort()).to.deep.equal([
      ...Array(19).fill('EADDRINUSE'),
      'listening',
    ]);
    for (const server of servers) {
      server.listener.close();
    }
    expect(fs.readdirSync(at())).to.deep.equal([]);
  });

  it('sweeps what killed claims have left, and nothing else', async () => {
    const leftover = at('.socket.4711.aB3xYz');
    fs.mkdirSync(leftover, 0o700);
    await leaveStaleFile(join(leftover, '0123456789ab'));
    fs.mkdirSync(at('.socket.4712.aB3xYz'), 0o700);
    for (const stranger of ['.socket.4711.aB3xY', '.socket.x.aB3xYz', '.socket2.4711.aB3xYz', '.sockeT.4711.aB3xYz']) {
      fs.mkdirSync(at(stranger));
    }
    fs.writeFileSync(at('.socket.4713.aB3xYz'), 'precious');
    fs.mkdirSync(at('.socket.4714.aB3xYz'), 0o700);
    fs.writeFileSync(at('.socket.4714.aB3xYz', 'file'), 'precious');

    const server = await ListenRecorder.open(new UnixTransport(at('socket')));
    await server.close();

    expect(fs.readdirSync(at()).sort()).to.deep.equal([
      '.sockeT.4711.aB3xYz',
      '.socket.4711.aB3xY',
      '.socket.4713.aB3xYz',
      '.socket.4714.aB3xYz',
      '.socket.x.aB3xYz',
      '.socket2.4711.aB3xYz',
    ]);
  });

  it('needs no permission to write in the directory to be told that a server lives', async () => {
    const server = await ListenRecorder.open(new UnixTransport(at('socket')));
    fs.chmodSync(at(), 0o500);

    const error = await ListenRecorder.fail(new UnixTransport(at('socket')));

    fs.chmodSync(at(), 0o700);
    expect(error.code).to.equal('EADDRINUSE');
    await server.close();
  });

  it('reports a directory that may not be written', async () => {
    if (process.geteuid?.() === 0) {
      // Root may write anywhere but in /proc, where even mkdir has nothing to stand on.
      const error = await ListenRecorder.fail(new UnixTransport('/proc/self/socket'));
      expect(error.code).to.equal('EACCES');
      return;
    }
    fs.chmodSync(at(), 0o500);
    const error = await ListenRecorder.fail(new UnixTransport(at('socket')));
    fs.chmodSync(at(), 0o700);

    expect(error).to.include({ code: 'EACCES', syscall: 'listen' });
    expect(error.message).to.contain('may not create files');
  });

  it('takes a server that is too busy to accept for a live one', async function () {
    this.timeout(10_000);
    const child = spawn(process.execPath, ['-e', BUSY_SERVER, at('socket')], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    child.kill('SIGSTOP');
    const clients: net.Socket[] = [];
    try {
      let code: string | undefined;
      while (code === undefined) {
        const client = net.connect(at('socket'));
        clients.push(client);
        code = await Promise.race([
          once(client, 'connect').then(() => undefined),
          new Promise<string | undefined>((resolve) =>
            client.on('error', (error: NodeJS.ErrnoException) => resolve(error.code)),
          ),
        ]);
      }
      expect(code).to.equal('EAGAIN');

      expect((await ListenRecorder.fail(new UnixTransport(at('socket')))).code).to.equal('EADDRINUSE');
    } finally {
      for (const client of clients) {
        client.destroy();
      }
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });

  it('waits for a claim under way, and fails closed when that never ends', async function () {
    this.timeout(8000);
    const holder = net.createServer();
    holder.listen(lockAddress('claim', fs.statSync(at(), { bigint: true }), 'socket'));
    await once(holder, 'listening');

    const started = performance.now();
    const error = await ListenRecorder.fail(new UnixTransport(at('socket')));
    const waitedMs = performance.now() - started;

    expect(error).to.include({ code: 'ELOCKED', syscall: 'listen' });
    expect(waitedMs).to.be.within(1900, 4000);
    const waiting = new ListenRecorder(new UnixTransport(at('socket')));
    const aborted = new ListenRecorder(new UnixTransport(at('socket')));
    aborted.listener.close();
    await aborted.first('closed');
    holder.close();
    expect((await waiting.first('listening', 'failed')).name).to.equal('listening');
    await waiting.close();
    expect(aborted.story).to.equal('closed');
  });

  it('fails closed, and leaves nothing, when somebody squats on the owner lock', async () => {
    await leaveStaleFile(at('socket'));
    const squatter = net.createServer();
    squatter.listen(lockAddress('owner', fs.statSync(at(), { bigint: true }), 'socket'));
    await once(squatter, 'listening');

    const error = await ListenRecorder.fail(new UnixTransport(at('socket')));
    squatter.close();
    const server = await ListenRecorder.open(new UnixTransport(at('socket')));

    expect(error.code).to.equal('EADDRINUSE');
    await server.close();
    expect(fs.readdirSync(at())).to.deep.equal([]);
  });

  it('uses a lock name that every Node version gives the kernel alike', async () => {
    const server = await ListenRecorder.open(new UnixTransport(at('socket')));
    const address = lockAddress('owner', fs.statSync(at(), { bigint: true }), 'socket');

    const names = fs
      .readFileSync('/proc/net/unix', 'latin1')
      .split('\n')
      .map((line) => line.split(' ').at(-1));

    expect(Buffer.byteLength(address)).to.equal(108);
    expect(names).to.include(`@${address.slice(1)}`);
    await server.close();
  });

  it('keeps out whoever connects to a lock', async () => {
    const server = await ListenRecorder.open(new UnixTransport(at('socket')));

    const visitor = net.connect(lockAddress('owner', fs.statSync(at(), { bigint: true }), 'socket'));
    await once(visitor.on('error', () => {}).resume(), 'close');

    expect(server.story).to.equal('listening');
    await server.close();
  });

  it('names the path as it was given in errors', async () => {
    const path = relative(process.cwd(), at('missing', 'socket'));

    const error = await ListenRecorder.fail(new UnixTransport(path));

    expect(error.address).to.equal(path);
  });
});

const BUSY_SERVER = `
require('node:net').createServer().listen({ path: process.argv[1], backlog: 1 }, () => process.stdout.write('ready'));`;
