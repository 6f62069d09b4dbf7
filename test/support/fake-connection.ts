/** A connection whose peer and system are the test. Behaves as a `net.Socket` does, in the time of a `FakeRuntime`. */

import { EventEmitter } from 'node:events';
import type { DuplexConnection } from 'ipc';
import type { FakeRuntime } from './fake-runtime.js';

type WriteCallback = (error?: Error | null) => void;

export class FakeConnection extends EventEmitter implements DuplexConnection {
  readonly #runtime: FakeRuntime;
  readonly writableHighWaterMark: number = 16 * 1024;
  /** What was called, in order; `write` with what was written. */
  readonly calls: string[] = [];
  readonly writes: Buffer[] = [];
  /** The same as it was handed over, neither copied nor encoded. */
  readonly handed: (Uint8Array | string)[] = [];
  destroyed = false;
  writableNeedDrain = false;
  #waiting: { readonly bytes: number; readonly callback: WriteCallback }[] = [];
  #blocked = false;

  constructor(runtime: FakeRuntime) {
    super();
    this.#runtime = runtime;
  }

  get writableLength(): number {
    return this.#waiting.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Everything written so far. */
  get written(): string {
    return Buffer.concat(this.writes).toString();
  }

  write(data: Uint8Array | string, callback: WriteCallback): boolean {
    const chunk = Buffer.from(data as string);
    this.calls.push(`write ${chunk.length}`);
    this.writes.push(chunk);
    this.handed.push(data);
    if (!this.#blocked) {
      this.#runtime.defer(() => callback());
      return true;
    }
    this.#waiting.push({ bytes: chunk.length, callback });
    this.writableNeedDrain ||= this.writableLength >= this.writableHighWaterMark;
    return !this.writableNeedDrain;
  }

  end(): void {
    this.calls.push('end');
  }
  destroy(): void {
    this.calls.push('destroy');
    this.destroyed = true;
  }
  pause(): void {
    this.calls.push('pause');
  }
  resume(): void {
    this.calls.push('resume');
  }
  cork(): void {
    this.calls.push('cork');
  }
  uncork(): void {
    this.calls.push('uncork');
  }
  setEncoding(encoding: BufferEncoding): void {
    this.calls.push(`setEncoding ${encoding}`);
  }

  // What the peer and the system do.

  /** The peer stops reading: what is written from now on stays here. */
  block(): void {
    this.#blocked = true;
  }

  /** The peer reads the oldest `count` writes, or all of them and what follows. */
  take(count: number = Number.POSITIVE_INFINITY): void {
    this.#blocked = count !== Number.POSITIVE_INFINITY;
    const taken = this.#waiting.splice(0, Math.min(count, this.#waiting.length));
    if (this.writableLength === 0) this.writableNeedDrain = false;
    for (const { callback } of taken) callback();
    this.#runtime.endTurn();
  }

  /** A chunk comes in. */
  receive(chunk: string | Buffer): void {
    this.emit('data', Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk));
    this.#runtime.endTurn();
  }

  /** A chunk comes in as a string, as after `setEncoding`. */
  receiveText(chunk: string): void {
    this.emit('data', chunk);
    this.#runtime.endTurn();
  }

  peerEnds(): void {
    this.emit('end');
    this.#runtime.endTurn();
  }

  /** What waits to be written will never be: a `net.Socket` may say so before it is `destroyed`. */
  fail(error: Error): void {
    const { length } = this.#waiting;
    for (const { callback } of this.#waiting.splice(0, length)) callback(error);
    this.destroyed = true;
    this.emit('error', error);
    this.#runtime.endTurn();
  }

  /** The last thing that happens to a connection. */
  closeNow(): void {
    this.destroyed = true;
    this.#waiting = [];
    this.emit('close');
    this.#runtime.endTurn();
  }
}
