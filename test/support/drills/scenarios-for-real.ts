/** The scenario pack with real processes on real sockets, again and again, while every processor is busy. */

import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { runScenarioForReal, type Scenario, scenarios } from 'ipc/testing';
import { type Drill, demand } from './drill.js';
import { Stage } from './stage.js';

interface Scale {
  readonly repeats: number;
  /** Whether a process for each processor takes all of it that it can get. */
  readonly load: boolean;
  /** Parts of the names of the scenarios; left out, all of them. */
  readonly only?: readonly string[];
}

/** They wait more than they work. */
const AT_A_TIME = 2;

export const scenariosForReal: Drill<Scale> = {
  name: 'scenarios',
  threat: 'the scenario pack on real sockets, with every processor busy',
  promise: 'every law holds in every run; nothing is left behind',
  commit: { repeats: 1, load: true },
  long: { repeats: 20, load: true },

  run: ({ repeats, load, only }, watch) =>
    Stage.use(async (stage) => {
      if (load) for (let index = 0; index < availableParallelism(); index += 1) stage.start('busy');
      const chosen = scenarios.filter(({ name }) => only?.some((part) => name.includes(part)) ?? true);
      const due = Array.from({ length: repeats }, () => chosen).flat();
      let flakes = 0;
      let begun = 0;
      let done = 0;
      const lane = async (): Promise<void> => {
        while (begun < due.length && !watch.isStopped) {
          const scenario = due[begun] as Scenario;
          begun += 1;
          const flake = await runOnce(scenario, join(stage.directory, String(begun)));
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
        { what: 'runs', value: done, unit: '' },
        { what: 'runs that failed', value: flakes, unit: '', atMost: 0 },
      ];
    }),
};

/** Answers what did not hold, if anything did not. A breach of a law is a violation, an expectation missed in time a flake. */
async function runOnce(scenario: Scenario, directory: string): Promise<string | undefined> {
  mkdirSync(directory);
  const { passed, violations, summary } = await runScenarioForReal(scenario, { directory });
  rmSync(directory, { recursive: true });
  demand(!violations.some(({ name }) => name.startsWith('law:')), summary);
  return passed
    ? undefined
    : `${scenario.name}: ${violations.map(({ name, problem }) => `${name}, ${problem}`).join('; ')}`;
}
