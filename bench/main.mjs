// `npm run bench`: this library and its peers at the same works, in one run.
//
//   npm run bench                                  everything; takes long
//   npm run bench -- --quick                       smaller counts, fewer rounds; meant for 2 minutes
//   npm run bench -- --only burst,ping-pong        these rows; see bench/lib/plan.mjs for their names
//   npm run bench -- --peers ours,floor            these peers; see bench/peers/index.mjs
//   npm run bench -- --rounds 9                    more of them
//   npm run bench -- --json result.json            keeps everything that was measured
//   npm run bench -- --svg chart.svg               draws it
//   npm run bench -- --markdown                    prints the tables for a document
//   npm run bench -- --from result.json            prints and draws what was kept, and measures nothing
//
//   npm run bench -- --smoke                       next to nothing, to see that all of this works
//
// IPC_BENCH_DIST=folder measures another build of the library.

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseFlags } from '../scripts/flags.mjs';
import { drawChart } from './chart.mjs';
import { describeLoad, describeMachine, LoadMeter } from './lib/machine.mjs';
import { plan } from './lib/plan.mjs';
import { Progress } from './lib/progress.mjs';
import { runRow } from './lib/rows.mjs';
import { resultTable, targetTable, toMarkdown, toText } from './lib/table.mjs';
import { judge } from './lib/targets.mjs';
import { loadPeer, peers } from './peers/index.mjs';

const root = join(import.meta.dirname, '..');
const { values: flags } = parseFlags({
  options: {
    quick: { type: 'boolean', default: false },
    smoke: { type: 'boolean', default: false },
    only: { type: 'string' },
    peers: { type: 'string' },
    rounds: { type: 'string' },
    json: { type: 'string' },
    svg: { type: 'string' },
    markdown: { type: 'boolean', default: false },
    from: { type: 'string' },
  },
});
const scale = flags.smoke ? 'smoke' : flags.quick ? 'quick' : 'params';
const rounds = Number(flags.rounds ?? { smoke: 1, quick: 2, params: 5 }[scale]);
const defaultLimitMs = flags.quick ? 4000 : 15_000;

const rows = choose(plan, flags.only, 'row').filter((row) => row[scale] !== undefined);
const chosenPeers = choose(
  Object.keys(peers).map((id) => ({ id })),
  flags.peers,
  'peer',
).map(({ id }) => id);

if (!flags.smoke && !flags.from) prepare();
const kept = flags.from && JSON.parse(readFileSync(flags.from, 'utf8'));
const names = kept ? kept.peers : await loadable(chosenPeers);
const result = kept || (await measureAll());
print(result);
if (flags.svg) writeFileSync(flags.svg, drawChart(result));

/** What the kernel counts is the same in every round, nearly; what is over in less than a second scatters, and has twice as many. */
function roundsOf(row) {
  if (row.once || (row.isSteady && flags.quick)) return 1;
  return row.isShort && scale === 'params' ? 2 * rounds : rounds;
}

function choose(all, list, what) {
  const wanted = list?.split(',');
  const unknown = wanted?.find((id) => !all.some((each) => each.id === id));
  if (unknown !== undefined) {
    console.error(`There is no ${what} named ${unknown}. There are: ${all.map(({ id }) => id).join(', ')}.`);
    process.exit(1);
  }
  return all.filter(({ id }) => wanted === undefined || wanted.includes(id));
}

/** Builds the library, and installs the peers where they are missing. */
function prepare() {
  const needsPackages = chosenPeers.some((name) => peers[name].package);
  const steps = [
    ...(needsPackages ? [['scripts/install-missing.mjs', 'bench']] : []),
    ...(process.env.IPC_BENCH_DIST ? [] : [['scripts/build.mjs', 'src', 'src/testing']]),
  ];
  for (const args of steps) {
    const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
    if (status !== 0) process.exit(status ?? 1);
  }
}

/** Leaves out a peer that cannot be loaded here, such as one without a binary for this system, and says so. */
async function loadable(ids) {
  const good = [];
  for (const id of ids) {
    try {
      if (peers[id].package) await loadPeer(id);
      good.push(id);
    } catch (error) {
      console.error(`Without ${id}: ${String(error.message).split('\n')[0]}`);
    }
  }
  return good;
}

async function measureAll() {
  const load = new LoadMeter();
  const started = new Date();
  const able = (row) => (row.measure ? 1 : names.length);
  const progress = new Progress(rows.reduce((sum, row) => sum + able(row) * roundsOf(row), 0));
  const measured = [];
  for (const row of rows) {
    const paramsOf = (peer) => ({
      ...row.params,
      ...row[scale],
      ...(flags.quick && peers[peer].isSlow ? row.quickSlow : {}),
    });
    const quickLimitMs = row.once ? 60_000 : (row.quickLimitMs ?? defaultLimitMs);
    const limitMs = flags.quick ? quickLimitMs : (row.limitMs ?? defaultLimitMs);
    const step = (text) => progress.step(text);
    const times = roundsOf(row);
    // In a hurry only the closest race is run twice. For a slow peer nothing is short.
    const roundsOfPeer = (peer) => {
      if (flags.quick) return peer === 'ours' || peer === 'floor' ? times : 1;
      return peers[peer].isSlow ? Math.min(times, rounds) : times;
    };
    const how = { rounds: times, roundsOf: roundsOfPeer, limitMs, load, progress: step };
    measured.push(await runRow({ row, paramsOf, peers: names, ...how }));
    // After every row, so that a run that is stopped was not for nothing.
    if (flags.json) writeFileSync(flags.json, `${JSON.stringify(resultSoFar(), undefined, 1)}\n`);
  }
  progress.end();
  return resultSoFar();

  function resultSoFar() {
    const seconds = Math.round((Date.now() - started.getTime()) / 1000);
    return {
      ...{ date: started.toISOString(), seconds, scale, rounds, peers: names },
      ...{ machine: describeMachine(), load: load.figures, rows: measured },
    };
  }
}

function print({ machine, load, seconds, rounds: times, date, rows: measured }) {
  const { node, system, processor, cores, memoryGiB } = machine;
  const render = flags.markdown ? toMarkdown : toText;
  console.log(`${date.slice(0, 10)}, Node ${node}, ${system}, ${cores} cores (${processor}), ${memoryGiB} GiB`);
  console.log(
    `${times} rounds in ${seconds} s; medians; ± half the spread where it is over 10 %; ${describeLoad(load)}\n`,
  );
  console.log(render(resultTable(measured, names)));
  const lines = judge(measured);
  if (lines.length === 0 || flags.smoke) return;
  console.log(`\n${render(targetTable(lines))}\n`);
  console.log(`${lines.filter(({ isMet }) => isMet).length} of ${lines.length} targets met`);
}
