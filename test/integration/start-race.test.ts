import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect } from 'chai';
import { ask } from '../support/ask.js';
import type { WorkerCommand, WorkerReport } from '../support/claim-worker.js';
import { leaveStaleFile } from '../support/leave-stale-file.js';
import { useTemporaryDirectory } from '../support/temporary-directory.js';

const STARTERS = 8;

/** About how long eight starters need until all know their fate; kills fall into this time. */
const LONGEST_RACE_MS = 25;

/** A worker process, reused for as long as it lives. */
class Starter {
  readonly #child: ChildProcess = fork(new URL('../support/claim-worker.js', import.meta.url), { execArgv: [] });
  readonly reports: WorkerReport[] = [];
  #reported: (() => void) | undefined;

  constructor() {
    this.#child.on('message', (report: WorkerReport) => {
      this.reports.push(report);
      this.#reported?.();
    });
    this.#child.on('exit', () => this.#reported?.());
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves when it takes commands. */
  async ready(): Promise<this> {
    await this.#firstReport();
    return this;
  }

  /** Sends a command; the answer is the outcome, or 'killed'. */
  async outcomeOf(command: WorkerCommand): Promise<string> {
    this.reports.length = 0;
    this.send(command);
    await this.#firstReport();
    const [report] = this.reports;
    return this.isAlive && report !== undefined && 'outcome' in report ? report.outcome : 'killed';
  }

  async #firstReport(): Promise<void> {
    while (this.isAlive && this.reports.length === 0) {
      await new Promise<void>((resolve) => {
        this.#reported = resolve;
      });
    }
  }

  send(command: WorkerCommand): void {
    // A process that was killed a moment ago cannot be sent anything, and that is all right.
    this.#child.send(command, () => {});
  }

  async kill(): Promise<void> {
    if (this.isAlive) {
      const exited = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await exited;
    }
  }
}

/** Starts all at once over one path, kills some of them `killsAfterMs` after that, and says how each ended. */
async function race(starters: Starter[], path: string, killsAfterMs: readonly number[]): Promise<string[]> {
  const started = performance.now();
  const outcomes = starters.map((starter) => starter.outcomeOf({ start: path }));
  const kills = killsAfterMs.map((afterMs, index) => killAt(starters[index], started + afterMs));
  await Promise.all(kills);
  await Promise.all(outcomes);
  // Only now is it settled who is dead: a starter may have answered before it was killed.
  return Promise.all(
    starters.map(async (starter, index) => (starter.isAlive ? ((await outcomes[index]) ?? '') : 'killed')),
  );
}

/** Timers count whole milliseconds, and a claim takes but a few: spin. */
async function killAt(starter: Starter | undefined, dueMs: number): Promise<void> {
  while (performance.now() < dueMs) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  await starter?.kill();
}

(process.platform === 'linux' ? describe : describe.skip)('start race over one socket file', function () {
  this.timeout(60_000);
  const at = useTemporaryDirectory();
  let starters: Starter[] = [];

  beforeEach(async () => {
    const fresh = Array.from({ length: STARTERS - starters.length }, () => new Starter());
    starters = await Promise.all([...starters, ...fresh].map((starter) => starter.ready()));
  });
  after(async () => {
    await Promise.all(starters.map((starter) => starter.kill()));
  });

  /** Checks that the one who says it listens is the one who answers; returns it. */
  async function verify(path: string, outcomes: string[], story: string): Promise<Starter | undefined> {
    const [winner, ...others] = starters.filter((_, index) => outcomes[index] === 'listening');
    const answer = await ask(path);
    const files = readdirSync(dirname(path));
    const details = `${story}
  outcomes: ${outcomes.map((outcome, index) => `${starters[index]?.pid} ${outcome}`).join(', ')}
  reports: ${starters.map(({ pid, reports }) => `${pid} ${JSON.stringify(reports)}`).join('\n           ')}
  the path leads to: ${answer}
  directory: ${files.join(' ')}`;

    expect(others, details).to.have.lengthOf(0);
    const losers = outcomes.filter((outcome) => outcome !== 'listening' && outcome !== 'killed');
    expect(losers, details).to.deep.equal(losers.map(() => 'EADDRINUSE'));
    if (winner !== undefined) {
      expect(answer, details).to.equal(String(winner.pid));
      expect(
        files.filter((file) => !file.startsWith('.')),
        details,
      ).to.deep.equal(['socket']);
    }
    if (!outcomes.includes('killed')) {
      expect(winner, details).not.to.equal(undefined);
      expect(files, details).to.deep.equal(['socket']);
    }
    return winner;
  }

  async function stop(winner: Starter, path: string): Promise<void> {
    expect(await winner.outcomeOf({ stop: true })).to.equal('closed');
    expect(existsSync(path)).to.equal(false);
  }

  it('has exactly one reachable winner in each of 50 rounds', async () => {
    for (let round = 0; round < 50; round += 1) {
      const path = at('socket');
      await leaveStaleFile(path);

      const outcomes = await race(starters, path, []);

      const winner = await verify(path, outcomes, `round ${round}`);
      await stop(winner as Starter, path);
    }
  });

  it('has at most one winner in each of 25 rounds with kills, and the next start succeeds', async () => {
    for (let round = 0; round < 25; round += 1) {
      const path = at('socket');
      if (!existsSync(path)) {
        await leaveStaleFile(path);
      }
      const killsAfterMs = Array.from({ length: 1 + (round % 3) }, () => Math.random() * LONGEST_RACE_MS);
      const story = `round ${round}, kills after ${killsAfterMs.map((ms) => ms.toFixed(2)).join(', ')} ms`;

      const outcomes = await race(starters, path, killsAfterMs);

      const winner = await verify(path, outcomes, story);
      starters = await Promise.all(starters.map((each) => (each.isAlive ? each : new Starter().ready())));
      if (winner !== undefined) {
        await stop(winner, path);
      }
      const [fresh] = starters as [Starter];
      const outcome = await fresh.outcomeOf({ start: path });
      expect(outcome, `${story}, then a fresh start: ${JSON.stringify(fresh.reports)}`).to.equal('listening');
      expect(await ask(path), story).to.equal(String(fresh.pid));
      expect(readdirSync(at()), story).to.deep.equal(['socket']);
      // Every other round begins with the file of a server that was killed while it served.
      if (round % 2 === 0) {
        await stop(fresh, path);
      } else {
        await fresh.kill();
        starters[0] = await new Starter().ready();
      }
    }
  });

  it('never loses the path to another while it serves, in 5 s of restarts and kills', async () => {
    const path = at('socket');
    const startedMs = performance.now();
    const reports: WorkerReport[] = [];
    let kills = 0;
    const replace = async (index: number, successor?: Starter): Promise<void> => {
      await starters[index]?.kill();
      reports.push(...(starters[index]?.reports ?? []));
      starters.splice(index, 1, ...(successor === undefined ? [] : [successor]));
    };
    for (const starter of starters) {
      starter.reports.length = 0;
      starter.send({ churn: path });
    }

    while (performance.now() - startedMs < 5000) {
      const successor = await new Starter().ready();
      successor.reports.length = 0;
      successor.send({ churn: path });
      await replace(kills % STARTERS, successor);
      kills += 1;
    }
    while (starters.length > 0) {
      await replace(0);
    }

    expect(
      reports.filter((report) => 'stolen' in report),
      `${kills} kills`,
    ).to.deep.equal([]);
    expect(reports.filter((report) => 'served' in report)).to.have.lengthOf.above(10);
    starters.push(await new Starter().ready());
    const fresh = starters[0] as Starter;
    expect(await fresh.outcomeOf({ start: path })).to.equal('listening');
    expect(await ask(path)).to.equal(String(fresh.pid));
    expect(readdirSync(at())).to.deep.equal(['socket']);
    await stop(fresh, path);
  });
});
