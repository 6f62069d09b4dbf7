// `npm run bench:growth`: what one message costs while something else grows. It should stay the same.
//
//   npm run bench:growth                            some minutes
//   npm run bench:growth -- --quick                 fewer points and rounds
//   npm run bench:growth -- --only topics,queued    these series
//   npm run bench:growth -- --json growth.json --svg growth.svg

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseFlags } from '../scripts/flags.mjs';
import { drawGrowth } from './growth-chart.mjs';
import { describeLoad, describeMachine, LoadMeter } from './lib/machine.mjs';
import { Progress } from './lib/progress.mjs';
import { runPair } from './lib/run.mjs';
import { summarize } from './lib/stats.mjs';
import { format, toMarkdown, toText } from './lib/table.mjs';

const oneWay = { kind: 'small', warm: 20_000, count: 100_000 };
/** Each of 10,000 topics has 20 messages before it is measured: the first ones cost more, whatever else there is. */
const steady = { kind: 'small', warm: 200_000, count: 200_000 };
/** Each: what grows, over which values, and the work with that value. */
const series = [
  {
    id: 'idle',
    title: 'clients connected, one of them sends',
    points: [1, 10, 100, 1000, 5000],
    work: (clients) => ['oneWay', { ...oneWay, idle: clients - 1 }],
  },
  {
    id: 'clients',
    title: 'clients, the server sends to each in turn',
    points: [1, 10, 100, 1000, 5000],
    work: (clients) => ['turns', { clients, count: 160_000 }],
  },
  {
    id: 'topics',
    title: 'topics, one after the other',
    points: [1, 10, 100, 1000, 10_000],
    work: (topics) => ['oneWay', { ...steady, topics }],
  },
  {
    id: 'shuffled',
    title: 'topics, in no order',
    points: [1, 10, 100, 1000, 10_000],
    work: (topics) => ['oneWay', { ...steady, topics, inNoOrder: true }],
  },
  {
    id: 'floor',
    title: 'topics, in no order: the floor',
    peer: 'floor',
    points: [1, 10, 100, 1000, 10_000],
    work: (topics) => ['oneWay', { ...steady, topics, inNoOrder: true }],
  },
  {
    id: 'queued',
    title: 'messages sent in one go',
    points: [5000, 20_000, 100_000, 400_000],
    // Few messages are measured after others, so that all of them run the same compiled code.
    work: (count) => ['oneWay', { kind: 'small', warm: 100_000, count, inOneGo: true }],
  },
  {
    id: 'before',
    title: 'MiB in the message before',
    points: [0, 1, 16, 64, 256],
    work: (mebibytes) => ['after', { ...oneWay, mebibytes }],
  },
];

const { values: flags } = parseFlags({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string' },
    json: { type: 'string' },
    svg: { type: 'string' },
    markdown: { type: 'boolean', default: false },
  },
});
const rounds = Number(flags.rounds ?? (flags.quick ? 1 : 5));
const chosen = series.filter(({ id }) => flags.only === undefined || flags.only.split(',').includes(id));

if (!process.env.IPC_BENCH_DIST) {
  const build = ['scripts/build.mjs', 'src', 'src/testing'];
  const { status } = spawnSync(process.execPath, build, { cwd: join(import.meta.dirname, '..'), stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

const load = new LoadMeter();
const progress = new Progress(chosen.reduce((sum, { points }) => sum + points.length * rounds, 0));
const results = [];
for (const each of chosen) results.push(await measure(each));
progress.end();
const result = {
  ...{ date: new Date().toISOString(), rounds, machine: describeMachine(), load: load.figures },
  series: results,
};

const table = [
  ['what grows', 'to', 'CPU µs per message, both ends', 'lowest to highest', 'µs per message', 'times the first'],
  ...results.flatMap(({ title, points }) =>
    points.map(({ x, cpu, wall, failure }, index) => [
      index === 0 ? title : '',
      x.toLocaleString('en'),
      failure ?? format(cpu.median),
      failure ? '' : `${format(cpu.low)} to ${format(cpu.high)}`,
      failure ? '' : format(wall.median),
      failure || points[0].failure ? '' : format(cpu.median / points[0].cpu.median),
    ]),
  ),
];
console.log(`${rounds} rounds, medians; ${describeLoad(result.load)}\n`);
console.log(flags.markdown ? toMarkdown(table) : toText(table));
if (flags.json) writeFileSync(flags.json, `${JSON.stringify(result, undefined, 1)}\n`);
if (flags.svg) writeFileSync(flags.svg, drawGrowth(result));

async function measure({ id, title, peer = 'ours', points, work }) {
  const xs = flags.quick ? [points[0], points.at(-2)] : points;
  const measured = xs.map((x) => ({ x, cpus: [], walls: [], failure: undefined }));
  for (let round = 0; round < rounds; round += 1) {
    await load.sample();
    for (const point of round % 2 === 0 ? measured : [...measured].reverse()) {
      progress.step(`${point.x.toLocaleString('en')} ${title}, round ${round + 1} of ${rounds}`);
      const [name, params] = work(point.x);
      const { server, client, failure } = await runPair({ peer, work: name, params, limitMs: 60_000 });
      if (failure) {
        point.failure = failure;
        continue;
      }
      const count = server.messages ?? params.count;
      point.cpus.push((server.cpu + client.cpu) / count);
      point.walls.push(((client.seconds ?? server.seconds) * 1e6) / count);
    }
  }
  const summarized = measured.map(({ x, cpus, walls, failure }) => ({
    ...{ x, failure, cpu: summarize(cpus), wall: summarize(walls) },
  }));
  return { id, title, points: summarized };
}
