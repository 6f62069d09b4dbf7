/** The properties that a scenario may expect, each as the question that it asks of the evidence. */

import type { TraceRecord } from '../trace/trace.js';
import type { Evidence } from './evidence.js';
import { processOf } from './fact.js';
import type { Count, OfAnybody, ScenarioExpectation } from './scenario.js';

/** A breach. */
export interface Problem {
  readonly problem: string;
  /** Milliseconds since the start of the scenario; undefined for what did not happen. */
  readonly at?: number;
  readonly actor?: string;
}

/** How much later than planned something may happen: not at all in the simulation. */
export type Slack = (withinMs: number) => number;

type Named<That> = Extract<ScenarioExpectation, { readonly that: That }>;

type Properties = {
  readonly [That in ScenarioExpectation['that']]: (
    evidence: Evidence,
    expectation: Named<That>,
    slack: Slack,
  ) => Problem[];
};

const PROPERTIES: Properties = {
  everythingDelivered: (evidence, { client }) =>
    evidence.delivery.missing(client).map(({ stream, problem }) => ({ actor: stream, problem })),

  reconnected: (evidence, { client, ...count }) =>
    evidence
      .told('connect')
      .filter(({ actor }) => isOf(actor, client) && !evidence.isGone(actor))
      .flatMap(({ actor }) => {
        const times = evidence.events('reconnect', processOf(actor)).filter((record) => record.actor === actor);
        return checkCount(times.length, 'reconnect', count).map((problem) => ({ ...problem, actor }));
      }),

  noDisconnect: (evidence, { client }) =>
    evidence
      .events('disconnect', client)
      .filter(({ detail }) => detail === '')
      .map(({ at, actor }) => ({ at, actor, problem: 'lost its connection' })),

  connectedWithin: (evidence, { client, within }, slack) =>
    evidence
      .told('connect')
      .filter(({ actor }) => isOf(actor, client) && !evidence.isGone(actor))
      .flatMap((told) =>
        late(
          'connected',
          told,
          evidence.events('connect', processOf(told.actor)).find(({ actor }) => actor === told.actor),
          slack(within),
        ),
      ),

  connectErrors: (evidence, { client, code, ...count }) =>
    checkFailures(evidence, 'connectError', code, { client }, count),

  errors: (evidence, { client, server, code, ...count }) =>
    checkFailures(evidence, 'error', code, { client, server }, count),

  messages: (evidence, { client, server, topic, ...count }) => {
    const arrived = evidence
      .only('arrived')
      .filter((fact) => isOf(fact.actor, client ?? server) && (topic === undefined || fact.topic === topic));
    return checkCount(arrived.length, topic === undefined ? 'message' : `message of ${topic}`, count);
  },

  quiet: (evidence, { client, server, from, to }, slack) =>
    evidence
      .only('arrived')
      // What was on its way before may come late.
      .filter(({ actor, at }) => isOf(actor, client ?? server) && at > from + slack(0) && at < to)
      .slice(0, 1)
      .map(({ at, actor, topic }) => ({
        at,
        actor,
        problem: `a message of ${topic} came between ${from} and ${to} ms`,
      })),

  drains: (evidence, { client, server, ...count }) =>
    checkCount(evidence.events('drain', client ?? server).length, 'drain', count),

  listening: (evidence, { server, ...count }) =>
    checkCount(evidence.events('listening', server).length, 'listening', count),

  connections: (evidence, { server, ...count }) =>
    checkCount(evidence.events('connection', server).length, 'connection', count),

  closesWithin: (evidence, { client, server, within }, slack) => {
    const first = new Map(
      evidence
        .told('close')
        .toReversed()
        .map((told) => [told.actor, told] as const),
    );
    return [...first.values()]
      .filter(({ actor }) => isOf(actor, client ?? server) && !evidence.isGone(actor))
      .flatMap((told) =>
        late(
          'closed',
          told,
          evidence.events('close', processOf(told.actor)).find(({ actor }) => actor === told.actor),
          slack(within),
        ),
      );
  },
};

/** What is wrong, if the expectation is not met. */
export function checkExpectation(expectation: ScenarioExpectation, evidence: Evidence, slack: Slack): Problem[] {
  const check = PROPERTIES[expectation.that] as (
    evidence: Evidence,
    expectation: ScenarioExpectation,
    slack: Slack,
  ) => Problem[];
  return check(evidence, expectation, slack);
}

/** An expectation in few words: `reconnected client=worker atLeast=2`. */
export function describeExpectation({ that, ...parameters }: ScenarioExpectation): string {
  return [that, ...Object.entries(parameters).map(([key, value]) => `${key}=${value}`)].join(' ');
}

function isOf(actor: string, process: string | undefined): boolean {
  return process === undefined || processOf(actor) === process;
}

function late(
  what: string,
  { at, actor }: { readonly at: number; readonly actor: string },
  happened: TraceRecord | undefined,
  limitMs: number,
): Problem[] {
  if (happened === undefined) return [{ actor, problem: `was never ${what}` }];
  const tookMs = happened.at - at;
  if (tookMs <= limitMs) return [];
  return [{ at: happened.at, actor, problem: `was ${what} after ${round(tookMs)} ms, later than ${limitMs} ms` }];
}

function checkFailures(
  evidence: Evidence,
  event: 'error' | 'connectError',
  code: string | undefined,
  { client, server }: { readonly [Side in keyof OfAnybody]: string | undefined },
  count: Count,
): Problem[] {
  const failures = evidence.only('failed').filter((fact) => fact.event === event && isOf(fact.actor, client ?? server));
  const found = failures.filter((failure) => code === undefined || failure.code === code);
  const others = [...new Set(failures.map((failure) => failure.code))].join(', ');
  const hint = others === '' || code === undefined ? '' : ` (codes seen: ${others})`;
  const problems = checkCount(found.length, code === undefined ? event : `${event} with ${code}`, count);
  return problems.map(({ problem }) => ({ ...at(found.at(-1)), problem: `${problem}${hint}` }));
}

function at(failure: { readonly at: number; readonly actor: string } | undefined): Omit<Problem, 'problem'> {
  return failure === undefined ? {} : { at: failure.at, actor: failure.actor };
}

function checkCount(found: number, what: string, { atLeast, atMost }: Count): Problem[] {
  const least = atLeast ?? (atMost === undefined ? 1 : 0);
  if (found < least) return [{ problem: `${found} × ${what}, expected at least ${least}` }];
  if (atMost !== undefined && found > atMost) return [{ problem: `${found} × ${what}, expected at most ${atMost}` }];
  return [];
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
