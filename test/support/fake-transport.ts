/** A transport whose world is the test: what is dialled and listened for waits until the test says what comes of it. */

import type { Dial, DialHandlers, Listener, ListenHandlers, Transport } from 'ipc';
import { FakeConnection } from './fake-connection.js';
import { FakeRuntime } from './fake-runtime.js';

export class FakeTransport implements Transport {
  readonly runtime: FakeRuntime = new FakeRuntime();
  readonly #dials: DialHandlers[] = [];
  #listening: ListenHandlers | undefined;
  /** What was called, in order. */
  readonly calls: string[] = [];

  dial(handlers: DialHandlers): Dial {
    this.calls.push('dial');
    this.#dials.push(handlers);
    return { abort: () => this.calls.push('abort') };
  }

  listen(handlers: ListenHandlers): Listener {
    this.calls.push('listen');
    this.#listening = handlers;
    return { close: () => this.calls.push('close') };
  }

  /** The oldest dial ends in a connection. */
  open(): FakeConnection {
    const connection = new FakeConnection(this.runtime);
    this.#happen(() => this.#dials.shift()?.opened(connection));
    return connection;
  }

  /** The oldest dial ends in an error. */
  refuse(error: Error = new Error('refused')): void {
    this.#happen(() => this.#dials.shift()?.failed(error));
  }

  /** Somebody connects to the listener. */
  accept(): FakeConnection {
    const connection = new FakeConnection(this.runtime);
    this.#happen(() => this.#listening?.accepted(connection));
    return connection;
  }

  /** One of the other things that a listener tells. */
  listener(event: 'listening' | 'closed'): void {
    this.#happen(() => this.#listening?.[event]());
  }

  /** Listening has failed, or while listening something went wrong. */
  listenerFails(event: 'failed' | 'error', error: Error): void {
    this.#happen(() => this.#listening?.[event](error));
  }

  #happen(what: () => void): void {
    what();
    this.runtime.endTurn();
  }
}
