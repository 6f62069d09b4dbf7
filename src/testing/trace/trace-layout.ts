/** Where everything of a trace goes on its timeline: lanes for processes, places for records, spans for what lasts. */

import { BEFELL_NOBODY } from './befell-nobody.js';
import type { TraceRecord } from './trace.js';

/** Where the pixels go. Each record takes its room; what is left of a page, or at least this, is for time that passes. */
const pageWidth = 1150;
const leastQuietWidth = 400;
const recordWidth = 5;
const arrowWidth = 6;
const rowHeight = 40;
const lanePadding = 8;
const margin = 18;

/** A process, or whoever belongs to none, with a row for each of its emitters that live at the same time. */
export interface Lane {
  readonly name: string;
  /** The names of its emitters, without the name of the process. */
  readonly parts: readonly string[];
  readonly top: number;
  readonly height: number;
}

/** Something that lasts: a connection, a server that listens, a process that is down or frozen. */
export interface Span {
  readonly kind: 'connected' | 'listening' | 'down' | 'paused';
  readonly lane: Lane;
  /** Middle of its row; of the lane, when it is about the process. */
  readonly y: number;
  readonly from: number;
  readonly to: number;
  readonly what: string;
}

/** A fault: as long as it is in force, or the moment at which it happens. */
export interface FaultSpan {
  readonly record: TraceRecord;
  readonly from: number;
  /** Undefined for what happens at one moment. */
  readonly to: number | undefined;
  readonly until: number | undefined;
  /** Row of its name, from 0. */
  readonly row: number;
  /** The lanes that it names; none for a fault that is about everybody. */
  readonly lanes: readonly Lane[];
}

/** A record in its place. */
export interface Placed {
  readonly record: TraceRecord;
  readonly x: number;
  readonly y: number;
  /** Of bytes: where they arrive, and what came of them. */
  readonly to: { readonly x: number; readonly y: number } | undefined;
}

/** A whole timeline. */
export interface Layout {
  readonly lanes: readonly Lane[];
  readonly spans: readonly Span[];
  readonly faults: readonly FaultSpan[];
  readonly faultRows: number;
  readonly placed: readonly Placed[];
  readonly ticks: readonly { readonly x: number; readonly label: string }[];
  readonly width: number;
  readonly height: number;
}

/** Faults that are over as soon as they have happened; some leave a trace in the lanes. */
const MOMENTS: ReadonlySet<string> = new Set([
  ...['cut', 'halfClose', 'crash', 'stop', 'heal', 'release', 'unlinkSocket', 'replaceServer', 'clockJump', 'garbage'],
]);

/** What begins and ends a span, by the name of the event. */
const BEGINNINGS: ReadonlyMap<string, 'connected' | 'listening'> = new Map([
  ['connect', 'connected'],
  ['connected', 'connected'],
  ['listening', 'listening'],
]);
const ENDINGS: ReadonlySet<string> = new Set(['disconnect', 'closed', 'close']);

/** The process of an actor. */
export function processOf(actor: string): string {
  const slash = actor.indexOf('/');
  return slash <= 0 ? actor : actor.slice(0, slash);
}

/** Whether it belongs to somebody, rather than to the world. */
function hasActor({ kind }: TraceRecord): boolean {
  return kind !== 'fault' && kind !== 'note';
}

/** Lays out a trace. */
export function layOut(records: readonly TraceRecord[]): Layout {
  const rows = findRows(records);
  const { lanes, height } = stackLanes(rows);
  const laneOf = (actor: string): Lane => lanes.get(processOf(actor)) as Lane;
  const yOf = (actor: string): number => {
    const lane = laneOf(actor);
    return lane.top + lanePadding + ((rows.get(processOf(actor))?.get(actor) ?? 0) + 0.5) * rowHeight;
  };
  const { placed, instants, width } = placeRecords(records, yOf);
  const xs = placed.map(({ x }) => x);
  const faults = placeFaults(records, xs, [...lanes.values()]);
  return {
    lanes: [...lanes.values()],
    spans: findSpans(placed, laneOf, yOf, width),
    faults,
    faultRows: faults.reduce((most, { row }) => Math.max(most, row + 1), 0),
    placed,
    ticks: findTicks(instants),
    width,
    height,
  };
}

/** For each process its actors and their rows: emitters that live one after the other share one; a process has none. */
function findRows(records: readonly TraceRecord[]): Map<string, Map<string, number>> {
  const lives = new Map<string, { first: number; last: number }>();
  for (const [index, record] of records.entries()) {
    if (!hasActor(record)) continue;
    for (const actor of record.peer === undefined ? [record.actor] : [record.actor, record.peer]) {
      const life = lives.get(actor);
      if (life === undefined) lives.set(actor, { first: index, last: index });
      else life.last = index;
    }
  }
  const processes = new Set([...lives.keys()].filter((actor) => processOf(actor) !== actor).map(processOf));
  const rows = new Map<string, Map<string, number>>();
  const ends = new Map<string, number[]>();
  for (const [actor, { first, last }] of lives) {
    const name = processOf(actor);
    const own = rows.get(name) ?? new Map<string, number>();
    rows.set(name, own);
    if (actor === name && processes.has(name)) continue;
    const taken = ends.get(name) ?? [];
    ends.set(name, taken);
    const free = taken.findIndex((end) => end < first);
    const row = free < 0 ? taken.length : free;
    taken[row] = last;
    own.set(actor, row);
  }
  return rows;
}

function stackLanes(rows: ReadonlyMap<string, ReadonlyMap<string, number>>): {
  lanes: Map<string, Lane>;
  height: number;
} {
  const lanes = new Map<string, Lane>();
  let top = 0;
  for (const [name, actors] of rows) {
    const count = Math.max(1, ...[...actors.values()].map((row) => row + 1));
    const height = count * rowHeight + 2 * lanePadding;
    const parts = [...actors.keys()].filter((actor) => actor !== name).map((actor) => actor.slice(name.length + 1));
    lanes.set(name, { name, parts, top, height });
    top += height;
  }
  return { lanes, height: top };
}

/** An instant of virtual time: what happens in it is spread, so that its order can be seen. */
interface Instant {
  readonly at: number;
  from: number;
  to: number;
}

function placeRecords(
  records: readonly TraceRecord[],
  yOf: (actor: string) => number,
): { placed: Placed[]; instants: Instant[]; width: number } {
  const instants: Instant[] = [];
  const instantOf: Instant[] = [];
  let free = new Map<number, number>();
  // First as if each instant began at 0.
  const offsets = records.map((record): Placed => {
    let instant = instants.at(-1);
    if (instant?.at !== record.at) {
      instant = { at: record.at, from: 0, to: 0 };
      instants.push(instant);
      free = new Map();
    }
    instantOf.push(instant);
    const y = hasActor(record) ? yOf(record.actor) : -1;
    // A message is emitted twice in a row; both are in one place.
    const x = (free.get(y) ?? 0) - (record.name.startsWith('message.') ? recordWidth : 0);
    const to = record.peer === undefined ? undefined : { x: x + arrowWidth, y: yOf(record.peer) };
    // A fault is where it strikes; what it does comes after it.
    free.set(y, record.kind === 'fault' ? x : x + (to === undefined ? recordWidth : 1));
    if (to !== undefined) free.set(to.y, Math.max(free.get(to.y) ?? 0, to.x));
    instant.to = Math.max(instant.to, x + recordWidth, to?.x ?? 0);
    return { record, x, y, to };
  });
  spread(instants);
  const placed = offsets.map(({ record, x, y, to }, index): Placed => {
    const { from } = instantOf[index] as Instant;
    return { record, x: from + x, y, to: to === undefined ? undefined : { x: from + to.x, y: to.y } };
  });
  return { placed, instants, width: (instants.at(-1)?.to ?? 0) + 2 * margin };
}

/**
 * Puts the instants one after the other. The room between them is shared half in proportion to the time and half to its
 * root, so that neither a long nor a short wait is lost.
 */
function spread(instants: readonly Instant[]): void {
  const taken = instants.reduce((sum, { to }) => sum + to, 0);
  const waits = instants.map(({ at }, index) => at - (instants[index - 1]?.at ?? at));
  const total = waits.reduce((sum, wait) => sum + wait, 0);
  const roots = waits.reduce((sum, wait) => sum + Math.sqrt(wait), 0);
  const quietWidth = Math.max(leastQuietWidth, pageWidth - taken);
  let x = margin;
  for (const [index, instant] of instants.entries()) {
    const wait = waits[index] as number;
    if (wait > 0) x += 2 + (quietWidth / 2) * (wait / total + Math.sqrt(wait) / roots);
    instant.from = x;
    x += instant.to;
    instant.to = x;
  }
}

function findSpans(
  placed: readonly Placed[],
  laneOf: (actor: string) => Lane,
  yOf: (actor: string) => number,
  width: number,
): Span[] {
  const spans: Span[] = [];
  /** One for each emitter, and one for a process as such. */
  const open = new Map<string, { kind: Span['kind']; from: number; at: number; y: number }>();
  const begin = (actor: string, kind: Span['kind'], { x, record }: Placed, y: number): void => {
    if (!open.has(actor)) open.set(actor, { kind, from: x, at: record.at, y });
  };
  const end = (actor: string, to: number, at: number | undefined): void => {
    const span = open.get(actor);
    if (span === undefined) return;
    open.delete(actor);
    const { kind, from, y } = span;
    const lasted = at === undefined ? 'to the end' : `for ${round(at - span.at)} ms`;
    spans.push({ kind, lane: laneOf(actor), y, from, to, what: `${round(span.at)} ms\t${actor}\t${kind} ${lasted}` });
  };
  for (const one of placed) {
    const { kind, actor, name, at } = one.record;
    if (kind === 'process') {
      const { top, height } = laneOf(actor);
      const isDying = name === 'crash';
      if (isDying) for (const other of [...open.keys()]) if (processOf(other) === actor) end(other, one.x, at);
      if (name === 'start' || name === 'restart' || name === 'resume') end(actor, one.x, at);
      if (isDying || name === 'pause') begin(actor, isDying ? 'down' : 'paused', one, top + height / 2);
    } else if (kind === 'event' || kind === 'link') {
      const begins = BEGINNINGS.get(name);
      if (begins !== undefined) begin(actor, begins, one, yOf(actor));
      // On a server, `disconnect` is about one of its clients.
      const isOver = ENDINGS.has(name) && !(name === 'disconnect' && open.get(actor)?.kind === 'listening');
      if (isOver) end(actor, one.x, at);
    }
  }
  for (const actor of [...open.keys()]) end(actor, width - margin, undefined);
  return spans;
}

function placeFaults(records: readonly TraceRecord[], xs: readonly number[], lanes: readonly Lane[]): FaultSpan[] {
  const open = new Map<string, { to: number | undefined; until: number | undefined }[]>();
  const drawn: { index: number; end: { to: number | undefined; until: number | undefined } }[] = [];
  const last = (xs.at(-1) ?? 0) + margin;
  for (const [index, { kind, name, at }] of records.entries()) {
    if (kind !== 'fault' || name.endsWith(BEFELL_NOBODY)) continue;
    if (!name.endsWith(' ends')) {
      const end = MOMENTS.has(name) ? { to: undefined, until: undefined } : { to: last, until: undefined };
      drawn.push({ index, end });
      if (!MOMENTS.has(name)) open.set(name, [...(open.get(name) ?? []), end]);
      continue;
    }
    const ended = open.get(name.slice(0, -' ends'.length))?.shift();
    if (ended !== undefined) Object.assign(ended, { to: xs[index], until: at });
  }
  const rowEnds: number[] = [];
  return drawn.map(({ index, end }) => {
    const record = records[index] as TraceRecord;
    const from = xs[index] as number;
    const nameEnd = Math.max(end.to ?? 0, from + 16 + record.name.length * 7);
    const free = rowEnds.findIndex((taken) => taken <= from);
    const row = free < 0 ? rowEnds.length : free;
    rowEnds[row] = nameEnd;
    return { record, from, ...end, row, lanes: lanesNamedIn(record.detail, lanes) };
  });
}

/** The lanes whose process stands in the fault's target or groups. */
function lanesNamedIn(detail: string, lanes: readonly Lane[]): Lane[] {
  return lanes.filter(({ name, parts }) =>
    [name, ...parts.map((part) => `${name}/${part}`)].some((wanted) => detail.includes(JSON.stringify(wanted))),
  );
}

/** About a dozen round times, each where it would be between the instants around it. */
function findTicks(instants: readonly Instant[]): { x: number; label: string }[] {
  const [first, last] = [instants[0], instants.at(-1)];
  if (first === undefined || last === undefined || last.at <= first.at) return [];
  const rough = (last.at - first.at) / 12;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const stepMs = magnitude * ([1, 2, 5].find((factor) => factor * magnitude >= rough) ?? 10);
  const ticks: { x: number; label: string }[] = [];
  let index = 0;
  for (let at = Math.ceil(first.at / stepMs) * stepMs; at <= last.at; at += stepMs) {
    while ((instants[index + 1]?.at ?? Number.POSITIVE_INFINITY) <= at) index += 1;
    const [before, after] = [instants[index] as Instant, instants[index + 1]];
    const share = after === undefined ? 0 : (at - before.at) / (after.at - before.at);
    const x = at === before.at ? before.from : before.to + share * ((after?.from ?? before.to) - before.to);
    if (x - (ticks.at(-1)?.x ?? -100) >= 46)
      ticks.push({ x, label: stepMs >= 100 ? `${round(at / 1000)} s` : `${round(at)} ms` });
  }
  return ticks;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
