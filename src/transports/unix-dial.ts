/**
 * One attempt to connect to a unix socket.
 *
 * | state | input | next | handler called |
 * | --- | --- | --- | --- |
 * | dialing | connect | done | opened |
 * | dialing | error | failing | |
 * | dialing | abort | failing | |
 * | failing | close | done | failed, with the first reason |
 * | done | any | done | none |
 */

import type { Socket } from 'node:net';
import type { Dial, DialHandlers } from '../core/transport.js';
import { spareShutdown } from './shutdown.js';
import { prepareSocket, takeSocket } from './spare-socket.js';

type DialState =
  | { readonly name: 'dialing' }
  | { readonly name: 'failing'; readonly reason: Error }
  | { readonly name: 'done' };

/** A `Dial` over a `net.Socket`. The attempt starts with the constructor. */
export class UnixDial implements Dial {
  readonly #handlers: DialHandlers;
  readonly #path: string;
  readonly #socket: Socket;
  #state: DialState = { name: 'dialing' };

  constructor(path: string, handlers: DialHandlers) {
    this.#handlers = handlers;
    this.#path = path;
    this.#socket = takeSocket();
    this.#socket.connect({ path });
    this.#socket.on('connect', this.#connected);
    this.#socket.on('error', this.#errored);
    this.#socket.on('close', this.#socketClosed);
    // The server is at work on this one: the next socket costs nobody time now.
    prepareSocket();
  }

  abort(): void {
    if (this.#state.name !== 'dialing') {
      return;
    }
    const reason = new Error(`connect to ${this.#path} was aborted`);
    this.#state = { name: 'failing', reason: Object.assign(reason, { code: 'ABORT_ERR' }) };
    this.#socket.destroy();
  }

  #connected = (): void => {
    if (this.#state.name !== 'dialing') {
      return;
    }
    this.#state = { name: 'done' };
    this.#socket.off('connect', this.#connected);
    this.#socket.off('error', this.#errored);
    this.#socket.off('close', this.#socketClosed);
    spareShutdown(this.#socket);
    this.#handlers.opened(this.#socket);
  };

  #errored = (reason: Error): void => {
    if (this.#state.name === 'dialing') {
      this.#state = { name: 'failing', reason };
    }
  };

  #socketClosed = (): void => {
    const state = this.#state;
    if (state.name === 'failing') {
      this.#state = { name: 'done' };
      this.#handlers.failed(state.reason);
    }
  };
}
