/** Laws of faults: what they never do, that they end, and that they are the same again for the same seed. */

import { expect } from 'chai';
import fc from 'fast-check';
import { type FaultPlan, type PlannedFault, Simulation } from 'ipc/testing';
import type { DuplexConnection } from '#core/transport.js';

const ms = fc.nat(2000);
const direction = fc.option(fc.constantFrom('toServer' as const, 'toClient' as const), { nil: undefined });

const shapes: fc.Arbitrary<object> = fc.oneof(
  fc.record({ kind: fc.constant('refuse'), code: fc.constantFrom('ENOENT', 'EACCES', 'EAGAIN') }),
  fc.record({
    kind: fc.constant('latency'),
    latency: fc.nat(50),
    jitter: fc.nat(50),
    distribution: fc.constantFrom('uniform', 'exponential'),
  }),
  fc.record({ kind: fc.constant('bandwidth'), rate: fc.integer({ min: 1000, max: 1_000_000 }) }),
  fc.record({
    kind: fc.constant('slice'),
    average: fc.integer({ min: 1, max: 20 }),
    variation: fc.nat(20),
    delay: fc.nat(2),
  }),
  fc.record({ kind: fc.constant('coalesce'), window: fc.nat(20) }),
  // biome-ignore lint/suspicious/noThenProperty: the word of the plan format; nobody awaits this
  fc.record({ kind: fc.constant('limitData'), bytes: fc.nat(500), then: fc.constantFrom('end', 'reset', 'stall') }),
  fc.record({ kind: fc.constant('cut'), mode: fc.constantFrom('eof', 'reset', 'auto') }),
  fc.record({ kind: fc.constant('halfClose'), side: fc.constantFrom('client', 'server') }),
  fc.record({ kind: fc.constant('slowClose'), delay: fc.nat(100) }),
  fc.record({ kind: fc.constantFrom('stall', 'hold', 'replaceServer', 'unlinkSocket', 'pause', 'release', 'heal') }),
  fc.record({ kind: fc.constant('acceptDelay'), delay: fc.nat(50) }),
  fc.record({ kind: fc.constant('acceptDrop'), mode: fc.constantFrom('eof', 'reset'), after: fc.nat(20) }),
  fc.record({ kind: fc.constant('crash'), restartAfter: fc.nat(500), lose: fc.constantFrom('kernelKept', 'all') }),
  fc.record({ kind: fc.constant('stop'), restartAfter: fc.nat(500) }),
  fc.record({
    kind: fc.constant('swizzle'),
    fraction: fc.double({ min: 0, max: 1, noNaN: true }),
    spread: fc.nat(200),
  }),
);

/** Plans whose faults all end, so that there is something to be live after. */
const plans: fc.Arbitrary<FaultPlan> = fc.record({
  version: fc.constant(1 as const),
  seed: fc.nat(),
  faults: fc.array(
    fc
      .tuple(shapes, fc.record({ at: ms, for: fc.nat(500), direction, toxicity: fc.constantFrom(0.5, 1) }))
      .map(
        ([shape, { direction: way, ...scope }]) =>
          ({ ...shape, ...scope, ...(way === undefined ? {} : { direction: way }) }) as unknown as PlannedFault,
      ),
    { maxLength: 6 },
  ),
});

interface Stream {
  readonly sent: string[];
  received: string;
}

/** Four clients that number what they send and come back when they lose their connection; a server that listens. */
class Workload {
  readonly sim: Simulation;
  /** One for each connection that was made. */
  readonly streams: Stream[] = [];
  readonly connected: boolean[] = [false, false, false, false];
  /** The present stream of each client. */
  readonly current: Stream[] = [];
  #number = 0;

  constructor(seed: number, fidelity: 'typical' | 'adversarial') {
    this.sim = new Simulation({ seed, fidelity });
    this.sim.host('server', ({ transport }) => {
      const listener = transport('/run/a').listen({
        listening: () => {},
        failed: () => {},
        accepted: (connection) => this.#serve(connection),
        error: () => {},
        closed: () => {},
      });
      return listener;
    });
    for (let client = 0; client < 4; client += 1) this.#connect(client);
  }

  /** The first chunk of a connection says which stream it is. */
  #serve(connection: DuplexConnection): void {
    let text = '';
    connection.setEncoding('utf8');
    connection.on('error', () => {});
    connection.on('data', (chunk) => {
      text += String(chunk);
      const stream = /^<(\d+)>/.exec(text);
      if (stream !== null) (this.streams[Number(stream[1])] as Stream).received = text;
    });
  }

  #connect(client: number): void {
    const transport = this.sim.transport('/run/a');
    const { runtime } = transport;
    const again = (): void => {
      this.connected[client] = false;
      runtime.setTimer(100, () => this.#connect(client), 'reconnect');
    };
    transport.dial({
      opened: (connection) => {
        const stream: Stream = { sent: [`<${this.streams.length}>`], received: '' };
        this.streams.push(stream);
        this.connected[client] = true;
        this.current[client] = stream;
        connection.write(Buffer.from(stream.sent[0] as string));
        connection.on('error', () => {});
        connection.on('close', again);
        connection.on('data', () => {});
        const send = (): void => {
          if (connection.destroyed || !(connection as unknown as { writable: boolean }).writable) return;
          this.#number += 1;
          const text = `${this.#number},`;
          stream.sent.push(text);
          connection.write(Buffer.from(text));
          runtime.setTimer(20, send, 'send');
        };
        send();
      },
      failed: again,
    });
  }
}

describe('fault laws', () => {
  it('never lose, double or reorder a byte within a connection, and leave everybody connected once healed', async () => {
    const seen = { lost: 0, kinds: new Set<string>() };
    await fc.assert(
      fc.asyncProperty(
        plans,
        fc.nat(),
        fc.constantFrom('typical' as const, 'adversarial' as const),
        async (plan, seed, fidelity) => {
          const { sim, streams, connected, current } = new Workload(seed, fidelity);
          await sim.settle();
          sim.play(plan);
          await sim.advance(3000);
          sim.heal();
          // A file that was unlinked does not come back by itself, and neither does a process whose restart is called off.
          for (const host of sim.hosts()) {
            host.start();
            if (sim.network.at('/run/a') !== 'live') host.restart();
          }
          await sim.until(() => connected.every(Boolean), { within: 1000 });
          // Whatever was held up is out by now, and whoever lost a connection in silence has learnt of it.
          await sim.advance(1000);
          for (const { sent, received } of current) {
            expect(received, 'all of it').to.equal(sent.join(''));
          }
          for (const { sent, received } of streams) {
            expect(sent.join('').startsWith(received), 'a prefix').to.equal(true);
          }
          if (streams.length > 4) seen.lost += 1;
          for (const { kind } of plan.faults) seen.kinds.add(kind);
        },
      ),
      { numRuns: 300 },
    );
    expect(seen.lost).to.be.greaterThan(20);
    expect(seen.kinds.size).to.be.greaterThan(15);
  });

  it('give the same trace for the same seed and plan', async () => {
    await fc.assert(
      fc.asyncProperty(plans, fc.nat(), async (plan, seed) => {
        const hashes: string[] = [];
        for (let run = 0; run < 2; run += 1) {
          const { sim } = new Workload(seed, 'adversarial');
          sim.play(JSON.parse(JSON.stringify(plan)));
          await sim.advance(3000);
          hashes.push(sim.trace.hash());
        }
        expect(hashes[0]).to.equal(hashes[1]);
      }),
      { numRuns: 100 },
    );
  });

  it('change nothing but their own lines when they have no effect', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, fc.nat(), async (shape, seed) => {
        const stories: string[] = [];
        for (const faults of [[], [{ ...shape, target: { client: 'nobody', server: 'nobody' } }]]) {
          const { sim } = new Workload(seed, 'adversarial');
          sim.play({ version: 1, seed, faults } as unknown as FaultPlan);
          await sim.advance(1000);
          stories.push(sim.trace.filter(({ kind }) => kind !== 'fault').toString());
        }
        expect(stories[1]).to.equal(stories[0]);
      }),
      { numRuns: 100 },
    );
  });
});
