/** The reading half of a simulated socket: what Node does between the kernel and a `data` listener. */

import { StringDecoder } from 'node:string_decoder';
import { HIGH_WATER_MARK } from './high-water-mark.js';
import type { ReadResult } from './kernel-socket.js';
import { systemError } from './system-error.js';

const readBytes = 65_536;
const readsPerWake = 32;

/** What the reading half needs of its socket. */
export interface ReaderSocket {
  receive(limitBytes: number): ReadResult;
  /** Wakes the socket again, to read on. */
  wake(): void;
  defer(callback: () => void): void;
  readonly isAlive: boolean;
  /** False when nobody listens. */
  emitData(chunk: Buffer | string): boolean;
  /** The last byte has been consumed and the peer has finished. */
  emitEnd(): void;
  readFailed(error: Error): void;
}

/** Reads at most 64 KiB at a time, as libuv does, and holds back what nobody wants yet. */
export class SocketReader {
  readonly #socket: ReaderSocket;
  /** `initial` until somebody listens for data or resumes. */
  #flow: 'initial' | 'flowing' | 'paused' = 'initial';
  #ending: 'open' | 'seen' | 'announced' | 'ended' = 'open';
  /** Whether the kernel is being read from. */
  #isReading = true;
  /** The last read gave less than it could have: a hang-up then counts as the end, and hides a reset. */
  #wasPartial = false;
  /** What is held back, made when there is something: most sockets never hold anything. */
  #buffered: (Buffer | string)[] | undefined;
  #bufferedLength = 0;
  #decoder: StringDecoder | undefined;
  bytesRead = 0;

  constructor(socket: ReaderSocket) {
    this.#socket = socket;
  }

  get isEnded(): boolean {
    return this.#ending === 'ended';
  }

  get isPaused(): boolean {
    return this.#flow === 'paused';
  }

  get isFlowing(): boolean {
    return this.#flow === 'flowing';
  }

  get bufferedLength(): number {
    return this.#bufferedLength;
  }

  /** Whether it is waiting for the kernel to have something. */
  get isReading(): boolean {
    return this.#isReading && this.#ending === 'open';
  }

  setEncoding(encoding: BufferEncoding): void {
    const decoder = new StringDecoder(encoding);
    this.#decoder = decoder;
    if (this.#buffered === undefined) return;
    const chunks = this.#buffered.map((chunk) => decoder.write(typeof chunk === 'string' ? Buffer.from(chunk) : chunk));
    this.#buffered = chunks.filter((chunk) => chunk !== '');
    this.#bufferedLength = this.#buffered.reduce((total, chunk) => total + chunk.length, 0);
  }

  pause(): void {
    this.#flow = 'paused';
  }

  resume(): void {
    if (this.#flow === 'flowing') return;
    this.#flow = 'flowing';
    this.#socket.defer(() => this.#flowOn());
  }

  /** A `data` listener was added: that starts the flow, unless it was stopped on purpose. */
  wanted(): void {
    if (this.#flow === 'initial') this.resume();
  }

  /** The kernel may have something. */
  readable(isHungUp: boolean): void {
    if (this.isReading) this.#read();
    if (isHungUp && this.#wasPartial && this.isReading && this.#socket.isAlive) this.#sawEnd();
  }

  /** Nothing more will be wanted. */
  drop(): void {
    this.#buffered = undefined;
    this.#bufferedLength = 0;
    this.#isReading = false;
  }

  #read(): void {
    this.#wasPartial = false;
    for (let reads = 0; reads < readsPerWake; reads += 1) {
      const result = this.#socket.receive(readBytes);
      if (result === undefined) return;
      if (result === 'end') {
        this.#sawEnd();
        return;
      }
      if (result instanceof Error) {
        this.#socket.readFailed(result);
        return;
      }
      if (result === 'reset') {
        this.#socket.readFailed(systemError('ECONNRESET', 'read'));
        return;
      }
      this.bytesRead += result.length;
      this.#push(result);
      if (!this.#socket.isAlive || !this.#isReading) return;
      if (result.length < readBytes) {
        this.#wasPartial = true;
        return;
      }
    }
  }

  #push(bytes: Buffer): void {
    const chunk = this.#decoder === undefined ? bytes : this.#decoder.write(bytes);
    if (chunk.length === 0) return;
    if (this.#flow === 'flowing' && this.#bufferedLength === 0 && this.#socket.emitData(chunk)) return;
    this.#hold(chunk);
    if (this.#bufferedLength >= HIGH_WATER_MARK) this.#isReading = false;
    if (this.#flow === 'flowing') this.#socket.defer(() => this.#flowOn());
  }

  #hold(chunk: Buffer | string): void {
    this.#buffered ??= [];
    this.#buffered.push(chunk);
    this.#bufferedLength += chunk.length;
  }

  #flowOn(): void {
    while (this.#flow === 'flowing' && this.#socket.isAlive && this.#bufferedLength > 0) {
      const chunk = this.#buffered?.shift() as Buffer | string;
      this.#bufferedLength -= chunk.length;
      this.#socket.emitData(chunk);
    }
    if (!this.#socket.isAlive) return;
    if (this.#bufferedLength < HIGH_WATER_MARK && !this.#isReading && this.#ending === 'open') {
      this.#isReading = true;
      this.#socket.wake();
    }
    this.#announceEnd();
  }

  #sawEnd(): void {
    this.#ending = 'seen';
    const rest = this.#decoder?.end() ?? '';
    if (rest !== '') {
      this.#hold(rest);
      if (this.#flow === 'flowing') this.#socket.defer(() => this.#flowOn());
    }
    this.#announceEnd();
  }

  /** The end follows once everything was consumed; with nothing held back, also when nobody listens. */
  #announceEnd(): void {
    if (this.#ending !== 'seen' || this.#bufferedLength > 0) return;
    this.#ending = 'announced';
    this.#socket.defer(() => {
      if (!this.#socket.isAlive) return;
      this.#ending = 'ended';
      this.#socket.emitEnd();
    });
  }
}
