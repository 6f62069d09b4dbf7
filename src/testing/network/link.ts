/** One simulated connection: two sockets over two kernel ends, and the ways between them. */

import type { Epoch } from '../clock/epoch.js';
import type { VirtualClock } from '../clock/virtual-clock.js';
import { type KernelPair, KernelSocket } from './kernel-socket.js';
import { LinkDirection } from './link-direction.js';
import { SimulatedSocket } from './simulated-socket.js';

/** Which end of a link: the one that dialled, or the one that accepted. */
export type Side = 'client' | 'server';

/**
 * What becomes of a link: the client is connected and the server does not know of it yet, the server has accepted it,
 * both ends are gone.
 */
export type LinkEvent = 'accepted' | 'connected' | 'closed';

/** What a link is made with. */
export interface LinkOptions {
  readonly clock: VirtualClock;
  readonly id: number;
  readonly address: string;
  /** The process that dialled. */
  readonly epoch: Epoch | undefined;
  /** Who dialled, as the trace names it. */
  readonly dialler: string;
  readonly allowHalfOpen?: boolean;
  /** Called once neither end is held by anybody. */
  readonly onClosed: (link: Link) => void;
}

/** A pair of kernel sockets, there from the moment `connect` succeeds; each side gets its socket when Node would. */
export class Link implements KernelPair {
  readonly id: number;
  readonly address: string;
  readonly dialler: string;
  /** Who accepts, as the trace names it. */
  serverActor = '';
  readonly toServer: LinkDirection = new LinkDirection(this, 'server');
  readonly toClient: LinkDirection = new LinkDirection(this, 'client');
  readonly clientEnd: KernelSocket;
  readonly serverEnd: KernelSocket;
  readonly clientEpoch: Epoch | undefined;
  serverEpoch: Epoch | undefined;
  client: SimulatedSocket | undefined;
  server: SimulatedSocket | undefined;
  /** Where each end was made, when stacks are kept. */
  stack: string | undefined;
  readonly #clock: VirtualClock;
  readonly #allowHalfOpen: boolean;
  readonly #onClosed: (link: Link) => void;

  constructor(options: LinkOptions) {
    this.#clock = options.clock;
    this.id = options.id;
    this.address = options.address;
    this.dialler = options.dialler;
    this.clientEpoch = options.epoch;
    this.#allowHalfOpen = options.allowHalfOpen ?? false;
    this.#onClosed = options.onClosed;
    this.clientEnd = new KernelSocket(options.clock, this.toClient, this);
    this.serverEnd = new KernelSocket(options.clock, this.toServer, this);
    this.clientEnd.peer = this.serverEnd;
    this.serverEnd.peer = this.clientEnd;
  }

  /** Called by the ends. */
  closed(): void {
    this.#onClosed(this);
  }

  /** The socket for one side; asked for once each. */
  adopt(side: Side, epoch: Epoch | undefined): SimulatedSocket {
    const socket = new SimulatedSocket({
      clock: this.#clock,
      kernel: side === 'client' ? this.clientEnd : this.serverEnd,
      epoch,
      allowHalfOpen: this.#allowHalfOpen,
    });
    if (side === 'client') {
      this.client = socket;
    } else {
      this.server = socket;
      this.serverEpoch = epoch;
    }
    return socket;
  }

  /** The conditions towards one side. */
  towards(side: Side): LinkDirection {
    return side === 'client' ? this.toClient : this.toServer;
  }

  /** Stops everything on the way to one side, losing nothing. */
  block(side: Side): void {
    this.towards(side).block();
  }

  /** Lets everything through again, once every `block` has been taken back. */
  unblock(side: Side): void {
    this.towards(side).unblock();
    this.end(side).recheck();
  }

  /** The kernel's end of one side. */
  end(side: Side): KernelSocket {
    return side === 'client' ? this.clientEnd : this.serverEnd;
  }

  /** Ends one side's process-held end without a word to that side: its process has died. */
  abandon(side: Side, reset?: boolean): void {
    this.end(side).close(reset);
  }

  /**
   * Breaks the connection in the middle, as a proxy that dies would: each end sees that its peer is gone.
   *
   * @param resetSides who sees a reset; the others see a plain end.
   * @param lose whether bytes on their way are lost too.
   */
  sever(resetSides: readonly Side[], lose: boolean): void {
    if (lose) {
      this.clientEnd.discard();
      this.serverEnd.discard();
    }
    this.clientEnd.orphan(resetSides.includes('client'));
    this.serverEnd.orphan(resetSides.includes('server'));
  }

  /**
   * Breaks the connection as the death of a proxy in between would: an end from which bytes were under way sees a reset,
   * the other a plain end.
   */
  severAsDeath(lose: boolean): void {
    const [clientReset, serverReset] = [this.serverEnd.inbox.bytes > 0, this.clientEnd.inbox.bytes > 0];
    if (lose) {
      this.clientEnd.discard();
      this.serverEnd.discard();
    }
    this.clientEnd.orphan(clientReset);
    this.serverEnd.orphan(serverReset);
  }
}
