/** Holds the laws of event order over any trace, simulated or real. */

import { show } from '../rules/rule.js';
import type { TraceRecord } from '../trace/trace.js';
import { clientLaw, type EventLaw, serverLaw } from './event-laws.js';

/** What a trace has to offer: the records in order. */
export interface Checkable {
  readonly records: readonly TraceRecord[];
  /** How many there were, those not kept included. Left out: all were kept. */
  readonly length?: number;
}

/** A breach of a law. */
export interface Violation {
  /** Virtual milliseconds. */
  readonly at: number;
  readonly actor: string;
  /** The event that must not be here, and what may. */
  readonly problem: string;
  /** Index of its record in the trace. */
  readonly index: number;
}

/** Records shown before a violation. */
const CONTEXT = 20;

/** A trace broke a law. The message names the event, its time, what was allowed, and what led up to it. */
export class LawError extends Error {
  readonly code: string = 'IPC_LAW';
  override readonly name: string = 'LawError';
  readonly violations: readonly Violation[];

  constructor(violations: readonly Violation[], story: string) {
    const [first] = violations;
    const others = violations.length > 1 ? ` (and ${violations.length - 1} more)` : '';
    const where = first === undefined ? '' : `${first.actor} at ${first.at} ms: ${first.problem}${others}`;
    super(`The order of events is broken. ${where}\n${story}`);
    this.violations = violations;
  }
}

/** Events by which an actor shows which of the two it is. */
const CLIENT_EVENTS: ReadonlySet<string> = new Set(['connect', 'connectError', 'reconnect']);
const SERVER_EVENTS: ReadonlySet<string> = new Set(['listening', 'connection']);

/** @throws LawError when the events of any `Client` or `Server` in the trace came in an order that is not promised. */
export function checkTrace(trace: Checkable): void {
  const violations = findViolations(trace);
  const [first] = violations;
  if (first !== undefined) {
    const story = trace.records.slice(Math.max(0, first.index - CONTEXT), first.index + 1);
    throw new LawError(violations, story.map((r) => `  ${r.at} ms  ${r.actor}  ${r.name} ${r.detail}`).join('\n'));
  }
}

/** Every breach, in the order of the trace; an actor that has broken the law once is not judged further. */
export function findViolations(trace: Checkable): Violation[] {
  const violations: Violation[] = [];
  for (const { record, index, problem } of walkTrace(trace)) {
    if (problem !== undefined) {
      violations.push({ at: record.at, actor: record.actor, problem, index });
    }
  }
  return violations;
}

/** The records in order, each with the law of its actor after it, and what is wrong with it. */
export type Verdicts = Iterable<{
  readonly record: TraceRecord;
  readonly index: number;
  /** Undefined for what is no event, and for an actor that has broken the law before. */
  readonly law: EventLaw | undefined;
  readonly problem: string | undefined;
}>;

/** Walks through a trace and applies to each event the law of its actor. */
export function* walkTrace(trace: Checkable): Verdicts {
  const { records, length = records?.length } = Object(trace) as Checkable;
  if (!Array.isArray(records)) {
    throw new TypeError(`A trace is needed, something with records in an array; got ${show(trace)}.`);
  }
  if (length > records.length) {
    throw new TypeError(
      `The trace has dropped its oldest ${length - records.length} records; give it a larger 'keep'.`,
    );
  }
  const laws = judge(records);
  for (const [index, record] of records.entries()) {
    const law = record.kind === 'event' ? laws.get(record.actor) : undefined;
    const problem = law?.next({ name: record.name, clientId: clientIdOf(record) });
    yield { record, index, law, problem };
    if (problem !== undefined) {
      laws.delete(record.actor);
    }
  }
}

/** The law for each actor. One that has shown neither side has at most closed, or failed to: both laws say the same. */
function judge(records: readonly TraceRecord[]): Map<string, EventLaw> {
  const laws = new Map<string, EventLaw>();
  const shown = new Set<string>();
  for (const { kind, actor, name } of records) {
    if (kind !== 'event' || shown.has(actor)) {
      continue;
    }
    if (SERVER_EVENTS.has(name)) {
      laws.set(actor, serverLaw());
      shown.add(actor);
    } else if (CLIENT_EVENTS.has(name)) {
      laws.set(actor, clientLaw());
      shown.add(actor);
    } else if (!laws.has(actor)) {
      laws.set(actor, clientLaw());
    }
  }
  return laws;
}

const CLIENT_ID = /'([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})'/g;

/** Events about one client carry its id: first for `connection`, `disconnect` and `drain`, last for a message. */
function clientIdOf({ name, detail }: TraceRecord): string | undefined {
  if (!(name.startsWith('message') || name === 'connection' || name === 'disconnect' || name === 'drain')) {
    return undefined;
  }
  const ids = [...detail.matchAll(CLIENT_ID)];
  return (name.startsWith('message') ? ids.at(-1) : ids[0])?.[1];
}
