/**
 * What another user of the machine can and cannot do in the directory of a socket, before and while a server listens. Which
 * modes let him connect is in the drill `files`.
 */

import { chmodSync, chownSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { expect } from 'chai';
import { UnixTransport } from '#transports/unix.js';
import { attempt } from '../support/attempt.js';
import { leaveStaleFile } from '../support/leave-stale-file.js';
import { ListenRecorder } from '../support/recorder.js';
import { useTemporaryDirectory } from '../support/temporary-directory.js';

/** By custom `nobody`; any user will do who is not us. */
const STRANGER = 65534;

describe('another user', () => {
  const at = useTemporaryDirectory();

  beforeEach(function () {
    // Only root can become somebody else.
    if (process.geteuid?.() !== 0) this.skip();
    chmodSync(at(), 0o755);
  });

  it('who may not write in the directory gets a clear EACCES from listen, and leaves nothing', async () => {
    const { outcome, message, left } = await attempt(at('socket'), 'listen', STRANGER);

    expect(outcome).to.equal('EACCES');
    expect(message)
      .to.contain(`(uid ${STRANGER}) may not create files in ${at()}`)
      .and.contain('or choose another directory');
    expect(left).to.deep.equal([]);
    expect(readdirSync(at())).to.deep.equal([]);
  });

  it('who may write in the directory cannot take the path of a live server', async () => {
    chmodSync(at(), 0o1777);
    const server = await ListenRecorder.open(new UnixTransport(at('socket'), { mode: 0o600 }));

    const { outcome, left } = await attempt(at('socket'), 'listen', STRANGER);

    expect(outcome).to.equal('EADDRINUSE');
    expect(left).to.deep.equal(['socket']);
    expect(server.story).to.equal('listening');
    await server.close();
  });

  for (const mode of [0o777, 0o755]) {
    it(`who finds our dead socket of mode ${mode.toString(8)} in a sticky directory is told to have it removed`, async () => {
      chmodSync(at(), 0o1777);
      await leaveStaleFile(at('socket'));
      chmodSync(at('socket'), mode);

      const { outcome, message, left } = await attempt(at('socket'), 'listen', STRANGER);

      expect(outcome).to.equal('EADDRINUSE');
      expect(message)
        .to.contain(`(uid ${STRANGER})`)
        .and.contain(`rm '${at('socket')}'`);
      expect(left).to.deep.equal(['socket']);
    });
  }

  it('who has prepared a symbolic link to a file of ours gets nothing overwritten through it', async () => {
    chmodSync(at(), 0o1777);
    mkdirSync(at('precious'));
    symlinkSync(at('precious'), at('socket'));

    const error = await ListenRecorder.fail(new UnixTransport(at('socket')));

    expect(error.code).to.equal('EADDRINUSE');
    expect(error.message).to.contain('a symbolic link stands there, which is never deleted');
    expect(readdirSync(at()).sort()).to.deep.equal(['precious', 'socket']);
  });

  it('who has left a directory of the name of our stagings finds it as it was', async () => {
    mkdirSync(at('.socket.4711.aB3xYz'));
    mkdirSync(at('.socket.4711.aB3xYz', 'inside'));
    chownSync(at('.socket.4711.aB3xYz'), STRANGER, STRANGER);
    mkdirSync(at('.socket.4712.aB3xYz'));
    chownSync(at('.socket.4712.aB3xYz'), STRANGER, STRANGER);

    const server = await ListenRecorder.open(new UnixTransport(at('socket')));

    expect(readdirSync(at()).sort()).to.deep.equal(['.socket.4711.aB3xYz', '.socket.4712.aB3xYz', 'socket']);
    await server.close();
  });
});
