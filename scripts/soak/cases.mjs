// The laws of test/property over far more cases than `npm test` has time for, in three families: peace, crashes, and
// plans of faults. Each case is a random script of calls (and a random plan) in a simulation of its own.

import fc from 'fast-check';
import { built } from './built.mjs';

const { CLOSE_TIMEOUT_MS, World } = await built('world');
const { Violation } = await built('drills/drill');

/** Cases between two looks at the rest of the world. */
const BATCH = 50;
const HOUR_MS = 3_600_000;
/** So that one seed gives the two drills different worlds. */
const APART = 1_000_003;

/** In the shape of the drills of test/support/drills, though they have neither sockets nor processes. */
export const cases = {
  name: 'cases',
  threat: 'anything that can happen, in any order: random scripts in the simulation',
  promise: 'every law holds',
  commit: { cases: 2_000 },
  long: { cases: 200_000 },
  run: ({ cases: goal, seed = drawnSeed() }, watch) => run({ goal, unit: 'cases', seed }, watch),
};

/** The same worlds, counted by the time that passes in them. */
export const smallWorlds = {
  name: 'small-worlds',
  threat: 'anything that can happen, in any order, for very long: a few clients, a server and half a minute at a time',
  promise: 'every law holds',
  commit: { hours: 10 },
  long: { hours: 1_000 },
  run: ({ hours: goal, seed = drawnSeed() }, watch) => run({ goal, unit: 'hours', seed, shift: APART }, watch),
};

/** One script, as a failure prints it, with its trace. Returns whether every law holds. */
export function replay(script) {
  const world = new World(script);
  try {
    world.run();
    console.log(`${world.sim.trace}\n\nEvery law holds.`);
    return true;
  } catch (error) {
    console.error(error.message);
    return false;
  }
}

/** Half of the cases are under plans of faults, which is where most can go wrong. */
const TURNS = ['faulty', 'peaceful', 'faulty', 'crashing'];

/** Draws and runs worlds until there were `goal` of them, or `goal` hours in them, as `unit` says. */
async function run({ goal, unit, seed, shift = 0 }, watch) {
  const { peacefulScripts, scriptsWithCrashes, scriptsWithFaults } = await built('script');
  const { Coverage } = await built('coverage');
  const coverage = new Coverage();
  const families = { peaceful: peacefulScripts, crashing: scriptsWithCrashes, faulty: scriptsWithFaults };
  const done = { peaceful: 0, crashing: 0, faulty: 0 };
  const progress = { cases: 0, hours: 0 };

  for (let turn = 0; progress[unit] < goal && !watch.isStopped; turn += 1) {
    const family = TURNS[turn % TURNS.length];
    const numRuns = unit === 'cases' ? Math.min(BATCH, goal - progress.cases) : BATCH;
    const property = fc.property(families[family], (script) => coverage.run(script));
    const outcome = fc.check(property, { numRuns, seed: (seed + shift + turn * 0x9e37_79b1) | 0 });
    if (outcome.failed) throw new Violation(explain(family, seed, outcome));
    done[family] += numRuns;
    progress.cases += numRuns;
    progress.hours = coverage.virtualMs / HOUR_MS;
    watch.progress(
      Math.min(goal, Math.floor(progress[unit])),
      goal,
      unit === 'cases' ? 'cases' : 'hours of virtual time',
    );
    // A signal is only heard in between.
    await new Promise((resolve) => setImmediate(resolve));
  }

  console.log(`seed ${seed}; kinds of faults that took effect: ${coverage.effective.join(', ')}`);
  if (coverage.missingStates.length > 0) console.log(`never visited: ${coverage.missingStates.join(', ')}`);
  if (coverage.missingKinds.length > 0)
    console.log(`never injected, or never felt: ${coverage.missingKinds.join(', ')}`);
  return [
    ...Object.entries(done).map(([family, value]) => ({ what: `${family} cases`, value, unit: '' })),
    { what: 'virtual time', value: progress.hours, unit: 'h' },
    { what: 'slowest close', value: coverage.slowestCloseMs, unit: 'ms (virtual)', atMost: CLOSE_TIMEOUT_MS },
  ];
}

function drawnSeed() {
  return Date.now() % 1_000_000;
}

function explain(family, seed, { counterexample, errorInstance, numShrinks }) {
  const script = JSON.stringify(counterexample[0]);
  return `A ${family} case fails (seed ${seed}), shrunk ${numShrinks} times:

${errorInstance?.message}

To see it again:
  npm run soak -- --replay '${script}'
In a test:
  new World(${script}).run();`;
}
