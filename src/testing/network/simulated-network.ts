/** The addresses of a simulation: what stands at each path, who listens there, and how dialling it ends. */

import type { Dial, DialHandlers, Listener, ListenHandlers } from '../../core/transport.js';
import { captureStack } from '../clock/clock-timer.js';
import type { Epoch } from '../clock/epoch.js';
import type { VirtualClock } from '../clock/virtual-clock.js';
import type { SeededRandom } from '../seeded-random.js';
import type { Trace } from '../trace/trace.js';
import { Link, type LinkEvent } from './link.js';
import type { LinkDirection } from './link-direction.js';
import { SimulatedDial } from './simulated-dial.js';
import { SimulatedListener } from './simulated-listener.js';
import type { SimulatedSocket } from './simulated-socket.js';

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

/** What becomes of a connection at the front of the queue: accepted late, or dropped unserved. */
export interface Acceptance {
  readonly delayMs: number;
  /** How it is dropped after the delay; undefined when it is accepted then. */
  readonly drop: 'end' | 'reset' | undefined;
}

/** What faults may decide about connections. */
export interface NetworkFaults {
  /** The code with which a new connection is refused, or that it gets no answer. */
  refusal(address: string, caller: Caller): string | undefined;
  /** A link was made; its ways may be given conditions. */
  linked(link: Link): void;
  /** What becomes of a link at the front of the queue; undefined when it is simply accepted. */
  acceptance(link: Link): Acceptance | undefined;
  /** The code with which accepting a link fails: the link is dropped, and the listener is told. */
  acceptFailure(link: Link): string | undefined;
  /** How many connections may wait there, of which none is accepted; undefined when the listener accepts. */
  backlogLimit(address: string): number | undefined;
  /** How much later a listener listens than it asked to. */
  listenDelayMs(address: string, epoch: Epoch | undefined): number;
  /** The code with which a listener fails. */
  listenFailure(address: string): string | undefined;
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
  /** Attempts that get no answer until a fault is over. */
  readonly #hangingDials = new Set<SimulatedDial>();
  /** Listeners whose address the next one may take over while they serve on. */
  readonly #yielding = new Set<SimulatedListener>();
  /** Who listened at an address last: its process and its actor. */
  readonly #servers = new Map<string, readonly string[]>();
  readonly #linkListeners: ((event: LinkEvent, link: Link) => void)[] = [];
  #lastLink = 0;

  constructor(options: NetworkOptions) {
    this.clock = options.clock;
    this.trace = options.trace;
    this.fidelity = options.fidelity;
    this.random = options.random;
    this.#stacks = options.stacks;
  }

  /** Links with an end that somebody holds, the oldest first. @internal */
  links(): Link[] {
    return [...this.#links];
  }

  /** Listeners that have not closed. @internal */
  listeners(): SimulatedListener[] {
    return [...this.#listeners];
  }

  /** Calls back for what becomes of links, from inside whatever brings it about. @internal */
  onLink(listener: (event: LinkEvent, link: Link) => void): () => void {
    this.#linkListeners.push(listener);
    return () => {
      const index = this.#linkListeners.indexOf(listener);
      if (index >= 0) this.#linkListeners.splice(index, 1);
    };
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
    this.unlink(address);
    this.#paths.set(address, { kind: 'file' });
  }

  /** Puts the socket file of a dead server at a path. */
  placeStale(address: string): void {
    this.unlink(address);
    this.#paths.set(address, { kind: 'socket', listener: undefined });
  }

  /**
   * Removes what stands at a path. A listener there lives on, is told of it in time, and nobody finds it
   * any more.
   *
   * @returns what puts it back, unless something else stands there by then, or the listener is gone.
   */
  unlink(address: string): () => void {
    const entry = this.#paths.get(address);
    this.#paths.delete(address);
    if (entry?.kind === 'socket') entry.listener?.fileTaken();
    return () => {
      if (entry?.kind !== 'socket' || entry.listener === undefined || this.#paths.has(address)) return;
      if (!this.#listeners.has(entry.listener)) return;
      this.#paths.set(address, entry);
      entry.listener.fileReturned();
    };
  }

  /** How many links there have been. */
  get linkCount(): number {
    return this.#lastLink;
  }

  /** The names by which whoever listens anywhere, or did last, may be called. */
  servers(): string[] {
    return [...this.#servers.values()].flat();
  }

  /** Whether a process listens, or has listened. */
  isServer(process: string): boolean {
    return [...this.#servers.values()].some((names) => names.includes(process));
  }

  listen(address: string, handlers: ListenHandlers, caller: Caller, backlog: number): Listener {
    const listener = new SimulatedListener(this, address, handlers, caller, backlog);
    this.#listeners.add(listener);
    if (this.#stacks) listener.stack = captureStack();
    this.clock.wake(listener);
    return listener;
  }

  dial(address: string, handlers: DialHandlers, caller: Caller): Dial {
    const dial = new SimulatedDial(this, address, handlers, caller, this.#stacks ? captureStack() : undefined);
    // connect(2) on a unix socket answers at once, so a dial given up in the same breath may still reach the server.
    if (this.fidelity === 'adversarial' && this.random.chance(0.5)) dial.attempt();
    this.clock.wake(dial);
    return dial;
  }

  /** A fault keeps the answer back. @internal */
  dialHangs(dial: SimulatedDial): void {
    this.#hangingDials.add(dial);
  }

  /** It does not wait for an answer any more. @internal */
  dialGivenUp(dial: SimulatedDial): void {
    this.#hangingDials.delete(dial);
  }

  /** Attempts of living processes that get no answer. @internal */
  hangingDials(): SimulatedDial[] {
    return [...this.#hangingDials].filter(({ epoch }) => epoch?.state !== 'ended');
  }

  /** A fault that kept answers back is over: who waits for one asks again. @internal */
  retryHangingDials(): void {
    const hanging = [...this.#hangingDials];
    this.#hangingDials.clear();
    for (const dial of hanging) dial.retry();
  }

  /** The listener takes its address; the code of the failure when it may not. @internal */
  claim(listener: SimulatedListener): string | undefined {
    const failure = this.faults?.listenFailure(listener.address);
    if (failure !== undefined) return failure;
    const entry = this.#paths.get(listener.address);
    const isTaken = entry?.kind === 'socket' && entry.listener !== undefined && !this.#yielding.has(entry.listener);
    if (isTaken || entry?.kind === 'file') return 'EADDRINUSE';
    this.#paths.set(listener.address, { kind: 'socket', listener });
    const process = listener.epoch === undefined ? [] : [listener.epoch.name];
    this.#servers.set(listener.address, [listener.address, listener.actor, ...process]);
    return undefined;
  }

  /** The names by which whoever listens at an address, or did last, may be called. @internal */
  serverNames(address: string): readonly string[] {
    return this.#servers.get(address) ?? [address];
  }

  /** The process that listens at an address. @internal */
  ownerOf(address: string): Epoch | undefined {
    const entry = this.#paths.get(address);
    return entry?.kind === 'socket' ? entry.listener?.epoch : undefined;
  }

  /** Lets a successor take over the addresses of a process that still serves its connections. @internal */
  yieldAddresses(epoch: Epoch): void {
    for (const listener of this.#listeners) if (listener.epoch === epoch) this.#yielding.add(listener);
  }

  /** A peer that sends what it likes, and reads nothing but the end. */
  dialHostile(address: string, chunks: Iterable<Buffer>): void {
    this.dial(
      address,
      {
        opened: (connection) => {
          const rest = chunks[Symbol.iterator]();
          const sendOn = (): void => {
            while (!connection.destroyed && !connection.writableNeedDrain) {
              const next = rest.next();
              if (next.done === true) return;
              connection.write(next.value);
            }
          };
          (connection as SimulatedSocket).on('drain', sendOn).on('error', () => {});
          connection.resume();
          sendOn();
        },
        failed: () => {},
      },
      { epoch: undefined, actor: 'hostile' },
    );
  }

  /**
   * The listener gives its address up; its file goes with it, unless it is another's by now or the process crashed.
   *
   * @internal
   */
  release(listener: SimulatedListener, keepFile: boolean): void {
    this.#listeners.delete(listener);
    this.#yielding.delete(listener);
    const entry = this.#paths.get(listener.address);
    if (entry?.kind !== 'socket' || entry.listener !== listener) return;
    if (keepFile) this.#paths.set(listener.address, { kind: 'socket', listener: undefined });
    else this.#paths.delete(listener.address);
  }

  /** connect(2): the link, or the code of the failure. @internal */
  connect(address: string, caller: Caller, stack?: string): Link | string {
    const refusal = this.faults?.refusal(address, caller);
    if (refusal !== undefined) return refusal;
    const entry = this.#paths.get(address);
    if (entry === undefined) return 'ENOENT';
    if (entry.kind === 'file' || entry.listener === undefined) return 'ECONNREFUSED';
    if (entry.listener.isFull(this.faults?.backlogLimit(address))) return 'EAGAIN';
    this.#lastLink += 1;
    const link = new Link({
      clock: this.clock,
      id: this.#lastLink,
      address,
      epoch: caller.epoch,
      dialler: caller.actor,
      allowHalfOpen: caller.allowHalfOpen ?? false,
      onClosed: this.#forget,
    });
    link.stack = stack;
    this.#links.add(link);
    this.#condition(link);
    this.faults?.linked(link);
    this.tellOfLink('accepted', link);
    entry.listener.enqueue(link);
    return link;
  }

  /** A process has died: its ends close, its listeners go, its socket files stay. @internal */
  crash(epoch: Epoch): void {
    for (const listener of this.#listeners) if (listener.epoch === epoch) listener.crash();
    for (const link of this.#links) {
      if (link.clientEpoch === epoch) link.abandon('client');
      if (link.serverEpoch === epoch) link.abandon('server');
    }
  }

  /** Tells those who wait for it what has become of a link. @internal */
  tellOfLink(event: LinkEvent, link: Link): void {
    for (const listener of this.#linkListeners) listener(event, link);
  }

  readonly #forget = (link: Link): void => {
    this.#links.delete(link);
    this.tellOfLink('closed', link);
  };

  readonly #recordBytes = ({ length }: Buffer, { link, side }: LinkDirection): void => {
    const { id, dialler, serverActor } = link;
    const detail = `#${id} ${length}`;
    if (side === 'server') this.trace.recordBytes(dialler, serverActor, detail);
    else this.trace.recordBytes(serverActor, dialler, detail);
  };

  #condition(link: Link): void {
    if (this.trace.recordsBytes) {
      link.serverActor = this.#servers.get(link.address)?.[1] ?? link.address;
      link.toServer.onDelivered = this.#recordBytes;
      link.toClient.onDelivered = this.#recordBytes;
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
