/** What a simulation may be told when it is made. */

import type { Fidelity } from './network/simulated-network.js';
import { callback, optionsCheck } from './rules/check-options.js';
import { type EntriesOf, object, optional } from './rules/object-rule.js';
import { boolean, choice, integer } from './rules/rule.js';
import type { SimulationOptions } from './simulation.js';

const FIDELITIES: readonly Fidelity[] = ['typical', 'adversarial'];

/** What may stand among the options of a simulation. */
export const SIMULATION_OPTIONS: EntriesOf<SimulationOptions> = {
  seed: optional(integer()),
  fidelity: optional(choice(FIDELITIES)),
  trace: optional(
    object({
      keep: optional(integer(0)),
      hash: optional(boolean),
      bytes: optional(boolean),
      details: optional(boolean),
    }),
  ),
  stacks: optional(boolean),
  leaks: optional(choice(['report', 'throw'])),
  eventsPerInstant: optional(integer(1)),
  turnsPerInstant: optional(integer(1)),
  onException: optional(callback),
};

/** @throws TypeError that names the option. */
export const checkSimulationOptions: (options: unknown) => void = optionsCheck('Simulation', SIMULATION_OPTIONS);
