/** A simulated listening socket and its queue of connections that nobody has accepted yet. */

import { SocketFileError } from '../../core/errors.js';
import type { Timer } from '../../core/runtime.js';
import type { Listener, ListenHandlers } from '../../core/transport.js';
import { ClockEntry } from '../clock/clock-entry.js';
import type { Link } from './link.js';
import type { Acceptance, Caller, SimulatedNetwork } from './simulated-network.js';
import { systemError } from './system-error.js';

/** Connections that wait to be accepted before further ones get EAGAIN; one more than this fits, as on Linux. */
export const defaultBacklog = 511;

/** How often a server looks whether its socket file is still there. */
const WATCH_MICROS = 1_000_000;

/** A link that a fault keeps from being accepted for a while, or lets wait until it is dropped. */
interface Delayed {
  readonly sinceMs: number;
  readonly drop: Acceptance['drop'];
  readonly timer: Timer;
}

/**
 * | state | input | next, and what is called |
 * | --- | --- | --- |
 * | binding | run | bound, or failed: `failed`; or late, when a fault makes it start slowly |
 * | late | run | bound, or failed: `failed` |
 * | bound | run | listening: `listening` |
 * | listening | run | listening: `accepted` for each connection that waits |
 * | listening | the file is taken away | listening: `error`, when the next look at it is due |
 * | binding, late, bound, listening | close | closing; the address is given up, waiting connections are reset |
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
  #state: 'binding' | 'late' | 'bound' | 'listening' | 'failed' | 'closing' | 'closed' = 'binding';
  /** Those from `#front` on: to shift a queue of thousands moves all of them each time. */
  #waiting: Link[] = [];
  #front = 0;
  readonly #delayed = new Map<Link, Delayed>();
  #listeningSinceMicros = 0;
  /** A look at the socket file that will find it gone; the others are not worth an entry of the clock. */
  #look: Timer | undefined;

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

  /** Somebody has removed or replaced the socket file. */
  fileTaken(): void {
    const { clock } = this.#network;
    const lookedMicros = (clock.nowMicros - this.#listeningSinceMicros) % WATCH_MICROS;
    const look = (): void => {
      const { removed, replaced } = SocketFileError;
      this.#handlers.error((this.#network.at(this.address) === 'absent' ? removed : replaced)(this.address));
    };
    this.#look = clock.setTimer((WATCH_MICROS - lookedMicros) / 1000, look, 'look at the socket file', this.epoch);
  }

  /** The socket file is back before anybody looked, or was missed. */
  fileReturned(): void {
    this.#look?.cancel();
  }

  run(): void {
    switch (this.#state) {
      case 'binding':
        if (!this.#startsLate()) this.#bind();
        return;
      case 'late':
        this.#bind();
        return;
      case 'bound':
        this.#state = 'listening';
        this.#listeningSinceMicros = this.#network.clock.nowMicros;
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

  /** A fault that may have kept it from listening or accepting is over. */
  reconsider(): void {
    if (this.#state === 'late' || this.#waiting.length > 0) this.#network.clock.wake(this);
    for (const [link, { sinceMs, drop, timer }] of [...this.#delayed]) {
      // Who is to be dropped stays so.
      if (drop !== undefined) continue;
      timer.cancel();
      const fate = this.#network.faults?.acceptance(link);
      const delayMs = fate === undefined || fate.drop !== undefined ? 0 : fate.delayMs;
      this.#decideLater(link, Math.max(0, sinceMs + delayMs - this.#network.clock.now), sinceMs, undefined);
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

  #startsLate(): boolean {
    const delayMs = this.#network.faults?.listenDelayMs(this.address, this.epoch) ?? 0;
    if (delayMs === 0) return false;
    this.#state = 'late';
    this.#network.clock.schedule(this, this.#network.clock.nowMicros + delayMs * 1000);
    return true;
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
    // Whose backlog fills accepts nobody: that is how it fills.
    if (this.#front < this.#waiting.length && this.#network.faults?.backlogLimit(this.address) !== undefined) return;
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
      if (fate === undefined || fate.delayMs === 0) this.#decide(link, fate?.drop);
      else this.#decideLater(link, fate.delayMs, this.#network.clock.now, fate.drop);
      if (this.#state !== 'listening') return;
    }
    this.#waiting = [];
    this.#front = 0;
  }

  #decideLater(link: Link, leftMs: number, sinceMs: number, drop: Acceptance['drop']): void {
    const decide = (): void => this.#decide(link, drop);
    const timer = this.#network.clock.setTimer(leftMs, decide, 'delayed accept', this.epoch);
    this.#delayed.set(link, { sinceMs, drop, timer });
  }

  #decide(link: Link, drop: Acceptance['drop']): void {
    this.#delayed.delete(link);
    if (drop !== undefined) {
      link.abandon('server', drop === 'reset');
    } else if (this.#state === 'listening') {
      this.#network.tellOfLink('connected', link);
      this.#handlers.accepted(link.adopt('server', this.epoch));
    }
  }

  #giveUp(keepFile: boolean): void {
    this.#network.release(this, keepFile);
    this.#look?.cancel();
    // Nobody will ever accept these: their ends close with the listener, which the dialler sees as a reset.
    for (const [link, { timer }] of this.#delayed) {
      timer.cancel();
      link.abandon('server', true);
    }
    this.#delayed.clear();
    for (const link of this.#waiting.splice(this.#front)) {
      link.abandon('server', true);
    }
  }
}
