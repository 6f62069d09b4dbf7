/** Many processes start over one socket file at the same moment, some of them are killed: at most one ever serves. */

import { existsSync, readdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { SeededRandom } from '#testing/seeded-random.js';
import { ask } from '../ask.js';
import { leaveStaleFile } from '../leave-stale-file.js';
import { type Drill, demand } from './drill.js';
import { Stage } from './stage.js';
import { Starter } from './starter.js';

const STARTERS = 8;

/** About how long eight starters need until all know their fate; kills fall into this time. */
const LONGEST_RACE_MS = 25;

/** Kills that churn aims at. Each takes a fresh process, and to begin takes that as long as dozens of claims. */
const KILLS_PER_SECOND = 10;

/**
 * Fresh starters under way at once: the eight that churn leave each little of the processors, and one at a time came to two
 * kills a second beside other work. With more of them than of those that churn, hardly anybody would get to serve.
 */
const COMING = 8;

/** A claim waits 2 s for another one at most: if nobody serves for so much longer, nobody will. */
const DEADLOCK_MS = 30_000;

export const startRace: Drill<{ readonly rounds: number }> = {
  name: 'race',
  threat: 'eight processes start over one dead socket file at once',
  promise: 'exactly one listens and is reached, each other gets EADDRINUSE, and nothing else is left in the folder',
  commit: { rounds: 100 },
  long: { rounds: 2_000 },

  run: ({ rounds }, watch) =>
    Race.run(async (race) => {
      let round = 0;
      for (; round < rounds && !watch.isStopped; round += 1) {
        await leaveStaleFile(race.path);
        const outcomes = await race.start([]);
        const winner = await race.verify(outcomes, `round ${round}`);
        await race.stop(winner as Starter);
        watch.progress(round + 1, rounds, 'rounds');
      }
      return [{ what: 'rounds', value: round, unit: '' }];
    }),
};

export const deadlyRace: Drill<{ readonly rounds: number; readonly seed: number }> = {
  name: 'deadly-race',
  threat: 'the same, and some are killed (SIGKILL) on the way',
  promise: 'at most one listens, who is reached; the next start succeeds',
  commit: { rounds: 50, seed: 1 },
  long: { rounds: 1_000, seed: 1 },

  run: ({ rounds, seed }, watch) =>
    Race.run(async (race) => {
      const random = new SeededRandom(seed, 'deadly-race');
      let kills = 0;
      let round = 0;
      for (; round < rounds && !watch.isStopped; round += 1) {
        if (!existsSync(race.path)) await leaveStaleFile(race.path);
        const killsAfterMs = Array.from({ length: 1 + (round % 3) }, () => random.next() * LONGEST_RACE_MS);
        kills += killsAfterMs.length;
        const story = `round ${round}, kills after ${killsAfterMs.map((ms) => ms.toFixed(2)).join(', ')} ms`;
        const outcomes = await race.start(killsAfterMs);
        const winner = await race.verify(outcomes, story);
        await race.fill();
        if (winner !== undefined) await race.stop(winner);
        const fresh = await race.serveAgain(story);
        // Every other round begins with the file of a server that was killed while it served.
        if (round % 2 === 0) {
          await race.stop(fresh);
        } else {
          await fresh.kill();
          await race.fill();
        }
        watch.progress(round + 1, rounds, 'rounds');
      }
      if (existsSync(race.path)) await race.stop(await race.serveAgain('the end'));
      return [
        { what: 'rounds', value: round, unit: '' },
        { what: 'starters killed', value: kills, unit: '' },
      ];
    }),
};

export const churn: Drill<{ readonly seconds: number }> = {
  name: 'churn',
  threat: 'servers start and stop over one path without pause, and are killed in between',
  promise: 'while one serves the path leads to it and to nobody else; no start is ever stuck',
  commit: { seconds: 10 },
  long: { seconds: 600 },

  run: ({ seconds }, watch) =>
    Race.run(async (race) => {
      const startedMs = performance.now();
      const elapsed = (): number => (performance.now() - startedMs) / 1000;
      const servedAtMs: number[] = [];
      const beganAtMs = Date.now();
      let kills = 0;
      let isBroken = false;
      const isOver = (): boolean => isBroken || watch.isStopped || elapsed() >= seconds;
      const bury = async (starter: Starter): Promise<void> => {
        const lived = starter.isAlive;
        await race.kill(starter);
        const stolen = starter.reports.filter((report) => 'stolen' in report);
        isBroken ||= !lived || stolen.length > 0;
        demand(lived, `${starter.pid} ended by itself, after ${kills} kills.`);
        demand(stolen.length === 0, `after ${kills} kills: ${JSON.stringify(stolen)}`);
        for (const report of starter.reports) if ('served' in report) servedAtMs.push(report.atMs);
      };
      const churning = [...race.starters];
      for (const starter of churning) race.churn(starter);
      let begun = 0;
      const succession = async (): Promise<void> => {
        while (!isOver()) {
          begun += 1;
          await setTimeout(Math.max(0, (1000 * begun) / KILLS_PER_SECOND - 1000 * elapsed()));
          const successor = race.enlist();
          await successor.ready();
          race.churn(successor);
          churning.push(successor);
          await bury(churning.shift() as Starter);
          kills += 1;
          watch.progress(Math.min(seconds, Math.floor(elapsed())), seconds, `seconds, ${kills} kills`);
        }
      };
      await Promise.all(Array.from({ length: COMING }, succession));
      const endedAtMs = Date.now();
      for (const starter of churning) await bury(starter);
      demand(servedAtMs.length > 0, `Nobody served in ${seconds} s, with ${kills} kills.`);
      await race.fill();
      await race.stop(await race.serveAgain('after the churn'));
      return [
        { what: 'servers killed', value: kills, unit: '' },
        { what: 'times that one served', value: servedAtMs.length, unit: '' },
        { what: 'paths stolen from one that serves', value: 0, unit: '', atMost: 0 },
        {
          what: 'longest that nobody served',
          value: longestGap([beganAtMs, ...servedAtMs, endedAtMs]),
          unit: 'ms',
          atMost: DEADLOCK_MS,
        },
      ];
    }),
};

function longestGap(times: readonly number[]): number {
  const sorted = times.toSorted((one, other) => one - other);
  return sorted.slice(1).reduce((longest, at, index) => Math.max(longest, at - (sorted[index] ?? at)), 0);
}

/** Starters and the path that they race for. */
class Race {
  readonly path: string;
  readonly directory: string;
  starters: Starter[] = [];

  private constructor({ socketFile, directory }: Stage) {
    this.path = socketFile;
    this.directory = directory;
  }

  static run<Result>(drill: (race: Race) => Promise<Result>): Promise<Result> {
    return Stage.use(async (stage) => {
      const race = new Race(stage);
      try {
        await race.fill();
        return await drill(race);
      } finally {
        await Promise.all(race.starters.map((starter) => starter.kill()));
      }
    });
  }

  /** Puts a fresh starter in the place of each dead one. */
  async fill(): Promise<void> {
    const alive = this.starters.filter(({ isAlive }) => isAlive);
    const fresh = Array.from({ length: STARTERS - alive.length }, () => new Starter());
    this.starters = [...fresh, ...alive];
    await Promise.all(fresh.map((starter) => starter.ready()));
  }

  /** A starter beyond the eight. */
  enlist(): Starter {
    const starter = new Starter();
    this.starters.push(starter);
    return starter;
  }

  async kill(starter: Starter): Promise<void> {
    await starter.kill();
    this.starters = this.starters.filter((each) => each !== starter);
  }

  churn(starter: Starter): void {
    starter.reports.length = 0;
    starter.send({ churn: this.path });
  }

  /** Starts all at once, kills some of them `killsAfterMs` after that, and says how each ended. */
  async start(killsAfterMs: readonly number[]): Promise<string[]> {
    const { starters } = this;
    const startedMs = performance.now();
    const outcomes = starters.map((starter) => starter.outcomeOf({ start: this.path }));
    await Promise.all(killsAfterMs.map((afterMs, index) => killAt(starters[index], startedMs + afterMs)));
    await Promise.all(outcomes);
    // Only now is it settled who is dead: a starter may have answered before it was killed.
    return Promise.all(
      starters.map(async (starter, index) => (starter.isAlive ? ((await outcomes[index]) ?? '') : 'killed')),
    );
  }

  /** Checks that the one who says it listens is the one who answers; returns it. */
  async verify(outcomes: readonly string[], story: string): Promise<Starter | undefined> {
    const { starters, path } = this;
    const [winner, ...others] = starters.filter((_, index) => outcomes[index] === 'listening');
    const answer = await ask(path);
    const files = readdirSync(this.directory);
    const details = `${story}
  outcomes: ${outcomes.map((outcome, index) => `${starters[index]?.pid} ${outcome}`).join(', ')}
  reports: ${starters.map(({ pid, reports }) => `${pid} ${JSON.stringify(reports)}`).join('\n           ')}
  the path leads to: ${answer}
  directory: ${files.join(' ')}`;

    demand(others.length === 0, `More than one listens in ${details}`);
    const losers = outcomes.filter((outcome) => outcome !== 'listening' && outcome !== 'killed');
    demand(
      losers.every((outcome) => outcome === 'EADDRINUSE'),
      `A loser is not told EADDRINUSE in ${details}`,
    );
    if (winner !== undefined) {
      demand(answer === String(winner.pid), `The one who listens is not reached in ${details}`);
      const shown = files.filter((file) => !file.startsWith('.'));
      demand(shown.join() === 'socket', `There are other files in ${details}`);
    }
    if (!outcomes.includes('killed')) {
      demand(winner !== undefined, `Nobody listens in ${details}`);
      demand(files.join() === 'socket', `Something is left over in ${details}`);
    }
    return winner;
  }

  /** A start over whatever is left there, which has to succeed and leave nothing else. */
  async serveAgain(story: string): Promise<Starter> {
    const [fresh] = this.starters as [Starter];
    const outcome = await fresh.outcomeOf({ start: this.path });
    demand(outcome === 'listening', `${story}, then a fresh start: ${outcome} ${JSON.stringify(fresh.reports)}`);
    demand((await ask(this.path)) === String(fresh.pid), `${story}, then a fresh start: it is not reached.`);
    const files = readdirSync(this.directory).join();
    demand(files === 'socket', `${story}, then a fresh start: ${files} in the folder.`);
    return fresh;
  }

  async stop(winner: Starter): Promise<void> {
    const outcome = await winner.outcomeOf({ stop: true });
    demand(outcome === 'closed' && !existsSync(this.path), `A server that closes: ${outcome}; its file may be left.`);
  }
}

/** Timers count whole milliseconds, and a claim takes but a few: spin. */
async function killAt(starter: Starter | undefined, dueMs: number): Promise<void> {
  while (performance.now() < dueMs) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  await starter?.kill();
}
