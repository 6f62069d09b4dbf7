/** Runs a body in a fresh simulation, and twice to see whether it does the same. */

import { optionsCheck } from './rules/check-options.js';
import { optional } from './rules/object-rule.js';
import { boolean, show as showValue } from './rules/rule.js';
import { Simulation, type SimulationOptions } from './simulation.js';
import { SIMULATION_OPTIONS } from './simulation-options.js';
import type { TraceRecord } from './trace/trace.js';

/** How a body is run. */
export interface SimulateOptions extends SimulationOptions {
  /** Whether the body runs twice, and a difference between the two is an error. Default false. */
  readonly verify?: boolean;
}

const checkOptions = optionsCheck('simulate()', { ...SIMULATION_OPTIONS, verify: optional(boolean) });

/** Two runs of one seed went different ways: the body draws on time or chance that is not the simulation's. */
export class DivergenceError extends Error {
  readonly code = 'IPC_SIMULATION_DIVERGENCE';
  /** Which record differs, counted from 0. */
  readonly index: number;
  readonly first: TraceRecord | undefined;
  readonly second: TraceRecord | undefined;

  constructor(seed: number, index: number, first: TraceRecord | undefined, second: TraceRecord | undefined) {
    super(
      `Two runs with seed ${seed} differ at record ${index}.\n  first:  ${show(first)}\n  second: ${show(second)}\n` +
        'Something asks the real world: Date, Math.random, setTimeout, crypto, the file system.\n' +
        'Take it from transport.runtime; in the factory of a host that is transport(address).runtime.',
    );
    this.name = 'DivergenceError';
    this.index = index;
    this.first = first;
    this.second = second;
  }
}

/**
 * Makes a simulation, runs the body in it and disposes of it.
 *
 * @returns the simulation, for its trace.
 * @throws DivergenceError with `verify`, naming the first record that differs.
 */
export async function simulate(
  options: SimulateOptions,
  body: (sim: Simulation) => void | Promise<void>,
): Promise<Simulation> {
  checkOptions(options);
  if (typeof body !== 'function') {
    throw new TypeError(
      `simulate() takes options and a body: simulate({ seed: 1 }, (sim) => ...); got ${showValue(body)}.`,
    );
  }
  const first = await runOnce(options, body);
  if (options.verify !== true) {
    return first;
  }
  const second = await runOnce(options, body);
  if (first.trace.hash() !== second.trace.hash()) {
    const [one, other] = [first.trace.records, second.trace.records];
    let index = 0;
    while (index < Math.min(one.length, other.length) && show(one[index]) === show(other[index])) {
      index += 1;
    }
    throw new DivergenceError(first.seed, index, one[index], other[index]);
  }
  return first;
}

async function runOnce(options: SimulateOptions, body: (sim: Simulation) => void | Promise<void>): Promise<Simulation> {
  const { verify: _verify, ...simulationOptions } = options;
  const sim = new Simulation(simulationOptions);
  try {
    await body(sim);
  } catch (error) {
    sim.abandon();
    throw error;
  }
  sim.dispose();
  return sim;
}

function show(record: TraceRecord | undefined): string {
  return record === undefined ? 'nothing' : `${record.at} ms ${record.actor} ${record.name} ${record.detail}`.trimEnd();
}
