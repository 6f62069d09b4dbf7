import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { UnixTransport } from '#transports/unix.js';
import { openDescriptors } from '../support/descriptors.js';
import { DialRecorder, ListenRecorder } from '../support/recorder.js';
import { isReachable, plainServer } from '../support/servers.js';
import { useTemporaryDirectory } from '../support/temporary-directory.js';

const locked = ['linux', 'android'].includes(process.platform);

function inode(path: string): bigint {
  return fs.lstatSync(path, { bigint: true }).ino;
}

for (const system of locked ? (['linux', 'darwin'] as const) : ([process.platform] as const)) {
  describe(`socket claim by the rules of ${system}`, () => {
    const at = useTemporaryDirectory();
    const transportAt = (path: string, mode?: number): UnixTransport =>
      new UnixTransport(path, mode === undefined ? {} : { mode }, system);

    /** A path of so many bytes, with a base name of so many. */
    function pathOf(bytes: number, baseBytes: number): string {
      const fill = bytes - Buffer.byteLength(at()) - baseBytes - 2;
      const directory = at('d'.repeat(fill));
      fs.mkdirSync(directory, { recursive: true });
      const path = join(directory, 'b'.repeat(baseBytes));
      expect(Buffer.byteLength(path)).to.equal(bytes);
      return path;
    }

    it('leaves nothing but the socket beside it, and nothing at all after close', async () => {
      const server = await ListenRecorder.open(transportAt(at('socket')));

      expect(fs.readdirSync(at())).to.deep.equal(['socket']);
      expect(fs.lstatSync(at('socket')).nlink).to.equal(1);
      expect(await isReachable(at('socket'))).to.equal(true);
      await server.close();

      expect(fs.readdirSync(at())).to.deep.equal([]);
    });

    it('calls nothing from inside listen and close', async () => {
      const server = new ListenRecorder(transportAt(at('socket')));
      expect(server.story).to.equal('');
      await server.first('listening');
      server.listener.close();
      expect(server.story).to.equal('listening');
      server.listener.close();
      await server.first('closed');
      server.listener.close();

      expect(server.story).to.equal('listening closed');
    });

    for (const mode of [0o600, 0o660, 0o222, 0o777, 0o000]) {
      it(`gives the file mode ${mode.toString(8)} before anybody can reach it`, async () => {
        const watch = spawn(process.execPath, ['-e', WATCH_MODES, at('socket')], {
          stdio: ['pipe', 'pipe', 'inherit'],
        });
        const seen = once(watch.stdout.setEncoding('utf8'), 'data');
        expect(await seen).to.deep.equal(['ready\n']);
        const rest = watch.stdout.toArray();

        const server = await ListenRecorder.open(transportAt(at('socket'), mode));
        const modeNow = fs.lstatSync(at('socket')).mode & 0o7777;
        watch.stdin.end();
        const modes = JSON.parse((await rest).join('')) as { file: string[]; directory: string[] };
        await server.close();

        expect(modeNow).to.equal(mode);
        expect(modes.file).to.satisfy(
          (seen: string[]) => seen.every((each) => each === mode.toString(8)),
          `${modes.file}`,
        );
        expect(modes.directory).to.satisfy(
          (seen: string[]) => seen.every((each) => each === '700'),
          `${modes.directory}`,
        );
      });
    }

    it('leaves the mode to the umask when none is given', async () => {
      const server = await ListenRecorder.open(transportAt(at('socket')));
      const mode = fs.lstatSync(at('socket')).mode & 0o7777;
      await server.close();

      expect(mode).to.equal(0o777 & ~process.umask());
    });

    const limit = system === 'linux' || system === 'android' ? 107 : 103;
    for (const [bytes, baseBytes] of [
      [limit, 1],
      [limit, 40],
      [limit - 20, 1],
      [limit - 30, 20],
    ] as const) {
      it(`listens at a path of ${bytes} bytes with a base name of ${baseBytes}`, async () => {
        const path = pathOf(bytes, baseBytes);

        const server = await ListenRecorder.open(transportAt(path, 0o600));
        expect(await isReachable(path)).to.equal(true);
        expect(fs.lstatSync(path).mode & 0o777).to.equal(0o600);
        await server.close();

        expect(fs.readdirSync(dirname(path))).to.deep.equal([]);
      });
    }

    it('refuses a path one byte above the limit at once', () => {
      expect(() => transportAt(pathOf(limit + 1, 10))).to.throw(TypeError, `${limit + 1} bytes`);
    });

    it('listens at a relative path whose absolute form is too long', async () => {
      const path = pathOf(150, 10);
      const former = process.cwd();
      process.chdir(dirname(path));
      try {
        const server = await ListenRecorder.open(transportAt('./socket'));
        expect(await isReachable('./socket')).to.equal(true);
        expect((await ListenRecorder.fail(transportAt('socket'))).code).to.equal('EADDRINUSE');
        // Given up where it was claimed, wherever the process is by then.
        process.chdir(former);
        await server.close();

        expect(fs.readdirSync(dirname(path))).to.deep.equal([]);
      } finally {
        process.chdir(former);
      }
    });

    it('leaves a live server that takes no lock alone', async () => {
      const server = await plainServer(at('socket'));
      const before = inode(at('socket'));

      const error = await ListenRecorder.fail(transportAt(at('socket')));

      expect(error).to.include({ code: 'EADDRINUSE', syscall: 'listen', address: at('socket') });
      expect(inode(at('socket'))).to.equal(before);
      expect(await isReachable(at('socket'))).to.equal(true);
      expect(fs.readdirSync(at())).to.deep.equal(['socket']);
      server.close();
    });

    it('leaves a live server of its own kind alone, which does not even see a connection', async () => {
      const server = await ListenRecorder.open(transportAt(at('socket')));
      const before = inode(at('socket'));

      const errors = await Promise.all(
        Array.from({ length: 10 }, () => ListenRecorder.fail(transportAt(at('socket')))),
      );

      expect(errors.map(({ code }) => code)).to.deep.equal(Array(10).fill('EADDRINUSE'));
      expect(inode(at('socket'))).to.equal(before);
      // Connections are accepted in order: had there been a probe, it would have come before this one.
      expect(await isReachable(at('socket'))).to.equal(true);
      await server.first('accepted');
      expect(server.story).to.equal('listening accepted');
      await server.close();
    });

    for (const [what, make, lasting = true] of [
      ['a regular file', (path: string) => fs.writeFileSync(path, 'precious')],
      ['a directory', (path: string) => fs.mkdirSync(path)],
      [
        'a symbolic link',
        (path: string) => {
          fs.writeFileSync(`${path}.target`, 'precious');
          fs.symlinkSync(`${path}.target`, path);
        },
      ],
      ['a symbolic link', (path: string) => fs.symlinkSync(`${path}.missing`, path), false],
    ] as const) {
      it(`never touches ${what}${lasting ? '' : ' to nothing'}`, async () => {
        make(at('socket'));
        const before = fs.readdirSync(at());
        const stats = fs.lstatSync(at('socket'), { bigint: true });

        const error = await ListenRecorder.fail(transportAt(at('socket')));

        expect(error.code).to.equal('EADDRINUSE');
        expect(error.message).to.contain(what);
        expect(fs.readdirSync(at())).to.deep.equal(before);
        expect(fs.lstatSync(at('socket'), { bigint: true })).to.include({
          ino: stats.ino,
          mode: stats.mode,
          ctimeNs: stats.ctimeNs,
        });
      });
    }

    it("does not remove a successor's file on close", async () => {
      const server = await ListenRecorder.open(transportAt(at('socket')));
      fs.unlinkSync(at('socket'));
      const successor = await plainServer(at('socket'));

      await server.close();

      expect(await isReachable(at('socket'))).to.equal(true);
      successor.close();
    });

    for (const put of [(path: string) => fs.writeFileSync(path, 'precious'), (path: string) => fs.mkdirSync(path)]) {
      it('does not remove what has replaced its file on close', async () => {
        const server = await ListenRecorder.open(transportAt(at('socket')));
        fs.unlinkSync(at('socket'));
        put(at('socket'));

        await server.close();

        expect(fs.readdirSync(at())).to.deep.equal(['socket']);
      });
    }

    it('closes in peace when its directory is gone', async () => {
      fs.mkdirSync(at('run'));
      const server = await ListenRecorder.open(transportAt(at('run', 'socket')));
      fs.rmSync(at('run'), { recursive: true });

      await server.close();

      expect(server.story).to.equal('listening closed');
    });

    it('can listen again in the tick of close', async () => {
      const first = await ListenRecorder.open(transportAt(at('socket')));

      first.listener.close();
      const second = await ListenRecorder.open(transportAt(at('socket')));

      expect(first.story).to.equal('listening closed');
      expect(await isReachable(at('socket'))).to.equal(true);
      await second.close();
    });

    it('lets a successor listen while old connections still drain', async () => {
      const first = await ListenRecorder.open(transportAt(at('socket')));
      const client = new DialRecorder(transportAt(at('socket')));
      const { connection } = await client.first('opened');
      const { connection: accepted } = await first.first('accepted');
      await first.close();

      const second = await ListenRecorder.open(transportAt(at('socket')));
      const greeted = new Promise((resolve) => connection?.on('data', resolve));
      accepted?.write('still here');

      expect(String(await greeted)).to.equal('still here');
      connection?.destroy();
      accepted?.destroy();
      await second.close();
    });

    it('gives a claim up on close, at whatever point it is', async function () {
      this.timeout(10_000);
      const before = openDescriptors();
      // The n-th turn of the claim, for n from none to more than a claim has.
      for (let turns = 0; turns < 30; turns += 1) {
        const server = new ListenRecorder(transportAt(at('socket')));
        for (let turn = 0; turn < turns; turn += 1) {
          await null;
          if (turn % 3 === 2) {
            await new Promise((resolve) => process.nextTick(resolve));
          }
        }
        server.listener.close();
        await server.first('closed');

        expect(server.story, `${turns} turns`).to.match(/^(listening )?closed$/);
        expect(fs.readdirSync(at()), `${turns} turns`).to.deep.equal([]);
      }
      await (await ListenRecorder.open(transportAt(at('socket')))).close();
      expect(openDescriptors()).to.equal(before);
    });

    it('reports a missing directory as EACCES', async () => {
      const error = await ListenRecorder.fail(transportAt(at('missing', 'socket')));

      expect(error).to.include({ code: 'EACCES', syscall: 'listen' });
      expect(error.message).to.contain(`${at('missing')} does not exist; create it first`);
      expect(error.cause).to.include({ code: 'ENOENT' });
    });

    it('reports a directory that is a file as ENOTDIR', async () => {
      fs.writeFileSync(at('file'), '');

      expect((await ListenRecorder.fail(transportAt(at('file', 'socket')))).code).to.equal('ENOTDIR');
    });

    it('leaks no descriptor and no file over 200 lives', async () => {
      await (await ListenRecorder.open(transportAt(at('socket')))).close();
      const before = openDescriptors();

      for (let life = 0; life < 200; life += 1) {
        const server = await ListenRecorder.open(transportAt(at('socket')));
        if (life % 10 === 0) {
          await ListenRecorder.fail(transportAt(at('socket')));
        }
        await server.close();
      }

      expect(openDescriptors()).to.equal(before);
      expect(fs.readdirSync(at())).to.deep.equal([]);
    });

    it('says EMFILE when there are no descriptors left, and works again afterwards', async function () {
      if (process.platform !== 'linux') {
        this.skip();
      }
      const script = new URL('../support/descriptor-famine.js', import.meta.url).pathname;
      const child = spawn('/bin/sh', [
        '-c',
        'ulimit -n 64; exec "$0" "$@"',
        process.execPath,
        script,
        at('socket'),
        system,
      ]);
      const [output] = await Promise.all([child.stdout.setEncoding('utf8').toArray(), once(child, 'exit')]);

      const { codes, left } = JSON.parse(output.join('')) as { codes: string[]; left: string[] };
      expect(new Set(codes)).to.deep.equal(new Set(['EMFILE', 'listening']));
      expect(codes.at(-1)).to.equal('listening');
      expect(left).to.deep.equal([]);
    });

    it('lets the process exit by itself after close', async () => {
      const child = forkLife(at('socket'), system, 'close');

      const [code] = (await once(child, 'exit')) as [number];

      expect(code).to.equal(0);
      expect(fs.readdirSync(at())).to.deep.equal([]);
    });

    it('lets the process exit by itself after a refusal', async () => {
      const server = await ListenRecorder.open(transportAt(at('socket')));
      const child = forkLife(at('socket'), system, 'refuse');

      const [code] = (await once(child, 'exit')) as [number];

      expect(code).to.equal(0);
      await server.close();
    });
  });
}

function forkLife(path: string, system: string, life: string): ChildProcess {
  return fork(new URL('../support/short-life.js', import.meta.url), [path, system, life]);
}

/**
 * A tight loop for another process: records every mode that is ever seen at the path, and the modes of all directories that
 * appear beside it.
 */
const WATCH_MODES = `
const fs = require('node:fs'), path = require('node:path');
const target = process.argv[1], file = new Set(), directory = new Set();
let done = false;
process.stdin.on('end', () => { done = true; }).resume();
process.stdout.write('ready\\n');
(function watch() {
  for (let i = 0; i < 200; i += 1) {
    for (const name of fs.readdirSync(path.dirname(target))) {
      const stats = fs.lstatSync(path.join(path.dirname(target), name), { throwIfNoEntry: false });
      if (stats) (stats.isDirectory() ? directory : file).add((stats.mode & 0o7777).toString(8));
    }
  }
  if (done) process.stdout.write(JSON.stringify({ file: [...file], directory: [...directory] }));
  else setImmediate(watch);
})();`;
