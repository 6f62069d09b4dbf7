/** What came of a run: a verdict for each law and each expectation, and the trace that they are based on. */

import { findViolations } from '../laws/check-trace.js';
import type { TraceSlice } from '../trace/trace-slice.js';
import type { Evidence } from './evidence.js';
import { checkExpectation, describeExpectation, type Problem, type Slack } from './properties.js';
import type { Scenario } from './scenario.js';

/** Where a scenario was run. */
export type ScenarioWorld = 'simulation' | 'sockets';

/** A law or an expectation, and whether it held. */
export interface Verdict {
  /** `law: …` for what always holds. */
  readonly name: string;
  readonly passed: boolean;
  readonly problems: readonly Problem[];
}

/** A breach, and what it is a breach of. */
export interface ScenarioViolation extends Problem {
  readonly name: string;
}

/** The outcome of a scenario. */
export interface ScenarioResult {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly world: ScenarioWorld;
  readonly passed: boolean;
  readonly verdicts: readonly Verdict[];
  readonly violations: readonly ScenarioViolation[];
  readonly trace: TraceSlice;
  /** The verdicts as text; of a failure also what led to it. */
  readonly summary: string;
}

/** Trace lines shown before a violation. */
const STORY_LENGTH = 50;
/** Problems shown of one law or expectation. */
const SHOWN = 5;

/** What only the world itself can judge. */
export interface WorldProblems {
  /** When everybody was told to close. */
  readonly closedAt: number;
  readonly unconnected: readonly Problem[];
  readonly left: readonly Problem[];
}

/** Judges a run that is over. */
export function judge(
  { scenario, seed, world }: Pick<ScenarioResult, 'scenario' | 'seed' | 'world'>,
  evidence: Evidence,
  trace: TraceSlice,
  slack: Slack,
  { unconnected, left, closedAt }: WorldProblems,
): ScenarioResult {
  const verdicts: Verdict[] = [
    verdict('law: events come in the promised order', findViolations(trace)),
    verdict(
      'law: what arrives is the beginning of what was sent',
      evidence.delivery.disorder().map(({ stream, problem }) => ({ actor: stream, problem })),
    ),
    verdict(
      'law: nobody throws',
      evidence.only('thrown').map(({ at, process, what }) => ({ at, actor: process, problem: what })),
    ),
    verdict(
      'law: everybody closes',
      evidence.closing().map((actor) => ({ actor, problem: 'was told to close and never did' })),
    ),
    verdict('law: nothing is left behind', left),
    ...(scenario.liveness === undefined
      ? []
      : [verdict(`connected again ${scenario.liveness.within} ms after ${scenario.liveness.healAt}`, unconnected)]),
    ...scenario.expect.map((expectation) =>
      verdict(describeExpectation(expectation), checkExpectation(expectation, evidence, slack)),
    ),
  ];
  const violations = verdicts.flatMap(({ name, problems }) => problems.map((problem) => ({ name, ...problem })));
  const passed = violations.length === 0;
  const outcome = { scenario, seed, world, passed, verdicts, violations, trace };
  return { ...outcome, summary: summarizeOutcome(outcome, closedAt) };
}

function verdict(name: string, problems: readonly Problem[]): Verdict {
  return { name, passed: problems.length === 0, problems };
}

function summarizeOutcome({ verdicts, violations, trace }: Omit<ScenarioResult, 'summary'>, closedAt: number): string {
  const lines = verdicts.flatMap(({ name, passed, problems }) => [
    `${passed ? 'ok  ' : 'FAIL'} ${name}`,
    ...problems.slice(0, SHOWN).map((problem) => `       ${describeProblem(problem)}`),
    ...(problems.length > SHOWN ? [`       and ${problems.length - SHOWN} more`] : []),
  ]);
  const [first] = violations;
  if (first === undefined) return lines.join('\n');
  // Of what did not happen nothing tells; the last that did before the end may.
  const until = first.at ?? closedAt;
  const story = trace.filter((record) => record.at <= until && record.kind !== 'bytes').last(STORY_LENGTH);
  return [...lines, '', `What led to '${first.name}':`, story.toString()].join('\n');
}

function describeProblem({ at, actor, problem }: Problem): string {
  const when = at === undefined ? '' : `${at} ms  `;
  return `${when}${actor === undefined ? '' : `${actor}: `}${problem}`;
}
