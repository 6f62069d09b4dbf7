/** What a number of runs has visited, injected and felt: a law that was never near its limits proves nothing. */

import type { FaultKind, Simulation } from 'ipc/testing';
import { DEFAULT_KINDS } from 'ipc/testing/fast-check';
import { CLIENT_LAW_STATES, SERVER_LAW_STATES } from '#testing/laws/event-laws.js';
import type { Script } from './script.js';
import { World } from './world.js';

/** States that somebody has to have been in after an event. An automaton's first state is where it is before any. */
const ALL_STATES: readonly string[] = [
  ...CLIENT_LAW_STATES.map((state) => `client ${state}`),
  ...SERVER_LAW_STATES.map((state) => `server ${state}`),
].filter((state) => state !== 'server silent');

/** The wall clock may jump as it likes: nothing is to change. */
const WITHOUT_EFFECT: ReadonlySet<FaultKind> = new Set<FaultKind>(['clockJump']);

/** Comparisons after which a kind that is to have no effect is taken to have none. */
const MOST_COMPARISONS = 100;

export class Coverage {
  readonly #visited: Set<string> = new Set();
  readonly #injected: Set<string> = new Set();
  readonly #effective: Set<string> = new Set();
  readonly #comparisons: Map<string, number> = new Map();
  #virtualMs = 0;
  #slowestCloseMs = 0;

  /** Runs a script and takes note; throws what is wrong with the run. */
  run(script: Script): void {
    const world = new World(script);
    world.run();
    this.#virtualMs += world.sim.now;
    this.#slowestCloseMs = Math.max(this.#slowestCloseMs, world.slowestCloseMs);
    for (const state of world.visited) {
      this.#visited.add(state);
    }
    const injected = new Set(world.sim.trace.records.filter(({ kind }) => kind === 'fault').map(({ name }) => name));
    for (const [index, { kind }] of (script.plan?.faults ?? []).entries()) {
      if (injected.has(kind)) {
        this.#injected.add(kind);
        this.#compare(script, index, world);
      }
    }
  }

  /** How much time passed in the runs, all together. */
  get virtualMs(): number {
    return this.#virtualMs;
  }

  /** The longest that anybody took to close. */
  get slowestCloseMs(): number {
    return this.#slowestCloseMs;
  }

  /** The kinds of faults without which something else would have happened. */
  get effective(): readonly string[] {
    return [...this.#effective].sort();
  }

  get missingStates(): readonly string[] {
    return ALL_STATES.filter((state) => !this.#visited.has(state));
  }

  /** Kinds that no run has injected, or none has felt. */
  get missingKinds(): readonly string[] {
    return DEFAULT_KINDS.filter(
      (kind) => !this.#injected.has(kind) || this.#effective.has(kind) === WITHOUT_EFFECT.has(kind),
    );
  }

  /** A fault has taken effect when the same run without it goes another way. */
  #compare(script: Script, index: number, { sim }: World): void {
    const { plan } = script;
    const kind = plan?.faults[index]?.kind ?? '';
    const comparisons = this.#comparisons.get(kind) ?? 0;
    const isDone =
      this.#effective.has(kind) || (WITHOUT_EFFECT.has(kind as FaultKind) && comparisons >= MOST_COMPARISONS);
    if (plan === undefined || isDone) {
      return;
    }
    this.#comparisons.set(kind, comparisons + 1);
    const healthy = { kind: 'clockJump', delta: 0, at: 0 } as const;
    // Something in its place: each fault draws from a stream that is named after its place in the plan.
    const other = new World({ ...script, plan: { ...plan, faults: plan.faults.with(index, healthy) } });
    try {
      other.run();
    } catch {
      // Without the fault something is wrong: whoever looks for that will find it.
    }
    if (storyOf(other.sim) !== storyOf(sim)) {
      this.#effective.add(kind);
    }
  }
}

function storyOf({ trace }: Simulation): string {
  return trace.filter(({ kind }) => kind !== 'fault').toString();
}
