// Long runs: random cases of the laws and storms in the simulation, then the drills of test/support/drills, most of them on real
// sockets and real processes. Shows how far it is, and a table of figures, targets and verdicts at the end.
//
//   npm run soak                            all of it at the long scale: hours
//   npm run soak -- --scale commit          all of it at the scale of `npm test`: minutes
//   npm run soak -- --only crash,leaks      these; without a list: all of it
//   npm run soak -- --cases 5000 --seed 7   so many random cases, and others than those of seed 1
//   npm run soak -- --only scenarios --repeats 20
//   npm run soak -- --only small-worlds --hours 100
//   npm run soak -- --replay '{"seed":...}' one random case, as a failure prints it, with its trace
//
// Ctrl-C ends it early, with the table so far; a second one ends it at once. Exits with 1 when something did not hold.

import { parseFlags } from './flags.mjs';
import { built } from './soak/built.mjs';
import { cases, replay, smallWorlds } from './soak/cases.mjs';
import { Progress } from './soak/progress.mjs';
import { storm, swizzle } from './soak/storm.mjs';
import { isGood, table } from './soak/table.mjs';

const { values: flags } = parseFlags({
  options: {
    scale: { type: 'string', default: 'long' },
    only: { type: 'string' },
    cases: { type: 'string' },
    seed: { type: 'string' },
    repeats: { type: 'string' },
    hours: { type: 'string' },
    replay: { type: 'string' },
  },
});
const { drills } = await built('drills/drills');
const all = [cases, smallWorlds, storm, swizzle, ...drills];

if (flags.replay !== undefined) {
  process.exitCode = replay(JSON.parse(flags.replay)) ? 0 : 1;
} else {
  process.exitCode = (await soak(chosen())) ? 0 : 1;
}

async function soak(runs) {
  const watch = new Progress();
  const stop = () => {
    watch.isStopped = true;
    console.error('\nEnding; the figures so far follow when what is under way is done. Ctrl-C again to end at once.');
  };
  process.once('SIGINT', stop);
  const results = [];
  const startedMs = performance.now();
  for (const { drill, scale } of runs) {
    if (watch.isStopped) break;
    watch.begin(drill);
    const result = { drill, scale, obstacle: drill.obstacle?.() };
    try {
      if (result.obstacle === undefined) result.figures = await drill.run(scale, watch);
    } catch (error) {
      // What is stopped in the middle may well fail over it.
      if (!watch.isStopped) result.violation = error.stack ?? String(error);
    }
    result.isCutShort = watch.isStopped;
    watch.end(result.obstacle === undefined ? (isGood(result) ? 'held' : 'DID NOT HOLD') : 'skipped');
    results.push(result);
  }
  process.off('SIGINT', stop);
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  for (const { drill, violation } of results) {
    if (violation !== undefined) console.log(`\n${drill.name}: ${violation}`);
  }
  console.log(`\n${table(results)}\n`);
  const bad = results.filter((result) => !isGood(result)).map(({ drill }) => drill.name);
  const left = runs.length - results.length;
  const skipped = results.filter(({ obstacle }) => obstacle !== undefined).map(({ drill }) => drill.name);
  const gaps = skipped.length > 0 ? `; ${skipped.length} skipped: ${skipped.join(', ')}` : '';
  const ending = watch.isStopped ? `; ended early, ${left} not begun` : '';
  console.log(
    `${results.length - bad.length - skipped.length} held, ${bad.length} did not${bad.length > 0 ? `: ${bad.join(', ')}` : ''}${gaps}${ending}`,
  );
  console.log(`${seconds} s, Node ${process.version}, ${process.platform} ${process.arch}`);
  return bad.length === 0;
}

/** What to run, each with its scale. */
function chosen() {
  const names = flags.only?.split(',') ?? all.map(({ name }) => name);
  const unknown = names.find((name) => !all.some((drill) => drill.name === name));
  if (unknown !== undefined) {
    refuse(`There is no drill named ${unknown}. There are: ${all.map(({ name }) => name).join(', ')}.`);
  }
  if (flags.scale !== 'commit' && flags.scale !== 'long') refuse(`--scale is commit or long; got '${flags.scale}'.`);
  return all
    .filter(({ name }) => names.includes(name))
    .map((drill) => ({ drill, scale: { ...drill[flags.scale], ...overrides(drill[flags.scale]) } }));
}

/** What the flags say about a scale. */
function overrides(scale) {
  const given = {};
  for (const key of ['cases', 'hours', 'repeats', 'seed']) {
    const isMeant = key in scale || (key === 'seed' && ('cases' in scale || 'hours' in scale));
    if (flags[key] !== undefined && isMeant) given[key] = wholeNumber(key);
  }
  return given;
}

function wholeNumber(option) {
  const number = Number(flags[option]);
  if (!Number.isSafeInteger(number) || number < 0) refuse(`--${option} takes a whole number; got '${flags[option]}'.`);
  return number;
}

function refuse(text) {
  console.error(text);
  process.exit(2);
}
