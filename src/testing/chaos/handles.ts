/** What a chaos proxy gives back for what it was asked to do. */

import type { FaultHandle } from '../faults/fault-engine.js';

/** What `inject` gives back. */
export interface InjectedFault extends FaultHandle {
  /** Resolves when it is in force, for the few kinds that take a while: EAGAIN, and what befalls processes. */
  readonly inForce: Promise<void>;
  /** Resolves when it is over: healed, or done with what it does. */
  readonly over: Promise<void>;
}

/** What `play` gives back. */
export interface PlayedPlan {
  /** Resolves when every fault has begun, and those that end by themselves are over; or when it is stopped. */
  readonly done: Promise<void>;
  /** How many faults have not begun yet. */
  readonly left: number;
  /** Calls off what has not begun yet. What is in force stays. */
  stop(): void;
}
