/** The writing half of a simulated socket: what Node and libuv do between `write` and the kernel. */

import { HIGH_WATER_MARK } from './high-water-mark.js';
import { streamError, systemError } from './system-error.js';

/** What is told how a write went. */
export type WriteCallback = (error?: Error | null) => void;

/** What the writing half needs of its socket. */
export interface WriterSocket {
  /** Hands bytes to the kernel: how many it took, or the code of the failure. */
  send(data: Buffer, offset: number, isShared: boolean): number | string;
  shutdown(): void;
  defer(callback: () => void): void;
  readonly isAlive: boolean;
  emitDrain(): void;
  emitFinish(): void;
  writeFailed(error: Error): void;
}

const none: readonly WriteCallback[] = [];

interface Request {
  readonly data: Buffer;
  readonly isShared: boolean;
  readonly callback: WriteCallback | undefined;
  /** What the kernel has taken. */
  offset: number;
}

/**
 * One request at a time is with the kernel; what is written meanwhile waits, and then goes out as one request. So small
 * writes behind a full kernel join, and small writes before it is full do not.
 */
export class SocketWriter {
  readonly #socket: WriterSocket;
  #state: 'open' | 'ending' | 'finished' | 'failed' = 'open';
  #current: Request | undefined;
  /** Made when there is something that has to wait: most sockets never have. */
  #waiting: Request[] | undefined;
  #corks = 0;
  #length = 0;
  #needsDrain = false;
  /** Replaced and never changed, so that all sockets share the empty one. */
  #endCallbacks: readonly WriteCallback[] = none;
  bytesWritten = 0;

  constructor(socket: WriterSocket) {
    this.#socket = socket;
  }

  get length(): number {
    return this.#length;
  }

  get needsDrain(): boolean {
    return this.#needsDrain && this.#socket.isAlive && this.#state === 'open';
  }

  get isEnding(): boolean {
    return this.#state === 'ending' || this.#state === 'finished';
  }

  get isFinished(): boolean {
    return this.#state === 'finished';
  }

  /** Whether the kernel is full and a wake is needed to go on. */
  get isWaiting(): boolean {
    return this.#current !== undefined;
  }

  get corks(): number {
    return this.#corks;
  }

  write(data: Buffer, isShared: boolean, callback: WriteCallback | undefined): boolean {
    this.#length += data.length;
    this.bytesWritten += data.length;
    if (this.#corks > 0 || this.#current !== undefined || this.#state === 'failed') {
      this.#waiting ??= [];
      this.#waiting.push({ data, isShared, callback, offset: 0 });
    } else {
      this.#start({ data, isShared, callback, offset: 0 });
    }
    const hasRoom = this.#length < HIGH_WATER_MARK;
    if (!hasRoom) this.#needsDrain = true;
    return hasRoom && this.#state !== 'failed';
  }

  cork(): void {
    this.#corks += 1;
  }

  uncork(): void {
    if (this.#corks === 0) return;
    this.#corks -= 1;
    if (this.#corks === 0 && this.#current === undefined) this.#startWaiting();
  }

  /** Finishes once everything has gone out. */
  end(callback: WriteCallback | undefined): void {
    if (callback !== undefined) this.#endCallbacks = [...this.#endCallbacks, callback];
    if (this.#state !== 'open') return;
    this.#state = 'ending';
    if (this.#corks > 0) {
      this.#corks = 1;
      this.uncork();
    }
    this.#finishWhenEmpty();
  }

  /** The kernel may have room again, or the peer is gone. */
  writable(): void {
    const request = this.#current;
    if (request === undefined) return;
    if (!this.#push(request)) return;
    this.#current = undefined;
    this.#length -= request.data.length;
    this.#startWaiting();
    // The backlog is empty again: whoever waits learns that before the write itself is reported.
    this.#drainWhenEmpty();
    request.callback?.(null);
    this.#finishWhenEmpty();
  }

  /** The socket is gone; whoever waits for a write is told. */
  abandon(error: Error | undefined): void {
    if (this.#state !== 'finished') this.#state = 'failed';
    const done = this.#current?.callback;
    const others = [...callbacksOf(this.#waiting), ...this.#endCallbacks];
    this.#current = undefined;
    this.#waiting = undefined;
    this.#endCallbacks = none;
    this.#length = 0;
    // A request that is with libuv when the socket is destroyed is reported as done, without an error: Node does so.
    if (done !== undefined) this.#socket.defer(() => done(null));
    if (others.length === 0) return;
    const reason = error ?? streamError('ERR_STREAM_DESTROYED', 'Cannot call write after a stream was destroyed');
    for (const callback of others) this.#socket.defer(() => callback(reason));
  }

  #start(request: Request): void {
    if (!this.#push(request)) {
      if (this.#state !== 'failed') this.#current = request;
      return;
    }
    this.#length -= request.data.length;
    if (request.callback === undefined && !this.#needsDrain) return;
    this.#socket.defer(() => {
      if (this.#socket.isAlive) this.#drainWhenEmpty();
      request.callback?.(null);
    });
  }

  /** What waited goes out as one request. */
  #startWaiting(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    this.#waiting = undefined;
    this.#start(waiting.length === 1 ? (waiting[0] as Request) : joined(waiting));
  }

  /** True when the kernel has all of the request. */
  #push(request: Request): boolean {
    const sent = this.#socket.send(request.data, request.offset, request.isShared);
    if (typeof sent === 'string') {
      this.#current = undefined;
      this.#state = 'failed';
      this.#socket.defer(() => this.#failed(request, sent));
      return false;
    }
    request.offset += sent;
    return request.offset === request.data.length;
  }

  #failed(request: Request, code: string): void {
    const error = systemError(code, 'write');
    const others = callbacksOf(this.#waiting);
    this.#waiting = undefined;
    request.callback?.(error);
    for (const callback of others) callback(error);
    this.#socket.writeFailed(error);
  }

  #drainWhenEmpty(): void {
    if (!this.#needsDrain || this.#length > 0 || this.#state !== 'open') return;
    this.#needsDrain = false;
    this.#socket.emitDrain();
  }

  #finishWhenEmpty(): void {
    if (this.#state !== 'ending' || this.#length > 0 || this.#current !== undefined) return;
    this.#socket.defer(() => {
      if (this.#state !== 'ending' || !this.#socket.isAlive) return;
      this.#socket.shutdown();
      this.#state = 'finished';
      const callbacks = this.#endCallbacks;
      this.#endCallbacks = none;
      for (const callback of callbacks) callback(null);
      this.#socket.emitFinish();
    });
  }
}

function joined(requests: readonly Request[]): Request {
  const callbacks = callbacksOf(requests);
  const callback: WriteCallback = (error) => {
    for (const each of callbacks) each(error);
  };
  return {
    data: Buffer.concat(requests.map(({ data }) => data)),
    isShared: false,
    callback: callbacks.length === 0 ? undefined : callback,
    offset: 0,
  };
}

function callbacksOf(requests: readonly Request[] | undefined): readonly WriteCallback[] {
  if (requests === undefined) return none;
  return requests.flatMap(({ callback }) => callback ?? []);
}
