// Runs rows of the plan for peers: round by round, all peers in each, in an order that is another one each time.

import { canDo } from '../peers/index.mjs';
import { runPair } from './run.mjs';
import { summarize } from './stats.mjs';

/**
 * @param paramsOf the counts for a peer.
 * @param roundsOf how many of the rounds a peer takes part in; left out, all of them.
 * @param progress `(text, done, total)`, called before each measurement.
 * @returns the row with `values` for each metric and peer: `{ rounds, summary, failure }`.
 */
export async function runRow({ row, paramsOf, peers, rounds, roundsOf = () => rounds, limitMs, load, progress }) {
  const able = row.measure ? peers.filter((peer) => peer === 'ours') : peers.filter((peer) => canDo(peer, row.ability));
  const failures = {};
  const figures = Object.fromEntries(able.map((peer) => [peer, Array(rounds).fill(undefined)]));
  for (let round = 0; round < rounds; round += 1) {
    await load?.sample();
    // Each goes first once, and every second round runs backwards: whoever follows whom changes as well.
    const order = able.map((_, index) => able[(index + round) % able.length]);
    if (round % 2 === 1) order.reverse();
    for (const peer of order) {
      progress(`${row.title}, ${peer}, round ${round + 1} of ${rounds}`);
      if (failures[peer] || round >= roundsOf(peer)) continue;
      const result = await measure(row, peer, paramsOf(peer), limitMs);
      if (result.failure) failures[peer] = result.failure;
      else figures[peer][round] = result;
    }
  }
  const metrics = row.metrics.map(({ id, unit, better, value }) => ({
    id,
    unit,
    better,
    values: Object.fromEntries(
      able.map((peer) => {
        const measured = figures[peer].map((each) => each && value(each, paramsOf(peer)));
        return [peer, { rounds: measured, ...summarize(measured), failure: failures[peer] }];
      }),
    ),
  }));
  return { id: row.id, title: row.title, params: paramsOf('ours'), metrics };
}

async function measure(row, peer, params, limitMs) {
  try {
    return await (row.measure?.(params, limitMs) ?? runPair({ peer, work: row.work, params, limitMs }));
  } catch (error) {
    return { failure: error.killed ? `over ${limitMs / 1000} s` : 'failed', reason: error.message };
  }
}
