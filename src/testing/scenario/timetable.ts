/** When what of a scenario is done. */

import type { Scenario, Step } from './scenario.js';

/** A step, and one of the times at which it is done. */
export interface PlannedStep {
  readonly at: number;
  readonly process: string;
  readonly step: Step;
}

/** Left to things that are under way when nobody says how long they may take. */
const CALM_MS = 1000;

/** Every single doing of every step, by time; at one time in the order of the workload. */
export function timetableOf({ workload }: Scenario): PlannedStep[] {
  const planned = workload.flatMap((step) => {
    const { at = 0, every = 0, count = 1 } = step;
    const process = 'client' in step ? step.client : step.server;
    // Who pours decides by itself when the next one is due.
    const times = step.do === 'pour' ? 1 : count;
    return Array.from({ length: times }, (_, index) => ({ at: at + index * every, process, step }));
  });
  return planned.sort((a, b) => a.at - b.at);
}

/** The end of a scenario, in three moments. */
export interface ScenarioEnd {
  /** Every fault is healed. */
  readonly healAt: number;
  /** How long after that everybody must be connected. */
  readonly within: number;
  /** Everybody is told to close: what was done last has had as long. */
  readonly closeAt: number;
}

/** How a scenario ends. */
export function endOf(scenario: Scenario): ScenarioEnd {
  const lastStepAt = timetableOf(scenario).at(-1)?.at ?? 0;
  const { healAt, within } = scenario.liveness ?? { healAt: lastMomentOf(scenario, lastStepAt), within: CALM_MS };
  return { healAt, within, closeAt: Math.max(healAt, lastStepAt) + within };
}

function lastMomentOf({ servers, clients, faults }: Scenario, lastStepAt: number): number {
  const ends = faults.map(
    (fault) => (fault.at ?? 0) + (fault.for ?? 0) + ('restartAfter' in fault ? (fault.restartAfter ?? 0) : 0),
  );
  return Math.max(lastStepAt, ...ends, ...[...servers, ...clients].map(({ at = 0 }) => at));
}

/** The longest that any `close()` of the scenario may take. */
export function closeTimeoutOf({ servers, clients }: Scenario): number {
  return Math.max(...[...servers, ...clients].map(({ options }) => options?.closeTimeout ?? 5000));
}
