/** One end of a unix stream socket, as the kernel keeps it: bytes waiting, what the peer did, and nothing of Node. */

import type { VirtualClock } from '../clock/virtual-clock.js';
import { KernelBuffer } from './kernel-buffer.js';
import type { LinkDirection } from './link-direction.js';
import { systemError } from './system-error.js';

/** What a read gave: bytes, the end, a reset, a failure of its own, or nothing yet. */
export type ReadResult = Buffer | 'end' | 'reset' | Error | undefined;

/** Who is told when there may be something to do: the socket in user space. */
export interface KernelWatcher {
  /** Something can be read or written, or the peer is gone, from that moment on. */
  wakeAt(dueMicros: number): void;
}

/** What two ends belong to. */
export interface KernelPair {
  /** Both ends have been given up. */
  closed(): void;
}

const never = Number.POSITIVE_INFINITY;

/** Pairs with its {@link peer}. All calls are immediate; only the watcher's answer to them takes time. */
export class KernelSocket {
  readonly #clock: VirtualClock;
  readonly #pair: KernelPair;
  /** Bytes that the peer wrote and this end has not read. */
  readonly inbox: KernelBuffer = new KernelBuffer();
  /** The way to this end. */
  readonly incoming: LinkDirection;
  peer!: KernelSocket;
  watcher: KernelWatcher | undefined;
  #state: 'open' | 'shut' | 'closed' = 'open';
  /** When the peer's end of stream can be read, after all bytes. */
  #endMicros = never;
  /** When the peer has closed as far as this end can tell. */
  #goneMicros = never;
  #isReset = false;

  constructor(clock: VirtualClock, incoming: LinkDirection, pair: KernelPair) {
    this.#clock = clock;
    this.#pair = pair;
    this.incoming = incoming;
  }

  get state(): 'open' | 'shut' | 'closed' {
    return this.#state;
  }

  /** Whether the peer has closed, as far as this end can tell. */
  get isHungUp(): boolean {
    return this.#goneMicros <= this.#clock.nowMicros && !this.incoming.isBlocked;
  }

  /** Whether a writer that had to wait may go on. */
  get isWritable(): boolean {
    return this.peer.inbox.isWritable;
  }

  /** The next moment at which a reader has something to do; Infinity when only the peer can change that. */
  get nextMicros(): number {
    if (this.incoming.isBlocked) return never;
    const inboxMicros = this.inbox.dueMicros;
    if (inboxMicros === never) return Math.min(this.#endMicros, this.#goneMicros);
    return this.incoming.quota(this.inbox) > 0 ? inboxMicros : never;
  }

  /** Takes what there is room for; the number of bytes, or the code of the failure: `EPIPE` when the peer is gone. */
  send(data: Buffer, offset: number, isShared: boolean): number | string {
    const { peer } = this;
    if (this.isHungUp || this.#state !== 'open') return 'EPIPE';
    // The peer is gone and the news is on its way: the bytes will be dropped on arrival.
    if (this.#goneMicros !== never) return data.length - offset;
    const failure = peer.incoming.failure('writeFailure');
    if (failure !== undefined) return failure;
    // A fault has ended this direction, and nothing tells the sender.
    if (peer.#endMicros !== never) return data.length - offset;
    const taken = peer.inbox.take(data, offset, isShared, peer.incoming, this.#clock.nowMicros);
    if (taken > 0) peer.#tell(peer.inbox.dueMicros);
    return taken;
  }

  /** Reads up to `limitBytes`. The end and a reset come after all bytes, and a reset only once. */
  receive(limitBytes: number): ReadResult {
    if (this.incoming.isBlocked) return undefined;
    const { nowMicros } = this.#clock;
    const failure = this.inbox.dueMicros <= nowMicros ? this.incoming.failure('readFailure') : undefined;
    if (failure !== undefined) return systemError(failure, 'read');
    const wasWritable = this.inbox.isWritable;
    // Once the peer has hung up everything it wrote is there, and a short read says so: see SocketReader.
    const limit = this.isHungUp ? limitBytes : this.incoming.readLimit(limitBytes, this.inbox.firstPieceBytes);
    const quota = this.incoming.quota(this.inbox);
    const chunk = quota === 0 ? undefined : this.inbox.read(Math.min(limit, quota), nowMicros);
    if (chunk !== undefined) {
      if (!wasWritable && this.inbox.isWritable) this.peer.#tell(nowMicros);
      return this.incoming.delivered(chunk);
    }
    if (this.inbox.bytes > 0) return undefined;
    if (this.#isReset && this.#goneMicros <= nowMicros) {
      this.#isReset = false;
      return 'reset';
    }
    return this.#endMicros <= nowMicros ? 'end' : undefined;
  }

  /** No more will be written; the peer reads the end after everything that was. */
  shutdown(): void {
    if (this.#state !== 'open') return;
    this.#state = 'shut';
    this.peer.#ended(this.peer.incoming.arrival(this.#clock.nowMicros, 0, 'end'));
  }

  /**
   * Gives the socket up. What it wrote is kept for the peer; with bytes left unread the peer gets a reset after it,
   * otherwise a plain end.
   *
   * @param reset asks for one or the other whatever is unread: a fault's doing.
   */
  close(reset: boolean = this.inbox.bytes > 0): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    const { peer } = this;
    this.inbox.clear();
    this.watcher = undefined;
    if (peer.#state === 'closed') this.#pair.closed();
    // A peer that has been told of a loss already, by a fault, is told nothing else.
    if (peer.#state === 'closed' || peer.#goneMicros !== never) return;
    const dueMicros = peer.incoming.arrival(this.#clock.nowMicros, 0, 'end');
    peer.#isReset = reset;
    peer.#goneMicros = dueMicros;
    peer.#ended(dueMicros);
  }

  /** The peer is gone without having closed: what lay between has broken. */
  orphan(reset: boolean): void {
    if (this.#state === 'closed' || this.#goneMicros !== never) return;
    this.#isReset = reset;
    this.#goneMicros = this.incoming.arrival(this.#clock.nowMicros, 0, 'end');
    this.#ended(this.#goneMicros);
  }

  /** The peer's direction ends here, after what is on its way; what the peer still writes is taken and lost. */
  finishIncoming(): void {
    if (this.#state === 'closed' || this.#endMicros !== never) return;
    this.#ended(this.incoming.arrival(this.#clock.nowMicros, 0, 'end'));
  }

  /** Drops what is on its way to this end: for a fault that loses it. */
  discard(): void {
    this.inbox.clear();
  }

  /** Nothing takes time on the way to here any more: what is on its way arrives now. */
  expedite(): void {
    const { nowMicros } = this.#clock;
    this.inbox.expedite(nowMicros);
    this.incoming.expedite(nowMicros);
    if (this.#endMicros !== never) {
      this.#endMicros = Math.min(this.#endMicros, nowMicros);
    }
    if (this.#goneMicros !== never) {
      this.#goneMicros = Math.min(this.#goneMicros, nowMicros);
    }
    this.recheck();
  }

  /** Looks again: something about the way to here has changed. */
  recheck(): void {
    const { nextMicros } = this;
    if (nextMicros !== never) this.#tell(nextMicros);
    if (this.inbox.isWritable) this.peer.#tell(this.#clock.nowMicros);
  }

  #ended(dueMicros: number): void {
    // What a fault has ended already does not end again later.
    this.#endMicros = Math.min(this.#endMicros, dueMicros);
    this.#tell(dueMicros);
  }

  #tell(dueMicros: number): void {
    this.watcher?.wakeAt(dueMicros);
  }
}
