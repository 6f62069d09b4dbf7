// `npm run bench:guard`: fails when the library has become slower than the floor, or than the socket, by more than its
// target allows. Both run in turn on the same machine at the same time, so the machine itself does not matter. On a busy
// one, times depend on who else runs, and processor time hardly: so where both are measured, one of them may hold the
// target. What falls short is measured once more, with more rounds, before it counts.
//
//   npm run bench:guard                        some minutes
//   npm run bench:guard -- --only ping-pong    these rows

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseFlags } from '../scripts/flags.mjs';
import { describeLoad, LoadMeter } from './lib/machine.mjs';
import { plan } from './lib/plan.mjs';
import { Progress } from './lib/progress.mjs';
import { runRow } from './lib/rows.mjs';
import { compare } from './lib/stats.mjs';
import { format, toText } from './lib/table.mjs';
import { guarded } from './lib/targets.mjs';

/** A ratio may be this much of its target. */
const TOLERANCE = 0.75;
const ROUNDS = 5;
const ROUNDS_AGAIN = 11;
/** Too large for a machine of a CI, and no other code than the smaller ones. */
const left = ['large-256'];

/** What a busy machine makes worse, so that processor time may speak for it. Memory speaks for itself. */
const OF_TIME = ['rate', 'p50'];

const { values: flags } = parseFlags({ options: { only: { type: 'string' } } });
const goals = guarded().filter(({ row }) => (flags.only?.split(',').includes(row) ?? true) && !left.includes(row));
const ids = [...new Set(goals.map(({ row }) => row))];

if (!process.env.IPC_BENCH_DIST) {
  const build = ['scripts/build.mjs', 'src', 'src/testing'];
  const { status } = spawnSync(process.execPath, build, { cwd: join(import.meta.dirname, '..'), stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

const load = new LoadMeter();
const lines = [];
let failed = 0;
for (const id of ids) {
  const wanted = goals.filter(({ row }) => row === id);
  let judged = await measure(id, wanted, ROUNDS);
  if (judged.some(({ holds }) => !holds)) judged = await measure(id, wanted, ROUNDS_AGAIN);
  for (const { metric, than, limit, ratio, holds, failure } of judged) {
    if (!holds) failed += 1;
    const range = ratio ? `${format(ratio.low)} to ${format(ratio.high)} in ${ratio.count} rounds` : '';
    const measured = ratio ? format(ratio.median) : failure;
    lines.push([id, `${metric}, to ${than}`, measured, `at least ${format(limit)}`, range, holds ? 'ok' : 'FAIL']);
  }
}
console.log(`Ratios to the floor; ${describeLoad(load.figures)}\n`);
console.log(toText([['row', 'figure', 'ratio', 'limit', 'lowest to highest', ''], ...lines]));
console.log(`\n${lines.length - failed} hold, ${failed} fell short`);
process.exitCode = failed > 0 ? 1 : 0;

async function measure(id, wanted, rounds) {
  const row = plan.find((each) => each.id === id);
  const peers = ['ours', ...new Set(wanted.map(({ than }) => than))];
  const progress = new Progress(peers.length * rounds);
  const params = { ...row.params, ...(row.id === 'large-64' ? { count: 1 } : {}) };
  const step = (text) => progress.step(text);
  const paramsOf = () => params;
  const measured = await runRow({ row, paramsOf, peers, rounds, limitMs: 60_000, load, progress: step });
  progress.end();
  return wanted.map(({ metric: name, than, ratio: target }) => {
    const metric = measured.metrics.find((each) => each.id === name);
    const { ours, [than]: other } = metric.values;
    const itself = compare(ours.rounds, other.rounds, metric.better);
    const ratios = OF_TIME.includes(name) ? [itself, byProcessor(measured, than)] : [itself];
    const ratio = ratios.sort((a, b) => (b?.median ?? 0) - (a?.median ?? 0))[0];
    const limit = target * TOLERANCE;
    return {
      metric: metric.unit,
      ...{ than, limit, ratio },
      holds: ratio !== undefined && ours.failure === undefined && ratio.median >= limit,
      failure: ours.failure ?? other.failure ?? 'nothing measured',
    };
  });
}

function byProcessor({ metrics }, than) {
  const cpu = metrics.find(({ id }) => id === 'cpu');
  return cpu && compare(cpu.values.ours.rounds, cpu.values[than].rounds, cpu.better);
}
