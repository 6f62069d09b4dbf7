/** Runs a body in many worlds, each with another plan of faults, and boils a failure down to the fewest faults. */

import fc from 'fast-check';
import type { FaultKind } from '../faults/fault.js';
import { FAULT_KINDS } from '../faults/fault-kinds.js';
import { type FaultPlan, parseFaultPlan } from '../faults/fault-plan.js';
import { findUnconnected } from '../laws/check-liveness.js';
import { checkTrace } from '../laws/check-trace.js';
import type { Fidelity } from '../network/simulated-network.js';
import { anything, optionsCheck } from '../rules/check-options.js';
import { type EntriesOf, optional } from '../rules/object-rule.js';
import { choice, integer, LONGEST_MS, list, milliseconds, show, suggest, text } from '../rules/rule.js';
import { Simulation } from '../simulation.js';
import { SIMULATION_OPTIONS } from '../simulation-options.js';
import type { TraceSlice } from '../trace/trace-slice.js';
import { DEFAULT_KINDS, faultPlans } from './fault-arbitraries.js';

/** Assertions of the body for the time after everything has been healed. */
export type Epilogue = () => void | Promise<void>;

/**
 * Builds servers and clients in the simulation, lets time pass, asserts. It runs once for each plan, in a simulation of
 * its own, and must take time and chance from that alone. What it returns is called once the faults are healed and
 * everybody is connected again.
 */
// biome-ignore lint/suspicious/noConfusingVoidType: so that a body may simply not return anything
export type Body = (sim: Simulation) => Promise<Epilogue | void> | Epilogue | void;

/** How to explore. */
export interface ExploreOptions {
  /** How many plans to try. Default 100. */
  readonly runs?: number;
  /** Decides which plans are tried. Default 1; a nightly job may draw a fresh one and print it. */
  readonly seed?: number;
  /** Kinds of faults to draw from. Default: `DEFAULT_KINDS`. */
  readonly faults?: readonly FaultKind[];
  /** Names of hosts that may crash, stop or pause. Default none: no such fault is drawn. */
  readonly processes?: readonly string[];
  /** Names of hosts or clients that a fault may single out. Default none. */
  readonly clients?: readonly string[];
  /** Faults begin within this virtual time. Default 10,000 ms. */
  readonly horizonMs?: number;
  /** Most faults in a plan. Default 8. */
  readonly maxFaults?: number;
  /** Virtual time after which every client must be connected again once everything is healed. Default 60,000 ms. */
  readonly reconnectWithinMs?: number;
  /** Default `adversarial`. */
  readonly fidelity?: Fidelity;
  /** Runs this plan only: what a failure prints to see it again. */
  readonly plan?: FaultPlan;
}

const names = list(text());

const checkOptions = optionsCheck('explore()', {
  runs: optional(integer(1)),
  seed: SIMULATION_OPTIONS.seed,
  faults: optional(list(choice(Object.keys(FAULT_KINDS)), { min: 1 })),
  processes: optional(names),
  clients: optional(names),
  horizonMs: optional(integer(1, LONGEST_MS)),
  maxFaults: optional(integer(0)),
  reconnectWithinMs: optional(milliseconds),
  fidelity: SIMULATION_OPTIONS.fidelity,
  plan: optional(anything),
} satisfies EntriesOf<ExploreOptions>);

/** Lines of the trace that a failure shows. */
const STORY_LINES = 50;

/** A plan under which the body, or a law, failed; shrunk to the fewest faults that still do it. */
export class ExploreError extends Error {
  readonly code: string = 'IPC_EXPLORE';
  override readonly name: string = 'ExploreError';
  /** Give it to `explore` as `plan` to see the failure again. */
  readonly plan: FaultPlan;
  /** The whole trace of the failing run as text. */
  readonly trace: string;
  readonly #records: TraceSlice;

  /** @param decisive options without which the plan alone would do something else, as they stand in a call. */
  constructor(plan: FaultPlan, sim: Simulation, cause: unknown, summary: string, decisive = '') {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const lines = sim.trace.toString().split('\n');
    super(
      `${summary}\n\n${reason}\n\nTo see it again:\n  explore(body, { ${decisive}plan: ${JSON.stringify(plan)} })\n\n` +
        `The last of ${lines.length} lines of its trace, up to ${sim.now} ms:\n${lines.slice(-STORY_LINES).join('\n')}`,
      { cause },
    );
    this.plan = plan;
    this.trace = lines.join('\n');
    this.#records = sim.trace;
  }

  /** The failing run as an HTML timeline: write it to a file, and a CI job can keep it. */
  toHtml(): string {
    return this.#records.toHtml(this.message.split('\n')[0]);
  }
}

/**
 * Tries `runs` plans of faults. Each world has two phases: first the faults are in force while the body runs, then
 * everything is healed and every client has to be connected again. The order of events is held to the laws throughout.
 *
 * @throws ExploreError for the first failure, after shrinking it.
 */
export async function explore(body: Body, options: ExploreOptions = {}): Promise<void> {
  if (typeof body !== 'function') throw new TypeError(`explore() takes a body, a function; got ${show(body)}.`);
  checkOptions(options);
  const { runs = 100, seed = 1, faults = DEFAULT_KINDS, plan } = options;
  if (plan !== undefined) {
    await runPlan(body, parseFaultPlan(plan), options, 'The plan fails.');
    return;
  }
  const progress = new Progress(runs);
  const missing = new Set([...(options.processes ?? []), ...(options.clients ?? [])]);
  const known = new Set<string>();
  const plans = faultPlans({ ...constraintsOf(options), kinds: faults });
  const property = fc.asyncProperty(plans, async (drawn) => {
    progress.next();
    const sim = await runPlan(body, drawn, options, '');
    if (missing.size > 0) for (const name of namesIn(sim)) known.add(name) && missing.delete(name);
  });
  const outcome = await fc.check(property, { numRuns: runs, seed });
  progress.end();
  const [shrunk] = outcome.counterexample ?? [];
  if (shrunk !== undefined) {
    const summary =
      `Plan ${outcome.numRuns} of ${runs} (seed ${seed}) fails; ` +
      `it was shrunk ${outcome.numShrinks} times, to ${count(shrunk.faults.length, 'fault')}.`;
    await runPlan(body, shrunk, options, summary);
    throw new Error(`${summary} Run again, it passes: the body asks the real world for time or chance.`);
  }
  for (const name of missing) {
    const found = suggest(name, [...known], known.size <= 20);
    throw new TypeError(`explore(): no fault befell '${name}', since no world has had anybody of this name${found}`);
  }
}

function constraintsOf({ processes, clients, horizonMs, maxFaults }: ExploreOptions): object {
  return Object.fromEntries(
    Object.entries({ processes, clients, horizonMs, maxFaults }).filter(([, value]) => value !== undefined),
  );
}

/** @throws ExploreError when anything is wrong with what happens under the plan. */
async function runPlan(body: Body, plan: FaultPlan, options: ExploreOptions, summary: string): Promise<Simulation> {
  const { reconnectWithinMs = 60_000, fidelity = 'adversarial' } = options;
  const sim = new Simulation({ seed: plan.seed, fidelity });
  try {
    sim.play(plan);
    const epilogue = await body(sim);
    sim.heal();
    await reconnect(sim, reconnectWithinMs);
    checkTrace(sim.trace);
    if (epilogue !== undefined && typeof epilogue !== 'function') {
      throw new TypeError(`The body may return a function, which is called at the end; it returned ${show(epilogue)}.`);
    }
    await epilogue?.();
    return sim;
  } catch (error) {
    throw new ExploreError(plan, sim, error, summary, decisiveOptions(options));
  } finally {
    sim.abandon();
  }
}

/** Everybody whom a fault could mean: processes, servers and clients. */
function namesIn(sim: Simulation): Set<string> {
  const names = new Set([...sim.hosts().map(({ name }) => name), ...sim.network.paths()]);
  for (const { kind, actor } of sim.trace.records) if (kind === 'event') names.add(actor);
  return names;
}

/** What decides whether a plan fails, beside the plan. */
function decisiveOptions({ fidelity, reconnectWithinMs }: ExploreOptions): string {
  const given = Object.entries({ fidelity, reconnectWithinMs }).filter(([, value]) => value !== undefined);
  return given.map(([option, value]) => `${option}: ${JSON.stringify(value)}, `).join('');
}

async function reconnect(sim: Simulation, withinMs: number): Promise<void> {
  const endMs = sim.now + withinMs;
  await sim.settle();
  while (findUnconnected(sim.trace).length > 0) {
    if (sim.now >= endMs) {
      const names = findUnconnected(sim.trace).join(', ');
      throw new Error(`Not connected ${withinMs} ms after everything was healed: ${names}.`);
    }
    await sim.advance(Math.min(1000, endMs - sim.now));
  }
}

/** A line that counts the worlds on a terminal, and nothing when the output goes elsewhere. */
class Progress {
  readonly #runs: number;
  #done = 0;

  constructor(runs: number) {
    this.#runs = runs;
  }

  next(): void {
    this.#done++;
    if (process.stderr.isTTY) {
      const shrinking = this.#done > this.#runs ? ', shrinking a failure' : '';
      process.stderr.write(
        `\r\u001b[Kexplore: ${Math.min(this.#done, this.#runs)} of ${this.#runs} worlds${shrinking}`,
      );
    }
  }

  end(): void {
    if (process.stderr.isTTY) {
      process.stderr.write('\r\u001b[K');
    }
  }
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
