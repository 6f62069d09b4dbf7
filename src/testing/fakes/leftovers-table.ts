/** What `verify()` has to say: what was registered, how often it came, what came instead, and how near that was. */

import { nearestName } from '../../core/nearest-name.js';
import type { Expectation } from './expectation.js';
import { describeEntry, differencesOf, type Entry } from './received-message.js';

type AnyExpectation = Expectation<unknown, unknown>;

/** What a verification found. */
export interface Findings {
  readonly expectations: readonly AnyExpectation[];
  readonly unexpected: readonly Entry[];
  readonly problems: readonly string[];
}

/** The conversation was not as scripted. The message is the whole report. */
export class VerificationError extends Error {
  readonly code: string = 'IPC_FAKE_VERIFICATION';
  override readonly name: string = 'VerificationError';
}

/** Unexpected messages that a report explains, the oldest: of a flood nobody reads more. */
const SHOWN = 20;

/** The report as text. */
export function verificationReport(name: string, { expectations, unexpected, problems }: Findings): string {
  const parts = [`${name}: ${headline(expectations, unexpected, problems)}`];
  if (expectations.length > 0) parts.push(table(expectations).join('\n'));
  if (unexpected.length > 0) {
    const more = unexpected.length - SHOWN;
    const lines = unexpected.slice(0, SHOWN).flatMap((entry) => explain(entry, expectations));
    parts.push(['Unexpected:', ...lines, ...(more > 0 ? [`  and ${more} more`] : [])].join('\n'));
  }
  if (problems.length > 0) parts.push(['Problems:', ...problems.map((problem) => `  ${problem}`)].join('\n'));
  return parts.join('\n\n');
}

function headline(
  expectations: readonly AnyExpectation[],
  unexpected: readonly Entry[],
  problems: readonly string[],
): string {
  const leftOver = expectations.filter(({ isLeftOver }) => isLeftOver).length;
  const counts = [
    [unexpected.length, 'unexpected message', 'unexpected messages'],
    [leftOver, 'expectation left over', 'expectations left over'],
    [problems.length, 'problem', 'problems'],
  ] as const;
  const said = counts
    .filter(([count]) => count > 0)
    .map(([count, one, many]) => `${count} ${count === 1 ? one : many}`);
  return `${said.join(', ')}.`;
}

/** `registered`, `expected`, `fired`, in columns. */
function table(expectations: readonly AnyExpectation[]): string[] {
  const rows = [
    ['registered', 'expected', 'fired', ''],
    ...expectations.map((expectation) => [
      expectation.toString(),
      expectation.expected,
      String(expectation.fired),
      remark(expectation),
    ]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}

function remark({ isMissed, pending }: AnyExpectation): string {
  const answers = pending === 1 ? 'an answer is pending' : `${pending} answers are pending`;
  return [...(isMissed ? ['left over'] : []), ...(pending > 0 ? [answers] : [])].join(', ');
}

function explain(entry: Entry, expectations: readonly AnyExpectation[]): string[] {
  const [nearest, different] = nearestExpectation(entry, expectations);
  const line = `  ${describeEntry(entry)}`;
  if (nearest === undefined) {
    const meant = nearestName(
      entry.topic,
      expectations.map(({ topic }) => topic),
    );
    return [
      line,
      `    nothing is registered for '${entry.topic}'${meant === undefined ? '' : `; nearest: on('${meant}')`}`,
    ];
  }
  if (different.length === 0) return [line, `    ${nearest} matches, but ${exhaustion(nearest)}`];
  return [line, `    nearest: ${nearest}`, ...different.map((difference) => `      ${difference}`)];
}

function exhaustion({ fired, isUsedUp }: AnyExpectation): string {
  if (!isUsedUp) return 'was registered after it came';
  if (fired === 0) return 'is not to come at all';
  return fired === 1 ? 'had fired once already' : `had fired ${fired} times already`;
}

/** Of those for the topic, the one with the fewest differences. */
function nearestExpectation(
  entry: Entry,
  expectations: readonly AnyExpectation[],
): [nearest: AnyExpectation | undefined, different: string[]] {
  let nearest: AnyExpectation | undefined;
  let fewest: string[] = [];
  for (const expectation of expectations) {
    if (expectation.topic !== entry.topic) continue;
    const different = differencesOf(expectation.match, entry.message);
    if (nearest === undefined || different.length < fewest.length) {
      nearest = expectation;
      fewest = different;
    }
  }
  return [nearest, fewest];
}
