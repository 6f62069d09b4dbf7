/** Emits events one after the other, in the order in which they came about, never one inside another. */

import type { Runtime } from './runtime.js';

/**
 * Every event of an emitter goes through its outbox. What comes about while a listener runs waits until that listener
 * has returned, so listeners may call anything. What a call of the application causes is emitted after the call.
 */
export class Outbox {
  readonly #runtime: Pick<Runtime, 'defer'>;
  #queue: (() => void)[] = [];
  #state: 'idle' | 'scheduled' | 'emitting' = 'idle';

  constructor(runtime: Pick<Runtime, 'defer'>) {
    this.#runtime = runtime;
  }

  /** Queues an emission; `flush` or `flushLater` must follow. */
  push(emission: () => void): void {
    this.#queue.push(emission);
  }

  /** Emits what is queued. For use where the world calls the library. */
  flush(): void {
    if (this.#state === 'emitting') {
      return;
    }
    this.#state = 'emitting';
    // Array.shift would copy the rest of a long queue each time.
    while (this.#queue.length > 0) {
      const queue = this.#queue;
      this.#queue = [];
      for (const emission of queue) {
        this.#attempt(emission);
      }
    }
    this.#state = 'idle';
  }

  /** Emits what is queued once the running code has returned. For use where the application calls the library. */
  flushLater(): void {
    if (this.#state === 'idle' && this.#queue.length > 0) {
      this.#state = 'scheduled';
      this.#runtime.defer(() => this.flush());
    }
  }

  /**
   * An exception of a listener is the application's. It surfaces as an uncaught exception, but not through the code
   * that happened to be emitting: that may be in the middle of a chunk, or of Node's own bookkeeping for a socket.
   */
  #attempt(emission: () => void): void {
    try {
      emission();
    } catch (error) {
      this.#runtime.defer(() => {
        throw error;
      });
    }
  }
}
