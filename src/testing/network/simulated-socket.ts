/** A socket of the simulation: what the code under test gets as its connection, and takes for a `net.Socket`. */

import { EventEmitter } from 'node:events';
import type { DuplexConnection } from '../../core/transport.js';
import { ClockEntry } from '../clock/clock-entry.js';
import type { Epoch } from '../clock/epoch.js';
import type { VirtualClock } from '../clock/virtual-clock.js';
import { HIGH_WATER_MARK } from './high-water-mark.js';
import type { KernelSocket, ReadResult } from './kernel-socket.js';
import { SocketReader } from './socket-reader.js';
import { SocketWriter, type WriteCallback } from './socket-writer.js';
import { streamError } from './system-error.js';

/** How one end of a link is set up. */
export interface SimulatedSocketOptions {
  readonly clock: VirtualClock;
  readonly kernel: KernelSocket;
  readonly epoch: Epoch | undefined;
  /** Whether this side may go on writing after the peer has finished. Default false. */
  readonly allowHalfOpen?: boolean;
}

/**
 * Behaves as a unix `net.Socket` on Linux was measured to, in flowing mode: `data`, `end`, `drain`, `finish`, `error`
 * and `close`, write callbacks, corking, and each way of ending. It is no `node:stream`, whose events run outside any
 * virtual clock; `readable`, `pipe` and async iteration are missing on purpose.
 */
export class SimulatedSocket extends EventEmitter implements DuplexConnection {
  readonly #clock: VirtualClock;
  readonly #kernel: KernelSocket;
  readonly #reader: SocketReader;
  readonly #writer: SocketWriter;
  readonly #wakeup: Wakeup;
  readonly #allowHalfOpen: boolean;
  #state: 'open' | 'destroyed' | 'closed' = 'open';
  #error: Error | undefined;

  constructor(options: SimulatedSocketOptions) {
    super();
    this.#clock = options.clock;
    this.#kernel = options.kernel;
    this.#allowHalfOpen = options.allowHalfOpen ?? false;
    this.#reader = new SocketReader(this);
    this.#writer = new SocketWriter(this);
    this.#wakeup = new Wakeup(this, options.epoch);
    this.#kernel.watcher = this;
    this.wakeAt(this.#kernel.nextMicros);
  }

  /** For reports: `link 3 client`. */
  get name(): string {
    const { link, side } = this.#kernel.incoming;
    return `link ${link.id} ${side}`;
  }
  get destroyed(): boolean {
    return this.#state !== 'open';
  }
  get closed(): boolean {
    return this.#state === 'closed';
  }
  get errored(): Error | null {
    return this.#error ?? null;
  }
  get readable(): boolean {
    return this.#state === 'open' && !this.#reader.isEnded;
  }
  get readableEnded(): boolean {
    return this.#reader.isEnded;
  }
  get readableFlowing(): boolean | null {
    return this.#reader.isFlowing ? true : this.#reader.isPaused ? false : null;
  }
  get readableLength(): number {
    return this.#reader.bufferedLength;
  }
  get readableHighWaterMark(): number {
    return HIGH_WATER_MARK;
  }
  get writable(): boolean {
    return this.#state === 'open' && !this.#writer.isEnding;
  }
  get writableEnded(): boolean {
    return this.#writer.isEnding;
  }
  get writableFinished(): boolean {
    return this.#writer.isFinished;
  }
  get writableLength(): number {
    return this.#writer.length;
  }
  get writableHighWaterMark(): number {
    return HIGH_WATER_MARK;
  }
  get writableNeedDrain(): boolean {
    return this.#writer.needsDrain;
  }
  get writableCorked(): number {
    return this.#writer.corks;
  }
  get bytesRead(): number {
    return this.#reader.bytesRead;
  }
  get bytesWritten(): number {
    return this.#writer.bytesWritten;
  }
  get connecting(): boolean {
    return false;
  }
  get pending(): boolean {
    return false;
  }
  get readyState(): 'open' | 'readOnly' | 'writeOnly' | 'closed' {
    if (this.readable) return this.writable ? 'open' : 'readOnly';
    return this.writable ? 'writeOnly' : 'closed';
  }

  write(chunk: Uint8Array | string, callback?: WriteCallback): boolean;
  write(chunk: Uint8Array | string, encoding?: BufferEncoding, callback?: WriteCallback): boolean;
  write(chunk: Uint8Array | string, encoding?: BufferEncoding | WriteCallback, callback?: WriteCallback): boolean {
    const done = typeof encoding === 'function' ? encoding : callback;
    const data = bytesOf(chunk, typeof encoding === 'function' ? undefined : encoding);
    if (this.#state !== 'open') {
      this.#refuse(streamError('ERR_STREAM_DESTROYED', 'Cannot call write after a stream was destroyed'), done);
      return false;
    }
    if (this.#writer.isEnding) {
      const error = this.#reader.isEnded
        ? streamError('EPIPE', 'This socket has been ended by the other party')
        : streamError('ERR_STREAM_WRITE_AFTER_END', 'write after end');
      this.#refuse(error, done);
      this.destroy(error);
      return false;
    }
    return this.#writer.write(data, typeof chunk !== 'string', done);
  }

  end(callback?: () => void): this;
  end(chunk: Uint8Array | string, callback?: () => void): this;
  end(chunk: Uint8Array | string, encoding?: BufferEncoding, callback?: () => void): this;
  end(
    chunk?: Uint8Array | string | (() => void),
    encoding?: BufferEncoding | (() => void),
    callback?: () => void,
  ): this {
    const done = [chunk, encoding, callback].find((argument) => typeof argument === 'function') as WriteCallback;
    if (chunk !== undefined && typeof chunk !== 'function') {
      this.write(chunk, typeof encoding === 'string' ? encoding : undefined);
    }
    if (this.#state === 'open') this.#writer.end(done);
    return this;
  }

  /** Ends both directions now. What the kernel has taken still reaches the peer. */
  destroy(error?: Error): this {
    return this.#destroy(error, undefined);
  }

  /** `destroySoon` of `net.Socket`: ends, then destroys. */
  destroySoon(): void {
    this.end();
    if (this.#writer.isFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }

  pause(): this {
    this.#reader.pause();
    return this;
  }
  resume(): this {
    this.#reader.resume();
    return this;
  }
  isPaused(): boolean {
    return this.#reader.isPaused;
  }
  cork(): void {
    this.#writer.cork();
  }
  uncork(): void {
    this.#writer.uncork();
  }
  setEncoding(encoding: BufferEncoding): this {
    this.#reader.setEncoding(encoding);
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  address(): object {
    return {};
  }

  // biome-ignore lint/suspicious/noExplicitAny: the signature of EventEmitter
  override on(event: string | symbol, listener: (...args: any[]) => void): this {
    if (event === 'readable') throw new Error("A simulated socket has no 'readable' event; listen for 'data'.");
    super.on(event, listener);
    if (event === 'data') this.#reader.wanted();
    return this;
  }
  // biome-ignore lint/suspicious/noExplicitAny: the signature of EventEmitter
  override addListener(event: string | symbol, listener: (...args: any[]) => void): this {
    return this.on(event, listener);
  }

  // What follows is called by the two halves, the kernel and the clock, not by users.

  /** @internal */
  get isAlive(): boolean {
    return this.#state === 'open';
  }
  /** @internal */
  receive(limitBytes: number): ReadResult {
    return this.#kernel.receive(limitBytes);
  }
  /** @internal */
  send(data: Buffer, offset: number, isShared: boolean): number | string {
    return this.#kernel.send(data, offset, isShared);
  }
  /** @internal */
  shutdown(): void {
    this.#kernel.shutdown();
  }
  /** @internal */
  defer(callback: () => void): void {
    this.#clock.defer(callback, this.#wakeup.epoch);
  }
  /** @internal */
  wake(): void {
    this.#clock.wake(this.#wakeup);
  }
  /** @internal */
  wakeAt(dueMicros: number): void {
    if (this.#state !== 'open') return;
    const { place } = this.#wakeup;
    if (place === 'parked' || (place === 'heap' && this.#wakeup.dueMicros <= dueMicros)) return;
    if (dueMicros <= this.#clock.nowMicros) this.#clock.wake(this.#wakeup);
    else if (dueMicros !== Number.POSITIVE_INFINITY && place !== 'queue' && place !== 'pool') {
      this.#clock.schedule(this.#wakeup, dueMicros);
    }
  }
  /** @internal */
  emitData(chunk: Buffer | string): boolean {
    return this.#say('data', chunk);
  }
  /** @internal */
  emitDrain(): void {
    this.#say('drain');
  }
  /** @internal */
  emitEnd(): void {
    this.#say('end');
    if (!this.#allowHalfOpen) this.defer(() => this.#writer.end(undefined));
    this.#destroyWhenFinished();
  }
  /** @internal */
  emitFinish(): void {
    this.#say('finish');
    this.#destroyWhenFinished();
  }
  /** @internal */
  readFailed(error: Error): void {
    this.destroy(error);
  }
  /** @internal */
  writeFailed(error: Error): void {
    this.destroy(error);
  }
  /** @internal Ends the socket as a fault wants it: the peer sees an end or a reset. */
  cut(reset: boolean): void {
    this.#destroy(undefined, reset);
  }
  /** @internal Something can be read or written, or it is time to say `close`. */
  woken(): void {
    if (this.#state === 'destroyed') {
      this.#state = 'closed';
      this.#say('close', this.#error !== undefined);
      return;
    }
    if (this.#state === 'closed') return;
    const { isHungUp } = this.#kernel;
    this.#reader.readable(isHungUp);
    if (this.isAlive && this.#writer.isWaiting && (this.#kernel.isWritable || isHungUp)) this.#writer.writable();
    if (this.isAlive && this.#reader.isReading) this.wakeAt(this.#kernel.nextMicros);
  }

  #destroy(error: Error | undefined, reset: boolean | undefined): this {
    if (this.#state !== 'open') return this;
    this.#state = 'destroyed';
    this.#error = error;
    this.#kernel.close(reset);
    this.#reader.drop();
    this.#writer.abandon(error);
    if (error !== undefined) this.defer(() => this.#say('error', error));
    this.#clock.cancel(this.#wakeup);
    this.#clock.wake(this.#wakeup);
    return this;
  }

  /** Whether anybody listened. What a listener throws is uncaught, as in Node, and stops nothing here. */
  #say(event: string, argument?: unknown): boolean {
    try {
      return argument === undefined ? this.emit(event) : this.emit(event, argument);
    } catch (exception) {
      this.#clock.defer(() => {
        throw exception;
      });
      return true;
    }
  }

  #destroyWhenFinished(): void {
    if (this.#reader.isEnded && this.#writer.isFinished) this.destroy();
  }

  #refuse(error: Error, callback: WriteCallback | undefined): void {
    if (callback !== undefined) this.defer(() => callback(error));
  }
}

/** One per socket, scheduled again and again: readiness joins, as in epoll. */
class Wakeup extends ClockEntry {
  readonly #socket: SimulatedSocket;

  constructor(socket: SimulatedSocket, epoch: Epoch | undefined) {
    super(epoch);
    this.#socket = socket;
  }

  get label(): string {
    return this.#socket.name;
  }

  run(): void {
    this.#socket.woken();
  }
}

function bytesOf(chunk: Uint8Array | string, encoding: BufferEncoding | undefined): Buffer {
  if (typeof chunk === 'string') return Buffer.from(chunk, encoding);
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
