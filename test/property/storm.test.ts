/** Many clients that lose one server at once come back, and not all at once. */

import { expect } from 'chai';
import { Client, type Delay, exponential, Server } from 'ipc';
import { findViolations, type Host, Simulation } from 'ipc/testing';
import { findUnconnected } from '#testing/laws/check-liveness.js';

const CROWD = 10_000;
/** Enough to tell a wave from a spread. */
const SMALL_CROWD = 2000;
const WINDOW_MS = 100;

/** When each client tried to connect, in virtual milliseconds, attempt by attempt since the server died. */
function storm(
  clients: number,
  retryDelay: Delay,
  downMs: number,
): { sim: Simulation; attempts: number[][]; backAtMs: number } {
  const sim = new Simulation({ seed: 3, fidelity: 'adversarial', trace: { bytes: false, keep: 1_000_000 } });
  const host: Host = sim.host('server', ({ transport }) => {
    const server = new Server({ transport: transport('/run/app.sock', { backlog: clients }) });
    server.listen();
    return server;
  });
  sim.advanceSync(1);
  const attempts: number[][] = [];
  let diedAtMs = Number.POSITIVE_INFINITY;
  for (let index = 0; index < clients; index++) {
    const client = new Client({
      transport: sim.transport('/run/app.sock'),
      retryDelay,
      reconnectDelay: retryDelay,
    });
    const mine: number[] = [];
    attempts.push(mine);
    const tried = () => {
      if (sim.now > diedAtMs) {
        mine.push(sim.now);
      }
    };
    client.on('connect', tried);
    client.on('connectError', tried);
    client.connect();
  }
  sim.advanceSync(1000);
  expect(findUnconnected(sim.trace)).to.deep.equal([]);
  diedAtMs = sim.now;
  host.crash();
  sim.advanceSync(downMs);
  const backAtMs = sim.now;
  host.start();
  return { sim, attempts, backAtMs };
}

function peak(times: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const at of times) {
    const window = Math.floor(at / WINDOW_MS);
    counts.set(window, (counts.get(window) ?? 0) + 1);
  }
  return Math.max(...counts.values());
}

describe('a storm of clients', () => {
  it('of ten thousand has no wave and no hot loop, keeps the order of events, and is over after one delay', () => {
    const [minMs, maxMs, downMs] = [500, 6500, 30_000];
    const { sim, attempts } = storm(CROWD, { min: minMs, max: maxMs }, downMs);
    sim.advanceSync(maxMs + 1);

    // After the second attempt no tenth of a second sees more than a twentieth of them.
    const later = attempts.flatMap((times) => times.slice(2));
    expect(later.length).to.be.greaterThan(CROWD);
    expect(peak(later)).to.be.at.most(CROWD / 20);
    // In no time does anybody try more often than the shortest delay allows.
    const shortestMs = attempts.flatMap((times) => times.slice(1).map((at, index) => at - times[index]!));
    expect(shortestMs.reduce((least, ms) => Math.min(least, ms))).to.be.at.least(minMs);
    expect(sim.trace.length).to.equal(sim.trace.records.length);
    expect(findUnconnected(sim.trace)).to.deep.equal([]);
    expect(findViolations(sim.trace)).to.deep.equal([]);
  });

  it('goes apart under exponential delays with jitter, and marches in step without', () => {
    const delays = { initial: 4000, factor: 1.5, max: 20_000 };

    const { attempts: apart } = storm(SMALL_CROWD, exponential(delays), 60_000);
    const { attempts: inStep } = storm(SMALL_CROWD, exponential({ ...delays, jitter: 0 }), 60_000);

    expect(peak(apart.flatMap((times) => times.slice(2)))).to.be.at.most(SMALL_CROWD / 20);
    expect(peak(inStep.flatMap((times) => times.slice(2)))).to.equal(SMALL_CROWD);
  });

  it('is over one longest delay after the server is back', () => {
    const { sim, backAtMs } = storm(SMALL_CROWD, exponential({ initial: 100, max: 5000 }), 60_000);

    sim.advanceSync(5001);

    expect(sim.now - backAtMs).to.be.at.most(5001);
    expect(findUnconnected(sim.trace)).to.deep.equal([]);
  });
});
