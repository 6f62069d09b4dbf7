/** A transport whose address can be given up for a while, without its server noticing. */

import type { Runtime } from '../../core/runtime.js';
import type { Dial, DialHandlers, Listener, ListenHandlers, Transport } from '../../core/transport.js';

/**
 * While the gate is shut nobody listens at the address, and connections made before live on. It stays shut when the
 * server stops and listens again.
 *
 * | state | input | next |
 * | --- | --- | --- |
 * | open | shut | shutting: the address is given up |
 * | shutting | closed / open | shut / reopening |
 * | shut | open | open: listens again |
 * | reopening | closed / shut | open: listens again / shutting |
 * | open, shutting, shut, reopening | close | closing, and `closed` once the address is given up |
 */
export class GatedTransport implements Transport {
  readonly runtime: Runtime;
  readonly #transport: Transport;
  #isShut = false;
  #gate: Gate | undefined;

  constructor(transport: Transport, runtime: Runtime) {
    this.#transport = transport;
    this.runtime = runtime;
  }

  dial(handlers: DialHandlers): Dial {
    return this.#transport.dial(handlers);
  }

  listen(handlers: ListenHandlers): Listener {
    this.#gate = new Gate(this.#transport, this.runtime, handlers, this.#isShut);
    return this.#gate;
  }

  shut(): void {
    this.#isShut = true;
    this.#gate?.shut();
  }

  open(): void {
    this.#isShut = false;
    this.#gate?.open();
  }
}

class Gate implements Listener {
  readonly #transport: Transport;
  readonly #runtime: Runtime;
  readonly #handlers: ListenHandlers;
  #state: 'open' | 'shutting' | 'shut' | 'reopening' | 'closing' | 'closed' = 'open';
  #listener: Listener | undefined;
  #isTold = false;

  constructor(transport: Transport, runtime: Runtime, handlers: ListenHandlers, isShut: boolean) {
    this.#transport = transport;
    this.#runtime = runtime;
    this.#handlers = handlers;
    if (isShut) {
      this.#state = 'shut';
      runtime.defer(() => {
        if (this.#state === 'shut') this.#tell();
      });
    } else {
      this.#listener = this.#listen(handlers.failed);
    }
  }

  shut(): void {
    if (this.#state === 'open') {
      this.#state = 'shutting';
      this.#listener?.close();
    } else if (this.#state === 'reopening') {
      this.#state = 'shutting';
    }
  }

  open(): void {
    if (this.#state === 'shutting') this.#state = 'reopening';
    else if (this.#state === 'shut') this.#reopen();
  }

  close(): void {
    const former = this.#state;
    if (former === 'closing' || former === 'closed') return;
    this.#state = 'closing';
    if (former === 'open') this.#listener?.close();
    else if (former === 'shut') this.#runtime.defer(() => this.#closed());
  }

  /** The server believes that it listens, whether the gate is open or not. */
  #tell(): void {
    if (this.#isTold) return;
    this.#isTold = true;
    this.#handlers.listening();
  }

  #listen(failed: (error: Error) => void): Listener {
    return this.#transport.listen({
      listening: () => this.#tell(),
      failed,
      accepted: (connection) => this.#handlers.accepted(connection),
      error: (error) => this.#handlers.error(error),
      closed: () => this.#closed(),
    });
  }

  #reopen(): void {
    this.#state = 'open';
    this.#listener = this.#listen((error) => this.#handlers.error(error));
  }

  #closed(): void {
    if (this.#state === 'shutting') {
      this.#state = 'shut';
      this.#tell();
    } else if (this.#state === 'reopening') {
      this.#reopen();
    } else if (this.#state === 'closing') {
      this.#state = 'closed';
      this.#handlers.closed();
    }
  }
}
