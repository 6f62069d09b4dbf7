// Runs the laws of test/property over far more cases than `npm test` has time for, in three families: peace, crashes, and
// plans of faults. Each case is a random script of calls (and a random plan) in a simulation of its own.
//
//   npm run soak                            200,000 cases
//   npm run soak -- --cases 5000 --seed 7   so many, and others than those of seed 1
//   npm run soak -- --replay '{"seed":...}' one script, as a failure prints it, with its trace
//
// Ctrl-C ends it early, with the summary so far. Exits with 1 at the first failure, after shrinking it.

import { parseArgs } from 'node:util';
import fc from 'fast-check';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '200000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    replay: { type: 'string' },
  },
});
const built = (file) => import(new URL(`../build/test/support/${file}.js`, import.meta.url).href);
const { World } = await built('world');

if (values.replay !== undefined) {
  replay(JSON.parse(values.replay));
} else {
  process.exitCode = (await soak()) ? 0 : 1;
}

function replay(script) {
  const world = new World(script);
  try {
    world.run();
    console.log(`${world.sim.trace}\n\nEvery law holds.`);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}

async function soak() {
  const cases = wholeNumber('cases');
  const seed = wholeNumber('seed');
  const { peacefulScripts, scriptsWithCrashes, scriptsWithFaults } = await built('script');
  const { Coverage } = await built('coverage');
  const coverage = new Coverage();
  const families = { peaceful: peacefulScripts, crashing: scriptsWithCrashes, faulty: scriptsWithFaults };
  const done = { peaceful: 0, crashing: 0, faulty: 0 };
  // Half of the cases are under plans of faults, which is where most can go wrong.
  const turns = ['faulty', 'peaceful', 'faulty', 'crashing'];
  const batch = 50;
  const startMs = performance.now();
  let total = 0;
  let failure;
  let stopped = false;
  process.once('SIGINT', () => {
    stopped = true;
  });
  console.log(`${cases} cases from seed ${seed}; Ctrl-C ends it early.`);

  for (let turn = 0; total < cases && !stopped && failure === undefined; turn += 1) {
    const family = turns[turn % turns.length];
    const numRuns = Math.min(batch, cases - total);
    const property = fc.property(families[family], (script) => coverage.run(script));
    const outcome = fc.check(property, { numRuns, seed: (seed + turn * 0x9e37_79b1) | 0 });
    total += outcome.failed ? outcome.numRuns : numRuns;
    done[family] += outcome.failed ? outcome.numRuns : numRuns;
    if (outcome.failed) failure = { family, outcome };
    tellProgress();
    // A signal is only heard in between.
    await new Promise((resolve) => setImmediate(resolve));
  }
  endProgress();
  summarize();
  return failure === undefined;

  function tellProgress() {
    if (!process.stderr.isTTY) return;
    const seconds = (performance.now() - startMs) / 1000;
    const left = Math.round(((cases - total) / total) * seconds);
    process.stderr.write(
      `\r\u001b[Ksoak: ${total} of ${cases} cases, ${Math.round(total / seconds)}/s, ${left} s left`,
    );
  }

  function endProgress() {
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  }

  function summarize() {
    const seconds = (performance.now() - startMs) / 1000;
    const counts = Object.entries(done).map(([family, count]) => `${count} ${family}`);
    console.log(
      `${total} cases (${counts.join(', ')}) in ${seconds.toFixed(0)} s, ${Math.round(total / seconds)} a second${stopped ? '; ended early' : ''}`,
    );
    console.log(`kinds of faults that took effect: ${coverage.effective.join(', ')}`);
    if (coverage.missingStates.length > 0) console.log(`never visited: ${coverage.missingStates.join(', ')}`);
    if (coverage.missingKinds.length > 0)
      console.log(`never injected, or never felt: ${coverage.missingKinds.join(', ')}`);
    if (failure === undefined) {
      console.log(total === 0 ? 'nothing was run' : 'every law holds');
      return;
    }
    const { counterexample, errorInstance, numShrinks } = failure.outcome;
    const script = JSON.stringify(counterexample[0]);
    console.log(
      `\nA ${failure.family} case fails (seed ${seed}), shrunk ${numShrinks} times:\n\n${errorInstance?.message}`,
    );
    console.log(
      `\nTo see it again:\n  npm run soak -- --replay '${script}'\nIn a test:\n  new World(${script}).run();`,
    );
  }
}

function wholeNumber(option) {
  const number = Number(values[option]);
  if (!Number.isSafeInteger(number) || number < 0) {
    console.error(`--${option} takes a whole number; got '${values[option]}'.`);
    process.exit(2);
  }
  return number;
}
