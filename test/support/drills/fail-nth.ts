/** Each scenario of test/support/scenarios.ts again for each of its system calls, with that one failing. */

import { setImmediate } from 'node:timers/promises';
import type { FailNth } from '#testing/faults/fault.js';
import { lawfulWorld } from '../lawful-world.js';
import { SCENARIOS, scenarioNamed } from '../scenarios.js';
import type { Script } from '../script.js';
import { type Drill, demand } from './drill.js';

export type Operation = FailNth['op'];

export const OPERATIONS: readonly Operation[] = ['dial', 'listen', 'accept', 'read', 'write'];

interface Scale {
  /** The calls of a scenario of which each fails once, of each operation; those after it never do. */
  readonly calls: number;
}

/** What came of the failures of one scenario. */
export interface Tortured {
  /** Calls of each operation whose failure changed something. */
  readonly failed: Readonly<Record<Operation, number>>;
  /** Failures that changed something, and of which the application was told nothing. */
  readonly untold: readonly string[];
}

/** Where the failure of an operation is told, whoever is affected. */
const TOLD_BY: Readonly<Record<Operation, RegExp>> = {
  dial: /^connectError EIO/,
  listen: /^error EIO/,
  accept: /^error EIO/,
  read: /^error EIO/,
  write: /^error EIO/,
};
/** A failure may go unnoticed, for a connection that is being given up; so many in a row mean that there are no more. */
const UNNOTICED_IN_A_ROW = 3;

export const failNth: Drill<Scale> = {
  name: 'fail-nth',
  threat: 'any one system call fails, in the simulation: each operation, each of its calls',
  promise: 'every law holds in every run',
  commit: { calls: 200 },
  long: { calls: Number.POSITIVE_INFINITY },

  async run({ calls }, watch) {
    const names = Object.keys(SCENARIOS);
    const all: Tortured[] = [];
    for (const name of names) {
      if (watch.isStopped) break;
      all.push(tortureWithFailures(name, calls));
      watch.progress(all.length, names.length, 'scenarios');
      await setImmediate();
    }
    const failed = (op: Operation): number => all.reduce((sum, tortured) => sum + tortured.failed[op], 0);
    const untold = all.flatMap((tortured) => tortured.untold);
    for (const failure of untold) watch.note(`nobody is told: ${failure}`);
    demand(watch.isStopped || OPERATIONS.every((op) => failed(op) > names.length), 'There were hardly any failures.');
    return [
      { what: 'scenarios', value: all.length, unit: '' },
      ...OPERATIONS.map((op) => ({ what: `failures of ${op}`, value: failed(op), unit: '' })),
      { what: 'failures that nobody is told of', value: untold.length, unit: '', atMost: 0 },
    ];
  },
};

/** Lets each of the first calls of a scenario fail in a run of its own. @throws when a law is broken. */
export function tortureWithFailures(name: string, calls: number): Tortured {
  const script = scenarioNamed(name);
  const failed: Record<Operation, number> = { dial: 0, listen: 0, accept: 0, read: 0, write: 0 };
  const untold: string[] = [];
  for (const op of OPERATIONS) {
    const undisturbed = storyOf(withFailure(script, op, Number.MAX_SAFE_INTEGER));
    let unnoticed = 0;
    for (let n = 1; n <= calls && unnoticed < UNNOTICED_IN_A_ROW; n++) {
      const story = storyOf(withFailure(script, op, n));
      const isNoticed = story !== undisturbed;
      unnoticed = isNoticed ? 0 : unnoticed + 1;
      failed[op] += isNoticed ? 1 : 0;
      const isTold = story.split('\n').some((line) => TOLD_BY[op].test(line));
      // Hostile clients make calls as well, and tell nobody.
      if (isNoticed && !isTold && name !== 'hostile clients') {
        untold.push(`${name}: ${op} ${n}`);
      }
    }
  }
  return { failed, untold };
}

function storyOf(script: Script): string {
  return lawfulWorld(script)
    .sim.trace.records.filter(({ kind }) => kind !== 'fault')
    .map(({ at, actor, name, detail }) => `${at} ${actor}\n${name} ${detail}`)
    .join('\n');
}

function withFailure(script: Script, op: Operation, n: number): Script {
  const faults = [...(script.plan?.faults ?? []), { kind: 'failNth', op, n, code: 'EIO' } as const];
  return { ...script, plan: { version: 1, seed: 1, faults } };
}
