/** One simulated attempt to connect. */

import type { Dial, DialHandlers } from '../../core/transport.js';
import { ClockEntry } from '../clock/clock-entry.js';
import type { Link } from './link.js';
import type { Caller, SimulatedNetwork } from './simulated-network.js';
import { streamError, systemError } from './system-error.js';

type DialState =
  | { readonly name: 'dialing' }
  | { readonly name: 'hanging' }
  | { readonly name: 'connected'; readonly link: Link }
  | { readonly name: 'failing'; readonly error: Error }
  | { readonly name: 'done' };

const dialing: DialState = { name: 'dialing' };
const done: DialState = { name: 'done' };

/**
 * | state | input | next |
 * | --- | --- | --- |
 * | dialing | run | connected, failing or hanging, as the network says |
 * | connected | run | done: `opened` |
 * | failing | run | done: `failed` |
 * | hanging | retry | dialing |
 * | dialing, connected, hanging | abort | failing; a connection that was made is given up |
 */
export class SimulatedDial extends ClockEntry implements Dial {
  readonly #network: SimulatedNetwork;
  readonly address: string;
  readonly #handlers: DialHandlers;
  readonly #caller: Caller;
  /** Where it was asked for, when stacks are kept. */
  readonly stack: string | undefined;
  #state: DialState = dialing;

  constructor(network: SimulatedNetwork, address: string, handlers: DialHandlers, caller: Caller, stack?: string) {
    super(caller.epoch);
    this.#network = network;
    this.address = address;
    this.#handlers = handlers;
    this.#caller = caller;
    this.stack = stack;
  }

  /** Who dials. */
  get dialler(): string {
    return this.#caller.actor;
  }

  get label(): string {
    return `dial of ${this.#caller.actor} to ${this.address}`;
  }

  run(): void {
    const state = this.#state;
    switch (state.name) {
      case 'dialing':
        this.attempt();
        if (this.#state.name === 'failing') this.run();
        // The same system call woke the server, which stands before this in the queue: it sees the connection first.
        else if (this.#state.name === 'connected') this.#network.clock.wake(this);
        return;
      case 'connected':
        this.#state = done;
        this.#handlers.opened(state.link.adopt('client', this.epoch));
        return;
      case 'failing':
        this.#state = done;
        this.#handlers.failed(state.error);
        return;
      case 'hanging':
      case 'done':
        return;
      default:
        state satisfies never;
    }
  }

  abort(): void {
    const state = this.#state;
    if (state.name === 'failing' || state.name === 'done') return;
    if (state.name === 'connected') state.link.abandon('client');
    if (state.name === 'hanging') this.#network.dialGivenUp(this);
    this.#state = { name: 'failing', error: streamError('ABORT_ERR', 'The attempt to connect was aborted') };
    this.#network.clock.wake(this);
  }

  /** What it hung on is over. Does nothing when it was given up meanwhile. */
  retry(): void {
    if (this.#state.name !== 'hanging') return;
    this.#state = dialing;
    this.#network.clock.wake(this);
  }

  /** Makes the system call, the answer to which comes with the next run. */
  attempt(): void {
    const outcome = this.#network.connect(this.address, this.#caller, this.stack);
    if (outcome === 'hang') {
      this.#state = { name: 'hanging' };
      this.#network.dialHangs(this);
    } else if (typeof outcome === 'string') {
      this.#state = { name: 'failing', error: systemError(outcome, 'connect', this.address) };
    } else {
      this.#state = { name: 'connected', link: outcome };
    }
  }
}
