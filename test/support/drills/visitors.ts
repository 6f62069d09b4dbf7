/** Clients come and go, one after the other: neither side may keep anything of them. */

import type { Drill, Figure } from './drill.js';
import type { DrillProcess } from './drill-process.js';
import { eventually } from './eventually.js';
import { Stage } from './stage.js';

interface Scale {
  readonly cycles: number;
}

/** Before anything is measured: caches fill, code is compiled. */
const WARM_UP = 1_000;
const BLOCKS = 10;
/** Bytes for each cycle. */
const STEEPEST = 1_024;

export const visitors: Drill<Scale> = {
  name: 'leaks',
  threat: 'clients connect and close, for ever',
  promise: 'each is heard and answered; both processes end by themselves',
  commit: { cycles: 2_000 },
  long: { cycles: 100_000 },

  run: ({ cycles }, watch) =>
    Stage.use(async (stage) => {
      const server = await stage.listening({}, 'unjudged');
      const clients = stage.start('drill-visitors');
      const both = [server, clients];
      await clients.asks('visit', { count: WARM_UP });
      const settled = async (): Promise<number[]> => {
        // The last visitor may just be leaving.
        await eventually(
          () => server.asks('status'),
          ({ connections, disconnects }) => connections === disconnects,
        );
        return both.map((each) => each.descriptors());
      };
      const before = await settled();
      const samples = [await sample(both, 0)];
      const block = Math.ceil(cycles / BLOCKS);
      let done = 0;
      while (done < cycles && !watch.isStopped) {
        await clients.asks('visit', { count: block });
        done += block;
        await settled();
        samples.push(await sample(both, done));
        watch.progress(done, cycles, 'cycles');
      }
      const after = await settled();

      const slopes = (of: (each: Sample) => readonly number[], what: string, atMost?: number): Figure[] =>
        ['server', 'clients'].map((whose, index) => ({
          what: `${what} of the ${whose}`,
          value: slope(samples.map((each) => [each.cycles, of(each)[index] ?? 0])),
          unit: 'bytes/cycle',
          ...(atMost === undefined ? {} : { atMost }),
        }));
      await server.asks('close');
      const exits = await Promise.all(both.map((each) => each.leaves()));
      return [
        { what: 'cycles', value: done, unit: '' },
        { what: 'descriptors left over, server', value: (after[0] ?? 0) - (before[0] ?? 0), unit: '', atMost: 0 },
        { what: 'descriptors left over, clients', value: (after[1] ?? 0) - (before[1] ?? 0), unit: '', atMost: 0 },
        ...slopes(({ held }) => held, 'memory held', STEEPEST),
        // At a small scale it follows the collector's mood rather than the cycles.
        ...slopes(({ rss }) => rss, 'resident memory', cycles >= 50_000 ? STEEPEST : undefined),
        { what: 'slowest process ended by itself after', value: Math.max(...exits), unit: 'ms' },
      ];
    }),
};

/** Each is a list: that of the server, that of the clients. */
interface Sample {
  readonly cycles: number;
  /** In use on the heap and in buffers once the garbage is gone. */
  readonly held: readonly number[];
  readonly rss: readonly number[];
}

async function sample(processes: readonly DrillProcess[], cycles: number): Promise<Sample> {
  const held = await Promise.all(processes.map(async (each) => Number((await each.asks('held')).bytes)));
  return { cycles, held, rss: processes.map((each) => each.memory().rss) };
}

/** Of the straight line that fits best. */
function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  const [rise, run] = [
    points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0),
    points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0),
  ];
  return run === 0 ? 0 : rise / run;
}
