import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { expect } from 'chai';
import { UnixTransport } from '#transports/unix.js';
import { leaveStaleFile } from '../support/leave-stale-file.js';
import { ListenRecorder } from '../support/recorder.js';
import { useTemporaryDirectory } from '../support/temporary-directory.js';

/** Runs a server that dies right before its n-th system call; returns whether it lived to the end. */
async function outlives(path: string, lastStep: number): Promise<boolean> {
  const child = fork(new URL('../support/mortal-server.js', import.meta.url), [path, String(lastStep)]);
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  expect([code, signal], `step ${lastStep}`).to.be.deep.oneOf([
    [0, null],
    [null, 'SIGKILL'],
  ]);
  return code === 0;
}

(process.platform === 'linux' ? describe : describe.skip)('claim crash', function () {
  this.timeout(60_000);
  const at = useTemporaryDirectory();

  for (const [what, prepare, leastSteps] of [
    ['a free path', async () => {}, 15],
    ["a dead server's file", leaveStaleFile, 15],
  ] as const) {
    it(`leaves nothing that hinders the next start, at any system call of a life on ${what}`, async () => {
      // Long enough for the way round by /proc, with its two steps more.
      const path = at('s'.repeat(60));
      let step = 1;
      for (; ; step += 1) {
        await prepare(path);
        if (await outlives(path, step)) {
          break;
        }

        const next = await ListenRecorder.open(new UnixTransport(path));
        expect(readdirSync(dirname(path)), `after a crash at step ${step}`).to.deep.equal([basename(path)]);
        await next.close();
        expect(readdirSync(dirname(path)), `after a crash at step ${step}`).to.deep.equal([]);
      }
      expect(step).to.be.above(leastSteps);
    });
  }
});
