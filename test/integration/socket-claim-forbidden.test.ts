/** Sandboxes (AppArmor, seccomp, kernels rebuilt in user space) in which no abstract socket can be bound, and so no lock taken. */

import { readdirSync } from 'node:fs';
import net from 'node:net';
import { expect } from 'chai';
import { UnixTransport } from '#transports/unix.js';
import { leaveStaleFile } from '../support/leave-stale-file.js';
import { ListenRecorder } from '../support/recorder.js';
import { isReachable } from '../support/servers.js';
import { useTemporaryDirectory } from '../support/temporary-directory.js';

describe('socket claim where locks are forbidden', () => {
  const at = useTemporaryDirectory();
  const { listen } = net.Server.prototype;
  let refused = 0;

  /** Fails the bind of every abstract address that the pattern fits, as the system would. */
  function forbid(code: string, pattern: RegExp = /^\0/): void {
    refused = 0;
    net.Server.prototype.listen = function (this: net.Server, ...values: unknown[]): net.Server {
      const [options] = values as [net.ListenOptions];
      if (!pattern.test(options.path ?? '')) {
        return listen.apply(this, values as Parameters<typeof listen>);
      }
      refused += 1;
      process.nextTick(() =>
        this.emit('error', Object.assign(new Error(`listen ${code}`), { code, syscall: 'listen' })),
      );
      return this;
    } as typeof listen;
  }

  function permit(): void {
    net.Server.prototype.listen = listen;
  }

  before(function () {
    // Other systems have no locks that could be forbidden.
    if (!['linux', 'android'].includes(process.platform)) this.skip();
  });
  afterEach(permit);

  for (const [code, which, pattern] of [
    ['EPERM', 'any lock', /^\0/],
    ['EACCES', 'any lock', /^\0/],
    ['EINVAL', 'any lock', /^\0/],
    ['EPERM', 'the owner lock', /^\0ipc-socket-owner/],
  ] as const) {
    it(`listens all the same when ${which} is refused with ${code}`, async () => {
      forbid(code, pattern);

      const server = await ListenRecorder.open(new UnixTransport(at('socket'), { mode: 0o600 }));
      const second = await ListenRecorder.fail(new UnixTransport(at('socket')));

      expect(refused).to.equal(2);
      expect(await isReachable(at('socket'))).to.equal(true);
      expect(readdirSync(at())).to.deep.equal(['socket']);
      expect(second.code).to.equal('EADDRINUSE');
      await server.close();
      expect(readdirSync(at())).to.deep.equal([]);
    });
  }

  it('does not take over the file of a dead server, and says why and what to do', async () => {
    await leaveStaleFile(at('socket'));
    forbid('EPERM');

    const error = await ListenRecorder.fail(new UnixTransport(at('socket')));

    expect(error).to.include({ code: 'EADDRINUSE', address: at('socket') });
    expect(error.message)
      .to.contain('this process is forbidden the abstract sockets')
      .and.contain(`rm '${at('socket')}'`);
    expect(readdirSync(at())).to.deep.equal(['socket']);
  });

  it('leaves a server alone that has the locks, and is left alone by one that takes them', async () => {
    const outside = await ListenRecorder.open(new UnixTransport(at('outside')));
    forbid('EACCES');
    const inside = await ListenRecorder.open(new UnixTransport(at('inside')));
    const intruder = await ListenRecorder.fail(new UnixTransport(at('outside')));
    permit();

    const newcomer = await ListenRecorder.fail(new UnixTransport(at('inside')));

    expect([intruder.code, newcomer.code]).to.deep.equal(['EADDRINUSE', 'EADDRINUSE']);
    expect(newcomer.message).to.contain('a live server serves this path');
    expect(await isReachable(at('inside'))).to.equal(true);
    expect(await isReachable(at('outside'))).to.equal(true);
    await outside.close();
    await inside.close();
  });

  it('gives a claim up on close, and keeps no lock that it got', async () => {
    forbid('EPERM', /^\0ipc-socket-owner/);
    const aborted = new ListenRecorder(new UnixTransport(at('socket')));
    aborted.listener.close();
    await aborted.first('closed');
    permit();

    const server = await ListenRecorder.open(new UnixTransport(at('socket')));

    expect(aborted.story).to.match(/^(listening )?closed$/);
    expect(await isReachable(at('socket'))).to.equal(true);
    await server.close();
  });
});
