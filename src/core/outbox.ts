/** Emits events one after the other, in the order in which they came about, never one inside another. */

import type { EventEmitter } from 'node:events';
import type { Runtime } from './runtime.js';

/** An event and its arguments. */
type Emission = readonly [event: string, ...values: unknown[]];

/** Longest queue that is kept for the next time: emptying an array and filling it again costs more than all the rest. */
const KEPT_LENGTH = 1024;

/**
 * Every event of an emitter goes through its outbox. What comes about while a listener runs waits until that listener
 * has returned, so listeners may call anything. What a call of the application causes is emitted after the call.
 */
export class Outbox {
  readonly #emitter: EventEmitter;
  readonly #runtime: Pick<Runtime, 'defer'>;
  /** The first `#length` are queued. Begins with the room that most need. */
  #queue: (Emission | undefined)[] = [undefined];
  #length = 0;
  #state: 'idle' | 'scheduled' | 'emitting' = 'idle';

  constructor(emitter: EventEmitter, runtime: Pick<Runtime, 'defer'>) {
    this.#emitter = emitter;
    this.#runtime = runtime;
  }

  /** Queues an event with its arguments; `flush` or `flushLater` must follow. */
  push(...emission: Emission): void {
    this.#queue[this.#length] = emission;
    this.#length++;
  }

  /** Emits what is queued. For use where the world calls the library. */
  flush(): void {
    if (this.#state === 'emitting') {
      return;
    }
    this.#state = 'emitting';
    const queue = this.#queue;
    for (let index = 0; index < this.#length; index++) {
      const emission = queue[index] as Emission;
      queue[index] = undefined;
      this.#attempt(emission);
    }
    this.#length = 0;
    if (queue.length > KEPT_LENGTH) {
      this.#queue = [undefined];
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
  #attempt(emission: Emission): void {
    try {
      this.#emitter.emit(...emission);
    } catch (error) {
      this.#runtime.defer(() => {
        throw error;
      });
    }
  }
}
