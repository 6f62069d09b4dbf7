/** The sending half of a channel: few writes, and a backlog with a limit. */

import { Batch } from './batch.js';
import type { ResolvedOptions } from './options.js';
import { isError } from './sequencer.js';
import type { DuplexConnection } from './transport.js';

/** Messages of one turn are joined up to this many bytes before they are written. */
export const LARGEST_BATCH_BYTES: number = 32 * 1024;

/** The first of a turn go out early, so that the peer has something to do. */
export const FIRST_BATCH_BYTES = 512;

/** Each write of a turn may be so many times the one before: more of them cost both ends more than the head start gains. */
const BATCH_GROWTH = 4;

export class Writer {
  readonly #connection: DuplexConnection;
  readonly #options: Pick<ResolvedOptions, 'transcoder' | 'runtime' | 'maxBufferedBytes'>;
  readonly #drained: () => void;
  /** What this turn has sent. */
  readonly #batch: Batch;
  #batchLimit = FIRST_BATCH_BYTES;
  #turnEndDue = false;
  /** Writes whose callback is to come. */
  #unanswered = 0;
  #drainOwed = false;
  #state: 'open' | 'closed' = 'open';

  /** @param drained called when the backlog is written out, after `shouldWait` or `isFull` said true. */
  constructor(
    connection: DuplexConnection,
    options: Pick<ResolvedOptions, 'transcoder' | 'runtime' | 'maxBufferedBytes'>,
    drained: () => void,
  ) {
    this.#connection = connection;
    this.#options = options;
    this.#drained = drained;
    this.#batch = new Batch(options.transcoder.socketEncoding ?? 'utf8');
  }

  /** Bytes that wait for the peer to read. */
  get bufferedBytes(): number {
    return this.#connection.writableLength + this.#batch.bytes;
  }

  /** True when so many bytes more would not pass `maxBufferedBytes`. */
  hasRoomFor(bytes: number): boolean {
    return this.bufferedBytes + bytes <= this.#options.maxBufferedBytes;
  }

  /** True when the backlog has passed `maxBufferedBytes`: nothing more is taken, and `drained` follows. */
  isFull(): boolean {
    if (this.bufferedBytes < this.#options.maxBufferedBytes) {
      return false;
    }
    // What this turn has gathered is no backlog until the system has refused to take it.
    this.flushUnlessBehind();
    const full = this.bufferedBytes >= this.#options.maxBufferedBytes;
    this.#drainOwed ||= full;
    return full;
  }

  /** True when the sender should wait; then `drained` follows, unless the connection is lost. */
  shouldWait(): boolean {
    if (this.#isBacklogged()) {
      this.#drainOwed = true;
    }
    return this.#drainOwed;
  }

  /** Sends data, joined with what else is sent in this turn, or until the peer has read what was sent before. */
  write(data: string | Uint8Array): void {
    this.#batch.add(data);
    if (!this.#turnEndDue) {
      this.#turnEndDue = true;
      this.#options.runtime.defer(this.#turnEnded);
    }
    if (this.#batch.bytes >= this.#batchLimit) {
      this.flushUnlessBehind();
      this.#batchLimit = Math.min(BATCH_GROWTH * this.#batchLimit, LARGEST_BATCH_BYTES);
    }
  }

  /** Puts what many connections send after what was sent before it; `flushUnlessBehind` is due. */
  addShared(pieces: readonly Uint8Array[]): void {
    for (const piece of pieces) {
      this.#batch.add(piece);
    }
  }

  /** Hands everything to the connection that was sent so far. Due before either side ends: nothing is written later. */
  flush(): void {
    if (this.#batch.bytes > 0 && this.#isOpen) {
      this.#writeOut();
    }
    this.#payDrain();
  }

  /** Nothing is written from here on, nor is `drained` called. What is still in the batch is dropped. */
  close(): void {
    this.#state = 'closed';
  }

  get #isOpen(): boolean {
    return this.#state === 'open' && !this.#connection.destroyed;
  }

  readonly #turnEnded = (): void => {
    this.#turnEndDue = false;
    this.#batchLimit = FIRST_BATCH_BYTES;
    this.flushUnlessBehind();
  };

  /** True while the system has not taken what it got; a callback of ours follows when it has. Others may write as well. */
  get #isBehind(): boolean {
    return this.#unanswered > 0 && this.#connection.writableLength > 0;
  }

  /**
   * While the peer is behind a small batch stays here, and grows: a write that waits takes some hundred bytes besides
   * its data, which `maxBufferedBytes` does not count.
   */
  flushUnlessBehind(): void {
    if (this.#batch.bytes >= LARGEST_BATCH_BYTES || !this.#isBehind) {
      this.flush();
    }
  }

  #writeOut(): void {
    const connection = this.#connection;
    // What has to wait is counted in bytes, so it is only text as long as nothing waits.
    const text = connection.writableLength === 0 ? this.#batch.takeText() : undefined;
    if (text !== undefined) {
      this.#unanswered += 1;
      connection.write(text, this.#written);
      return;
    }
    const pieces = this.#batch.take();
    this.#unanswered += pieces.length;
    if (pieces.length > 1) {
      connection.cork();
    }
    for (const piece of pieces) {
      connection.write(piece, this.#written);
    }
    if (pieces.length > 1) {
      connection.uncork();
    }
  }

  #isBacklogged(): boolean {
    const { writableNeedDrain, writableLength, writableHighWaterMark } = this.#connection;
    if (writableNeedDrain || writableLength === 0) {
      return writableNeedDrain;
    }
    return this.bufferedBytes >= Math.min(writableHighWaterMark, this.#options.maxBufferedBytes);
  }

  /** A write has been taken by the system, or will never be. */
  readonly #written = (error?: Error | null): void => {
    this.#unanswered -= 1;
    if ((this.#drainOwed || this.#batch.bytes > 0) && !isError(error)) {
      this.flushUnlessBehind();
    }
  };

  #payDrain(): void {
    const { writableNeedDrain, writableLength } = this.#connection;
    // Not once it is cut: the buffer is empty then as well, and Node may call its writes done.
    if (this.#drainOwed && this.#isOpen && writableLength === 0 && !writableNeedDrain) {
      this.#drainOwed = false;
      this.#drained();
    }
  }
}
