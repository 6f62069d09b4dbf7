/** A broadcast past a reader that has stopped (SIGSTOP): the others miss nothing, and it gets on when it is back. */

import { type Drill, demand } from './drill.js';
import type { DrillProcess } from './drill-process.js';
import { eventually } from './eventually.js';
import { Stage } from './stage.js';

interface Scale {
  readonly megabytes: number;
  /** Those that go on reading. */
  readonly readers: number;
  /** How many times the slow one is stopped; the broadcast is repeated each time. */
  readonly stops: number;
}

const MESSAGE_BYTES = 100_000;
/** The default of `maxBufferedBytes`. */
const LIMIT = 64 * 2 ** 20;
/** What the event loop may stand still at most. */
const STANDSTILL_MS = 50;
/** After the slow reader is back. */
const AFTERWARDS = 10;
const MEGABYTE = 1e6;

export const slowReader: Drill<Scale> = {
  name: 'slow',
  threat: 'a reader is stopped (SIGSTOP) under a broadcast',
  promise:
    'the others get all of it in order; one BackpressureError; drain, then delivery again, once the reader goes on',
  commit: { megabytes: 200, readers: 2, stops: 1 },
  long: { megabytes: 2_000, readers: 8, stops: 5 },

  run: ({ megabytes, readers, stops }, watch) =>
    Stage.use(async (stage) => {
      const server = await stage.listening({ maxBufferedBytes: LIMIT });
      const names = Array.from({ length: readers }, (_, index) => `reader-${index + 1}`);
      const live = names.map((name) => stage.start('drill-reader', name));
      const slow = stage.start('drill-reader', 'slow');
      const everybody = [slow, ...live];
      await Promise.all(everybody.map((each) => each.hears('connect')));
      await eventually(
        () => server.asks('status'),
        ({ connections }) => connections === everybody.length,
      );
      const send = (count: number, mind: readonly string[]) =>
        server.asks('broadcast', { count, bytes: MESSAGE_BYTES, mind });
      const count = Math.round((megabytes * MEGABYTE) / MESSAGE_BYTES);
      // What any broadcast needs is no cost of the stopped reader. As long as one past it: garbage of Buffers is collected
      // so late that the memory of a server goes on growing for the first thousands of messages.
      await send(count, [...names, 'slow']);
      const base = server.memory().peak;
      server.forgetPeak();
      await server.asks('standstill');
      let sent = count;
      let stop = 0;
      let missed = 0;
      for (; stop < stops && !watch.isStopped; stop += 1) {
        const before = (await statusOf(slow)).last;
        slow.signal('SIGSTOP');
        await send(count, names);
        sent += count;
        const { errors, drains } = await server.asks('status');
        const codes = (errors as { code: string }[]).map(({ code }) => code).join(', ');
        demand(codes === 'IPC_BACKPRESSURE', `errors while the reader is stopped: '${codes}'`);
        for (const reader of live) {
          const { last, received, gaps } = await statusOf(reader);
          demand(last === sent && received === sent && gaps === 0, `a reader has ${received} of ${sent}, last ${last}`);
        }
        slow.signal('SIGCONT');
        const drained = await eventually(
          () => server.asks('status'),
          (status) => Number(status.drains) > Number(drains),
        );
        demand(Number(drained.drains) > Number(drains), 'There was no drain after the reader was back.');
        await send(AFTERWARDS, [...names, 'slow']);
        sent += AFTERWARDS;
        const { last, received, gaps } = await statusOf(slow);
        missed = sent - received;
        // One gap for each time that it was stopped: before it all that was taken for it, after it what came later.
        demand(last === sent && gaps === stop + 1, `the slow reader is at ${last} of ${sent} with ${gaps} gaps`);
        demand(before < last, 'The slow reader got nothing.');
        watch.progress(stop + 1, stops, 'stops');
      }
      const { peak } = server.memory();
      // From the first stop on: with the backlog that grows, the one that is refused more, and the one that is written out.
      const { longestMs } = await server.asks('standstill');

      for (const reader of everybody) await reader.asks('close');
      await server.asks('close');
      await Promise.all([server, ...everybody].map((each) => each.leaves()));
      return [
        { what: 'broadcast past the stopped reader', value: (stop * count * MESSAGE_BYTES) / MEGABYTE, unit: 'MB' },
        { what: 'messages that the stopped reader was spared', value: missed, unit: '' },
        {
          what: 'peak memory of the server over that of a broadcast that all read',
          value: (peak - base) / MEGABYTE,
          unit: 'MB',
          atMost: (1.5 * LIMIT) / MEGABYTE,
        },
        { what: 'longest standstill of its event loop', value: Number(longestMs), unit: 'ms', atMost: STANDSTILL_MS },
      ];
    }),
};

async function statusOf(reader: DrillProcess): Promise<{ last: number; received: number; gaps: number }> {
  const { last, received, gaps } = await reader.asks('status');
  return { last: Number(last), received: Number(received), gaps: Number(gaps) };
}
