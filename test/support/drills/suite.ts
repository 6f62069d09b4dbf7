/** The tests on real sockets again and again, while every processor is busy: none may fail even once. */

import { availableParallelism } from 'node:os';
import { type Drill, demand } from './drill.js';
import { Stage } from './stage.js';
import { runTests, testFiles } from './test-run.js';

interface Scale {
  readonly repeats: number;
}

export const suite: Drill<Scale> = {
  name: 'suite',
  threat: 'a test of the real-socket suite fails now and then, with every processor busy',
  promise: 'no test fails in any repeat, and the process ends by itself; nothing of test/integration is left out',
  commit: { repeats: 1 },
  long: { repeats: 20 },

  run: ({ repeats }, watch) =>
    Stage.use(async (stage) => {
      for (let index = 0; index < availableParallelism(); index += 1) stage.start('busy');
      const files = testFiles('integration');
      let passes = 0;
      let skipped = 0;
      let failed = 0;
      let repeat = 0;
      for (; repeat < repeats && !watch.isStopped; repeat += 1) {
        const run = await runTests(files, watch);
        // What is stopped in the middle may well fail over it.
        if (watch.isStopped) break;
        passes += run.passes;
        skipped += run.pending;
        failed += run.problems.length;
        for (const problem of run.problems) watch.note(`repeat ${repeat + 1}: ${problem}`);
        watch.progress(repeat + 1, repeats, `repeats, ${failed} failures`);
      }
      demand(watch.isStopped || passes + failed > 0, 'No test was run.');
      return [
        { what: 'test files', value: files.length, unit: '' },
        { what: 'repeats', value: repeat, unit: '' },
        { what: 'tests that passed', value: passes, unit: '' },
        { what: 'tests that were skipped', value: skipped, unit: '' },
        { what: 'tests that failed', value: failed, unit: '', atMost: 0 },
      ];
    }),
};
