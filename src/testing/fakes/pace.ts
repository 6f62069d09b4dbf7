/** How time passes for a fake: by itself in a simulation, for real on a real socket. */

import type { Runtime } from '../../core/runtime.js';
import type { Simulation } from '../simulation.js';

/** What a fake needs of time. */
export interface Pace {
  /** `virtual ms` or `ms`, for messages. */
  readonly unit: string;
  /** Calls back after `withinMs`, once nothing is left to do that could come before. Returns what cancels it. */
  setDeadline(withinMs: number, expired: () => void): () => void;
  /** Lets everything happen that is due at this instant, where that can be done now. */
  settleNow(): void;
}

/** Real time. */
export function realPace(runtime: Runtime): Pace {
  return {
    unit: 'ms',
    setDeadline: (withinMs, expired) => {
      const timer = runtime.setTimer(withinMs, expired, 'deadline of a fake');
      return () => timer.cancel();
    },
    settleNow: () => {},
  };
}

/** Kept from before anyone can install fake timers: these have to be real. */
const realSetImmediate = globalThis.setImmediate;
const realSetTimeout = globalThis.setTimeout;
const realClearTimeout = globalThis.clearTimeout;

/** How far time runs on by itself after something was done from outside, in virtual milliseconds. */
const FREE_RUN_MS = 60_000;

/** Before a deadline expires in a world with nothing left to do, code under test may be busy in the real one. */
const GRACE_REAL_MS = 100;

interface Deadline {
  readonly dueMs: number;
  readonly expired: () => void;
}

const paces = new WeakMap<Simulation, SimulatedPace>();

/**
 * Moves the clock of a simulation while a test awaits something that is not the clock. Each real `setImmediate` turn
 * takes one step: everything that is due now, or else the next instant; in between, promises of the code under test
 * have their turns. While the test runs, or awaits the simulation itself, this stands aside.
 *
 * | state | input | next |
 * | --- | --- | --- |
 * | resting | something was put on the clock, or a deadline set | turning |
 * | turning | turn, and something is to be done | turning: one step |
 * | turning | turn, and nothing comes before the next deadline | patient |
 * | turning | turn, and there is no deadline, and nothing to be done within the free run | resting |
 * | patient | something was put on the clock, or a deadline set or cancelled | turning |
 * | patient | the real grace is over | turning: the deadline expires |
 */
export class SimulatedPace implements Pace {
  readonly unit = 'virtual ms';
  readonly #simulation: Simulation;
  readonly #deadlines = new Set<Deadline>();
  #state: 'resting' | 'turning' | 'stepping' | 'patient' = 'resting';
  #freeUntilMs = -1;
  #grace: ReturnType<typeof setTimeout> | undefined;

  private constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  /** The one pace of a simulation: several fakes share it. */
  static of(simulation: Simulation): SimulatedPace {
    const known = paces.get(simulation);
    if (known !== undefined) return known;
    const pace = new SimulatedPace(simulation);
    paces.set(simulation, pace);
    return pace;
  }

  /** From now on time also moves without a deadline: whenever something is put on the clock from outside. */
  runFreely(): void {
    const { clock } = this.#simulation;
    clock.onScheduled = () => {
      if (this.#state === 'stepping') return;
      this.#freeUntilMs = clock.now + FREE_RUN_MS;
      this.#begin();
    };
    clock.onScheduled();
  }

  setDeadline(withinMs: number, expired: () => void): () => void {
    const deadline: Deadline = { dueMs: this.#simulation.now + withinMs, expired };
    this.#deadlines.add(deadline);
    this.#begin();
    return () => {
      if (this.#deadlines.delete(deadline)) this.#begin();
    };
  }

  settleNow(): void {
    if (this.#state === 'stepping' || this.#simulation.clock.isRunning) return;
    this.#begin();
    this.#step(0);
  }

  #begin(): void {
    if (this.#state === 'patient') realClearTimeout(this.#grace);
    if (this.#state === 'resting' || this.#state === 'patient') {
      this.#state = 'turning';
      realSetImmediate(this.#turn);
    }
  }

  readonly #turn = (): void => {
    if (this.#simulation.clock.isRunning) {
      realSetImmediate(this.#turn);
      return;
    }
    const { now } = this.#simulation;
    const { nextMs } = this.#simulation.clock;
    const deadline = this.#nextDeadline();
    if (deadline === undefined && nextMs > this.#freeUntilMs) {
      this.#state = 'resting';
    } else if (nextMs <= now) {
      this.#stepOn(0);
    } else if (deadline !== undefined && deadline.dueMs <= now) {
      this.#expire(deadline);
    } else if (deadline === undefined || nextMs <= deadline.dueMs) {
      this.#stepOn(nextMs - now);
    } else {
      this.#state = 'patient';
      this.#grace = realSetTimeout(() => {
        this.#state = 'turning';
        this.#stepOn(deadline.dueMs - this.#simulation.now);
      }, GRACE_REAL_MS);
    }
  };

  /** An exception of the code under test is uncaught, as it would be in production; the next turn comes all the same. */
  #stepOn(ms: number): void {
    realSetImmediate(this.#turn);
    this.#step(ms);
  }

  #step(ms: number): void {
    const former = this.#state;
    this.#state = 'stepping';
    try {
      this.#simulation.advanceSync(Math.max(0, ms));
    } finally {
      this.#state = former;
    }
  }

  #expire(deadline: Deadline): void {
    realSetImmediate(this.#turn);
    this.#deadlines.delete(deadline);
    deadline.expired();
  }

  #nextDeadline(): Deadline | undefined {
    let next: Deadline | undefined;
    for (const deadline of this.#deadlines) if (next === undefined || deadline.dueMs < next.dueMs) next = deadline;
    return next;
  }
}
