/** The scenario pack with real processes on real sockets, again and again, while every processor is busy. */

import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { runScenarioForReal, type Scenario, scenarios } from 'ipc/testing';
import { type Drill, demand } from './drill.js';
import { Stage } from './stage.js';

interface Scale {
  /** Each with a seed of its own. */
  readonly repeats: number;
  /** The first of them, and the next ones follow it. */
  readonly seed: number;
  /** Whether a process for each processor takes all of it that it can get. */
  readonly load: boolean;
  /** Parts of the names of the scenarios; left out, all of them. */
  readonly only?: readonly string[];
}

interface Due {
  readonly scenario: Scenario;
  readonly seed: number;
}

/** They wait more than they work. */
const AT_A_TIME = 2;

export const scenariosForReal: Drill<Scale> = {
  name: 'scenarios',
  threat: 'the scenario pack on real sockets with other seeds each time, every processor busy',
  promise: 'every law holds in every run; nothing is left behind',
  commit: { repeats: 1, seed: 1, load: true },
  long: { repeats: 50, seed: 1, load: true },

  run: ({ repeats, seed, load, only }, watch) =>
    Stage.use(async (stage) => {
      if (load) for (let index = 0; index < availableParallelism(); index += 1) stage.start('busy');
      const chosen = scenarios.filter(({ name }) => only?.some((part) => name.includes(part)) ?? true);
      const due = Array.from({ length: repeats }, (_, index) =>
        chosen.map((scenario) => ({ scenario, seed: seed + index })),
      ).flat();
      let flakes = 0;
      let begun = 0;
      let done = 0;
      const lane = async (): Promise<void> => {
        while (begun < due.length && !watch.isStopped) {
          const next = due[begun] as Due;
          begun += 1;
          const flake = await runOnce(next, join(stage.directory, String(begun)));
          // The processes of a scenario that is stopped are stopped as well, which is no fault of theirs.
          if (watch.isStopped) return;
          if (flake !== undefined) {
            flakes += 1;
            watch.note(flake);
          }
          done += 1;
          watch.progress(done, due.length, `runs, ${flakes} flakes`);
        }
      };
      await Promise.all(Array.from({ length: AT_A_TIME }, lane));
      return [
        { what: 'scenarios', value: chosen.length, unit: '' },
        { what: 'seeds of each', value: repeats, unit: '' },
        { what: 'runs', value: done, unit: '' },
        { what: 'runs that failed', value: flakes, unit: '', atMost: 0 },
      ];
    }),
};

/** Answers what did not hold, if anything did not. A breach of a law is a violation, an expectation missed in time a flake. */
async function runOnce({ scenario, seed }: Due, directory: string): Promise<string | undefined> {
  mkdirSync(directory);
  const { passed, violations, summary } = await runScenarioForReal(scenario, { directory, seed });
  rmSync(directory, { recursive: true });
  demand(!violations.some(({ name }) => name.startsWith('law:')), `seed ${seed}: ${summary}`);
  return passed
    ? undefined
    : `${scenario.name}, seed ${seed}: ${violations.map(({ name, problem }) => `${name}, ${problem}`).join('; ')}`;
}
