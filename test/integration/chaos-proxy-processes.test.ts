import type { ChildProcess } from 'node:child_process';
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { ChaosProxyOptions } from 'ipc/testing';
import { ChaosBench, until, type WatchedClient } from '../support/chaos-bench.js';
import { hasEnded, spawnServer } from '../support/spawn-server.js';

describe('chaos proxy, processes', () => {
  let bench: ChaosBench;
  let children: ChildProcess[];

  beforeEach(() => {
    children = [];
  });

  afterEach(async () => {
    // The server's own file: killed, it leaves one.
    await bench.proxy.close();
    rmSync(bench.app, { force: true });
    await bench.dispose();
    expect(children.filter((child) => !hasEnded(child))).to.deep.equal([]);
  });

  /** The server is a process, which the proxy starts, and a client is connected to it. */
  async function start(options: Partial<ChaosProxyOptions> = {}): Promise<WatchedClient> {
    const startServer = async (): Promise<ChildProcess> => {
      const child = await spawnServer(bench.app);
      children.push(child);
      return child;
    };
    bench = new ChaosBench({ processes: { server: { start: startServer } }, ...options });
    await bench.proxy.start();
    const watched = bench.client();
    watched.client.connect();
    await until(() => bench.proxyEvents.includes('connected 1'));
    return watched;
  }

  async function ask({ client, received }: WatchedClient, question: string): Promise<void> {
    client.send('ask', question);
    await until(() => received.includes(question), `The answer to '${question}'`);
  }

  it('crash: the process is killed, its path refuses until it is started again', async () => {
    const watched = await start();
    await ask(watched, 'before');

    const crash = bench.proxy.inject({ kind: 'crash', restartAfter: 60 });
    await crash.inForce;
    expect(children[0]!.signalCode).to.equal('SIGKILL');
    await until(() => watched.events.includes('reconnect'));
    await ask(watched, 'after');

    const story = watched.events.filter((event, index, all) => event !== all[index - 1]);
    expect(story).to.deep.equal(['connect', 'disconnect', 'connectError ECONNREFUSED', 'connect', 'reconnect']);
    expect(children).to.have.length(2);
  });

  it('crash without a restart: healed, it is started again', async () => {
    const watched = await start();

    const crash = bench.proxy.inject({ kind: 'crash', staleFile: false, lose: 'all' });
    await until(() => watched.events.includes('connectError ENOENT'));
    crash.heal();
    await until(() => watched.events.includes('reconnect'));

    await ask(watched, 'after');
  });

  it('pause without a target: every process stands still; one of all clients is no server', async () => {
    const { client } = await start();
    client.close();
    const { ChaosProxy } = await import('ipc/testing');
    const startAt = (name: string) => async (): Promise<ChildProcess> => {
      const child = await spawnServer(join(bench.folder, name));
      children.push(child);
      return child;
    };
    const processes = { server: { start: startAt('one') }, app: { start: startAt('two') } };
    const proxy = new ChaosProxy({
      listen: join(bench.folder, 'door'),
      upstream: join(bench.folder, 'one'),
      processes,
    });
    const paused = (): string[] =>
      proxy.trace.records.filter(({ kind, name }) => kind === 'process' && name === 'paused').map(({ actor }) => actor);
    await proxy.start();

    proxy.inject({ kind: 'pause' }).heal();
    expect(paused().sort()).to.deep.equal(['app', 'server']);
    proxy.inject({ kind: 'pause', target: { client: 'all' } }).heal();
    proxy.inject({ kind: 'pause', target: { client: { oneOf: ['app'] } } }).heal();
    proxy.inject({ kind: 'pause', target: { client: { fraction: 1 } } }).heal();
    expect(paused().slice(2)).to.deep.equal(['app', 'app', 'app']);
    expect(() => proxy.inject({ kind: 'pause', target: { client: ['app', 'other'] } })).to.throw("named 'other'");

    await proxy.close();
  });

  it('stop: the process ends by itself and takes its file along', async () => {
    const watched = await start();

    const stop = bench.proxy.inject({ kind: 'stop', restartAfter: 60 });
    await stop.inForce;
    expect(children[0]).to.include({ exitCode: 0, signalCode: null });
    await until(() => watched.events.includes('reconnect'));

    const story = watched.events.filter((event, index, all) => event !== all[index - 1]);
    expect(story).to.deep.equal(['connect', 'disconnect', 'connectError ENOENT', 'connect', 'reconnect']);
  });

  for (const kind of ['pause', 'gcPause'] as const) {
    it(`${kind}: the process makes no progress, and then answers everything`, async () => {
      const watched = await start();
      await ask(watched, 'before');

      const pause = bench.proxy.inject({ kind, for: 80 });
      watched.client.send('ask', 'meanwhile');
      const startMs = performance.now();
      await until(() => watched.received.includes('meanwhile'));

      expect(performance.now() - startMs).to.be.at.least(60);
      expect(watched.events).to.deep.equal(['connect']);
      await pause.over;
    });
  }

  it('replaceServer: a client is moved to the new process, and never finds nobody', async () => {
    const startServer = async (): Promise<ChildProcess> => {
      // What a deployment does: the new one gets ready beside the old one and takes the path over in one step.
      const next = `${bench.app}.${children.length}`;
      const child = await spawnServer(next);
      renameSync(next, bench.app);
      children.push(child);
      return child;
    };
    const watched = await start({ processes: { server: { start: startServer } } });
    await ask(watched, 'before');

    await bench.proxy.inject({ kind: 'replaceServer' }).over;
    await until(() => watched.events.includes('reconnect'));
    await ask(watched, 'after');

    expect(watched.events).to.deep.equal(['connect', 'disconnect', 'connect', 'reconnect']);
    expect(children.map(hasEnded)).to.deep.equal([true, false]);
  });

  it('leaves a process running that was running before', async () => {
    bench = new ChaosBench();
    const child = await spawnServer(bench.app);
    children.push(child);
    const { ChaosProxy } = await import('ipc/testing');
    const proxy = new ChaosProxy({
      listen: bench.front,
      upstream: bench.app,
      processes: { server: { start: () => spawnServer(bench.app), running: child } },
    });
    await proxy.start();
    proxy.inject({ kind: 'pause' });

    await proxy.close();

    expect(hasEnded(child)).to.equal(false);
    child.kill('SIGTERM');
    await until(() => hasEnded(child), 'The end of a process that was paused');
  });

  it('tells of a process that cannot be started again', async () => {
    let starts = 0;
    const startServer = async (): Promise<ChildProcess> => {
      starts += 1;
      if (starts > 1) throw new Error('no such program');
      const child = await spawnServer(bench.app);
      children.push(child);
      return child;
    };
    await start({ processes: { server: { start: startServer } } });
    const errors: Error[] = [];
    bench.proxy.on('error', (error) => errors.push(error));

    bench.proxy.inject({ kind: 'crash', restartAfter: 0 });

    await until(() => errors.length === 1);
    expect(errors[0]).to.have.property('message', 'no such program');
  });
});
