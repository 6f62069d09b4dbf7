/** What can be wrong with a simulated run itself, as against what happens inside it. */

import type { PendingTimer } from './clock/clock-timer.js';

/** Time stands still because callbacks keep asking to be called back at once. */
export class LivelockError extends Error {
  readonly code = 'IPC_SIMULATION_LIVELOCK';
  /** The timer or socket that came up most often among the last events. */
  readonly label: string;
  /** The last events, oldest first. */
  readonly lastEvents: readonly string[];

  constructor(nowMs: number, events: number, labels: readonly string[]) {
    const label = mostFrequent(labels);
    const lastEvents = labels.slice(-20);
    super(
      `Livelock at ${nowMs} ms: ${events} events without time passing. Most of them: '${label}'. ` +
        `The last ${lastEvents.length}: ${grouped(lastEvents).join(', ')}.`,
    );
    this.name = 'LivelockError';
    this.label = label;
    this.lastEvents = lastEvents;
  }
}

/** What was waited for did not come within the given virtual time. */
export class OverdueError extends Error {
  readonly code = 'IPC_SIMULATION_OVERDUE';

  constructor(withinMs: number, pending: readonly PendingTimer[]) {
    const timers = pending.slice(0, 10).map(({ label, dueMs }) => `'${label}' at ${dueMs} ms`);
    super(
      `The predicate did not hold within ${withinMs} virtual ms. ` +
        (timers.length === 0 ? 'No timer is pending.' : `Pending: ${timers.join(', ')}.`),
    );
    this.name = 'OverdueError';
  }
}

/** Each label once, in the order in which they first came. */
function grouped(labels: readonly string[]): string[] {
  return [...countsOf(labels)].map(([label, count]) => `${count} x '${label}'`);
}

function countsOf(labels: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

function mostFrequent(labels: readonly string[]): string {
  const counts = countsOf(labels);
  let winner = '';
  for (const [label, count] of counts) if (count > (counts.get(winner) ?? 0)) winner = label;
  return winner;
}
