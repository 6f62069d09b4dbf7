/** Emits events one after the other, in the order in which they came about, never one inside another. */

import type { EventEmitter } from 'node:events';
import type { Runtime } from './runtime.js';

/** What an event takes in the queue: its name, the number of its arguments, and room for as many as an event has. */
const STRIDE = 5;

/** Longest queue that is kept for the next time: emptying an array and filling it again costs more than all the rest. */
const KEPT_LENGTH = 1024 * STRIDE;

/**
 * Every event of an emitter goes through its outbox. What comes about while a listener runs waits until that listener
 * has returned, so listeners may call anything. What a call of the application causes is emitted after the call.
 */
export class Outbox {
  readonly #emitter: EventEmitter;
  readonly #runtime: Pick<Runtime, 'defer'>;
  /** Events side by side, since an array for each would be most of what a message costs here. */
  #queue: unknown[] = [];
  #length = 0;
  #state: 'idle' | 'scheduled' | 'emitting' = 'idle';

  constructor(emitter: EventEmitter, runtime: Pick<Runtime, 'defer'>) {
    this.#emitter = emitter;
    this.#runtime = runtime;
  }

  /** Queues an event with its arguments, three at most; `flush` or `flushLater` must follow. */
  push(event: string, ...values: unknown[]): void {
    const queue = this.#queue;
    const at = this.#length;
    queue[at] = event;
    queue[at + 1] = values.length;
    queue[at + 2] = values[0];
    queue[at + 3] = values[1];
    queue[at + 4] = values[2];
    this.#length = at + STRIDE;
  }

  /** Emits what is queued. For use where the world calls the library. */
  flush(): void {
    if (this.#state === 'emitting') {
      return;
    }
    this.#state = 'emitting';
    const queue = this.#queue;
    for (let at = 0; at < this.#length; at += STRIDE) {
      const [a, b, c] = [queue[at + 2], queue[at + 3], queue[at + 4]];
      // What has been emitted must not stay alive with the queue.
      queue[at + 2] = undefined;
      queue[at + 3] = undefined;
      queue[at + 4] = undefined;
      this.#attempt(queue[at] as string, queue[at + 1] as number, a, b, c);
    }
    this.#length = 0;
    if (queue.length > KEPT_LENGTH) {
      this.#queue = [];
    }
    this.#state = 'idle';
  }

  /** Emits what is queued once the running code has returned. For use where the application calls the library. */
  flushLater(): void {
    if (this.#state === 'idle' && this.#length > 0) {
      this.#state = 'scheduled';
      this.#runtime.defer(() => this.flush());
    }
  }

  /**
   * An exception of a listener is the application's. It surfaces as an uncaught exception, but not through the code
   * that happened to be emitting: that may be in the middle of a chunk, or of Node's own bookkeeping for a socket.
   */
  #attempt(event: string, count: number, a: unknown, b: unknown, c: unknown): void {
    const emitter = this.#emitter;
    try {
      // Listeners are handed as many arguments as the event has.
      switch (count) {
        case 0:
          emitter.emit(event);
          break;
        case 1:
          emitter.emit(event, a);
          break;
        case 2:
          emitter.emit(event, a, b);
          break;
        default:
          emitter.emit(event, a, b, c);
      }
    } catch (error) {
      this.#runtime.defer(() => {
        throw error;
      });
    }
  }
}
