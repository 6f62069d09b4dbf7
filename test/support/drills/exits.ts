/** Each test file in a process of its own, which has to end by itself: a timer, socket or child that is left would keep it. */

import { basename } from 'node:path';
import { type Drill, demand } from './drill.js';
import { runTests, testFiles } from './test-run.js';

interface Scale {
  /** So many of the folders, in this order: the last takes minutes. */
  readonly suites: number;
}

const SUITES = ['unit', 'property', 'integration'];

/** From the end of the last test to the end of the process. */
const LONGEST_EXIT_MS = 500;

export const exits: Drill<Scale> = {
  name: 'exits',
  threat: 'something stays open after close() and keeps the process alive',
  promise: 'the process of each test file ends by itself',
  commit: { suites: 1 },
  long: { suites: 3 },

  async run({ suites }, watch) {
    const files = SUITES.slice(0, suites).flatMap(testFiles);
    let [done, slow, slowestMs] = [0, 0, 0];
    for (const file of files) {
      if (watch.isStopped) break;
      const { problems, exitMs } = await runTests([file], watch);
      if (watch.isStopped) break;
      demand(problems.length === 0, `${file}:\n${problems.join('\n')}`);
      done += 1;
      if (exitMs > LONGEST_EXIT_MS) {
        slow += 1;
        watch.note(`${basename(file)} was over ${exitMs} ms before its process`);
      }
      slowestMs = Math.max(slowestMs, exitMs);
      watch.progress(done, files.length, 'test files');
    }
    return [
      { what: 'test files', value: done, unit: '' },
      { what: 'longest until a process ended', value: slowestMs, unit: 'ms', atMost: LONGEST_EXIT_MS },
      { what: 'processes that took longer', value: slow, unit: '', atMost: 0 },
    ];
  },
};
