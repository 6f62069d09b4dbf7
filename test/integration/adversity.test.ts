/** What a disk does to a server that starts; more that a machine does to it is in the drills `resources` and `files`. */

import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { expect } from 'chai';
import { UnixTransport } from '#transports/unix.js';
import { ListenRecorder } from '../support/recorder.js';
import { useTemporaryDirectory } from '../support/temporary-directory.js';

describe('adversity when a server starts', () => {
  const at = useTemporaryDirectory();
  const { mkdtempSync } = fs;
  const { listen } = net.Server.prototype;

  afterEach(() => {
    fs.mkdtempSync = mkdtempSync;
    syncBuiltinESMExports();
    net.Server.prototype.listen = listen;
  });

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
});
