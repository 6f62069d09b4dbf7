/** What the machine does to a server: no descriptors, a full queue, a stopped process, a disk that is full or read-only. */

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { Client, Server } from 'ipc';
import { UnixTransport } from '#transports/unix.js';
import { outcomeOf } from '../support/attempt.js';
import { Child } from '../support/child.js';
import { Place } from '../support/place.js';
import { ListenRecorder } from '../support/recorder.js';
import { useTemporaryDirectory } from '../support/temporary-directory.js';

function programFile(name: string): string {
  return fileURLToPath(new URL(`../support/programs/${name}.js`, import.meta.url));
}

describe('adversity', () => {
  describe('while a server serves', () => {
    let place: Place;

    beforeEach(async function () {
      if (process.platform === 'win32') this.skip();
      place = await Place.make();
    });

    afterEach(() => place.clear());

    it('of 120 clients and 64 descriptors: it says so once, lives on, and serves again when there are some', async () => {
      const limited = ['-c', 'ulimit -n 64; exec "$0" "$@"', process.execPath, programFile('echo-server')];
      const server = place.keep(new Child('/bin/sh', [...limited, place.socketFile]));
      await server.prints('listening');
      const { client: witness, atClient: atWitness } = await place.connected();
      witness.send('echo', 'before');
      await atWitness.see('message.echo before');

      const crowd = Array.from({ length: 120 }, () => place.client({ reconnectDelay: 600_000 }));
      for (const { client } of crowd) client.connect();
      await Promise.all(crowd.map(({ atClient }) => atClient.see('connect <connection>')));
      await server.prints('error EMFILE');
      witness.send('echo', 'meanwhile');
      await atWitness.see('message.echo meanwhile');
      const cutOff = () => crowd.filter(({ atClient }) => atClient.names.includes('disconnect'));
      while (cutOff().length < 120 - 64) await new Promise(setImmediate);
      const keptOn = crowd.length - cutOff().length;
      for (const { client } of crowd) client.close();
      await Promise.all(crowd.map(({ atClient }) => atClient.see('close')));
      const { client: late, atClient: atLate } = await place.connected();
      late.send('echo', 'after');
      await atLate.see('message.echo after');
      server.tell('close');
      await server.exit;

      expect(keptOn).to.be.within(1, 63);
      expect(server.lines).to.deep.equal(['listening', 'error EMFILE']);
      expect(atWitness.names.filter((name) => name === 'connect' || name === 'error')).to.deep.equal(['connect']);
    });

    it('of a full queue: who finds no room gets EAGAIN, tries again, and is served once there is', async function () {
      // Other systems count their queues in other ways.
      if (process.platform !== 'linux') this.skip();
      const server = place.keep(new Child(process.execPath, ['-e', SMALL_QUEUE, place.socketFile]));
      await server.prints('listening');
      server.process.kill('SIGSTOP');
      const clients = Array.from({ length: 8 }, () => place.client());
      for (const { client } of clients) client.connect();

      await Promise.all(
        clients.map(({ atClient }) =>
          Promise.race([atClient.see('connect <connection>'), atClient.see('connectError EAGAIN', 3)]),
        ),
      );
      const early = clients.filter(({ atClient }) => atClient.names.includes('connect'));
      server.process.kill('SIGCONT');
      await Promise.all(clients.map(({ atClient }) => atClient.see('connect <connection>')));
      for (const [index, { client }] of clients.entries()) client.send('echo', index);
      await Promise.all(clients.map(({ atClient }, index) => atClient.see(`message.echo ${index}`)));

      // A queue of n has room for one more.
      expect(early).to.have.lengthOf(4);
      for (const { atClient } of clients) {
        expect(atClient.names.join(' ')).to.match(/^(connectError )*connect message message\.echo$/);
      }
      for (const { client } of clients) client.close();
      await Promise.all(clients.map(({ atClient }) => atClient.see('close')));
      await server.kill();
      fs.unlinkSync(place.socketFile);
    });

    it('of a stopped server: its clients wait, and nothing is lost or out of order when it goes on', async () => {
      const server = place.program('echo-server');
      await server.prints('listening');
      const { client, atClient } = await place.connected();
      const echoes: number[] = [];
      client.on('message.echo', ({ number }) => echoes.push(number));

      server.process.kill('SIGSTOP');
      const filling = 'x'.repeat(10_000);
      let sent = 0;
      // Until the kernel takes no more, and then some that wait in this process.
      for (let waiting = 0; waiting < 20; sent++) {
        if (!client.send('echo', { number: sent, filling })) waiting++;
        await new Promise(setImmediate);
      }
      const { client: second, atClient: atSecond } = await place.connected();
      second.send('echo', 'who came meanwhile');
      const before = atClient.names.join(' ');
      server.process.kill('SIGCONT');
      await atSecond.see('message.echo who came meanwhile');
      client.send('echo', { number: sent, filling: 'the end' });
      while (echoes.at(-1) !== sent) await new Promise(setImmediate);

      expect(before).to.equal('connect');
      expect(echoes).to.deep.equal(Array.from({ length: sent + 1 }, (_, number) => number));
      expect(new Set(atClient.names)).to.deep.equal(new Set(['connect', 'drain', 'message', 'message.echo']));
      server.tell('close');
      expect(await server.exit).to.deep.equal({ code: 0, signal: null });
    });
  });

  describe('when a server starts', () => {
    const at = useTemporaryDirectory();
    const { mkdtempSync } = fs;
    const { listen } = net.Server.prototype;

    afterEach(() => {
      fs.mkdtempSync = mkdtempSync;
      syncBuiltinESMExports();
      net.Server.prototype.listen = listen;
    });

    for (const [what, options, code, advice] of [
      ['full, with no room for a directory', 'nr_inodes=1', 'ENOSPC', 'there is no room for a file in'],
      ['full, with no room for a socket', 'nr_inodes=2', 'ENOSPC', 'there is no room for a file in'],
      ['read-only', 'ro', 'EROFS', 'is on a read-only file system; choose a directory that can be written'],
    ] as const) {
      it(`on a disk that is ${what}: a clear ${code}, and nothing is left`, async function () {
        // A file system that only the child sees; root may mount one, and so may others where users have namespaces.
        const namespace = process.geteuid?.() === 0 ? '-m' : '-Urm';
        if (spawnSync('unshare', [namespace, 'mount', '-t', 'tmpfs', 'none', at()]).status !== 0) this.skip();
        const script = 'mount -t tmpfs -o "$0" none "$1" && exec "$2" "$3" "$1/socket" listen';
        const args = [namespace, 'sh', '-c', script, options, at(), process.execPath, programFile('try-once')];

        const { outcome, message, left } = await outcomeOf(new Child('unshare', args));

        expect(outcome).to.equal(code);
        expect(message).to.contain(advice).and.contain(at());
        expect(left).to.deep.equal([]);
      });
    }

    for (const code of ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO']) {
      it(`with ${code} from any of its steps: the same code, and nothing is left`, async () => {
        const failure = (): Error => Object.assign(new Error(`${code}: planted`), { code });
        fs.mkdtempSync = (() => {
          throw failure();
        }) as typeof fs.mkdtempSync;
        syncBuiltinESMExports();
        const withoutDirectory = await ListenRecorder.fail(new UnixTransport(at('socket')));
        fs.mkdtempSync = mkdtempSync;
        syncBuiltinESMExports();
        net.Server.prototype.listen = function (this: net.Server, ...values: unknown[]): net.Server {
          const [{ path = '' }] = values as [net.ListenOptions];
          if (path.startsWith('\0')) return listen.apply(this, values as Parameters<typeof listen>);
          process.nextTick(() => this.emit('error', failure()));
          return this;
        } as typeof listen;
        const withoutSocket = await ListenRecorder.fail(new UnixTransport(at('socket')));

        for (const error of [withoutDirectory, withoutSocket]) {
          expect(error).to.include({ code, syscall: 'listen', address: at('socket') });
          expect(error.message).to.contain(at());
          expect(error.cause).to.have.property('message', `${code}: planted`);
        }
        expect(fs.readdirSync(at())).to.deep.equal([]);
      });
    }

    for (const bytes of [107, 108, 109]) {
      it(`at a path of ${bytes} bytes: ${bytes > 107 ? 'refused at once on both sides' : 'both sides use it'}`, async function () {
        if (process.platform !== 'linux') this.skip();
        const socketFile = join(at(), 's'.repeat(bytes - Buffer.byteLength(at()) - 1));
        const both = [() => new Server({ socketFile }), () => new Client({ socketFile })] as const;

        if (bytes > 107) {
          for (const build of both) {
            expect(build).to.throw(TypeError, `is ${bytes} bytes long; this system allows 107`);
          }
        } else {
          const [server, client] = [both[0](), both[1]()];
          const heard = new Promise((resolve) => server.on('message.hello', resolve));
          server.on('listening', () => client.connect());
          client.on('connect', () => client.send('hello', 'there'));
          server.listen();
          expect(await heard).to.equal('there');
          expect(fs.readdirSync(at())).to.deep.equal(['s'.repeat(bytes - Buffer.byteLength(at()) - 1)]);
          const closed = new Promise<void>((resolve) => server.on('close', resolve));
          client.close();
          server.close();
          await closed;
        }

        expect(fs.readdirSync(at())).to.deep.equal([]);
      });
    }
  });
});

const SMALL_QUEUE = `
require('node:net').createServer((socket) => socket.on('error', () => {}).pipe(socket))
  .listen({ path: process.argv[1], backlog: 3 }, () => console.log('listening'));`;
