/**
 * Claiming a socket file: of any number of processes that want the same path, one gets it, and a path that somebody serves
 * is never taken away.
 *
 * With kernel locks (Linux):
 * 1. take the claim lock; it is held for this procedure only, and whoever wants it waits;
 * 2. take the owner lock; it is held for as long as the path is served, so if it is busy the server lives, and we are
 *    done without having disturbed it;
 * 3. sweep what killed claims have left behind;
 * 4. look at the path: nothing there, publish without overwriting; a socket that refuses connections, publish over it;
 *    anything else stays, and we are refused;
 * 5. release the claim lock.
 * A process killed at any point releases both locks, and whatever file it leaves is swept or taken over by the next.
 *
 * Without them (other systems, and sandboxes that forbid abstract sockets) there is no way to tell a dead server's file
 * from one being replaced at this moment: publish without overwriting, or be refused.
 */

import { statSync } from 'node:fs';
import type { Server } from 'node:net';
import { basename, dirname, resolve } from 'node:path';
import { socketPathLimit } from '../core/socket-path.js';
import { KernelLock, lockAddress } from './kernel-lock.js';
import { codeOf, ListenError, wordListenError } from './listen-error.js';
import { nodeRuntime } from './node-runtime.js';
import { OwnedSocket } from './owned-socket.js';
import { inspectPath, type PathOccupant } from './path-occupant.js';
import { probeSocket } from './socket-probe.js';
import { StagedSocket, sweepStagings } from './staged-socket.js';

/** How long to wait for other claims of the same path; each takes a few milliseconds. */
const LONGEST_WAIT_MS = 2000;

/** How often a path that changes under our eyes is looked at again. */
const MOST_LOOKS = 5;

/** A claim to be made. */
export interface ClaimRequest {
  /** The path as it was given. */
  readonly path: string;
  /** What it meant when it was asked for, whatever the working directory is by now. */
  readonly absolutePath: string;
  readonly mode: number | undefined;
  readonly system: NodeJS.Platform;
  /** Gives the claim up. */
  readonly signal: AbortSignal;
}

/**
 * Makes `server` listen at the path. Rejects with a `ListenError`, or with the reason of the signal; then the server is
 * closed and nothing of the attempt is left.
 */
export async function claimSocketFile(server: Server, request: ClaimRequest): Promise<OwnedSocket> {
  try {
    const owned = hasKernelLocks(request.system) ? await claimLocked(server, request) : 'forbidden';
    return owned === 'forbidden' ? await claimUnlocked(server, request) : owned;
  } catch (error) {
    server.close();
    throw request.signal.aborted
      ? request.signal.reason
      : wordListenError(error, request.path, dirname(request.absolutePath));
  }
}

function hasKernelLocks(system: NodeJS.Platform): boolean {
  return system === 'linux' || system === 'android';
}

async function claimLocked(server: Server, request: ClaimRequest): Promise<OwnedSocket | 'forbidden'> {
  const directory = statSync(dirname(request.absolutePath), { bigint: true });
  const baseName = basename(request.absolutePath);
  const ownerAddress = lockAddress('owner', directory, baseName);
  const claimAddress = lockAddress('claim', directory, baseName);
  // Twice: of a claimer that is killed the kernel may release the claim lock a moment before the owner lock.
  for (let look = 1; look <= 2; look += 1) {
    if (look > 1) {
      await pause(request.signal);
    }
    const claimLock = await waitForLock(claimAddress, request);
    if (claimLock === 'forbidden') {
      return claimLock;
    }
    try {
      const ownerLock = await KernelLock.take(ownerAddress);
      if (ownerLock !== 'busy') {
        return ownerLock === 'forbidden' ? ownerLock : await claimAsOwner(server, request, ownerLock);
      }
    } finally {
      claimLock.release();
    }
  }
  throw refusal(request, 'a live server serves this path; stop it, or choose another path.');
}

async function waitForLock(address: string, request: ClaimRequest): Promise<KernelLock | 'forbidden'> {
  const deadlineMs = nodeRuntime.now() + LONGEST_WAIT_MS;
  for (;;) {
    const lock = await KernelLock.take(address);
    if (lock !== 'busy') {
      if (request.signal.aborted && lock !== 'forbidden') {
        lock.release();
      }
      request.signal.throwIfAborted();
      return lock;
    }
    if (nodeRuntime.now() >= deadlineMs) {
      throw new ListenError(
        'ELOCKED',
        request.path,
        `another process has been claiming this path for ${LONGEST_WAIT_MS} ms; it may be suspended. ` +
          `Find the holder of the lock with: ss -xlp | grep ${address.slice(1, 40)}`,
      );
    }
    await pause(request.signal);
  }
}

/** Waits a random moment, so that those who wait do not march in step. */
async function pause(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    nodeRuntime.setTimer(1 + nodeRuntime.random() * 4, resolve, 'socket file claim');
  });
  signal.throwIfAborted();
}

async function claimAsOwner(server: Server, request: ClaimRequest, ownerLock: KernelLock): Promise<OwnedSocket> {
  let staged: StagedSocket | undefined;
  try {
    sweepStagings(request.absolutePath);
    for (let look = 1; look <= MOST_LOOKS; look += 1) {
      const occupant = inspectPath(request.absolutePath);
      if (!(await isFree(occupant, request))) {
        continue;
      }
      staged ??= await StagedSocket.bind(server, request);
      request.signal.throwIfAborted();
      if (publish(staged, occupant, request)) {
        return new OwnedSocket(server, request.absolutePath, staged.identity, ownerLock);
      }
    }
    throw refusal(request, 'programs that take no lock keep putting files there; see what they are (lsof, fuser).');
  } catch (error) {
    ownerLock.release();
    throw error;
  } finally {
    staged?.clear();
  }
}

/** Whether it could be done; false asks for another look. */
function publish(staged: StagedSocket, occupant: PathOccupant, request: ClaimRequest): boolean {
  if (occupant.kind !== 'socket') {
    return staged.publishNew();
  }
  try {
    return staged.publishOver(occupant.identity);
  } catch (error) {
    // We could make files here, so this is about that one: in a sticky directory only its owner may replace it.
    if (codeOf(error) === 'EPERM' || codeOf(error) === 'EACCES') {
      throw refusal(
        request,
        `the socket of a dead server stands there, which this process (uid ${process.geteuid?.()}) may not replace, since it ` +
          `belongs to another user. Have it removed: rm ${quoted(request.absolutePath)}`,
      );
    }
    throw error;
  }
}

/** Whether we may publish there; false asks for another look. Throws when somebody else has the path. */
async function isFree(occupant: PathOccupant, request: ClaimRequest): Promise<boolean> {
  if (occupant.kind === 'nothing') {
    return true;
  }
  refuseOther(occupant, request);
  const { absolutePath } = request;
  const address = probeAddress(request);
  if (address === undefined) {
    throw refusal(
      request,
      'a socket stands there that cannot be asked who serves it, its absolute path being too long.',
    );
  }
  const answer = await probeSocket(address, request.signal);
  request.signal.throwIfAborted();
  if (answer === 'alive') {
    throw refusal(request, `a live server serves this path (see who: ss -xlp); stop it, or choose another path.`);
  }
  if (answer === 'forbidden') {
    throw refusal(
      request,
      `a socket stands there that this process (uid ${process.geteuid?.()}) may not connect to, so it may have a live server ` +
        `(see: ss -xlp). If it has none, it is a leftover: rm ${quoted(absolutePath)}`,
    );
  }
  return answer === 'dead';
}

/** A relative path may be short enough where the absolute one is not, but means the same only in the same directory. */
function probeAddress({ path, absolutePath, system }: ClaimRequest): string | undefined {
  if (Buffer.byteLength(absolutePath) <= socketPathLimit(system)) {
    return absolutePath;
  }
  return resolve(path) === absolutePath ? path : undefined;
}

/** A file that is no socket is somebody's data. */
function refuseOther(
  occupant: PathOccupant,
  request: ClaimRequest,
): asserts occupant is Exclude<PathOccupant, { kind: 'other' }> {
  if (occupant.kind === 'other') {
    throw refusal(
      request,
      `${occupant.description} stands there, which is never deleted; move it, or choose another path.`,
    );
  }
}

async function claimUnlocked(server: Server, request: ClaimRequest): Promise<OwnedSocket> {
  refuseUnlessNothing(request);
  const staged = await StagedSocket.bind(server, request);
  try {
    request.signal.throwIfAborted();
    while (!staged.publishNew()) {
      refuseUnlessNothing(request);
    }
  } finally {
    staged.clear();
  }
  return new OwnedSocket(server, request.absolutePath, staged.identity, undefined);
}

function refuseUnlessNothing(request: ClaimRequest): void {
  const occupant = inspectPath(request.absolutePath);
  refuseOther(occupant, request);
  if (occupant.kind === 'socket') {
    const lockless = hasKernelLocks(request.system)
      ? 'this process is forbidden the abstract sockets'
      : 'this system has no lock';
    throw refusal(
      request,
      `a socket file stands there, and ${lockless} that would tell whether its server lives. ` +
        `See who has it with: lsof ${quoted(request.absolutePath)}. If nobody does, it is a leftover: rm ${quoted(request.absolutePath)}`,
    );
  }
}

function refusal(request: ClaimRequest, found: string): ListenError {
  return new ListenError('EADDRINUSE', request.path, `${request.path} is in use: ${found}`);
}

/** A path as a shell takes it, whatever is in it: the advice may well be pasted. */
function quoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}
