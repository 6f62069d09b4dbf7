/** The ground under a socket file: no room, no permission, a path that is too long, a file that is taken away. */

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Server } from 'ipc';
import { UnixTransport } from '#transports/unix.js';
import { type Attempt, attempt, outcomeOf } from '../attempt.js';
import { Child } from '../child.js';
import { DialRecorder, ListenRecorder } from '../recorder.js';
import { type Drill, demand } from './drill.js';
import { eventually } from './eventually.js';
import { Stage } from './stage.js';
import { Talker } from './talker.js';

interface Scale {
  readonly repeats: number;
}

/** Disks on which no server can start: how they are mounted, and what its error has to say. */
const DISKS = [
  ['full, with no room for a directory', 'nr_inodes=1', 'ENOSPC', 'there is no room for a file in'],
  ['full, with no room for a socket', 'nr_inodes=2', 'ENOSPC', 'there is no room for a file in'],
  ['read-only', 'ro', 'EROFS', 'is on a read-only file system; choose a directory that can be written'],
] as const;

/** By custom `nobody`; any user will do who is not us. */
const STRANGER = 65534;
/** The mode of a socket, that of its directory, and what comes of a stranger's attempt to connect. */
const MODES = [
  [0o600, 0o755, 'EACCES'],
  [0o660, 0o755, 'EACCES'],
  [0o644, 0o755, 'EACCES'],
  [0o666, 0o755, 'connect'],
  [0o602, 0o755, 'connect'],
  [0o777, 0o700, 'EACCES'],
  [0o777, 0o744, 'EACCES'],
  [0o777, 0o711, 'connect'],
] as const;

/** The longest path of a socket on Linux, and what is beyond. */
const LONGEST = 107;
const LENGTHS = [LONGEST, LONGEST + 1, LONGEST + 2];

export const files: Drill<Scale> = {
  name: 'files',
  threat: 'no room for a socket file, no permission, a path that is too long, a file that is taken from a live server',
  promise:
    'one clear error, and nothing is left; a live server says what became of its file, serves on, and removes nothing of others',
  commit: { repeats: 1 },
  long: { repeats: 20 },

  async run({ repeats }, watch) {
    const [canMount, canBecomeAnother] = [mayMount(), process.geteuid?.() === 0];
    if (!canMount) watch.note('without disks that are full or read-only: this user may mount none');
    if (!canBecomeAnother) watch.note('without another user: only root can become one');
    const done = { disks: 0, paths: 0, strangers: 0, removed: 0, replaced: 0, slowestMs: 0 };
    let repeat = 0;
    for (; repeat < repeats && !watch.isStopped; repeat += 1) {
      if (canMount) done.disks += await onBadDisks();
      done.paths += await atLongPaths();
      if (canBecomeAnother) done.strangers += await asAnotherUser();
      const removed = await taken('IPC_SOCKET_REMOVED');
      const replaced = await taken('IPC_SOCKET_REPLACED');
      done.removed += 1;
      done.replaced += 1;
      done.slowestMs = Math.max(done.slowestMs, removed, replaced);
      watch.progress(repeat + 1, repeats, 'repeats');
    }
    return [
      { what: 'repeats', value: repeat, unit: '' },
      { what: 'disks that were full or read-only', value: done.disks, unit: '' },
      { what: `paths of ${LENGTHS.join(', ')} bytes`, value: done.paths, unit: '' },
      { what: 'attempts of another user, to listen and to connect', value: done.strangers, unit: '' },
      { what: 'socket files removed from a live server', value: done.removed, unit: '' },
      { what: 'socket files replaced under a live server', value: done.replaced, unit: '' },
      { what: 'longest until the server said so', value: done.slowestMs, unit: 'ms' },
    ];
  },
};

/** A file system that only the child sees; root may mount one, and so may others where users have namespaces. */
function namespace(): string {
  return process.geteuid?.() === 0 ? '-m' : '-Urm';
}

function mayMount(): boolean {
  return spawnSync('unshare', [namespace(), 'mount', '-t', 'tmpfs', 'none', tmpdir()]).status === 0;
}

/** Answers how many there were. */
async function onBadDisks(): Promise<number> {
  for (const [what, options, code, advice] of DISKS) {
    await Stage.use(async ({ directory, socketFile }) => {
      const script = 'mount -t tmpfs -o "$0" none "$1" && exec "$2" "$3" "$4" listen';
      const program = fileURLToPath(new URL('../programs/try-once.js', import.meta.url));
      const args = [namespace(), 'sh', '-c', script, options, directory, process.execPath, program, socketFile];
      const seen = await outcomeOf(new Child('unshare', args));
      demandRefusal(`on a disk that is ${what}`, seen, code, [advice, directory]);
    });
  }
  return DISKS.length;
}

async function atLongPaths(): Promise<number> {
  for (const length of LENGTHS) {
    await Stage.use(async ({ directory }) => {
      const name = 's'.repeat(length - Buffer.byteLength(directory) - 1);
      const socketFile = join(directory, name);
      if (length > LONGEST) {
        for (const build of [() => new Server({ socketFile }), () => new Client({ socketFile })]) {
          const problem = problemOf(build);
          const isClear = problem instanceof TypeError && problem.message.includes(`is ${length} bytes long`);
          demand(isClear, `A path of ${length} bytes is answered with '${problem}'.`);
        }
        return;
      }
      const server = await ListenRecorder.open(new UnixTransport(socketFile));
      demand(fs.readdirSync(directory).join() === name, `A path of ${length} bytes was cut.`);
      const { name: outcome, connection } = await new DialRecorder(new UnixTransport(socketFile)).first(
        'opened',
        'failed',
      );
      connection?.destroy();
      await server.close();
      demand(outcome === 'opened', `Nobody can connect to a path of ${length} bytes.`);
    });
  }
  return LENGTHS.length;
}

function problemOf(build: () => object): unknown {
  try {
    build();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Another user connects where the modes let him in, and listens where he may write. */
async function asAnotherUser(): Promise<number> {
  return Stage.use(async ({ directory }) => {
    fs.chmodSync(directory, 0o755);
    const own = join(directory, 'own');
    for (const [mode, directoryMode, expected] of MODES) {
      fs.mkdirSync(own);
      fs.chmodSync(own, directoryMode);
      const server = await ListenRecorder.open(new UnixTransport(join(own, 'socket'), { mode }));
      const { outcome } = await attempt(join(own, 'socket'), 'connect', STRANGER);
      await server.close();
      fs.rmdirSync(own);
      const modes = `mode ${mode.toString(8)} in a directory of mode ${directoryMode.toString(8)}`;
      demand(outcome === expected, `Another user and a socket of ${modes}: ${outcome}, and not ${expected}.`);
    }
    fs.mkdirSync(own, 0o700);
    const refused = await attempt(join(own, 'socket'), 'listen', STRANGER);
    demandRefusal('in our directory of mode 700', refused, 'EACCES', [`uid ${STRANGER}`, own]);
    fs.chownSync(own, STRANGER, STRANGER);
    const { outcome } = await attempt(join(own, 'socket'), 'listen', STRANGER);
    demand(outcome === 'listening', `Another user in his own directory of mode 700: ${outcome}.`);
    // Throws, if any of them has left a file.
    fs.rmdirSync(own);
    return MODES.length + 2;
  });
}

/** Takes the file from a server that serves. Answers how long it took until the server said so. */
async function taken(code: 'IPC_SOCKET_REMOVED' | 'IPC_SOCKET_REPLACED'): Promise<number> {
  return Stage.use(async (stage) => {
    const server = await stage.listening();
    const talker = new Talker('witness', stage.socketFile);
    stage.atEnd(() => talker.client.close());
    talker.start();
    await talker.talks(10);

    fs.unlinkSync(stage.socketFile);
    if (code === 'IPC_SOCKET_REPLACED') fs.writeFileSync(stage.socketFile, 'precious');
    const takenMs = performance.now();
    const codes: string[] = [];
    const look = async (): Promise<string[]> => {
      const { errors } = await server.asks('status');
      codes.push(...(errors as { code: string }[]).map((error) => error.code));
      return codes;
    };
    await eventually(look, ({ length }) => length > 0);
    const saidMs = performance.now();
    await talker.talksOn(1_000);
    await talker.finish();
    demand((await look()).join() === code, `A server whose file was taken said '${codes.join()}', and not '${code}'.`);
    demand(talker.counts.connections === 1, 'A client has lost its connection with the socket file.');

    await talker.close();
    await server.asks('close');
    await server.leaves();
    if (code === 'IPC_SOCKET_REPLACED') {
      demand(stage.hasSocketFile, 'The server has removed a file that was not its own.');
      demand(fs.readFileSync(stage.socketFile, 'utf8') === 'precious', 'The server has changed a file of others.');
      fs.unlinkSync(stage.socketFile);
    }
    return saidMs - takenMs;
  });
}

/** An attempt to listen ended with this code and words, and nothing was there right after it. */
function demandRefusal(where: string, seen: Attempt, code: string, words: readonly string[]): void {
  demand(seen.outcome === code, `A start ${where} ended with ${seen.outcome}, and not with ${code}.`);
  const unsaid = words.filter((word) => !seen.message?.includes(word));
  demand(unsaid.length === 0, `A start ${where} does not say '${unsaid.join("', '")}': ${seen.message}`);
  demand(seen.left.length === 0, `A start ${where} left ${seen.left.join(', ')}.`);
}
