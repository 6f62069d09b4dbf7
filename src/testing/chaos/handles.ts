/** What a chaos proxy gives back for what it was asked to do. */

import type { Fault } from '../fault.js';

/** What `inject` gives back. */
export interface InjectedFault {
  readonly fault: Fault;
  /** Resolves when it is in force, for the few kinds that take a while: EAGAIN, and what befalls processes. */
  readonly inForce: Promise<void>;
  /** Resolves when it is over: healed, or done with what it does. */
  readonly over: Promise<void>;
  /** Ends it. Twice does nothing. */
  heal(): void;
}

/** What `play` gives back. */
export interface PlayedPlan {
  /** Resolves when every fault has begun, and those that end by themselves are over; or when the proxy is closed. */
  readonly done: Promise<void>;
  /** Heals what has begun, and lets nothing more begin. */
  heal(): void;
}
