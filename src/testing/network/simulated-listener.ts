/** A simulated listening socket and its queue of connections that nobody has accepted yet. */

import type { Timer } from '../../core/runtime.js';
import type { Listener, ListenHandlers } from '../../core/transport.js';
import { ClockEntry } from '../clock/clock-entry.js';
import type { Link } from './link.js';
import type { Acceptance, Caller, SimulatedNetwork } from './simulated-network.js';
import { systemError } from './system-error.js';

/** Connections that wait to be accepted before further ones get EAGAIN; one more than this fits, as on Linux. */
export const defaultBacklog = 511;

/**
 * | state | input | next, and what is called |
 * | --- | --- | --- |
 * | binding | run | bound, or failed: `failed` |
 * | bound | run | listening: `listening` |
 * | listening | run | listening: `accepted` for each connection that waits |
 * | binding, bound, listening | close | closing; the address is given up, waiting connections are reset |
 * | closing | run | closed: `closed` |
 * | any | crash | closed, without a word; the socket file stays |
 */
export class SimulatedListener extends ClockEntry implements Listener {
  readonly address: string;
  stack: string | undefined;
  readonly #network: SimulatedNetwork;
  readonly #handlers: ListenHandlers;
  readonly #caller: Caller;
  readonly #backlog: number;
  #state: 'binding' | 'bound' | 'listening' | 'failed' | 'closing' | 'closed' = 'binding';
  /** Those from `#front` on: to shift a queue of thousands moves all of them each time. */
  #waiting: Link[] = [];
  #front = 0;
  /** Links that a fault keeps from being accepted for a while. */
  readonly #delayed = new Map<Link, Timer>();

  constructor(network: SimulatedNetwork, address: string, handlers: ListenHandlers, caller: Caller, backlog: number) {
    super(caller.epoch);
    this.#network = network;
    this.address = address;
    this.#handlers = handlers;
    this.#caller = caller;
    this.#backlog = backlog;
  }

  get label(): string {
    return `listener of ${this.#caller.actor} at ${this.address}`;
  }

  get actor(): string {
    return this.#caller.actor;
  }

  /** Whether a further connection gets EAGAIN. */
  isFull(limit: number = this.#backlog): boolean {
    return this.#waiting.length - this.#front > limit;
  }

  /** A connection was made and waits to be accepted. */
  enqueue(link: Link): void {
    this.#waiting.push(link);
    this.#network.clock.wake(this);
  }

  run(): void {
    switch (this.#state) {
      case 'binding':
        this.#bind();
        return;
      case 'bound':
        this.#state = 'listening';
        this.#handlers.listening();
        if (this.#waiting.length > 0) this.#network.clock.wake(this);
        return;
      case 'listening':
        this.#accept();
        return;
      case 'closing':
        this.#state = 'closed';
        this.#handlers.closed();
        return;
      case 'failed':
      case 'closed':
        return;
      default:
        this.#state satisfies never;
    }
  }

  close(): void {
    if (this.#state === 'failed' || this.#state === 'closing' || this.#state === 'closed') return;
    this.#state = 'closing';
    this.#giveUp(false);
    this.#network.clock.wake(this);
  }

  /** The process has died. */
  crash(): void {
    this.#state = 'closed';
    this.#giveUp(true);
  }

  #bind(): void {
    const failure = this.#network.claim(this);
    if (failure !== undefined) {
      this.#state = 'failed';
      this.#network.release(this, true);
      this.#handlers.failed(systemError(failure, 'listen', this.address));
      return;
    }
    this.#state = 'bound';
    // The file is there before anybody is told, so a client may be waiting by then.
    if (this.#network.fidelity === 'adversarial') this.#network.clock.wake(this);
    else this.run();
  }

  #accept(): void {
    while (this.#front < this.#waiting.length) {
      const link = this.#waiting[this.#front] as Link;
      this.#front += 1;
      const failure = this.#network.faults?.acceptFailure(link);
      if (failure !== undefined) {
        link.abandon('server');
        this.#handlers.error(systemError(failure, 'accept', this.address));
        continue;
      }
      const fate = this.#network.faults?.acceptance(link);
      if (fate === undefined) this.#handlers.accepted(link.adopt('server', this.epoch));
      else this.#acceptLater(link, fate);
      if (this.#state !== 'listening') return;
    }
    this.#waiting = [];
    this.#front = 0;
  }

  #acceptLater(link: Link, { delayMs, drop }: Acceptance): void {
    const decide = (): void => {
      this.#delayed.delete(link);
      if (drop !== undefined) {
        link.abandon('server', drop === 'reset');
      } else if (this.#state === 'listening') {
        this.#handlers.accepted(link.adopt('server', this.epoch));
      }
    };
    if (delayMs === 0) {
      decide();
    } else {
      this.#delayed.set(link, this.#network.clock.setTimer(delayMs, decide, 'delayed accept', this.epoch));
    }
  }

  #giveUp(keepFile: boolean): void {
    this.#network.release(this, keepFile);
    // Nobody will ever accept these: their ends close with the listener, which the dialler sees as a reset.
    for (const [link, timer] of this.#delayed) {
      timer.cancel();
      link.abandon('server', true);
    }
    this.#delayed.clear();
    for (const link of this.#waiting.splice(this.#front)) {
      link.abandon('server', true);
    }
  }
}
