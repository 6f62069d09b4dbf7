import { expect } from 'chai';
import type { FaultPlan, PlannedFault } from '#testing/faults/fault-plan.js';
import { ChaosBench, until } from '../support/chaos-bench.js';

function plan(...faults: PlannedFault[]): FaultPlan {
  return { version: 1, seed: 7, faults };
}

describe('chaos proxy, plans', () => {
  let bench: ChaosBench;

  afterEach(() => bench.dispose());

  it('begins a fault at its time, and is done when those that end are over', async () => {
    bench = await ChaosBench.start();
    const startMs = performance.now();

    await bench.proxy.play(plan({ kind: 'stall', at: 20, for: 20 }, { kind: 'latency', latency: 1 })).done;

    expect(performance.now() - startMs).to.be.at.least(39);
    const faults = bench.told().filter((line) => !line.startsWith('proxy'));
    expect(faults).to.deep.equal(['faults latency', 'faults stall', 'faults stall ends']);
  });

  it('begins a fault after so many bytes in its direction', async () => {
    bench = await ChaosBench.start();
    const { client, events, received } = await bench.connect();
    bench.proxy.play(plan({ kind: 'cut', mode: 'eof', afterBytes: 60, direction: 'toServer' }));

    client.send('ask', 1);
    await until(() => received.length === 1);
    expect(events).to.deep.equal(['connect']);
    client.send('ask', 'x'.repeat(40));
    await until(() => events.includes('disconnect'));

    expect(bench.received).to.have.length(2);
  });

  for (const average of [1, 1000]) {
    it(`begins a fault after so many frames and not a byte later, in pieces of ${average}`, async () => {
      bench = await ChaosBench.start();
      const { client, events, received } = await bench.connect();
      bench.proxy.inject({ kind: 'slice', average });
      bench.proxy.play(plan({ kind: 'cut', mode: 'reset', afterFrames: 3, direction: 'toClient' }));

      for (let index = 0; index < 10; index += 1) client.send('ask', index);
      await until(() => events.includes('disconnect'));

      expect(received).to.deep.equal([0, 1, 2]);
    });
  }

  it('begins a fault after so many bytes and not one later', async () => {
    bench = await ChaosBench.start();
    const { client, received } = await bench.connect();
    bench.proxy.play(plan({ kind: 'stall', afterBytes: 70, direction: 'toServer', id: 'stalled' }));

    // Of 29 bytes each.
    for (let index = 0; index < 5; index += 1) client.send('ask', index);
    await until(() => bench.told().includes('faults stall'));

    const passed = bench.proxy.trace.records.filter(({ kind, name }) => kind === 'bytes' && name === 'toServer');
    expect(passed.map(({ detail }) => Number.parseInt(detail, 10)).reduce((sum, bytes) => sum + bytes)).to.equal(70);
    bench.proxy.heal();
    await until(() => received.length === 5);
  });

  it('begins a fault with the n-th connection, which it already applies to', async () => {
    bench = await ChaosBench.start();
    bench.proxy.play(plan({ kind: 'acceptDrop', afterConnects: 2, for: 20 }));
    const first = await bench.connect();

    const second = bench.client();
    second.client.connect();
    await until(() => bench.serverEvents.length === 2);

    expect(first.events).to.deep.equal(['connect']);
    expect(second.events.slice(0, 2)).to.deep.equal(['connect', 'disconnect']);
  });

  it('begins a fault at an event of the proxy, of any connection or of one', async () => {
    bench = await ChaosBench.start();
    bench.proxy.play(
      plan(
        { kind: 'stall', id: 'second', onEvent: 'connection-2:connected' },
        { kind: 'slice', average: 1, id: 'any', onEvent: 'closed' },
      ),
    );

    const { client } = await bench.connect();
    expect(bench.told()).not.to.include('faults stall');
    await bench.connect();
    expect(bench.told()).to.include('faults stall').and.not.include('faults slice');
    bench.proxy.inject({ kind: 'heal', id: 'second' });
    client.close();

    await until(() => bench.told().includes('faults slice'));
  });

  it('refuses events that a proxy does not see, and every fault that it cannot do, before anything begins', async () => {
    bench = await ChaosBench.start();
    const before = bench.told();

    expect(() => bench.proxy.play(plan({ kind: 'stall' }, { kind: 'cut', onEvent: 'client-1:connect' }))).to.throw(
      'faults[1].onEvent: a proxy does not see the events of the programs',
    );
    expect(() => bench.proxy.play(plan({ kind: 'stall' }, { kind: 'clockJump', delta: 1 }))).to.throw('faults[1]');
    expect(() => bench.proxy.play(plan({ kind: 'stall' }, { kind: 'crash' }))).to.throw(
      "needs a process named 'server'",
    );
    expect(() => bench.proxy.play({ ...plan(), version: 2 } as never)).to.throw('version: must be 1');

    expect(bench.told()).to.deep.equal(before);
  });

  it('begins no more once it is stopped', async () => {
    bench = await ChaosBench.start();
    const { client, received } = await bench.connect();
    const played = bench.proxy.play(plan({ kind: 'stall' }, { kind: 'cut', afterFrames: 1 }));
    client.send('ask', 1);

    expect(played.left).to.equal(1);
    played.stop();
    bench.proxy.heal();
    await played.done;
    await until(() => received.length === 1);

    expect(bench.told()).not.to.include('faults cut');
  });

  it('ends everything at a fault of kind heal: then clients are connected again', async () => {
    bench = await ChaosBench.start();
    const { events } = await bench.connect();

    await bench.proxy.play(
      plan({ kind: 'refuse', code: 'ECONNREFUSED' }, { kind: 'acceptDrop' }, { kind: 'cut' }, { kind: 'heal', at: 40 }),
    ).done;
    await until(() => bench.serverEvents.includes('connection 2'));

    expect(events.filter((event) => event.startsWith('connectError'))).not.to.deep.equal([]);
  });

  it('makes the same choices from the same seed, and others from another', async () => {
    const choices = new Map<number, string[]>();
    for (const [run, seed] of [1, 1, 2].entries()) {
      bench = await ChaosBench.start();
      bench.proxy.play({
        version: 1,
        seed,
        faults: [
          { kind: 'latency', latency: 4, jitter: 4, direction: 'toServer', toxicity: 0.7 },
          { kind: 'latency', latency: 2, jitter: 2, distribution: 'exponential', direction: 'toClient' },
          { kind: 'acceptDelay', delay: 1, jitter: 5 },
        ],
      });
      for (let count = 0; count < 4; count += 1) {
        const { client, received } = await bench.connect();
        for (let question = 1; question <= 5; question += 1) {
          client.send('ask', question);
          await until(() => received.length === question);
        }
      }
      const { records } = bench.proxy.trace;
      const drawn = records.filter(({ kind, name }) => kind === 'bytes' || name === 'delayed');
      choices.set(
        run,
        drawn.map(({ actor, name, detail }) => `${actor} ${name} ${detail}`),
      );
      if (run < 2) await bench.dispose();
    }

    expect(choices.get(0)).to.have.length(44);
    expect(choices.get(1)).to.deep.equal(choices.get(0));
    expect(choices.get(2)).not.to.deep.equal(choices.get(0));
  });
});
