/**
 * The life of one listener.
 *
 * | state | input | next | handler called, in a later tick |
 * | --- | --- | --- | --- |
 * | claiming | claimed | listening | listening |
 * | claiming | refused | closed | failed |
 * | claiming | close | givingUp | |
 * | givingUp | claimed, refused | closed | closed |
 * | listening | close | closed | closed |
 * | closed | any | closed | none |
 */

import { Server as NetServer, type Socket } from 'node:net';
import type { Listener, ListenHandlers } from '../core/transport.js';
import { nodeRuntime } from './node-runtime.js';
import { spareShutdown } from './shutdown.js';
import { SOCKET_OPTIONS } from './socket-options.js';

/** An address that is ours until it is given up. */
export interface ClaimedAddress {
  /** Reports from now on what goes wrong with the address, never from inside this call. Left out, nothing can. */
  watch?(report: (error: Error) => void): void;
  /** Stops listening and frees the address, before it returns. */
  giveUp(): void;
}

/** Makes the server listen. When it rejects the server is closed and nothing of the attempt is left. */
export type ClaimAddress = (server: NetServer, signal: AbortSignal) => Promise<ClaimedAddress>;

type ListenerState =
  | { readonly name: 'claiming'; readonly controller: AbortController }
  | { readonly name: 'givingUp' }
  | { readonly name: 'listening'; readonly address: ClaimedAddress }
  | { readonly name: 'closed' };

/** A `Listener` over a `net.Server`. The claim starts with the constructor. */
export class UnixListener implements Listener {
  readonly #handlers: ListenHandlers;
  readonly #server: NetServer;
  #state: ListenerState;

  constructor(claimAddress: ClaimAddress, handlers: ListenHandlers) {
    this.#handlers = handlers;
    this.#server = new NetServer({ ...SOCKET_OPTIONS, pauseOnConnect: false });
    this.#server.on('connection', this.#accepted);
    const controller = new AbortController();
    this.#state = { name: 'claiming', controller };
    // Handlers run from a tick of their own: what an application throws in them must not end up in this promise.
    claimAddress(this.#server, controller.signal).then(
      (address) => nodeRuntime.defer(() => this.#claimed(address)),
      (error: Error) => nodeRuntime.defer(() => this.#refused(error)),
    );
  }

  close(): void {
    switch (this.#state.name) {
      case 'claiming': {
        const { controller } = this.#state;
        this.#state = { name: 'givingUp' };
        controller.abort();
        break;
      }
      case 'listening': {
        const { address } = this.#state;
        this.#state = { name: 'closed' };
        address.giveUp();
        nodeRuntime.defer(() => this.#handlers.closed());
        break;
      }
      case 'givingUp':
      case 'closed':
        break;
      default:
        this.#state satisfies never;
    }
  }

  #claimed(address: ClaimedAddress): void {
    if (this.#state.name === 'givingUp') {
      this.#state = { name: 'closed' };
      address.giveUp();
      this.#handlers.closed();
      return;
    }
    this.#state = { name: 'listening', address };
    this.#server.on('error', this.#errored);
    address.watch?.(this.#errored);
    this.#handlers.listening();
  }

  #refused(error: Error): void {
    const { name } = this.#state;
    this.#state = { name: 'closed' };
    if (name === 'givingUp') {
      this.#handlers.closed();
    } else {
      this.#handlers.failed(error);
    }
  }

  #accepted = (socket: Socket): void => {
    if (this.#state.name === 'listening') {
      spareShutdown(socket);
      this.#handlers.accepted(socket);
    } else {
      socket.destroy();
    }
  };

  #errored = (error: Error): void => {
    if (this.#state.name === 'listening') {
      this.#handlers.error(error);
    }
  };
}
