/** Many clients that lose one server at once come back, and not all at once. */

import { expect } from 'chai';
import { Client, type Delay, exponential, Server } from 'ipc';
import { type Host, Simulation } from 'ipc/testing';
import { findUnconnected } from '#testing/laws/check-liveness.js';

const CLIENTS = 2000;
const WINDOW_MS = 100;

/** When each client tried to connect, in virtual milliseconds, attempt by attempt since the server died. */
function storm(retryDelay: Delay, downMs: number): { sim: Simulation; attempts: number[][]; backAtMs: number } {
  const sim = new Simulation({ seed: 3, fidelity: 'adversarial', trace: { bytes: false } });
  const host: Host = sim.host('server', ({ transport }) => {
    const server = new Server({ transport: transport('/run/app.sock', { backlog: CLIENTS }) });
    server.listen();
    return server;
  });
  sim.advanceSync(1);
  const attempts: number[][] = [];
  let diedAtMs = Number.POSITIVE_INFINITY;
  for (let index = 0; index < CLIENTS; index++) {
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
  it('spreads out, so that after the second attempt no tenth of a second sees more than a twentieth of them', () => {
    const { attempts } = storm({ min: 500, max: 6500 }, 30_000);

    const later = attempts.flatMap((times) => times.slice(2));
    expect(later.length).to.be.greaterThan(CLIENTS);
    expect(peak(later)).to.be.at.most(CLIENTS / 20);
  });

  it('goes apart under exponential delays with jitter, and marches in step without', () => {
    const delays = { initial: 4000, factor: 1.5, max: 20_000 };

    const { attempts: apart } = storm(exponential(delays), 60_000);
    const { attempts: inStep } = storm(exponential({ ...delays, jitter: 0 }), 60_000);

    expect(peak(apart.flatMap((times) => times.slice(2)))).to.be.at.most(CLIENTS / 20);
    expect(peak(inStep.flatMap((times) => times.slice(2)))).to.equal(CLIENTS);
  });

  it('is over one longest delay after the server is back', () => {
    const { sim, backAtMs } = storm(exponential({ initial: 100, max: 5000 }), 60_000);

    sim.advanceSync(5001);

    expect(sim.now - backAtMs).to.be.at.most(5001);
    expect(findUnconnected(sim.trace)).to.deep.equal([]);
  });
});
