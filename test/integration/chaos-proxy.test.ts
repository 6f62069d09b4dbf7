import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { ChaosProxy } from 'ipc/testing';
import { ChaosBench, until } from '../support/chaos-bench.js';

describe('chaos proxy', () => {
  let bench: ChaosBench;

  afterEach(() => bench.dispose());

  /** A proxy whose socket file is alone in a directory, and what goes wrong with it. */
  async function startInOwnDirectory() {
    bench = new ChaosBench();
    mkdirSync(join(bench.folder, 'gone'));
    const listen = join(bench.folder, 'gone', 'front');
    const proxy = new ChaosProxy({ listen, upstream: bench.app });
    const errors: Error[] = [];
    proxy.on('error', (error) => errors.push(error));
    await proxy.start();
    return { proxy, listen, errors };
  }

  it('passes everything on as it is while nothing is injected', async () => {
    bench = await ChaosBench.start();
    const { client, events, received } = await bench.connect();
    const messages = Array.from({ length: 200 }, (_, index) => ({ index, text: 'ü'.repeat(index * 20) }));

    for (const message of messages) client.send('ask', message);
    await until(() => received.length === messages.length);
    client.close();
    await until(() => bench.serverEvents.length === 2 && events.includes('close'));

    expect(bench.received).to.deep.equal(messages);
    expect(received).to.deep.equal(messages);
    expect(events).to.deep.equal(['connect', 'close']);
    expect(bench.serverEvents).to.deep.equal(['connection 1', 'disconnect 1']);
    await until(() => bench.proxyEvents.length === 4);
    expect(bench.proxyEvents).to.deep.equal(['listening', 'accepted 1', 'connected 1', 'closed 1']);
  });

  it('carries 8 MiB each way to a reader that starts late, and keeps its own memory bounded', async () => {
    const { bench: raw, peers } = await ChaosBench.startRaw();
    bench = raw;
    const here = bench.dial();
    await until(() => peers.length === 1);
    const there = peers[0]!;
    there.socket.pause();
    const piece = Buffer.alloc(64 * 1024, 'x');

    for (let count = 0; count < 128; count += 1) here.socket.write(piece);
    // What the kernel and a bounded proxy cannot hold stays with the sender.
    await until(() => here.socket.writableLength < 128 * piece.length);
    let taken = -1;
    while (taken !== here.socket.bytesWritten - here.socket.writableLength) {
      taken = here.socket.bytesWritten - here.socket.writableLength;
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    expect(taken).to.be.below(2 * 1024 * 1024);
    there.socket.resume();
    here.socket.end();
    await until(() => there.events.includes('end'));
    for (const chunk of there.chunks) there.socket.write(chunk);
    there.socket.end();
    await until(() => here.events.includes('close'));

    expect(Buffer.concat(there.chunks)).to.have.length(128 * piece.length);
    expect(Buffer.concat(here.chunks)).to.have.length(128 * piece.length);
    expect(here.events).to.deep.equal(['connect', 'end', 'close']);
  });

  it('keeps a half-open connection half open', async () => {
    const { bench: raw, peers } = await ChaosBench.startRaw();
    bench = raw;
    const here = bench.dial();
    here.socket.end('question');
    await until(() => peers[0]?.events.includes('end') === true);

    peers[0]!.socket.end('answer');
    await until(() => here.events.includes('close'));

    expect(here.text()).to.equal('answer');
    expect(peers[0]!.text()).to.equal('question');
  });

  it('drops a client when there is no server', async () => {
    bench = new ChaosBench();
    await bench.proxy.start();
    const here = bench.dial();

    await until(() => here.events.includes('end'));

    expect(here.events.slice(0, 2)).to.deep.equal(['connect', 'end']);
    expect(bench.told()).to.include('connection-1 serverFailed');
  });

  it('replaces a stale socket file', async () => {
    bench = new ChaosBench();
    const listener = net.createServer().listen(join(bench.folder, 'gone'));
    renameSync(join(bench.folder, 'gone'), bench.front);
    await new Promise((resolve) => listener.close(resolve));
    await bench.serve();

    await bench.proxy.start();

    await bench.connect();
  });

  it('does not start where something else is, and leaves it there', async () => {
    bench = new ChaosBench();
    writeFileSync(bench.front, 'precious');

    const problem = await bench.proxy.start().catch((error) => error);

    expect(problem).to.include({ code: 'EADDRINUSE' });
    expect(readdirSync(bench.folder)).to.deep.equal(['front']);
    rmSync(bench.front);
  });

  it('does not start where a server listens', async () => {
    bench = await ChaosBench.start();
    const second = new ChaosProxy({ listen: bench.front, upstream: bench.app });

    expect(await second.start().catch((error) => error)).to.include({ code: 'EADDRINUSE' });

    await second.close();
    await bench.connect();
  });

  it('does not start in a directory that is not there, and says so', async () => {
    bench = new ChaosBench();
    const listen = join(bench.folder, 'nodir', 'front');
    const proxy = new ChaosProxy({ listen, upstream: bench.app });

    const problem = await proxy.start().catch((error) => error);
    await proxy.close();

    expect(problem).to.include({ code: 'ENOENT' });
    expect(problem.message).to.include(`${listen}: the directory ${dirname(listen)} does not exist; create it first`);
    expect(proxy.trace.toString()).to.not.include('listening');
  });

  for (const code of ['ECONNREFUSED', 'EAGAIN'] as const) {
    it(`tells that it cannot listen when its directory goes while ${code} begins or ends`, async () => {
      const { proxy, listen, errors } = await startInOwnDirectory();

      rmSync(join(bench.folder, 'gone'), { recursive: true });
      const fault = proxy.inject({ kind: 'refuse', code });
      await fault.inForce;
      fault.heal();
      await until(() => errors.length === 2);
      await proxy.close();

      for (const error of errors) {
        expect(error).to.include({ code: 'ENOENT' });
        expect(error.message).to.include(`${listen}: the directory ${dirname(listen)} does not exist`);
      }
    });
  }

  it('listens again once its directory is there again', async () => {
    const { proxy, listen, errors } = await startInOwnDirectory();
    const first = proxy.inject({ kind: 'refuse', code: 'ENOENT' });
    rmSync(join(bench.folder, 'gone'), { recursive: true });
    first.heal();
    await until(() => errors.length === 1);

    mkdirSync(join(bench.folder, 'gone'));
    proxy.inject({ kind: 'refuse', code: 'ENOENT' }).heal();
    await until(() => existsSync(listen));
    await proxy.close();

    expect(errors).to.have.length(1);
    rmSync(join(bench.folder, 'gone'), { recursive: true });
  });

  it('ends everything at close, with connections open and faults active', async () => {
    bench = await ChaosBench.start();
    const { events } = await bench.connect();
    bench.proxy.inject({ kind: 'acceptDrop', after: 1_000_000 });
    bench.dial();
    await until(() => bench.proxyEvents.includes('accepted 2'));
    bench.proxy.inject({ kind: 'stall' });
    bench.proxy.inject({ kind: 'refuse', code: 'EAGAIN' });
    bench.proxy.inject({ kind: 'cut', mode: 'reset' });
    bench.proxy.play({ version: 1, seed: 1, faults: [{ kind: 'cut', at: 1_000_000 }] });

    await bench.proxy.close();
    await until(() => events.includes('connectError ENOENT'));

    expect(existsSync(bench.front)).to.equal(false);
    expect(() => bench.proxy.inject({ kind: 'stall' })).to.throw(TypeError, 'after close()');
  });

  it('may be closed before it is started, and twice', async () => {
    bench = new ChaosBench();

    await Promise.all([bench.proxy.close(), bench.proxy.close()]);

    expect(() => bench.proxy.start()).to.throw(TypeError, 'once');
  });

  it('closes at the end of the scope', async () => {
    bench = new ChaosBench();
    {
      await using scoped = new ChaosProxy({ listen: bench.front, upstream: bench.app });
      await scoped.start();
      expect(existsSync(bench.front)).to.equal(true);
    }
    expect(existsSync(bench.front)).to.equal(false);
  });

  for (const [what, options, message] of [
    ['no upstream', { upstream: '' }, 'options.upstream must be'],
    ['one path for both', { upstream: 'x', listen: 'x' }, 'are the same'],
    ['a seed that is no whole number', { seed: 1.5 }, 'options.seed must be a whole number; got 1.5'],
    ['a path that is too long', { listen: `/tmp/${'x'.repeat(200)}` }, 'options.listen is 205 bytes long'],
    ['a key that it does not know', { sead: 3 }, "options.sead is no key; did you mean 'seed'?"],
    [
      'a process that cannot be started',
      { processes: { server: {} } },
      'options.processes.server must be an object with',
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      bench = new ChaosBench();
      expect(() => new ChaosProxy({ listen: bench.front, upstream: bench.app, ...(options as object) })).to.throw(
        TypeError,
        message,
      );
    });
  }
});
