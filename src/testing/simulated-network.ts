/** The addresses of a simulation: what stands at each path, who listens there, and how dialling it ends. */

import type { Dial, DialHandlers, Listener, ListenHandlers } from '../core/transport.js';
import { captureStack } from './clock-timer.js';
import type { Epoch } from './epoch.js';
import { Link } from './link.js';
import type { SeededRandom } from './seeded-random.js';
import { SimulatedDial } from './simulated-dial.js';
import { SimulatedListener } from './simulated-listener.js';
import type { Trace } from './trace.js';
import type { VirtualClock } from './virtual-clock.js';

/**
 * `typical` does what a quiet machine mostly does, in one fixed order; `adversarial` draws from everything that real
 * sockets were seen to do.
 */
export type Fidelity = 'typical' | 'adversarial';

/** What stands at a path. */
export type PathState = 'absent' | 'live' | 'stale' | 'file';

/** What a network is made of. */
export interface NetworkOptions {
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  readonly trace: Trace;
  readonly fidelity: Fidelity;
  readonly stacks: boolean;
}

/** Who calls. */
export interface Caller {
  readonly epoch: Epoch | undefined;
  /** The name in the trace. */
  readonly actor: string;
  readonly allowHalfOpen?: boolean;
}

/** What a fault may decide about connections; see the fault engine. */
export interface NetworkFaults {
  /** The code with which a new connection is refused, or that it gets no answer. */
  refusal(address: string, caller: Caller): string | 'hang' | undefined;
  /** A link was made; its ways may be given conditions. */
  linked(link: Link): void;
  /** Whether a link is kept once it comes to the front of the queue, and when. */
  acceptance(link: Link): { readonly delayMs: number } | 'end' | 'reset' | undefined;
}

type PathEntry =
  | { readonly kind: 'file' }
  | { readonly kind: 'socket'; readonly listener: SimulatedListener | undefined };

/** A file system of socket files, and the links between processes. */
export class SimulatedNetwork {
  readonly clock: VirtualClock;
  readonly trace: Trace;
  readonly fidelity: Fidelity;
  readonly random: SeededRandom;
  faults: NetworkFaults | undefined;
  readonly #stacks: boolean;
  readonly #paths = new Map<string, PathEntry>();
  readonly #links = new Set<Link>();
  readonly #listeners = new Set<SimulatedListener>();
  #lastLink = 0;

  constructor(options: NetworkOptions) {
    this.clock = options.clock;
    this.trace = options.trace;
    this.fidelity = options.fidelity;
    this.random = options.random;
    this.#stacks = options.stacks;
  }

  /** Links with an end that somebody holds, the oldest first. */
  links(): Link[] {
    for (const link of this.#links) if (!link.isOpen) this.#links.delete(link);
    return [...this.#links];
  }

  /** Listeners that have not closed. */
  listeners(): SimulatedListener[] {
    return [...this.#listeners];
  }

  /** What stands at a path. */
  at(address: string): PathState {
    const entry = this.#paths.get(address);
    if (entry === undefined) return 'absent';
    if (entry.kind === 'file') return 'file';
    return entry.listener === undefined ? 'stale' : 'live';
  }

  /** Every path that something stands at. */
  paths(): string[] {
    return [...this.#paths.keys()];
  }

  /** Puts a regular file at a path. */
  placeFile(address: string): void {
    this.#paths.set(address, { kind: 'file' });
  }

  /** Puts the socket file of a dead server at a path. */
  placeStale(address: string): void {
    this.#paths.set(address, { kind: 'socket', listener: undefined });
  }

  /** Removes what stands at a path. A listener there lives on, and nobody finds it any more. */
  unlink(address: string): void {
    this.#paths.delete(address);
  }

  listen(address: string, handlers: ListenHandlers, caller: Caller, backlog: number): Listener {
    const listener = new SimulatedListener(this, address, handlers, caller, backlog);
    this.#listeners.add(listener);
    if (this.#stacks) listener.stack = captureStack();
    this.clock.wake(listener);
    return listener;
  }

  dial(address: string, handlers: DialHandlers, caller: Caller): Dial {
    const dial = new SimulatedDial(this, address, handlers, caller);
    // connect(2) on a unix socket answers at once, so a dial given up in the same breath may still reach the server.
    if (this.fidelity === 'adversarial' && this.random.chance(0.5)) dial.attempt();
    this.clock.wake(dial);
    return dial;
  }

  /** The listener takes its address, unless somebody has it. False when it may not. */
  claim(listener: SimulatedListener): boolean {
    const state = this.at(listener.address);
    if (state === 'live' || state === 'file') return false;
    this.#paths.set(listener.address, { kind: 'socket', listener });
    return true;
  }

  /** The listener gives its address up; its file goes with it, unless it is another's by now or the process crashed. */
  release(listener: SimulatedListener, keepFile: boolean): void {
    this.#listeners.delete(listener);
    const entry = this.#paths.get(listener.address);
    if (entry?.kind !== 'socket' || entry.listener !== listener) return;
    if (keepFile) this.placeStale(listener.address);
    else this.#paths.delete(listener.address);
  }

  /** connect(2): the link, or the code of the failure. */
  connect(address: string, caller: Caller): Link | string {
    const refusal = this.faults?.refusal(address, caller);
    if (refusal !== undefined) return refusal;
    const entry = this.#paths.get(address);
    if (entry === undefined) return 'ENOENT';
    if (entry.kind === 'file' || entry.listener === undefined) return 'ECONNREFUSED';
    if (entry.listener.isFull) return 'EAGAIN';
    this.#lastLink += 1;
    const link = new Link({
      clock: this.clock,
      id: this.#lastLink,
      address,
      epoch: caller.epoch,
      dialler: caller.actor,
      allowHalfOpen: caller.allowHalfOpen ?? false,
    });
    if (this.#stacks) link.stack = captureStack();
    this.#links.add(link);
    // The set forgets closed links when asked for them; under a storm nobody may ask.
    if (this.#lastLink % 4096 === 0) this.links();
    this.#condition(link);
    this.faults?.linked(link);
    entry.listener.enqueue(link);
    return link;
  }

  /** A process has died: its ends close, its listeners go, its socket files stay. */
  crash(epoch: Epoch): void {
    for (const listener of this.#listeners) if (listener.epoch === epoch) listener.crash();
    for (const link of this.#links) {
      if (link.clientEpoch === epoch) link.abandon('client');
      if (link.serverEpoch === epoch) link.abandon('server');
    }
  }

  #condition(link: Link): void {
    if (this.trace.recordsBytes) {
      link.toServer.onDelivered = (chunk) =>
        this.trace.record('bytes', link.dialler, 'bytes', `#${link.id} > ${chunk.length}`);
      link.toClient.onDelivered = (chunk) =>
        this.trace.record('bytes', link.dialler, 'bytes', `#${link.id} < ${chunk.length}`);
    }
    if (this.fidelity === 'adversarial') {
      // A reader in another process may be woken between any two writes.
      const cut = (limitBytes: number, firstPieceBytes: number): number =>
        firstPieceBytes > 0 && this.random.chance(0.5) ? Math.min(limitBytes, firstPieceBytes) : limitBytes;
      link.toServer.cutRead = cut;
      link.toClient.cutRead = cut;
    }
  }
}
