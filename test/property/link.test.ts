/** Laws of simulated links under any sequence of calls: what a stream socket cannot do, they do not do. */

import { expect } from 'chai';
import fc from 'fast-check';
import { Simulation } from 'ipc/testing';
import { DialWitness, ListenWitness, type Witness } from '#testing/contracts/contract-bench.js';

type Side = 'client' | 'server';
type Step = { side: Side; link: number } & (
  | { do: 'write'; bytes: number }
  | { do: 'end' | 'destroy' | 'pause' | 'resume' | 'cork' | 'uncork' }
  | { do: 'advance'; ms: number }
);

const steps = fc.array(
  fc
    .record({
      side: fc.constantFrom<Side>('client', 'server'),
      link: fc.nat(2),
      action: fc.oneof(
        {
          weight: 8,
          arbitrary: fc
            .oneof(fc.nat(64), fc.constantFrom(0, 36_544, 65_537, 219_264, 300_000))
            .map((bytes) => ({ do: 'write' as const, bytes })),
        },
        { weight: 4, arbitrary: fc.nat(3).map((ms) => ({ do: 'advance' as const, ms })) },
        { weight: 4, arbitrary: fc.constantFrom('pause', 'resume', 'cork', 'uncork').map((name) => ({ do: name })) },
        { weight: 1, arbitrary: fc.constantFrom('end', 'destroy').map((name) => ({ do: name })) },
      ),
    })
    .map(({ side, link, action }) => ({ side, link, ...action }) as Step),
  { maxLength: 60, size: 'max' },
);

interface Run {
  readonly hash: string;
  readonly story: string;
  readonly ends: readonly { witness: Witness; peer: Witness; sent: Buffer; isCut: boolean }[];
}

/** Three links, on which the steps are carried out; then everybody reads and ends. */
async function run(script: readonly Step[], seed: number): Promise<Run> {
  const sim = new Simulation({ seed, fidelity: 'adversarial' });
  const transport = sim.transport('/run/a');
  const server = new ListenWitness(transport, true);
  await sim.until(() => server.events.length > 0);
  const pairs: { client: Witness; server: Witness }[] = [];
  for (let link = 0; link < 3; link += 1) {
    const dial = new DialWitness(transport, true);
    await sim.until(() => dial.client !== undefined && server.accepted.length === link + 1);
    pairs.push({ client: dial.client as Witness, server: server.accepted[link] as Witness });
  }
  const sent = new Map<Witness, Buffer[]>();
  const cut = new Set<Witness>();
  let seedByte = 0;
  for (const step of script) {
    const pair = pairs[step.link] as { client: Witness; server: Witness };
    const witness = pair[step.side];
    if (step.do === 'advance') {
      await sim.advance(step.ms);
    } else if (step.do === 'write') {
      seedByte += 1;
      const bytes = Buffer.alloc(step.bytes, seedByte);
      // What is written after the end is refused, and no part of what was sent.
      const socket = witness.connection as unknown as { writable: boolean };
      if (socket.writable) sent.set(witness, [...(sent.get(witness) ?? []), bytes]);
      else cut.add(witness);
      witness.act('write', (connection) => connection.write(bytes));
    } else {
      if (step.do === 'destroy') cut.add(witness);
      witness.act(step.do, (connection) => void (connection[step.do as 'end'] as () => void)());
    }
  }
  await sim.settle();
  for (const { client, server: accepted } of pairs) {
    for (const { connection } of [client, accepted]) {
      for (let corks = 0; corks < 60; corks += 1) connection.uncork();
      connection.resume();
      connection.end();
    }
  }
  await sim.advance(1000);
  const ends = pairs.flatMap(({ client, server: accepted }) =>
    [[client, accepted] as const, [accepted, client] as const].map(([witness, peer]) => ({
      witness,
      peer,
      sent: Buffer.concat(sent.get(witness) ?? []),
      isCut: cut.has(witness) || cut.has(peer),
    })),
  );
  const story = ends.map(({ witness }) => witness.events.join(' ')).join('\n');
  return { hash: sim.trace.hash(), story, ends };
}

describe('link laws', () => {
  it('delivers a prefix of what was sent, and all of it unless somebody was destroyed', async () => {
    const seen = { cut: 0, whole: 0, bytes: 0 };
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(), async (script, seed) => {
        for (const { peer, sent, isCut } of (await run(script, seed)).ends) {
          const { received } = peer;
          expect(received.equals(sent.subarray(0, received.length)), 'a prefix').to.equal(true);
          if (!isCut) expect(received.length, 'all of it').to.equal(sent.length);
          seen[isCut ? 'cut' : 'whole'] += 1;
          seen.bytes += received.length;
        }
      }),
      { numRuns: 150 },
    );
    expect(Math.min(seen.cut, seen.whole, seen.bytes)).to.be.greaterThan(0);
  });

  it('closes each end exactly once, as the last thing it does', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(), async (script, seed) => {
        for (const { witness } of (await run(script, seed)).ends) {
          expect(witness.events.filter((event) => event === 'close')).to.have.length(1);
          expect(witness.events.at(-1)).to.equal('close');
          expect(witness.events.filter((event) => event.startsWith('error')).length).to.be.lessThan(2);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('does the same again for the same seed', async () => {
    const hashes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(), async (script, seed) => {
        const [first, second] = [await run(script, seed), await run(script, seed)];
        expect(second.hash).to.equal(first.hash);
        expect(second.story).to.equal(first.story);
        hashes.add(first.hash);
      }),
      { numRuns: 100 },
    );
    expect(hashes.size).to.be.greaterThan(50);
  });
});
