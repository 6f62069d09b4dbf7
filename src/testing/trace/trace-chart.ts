/** A trace as a sequence chart in plain text: a column for each actor, a line for each record. */

import type { TraceRecord } from './trace.js';

const timeWidth = 12;
const narrowest = 12;
const widest = 32;

/** Reads in a terminal, top to bottom; bytes are arrows between the columns of those who exchange them. */
export function renderChart(records: readonly TraceRecord[]): string {
  const actors = actorsOf(records);
  const width = columnWidth(records, actors);
  const head = `${'ms'.padStart(timeWidth)}  ${actors.map((actor) => inColumn(actor, width)).join('')}`.trimEnd();
  const lines = records.map((record) => {
    const time = record.at.toFixed(3).padStart(timeWidth);
    return `${time}  ${drawLine(record, actors, width)}`.trimEnd();
  });
  return [head, ...lines].join('\n');
}

/** Everybody who acts or is acted upon, in the order of appearance; faults have lines of their own. */
export function actorsOf(records: readonly TraceRecord[]): string[] {
  const actors = new Set<string>();
  for (const { kind, actor, peer } of records) {
    if (kind === 'fault' || kind === 'note') {
      continue;
    }
    actors.add(actor);
    if (peer !== undefined) {
      actors.add(peer);
    }
  }
  return [...actors];
}

/** A topic or a note may have line breaks in it; a line of a trace may not. */
export function oneLine(text: string): string {
  return text.includes('\n') || text.includes('\r') ? text.replaceAll(/[\r\n]+/g, ' ') : text;
}

function drawLine(record: TraceRecord, actors: readonly string[], width: number): string {
  const { kind, actor, name, detail, peer } = record;
  const what = oneLine(detail === '' ? name : `${name} ${detail}`);
  if (kind === 'fault' || kind === 'note') {
    const mark = kind === 'fault' ? '!' : '#';
    return `${mark.repeat(3)} ${what} `.padEnd(Math.max(0, actors.length * width), mark);
  }
  const own = actors.indexOf(actor);
  if (kind === 'bytes' && peer !== undefined) {
    return drawArrow(own, actors.indexOf(peer), detail, actors.length, width);
  }
  return actors.map((_actor, column) => (column === own ? inColumn(what, width) : inColumn('|', width))).join('');
}

function drawArrow(from: number, to: number, label: string, columns: number, width: number): string {
  const [left, right] = [Math.min(from, to), Math.max(from, to)];
  const shaft = ` ${label} `.padStart(Math.floor(((right - left) * width + label.length) / 2), '-');
  const drawn = shaft.padEnd((right - left) * width - 2, '-').slice(0, (right - left) * width - 2);
  const arrow = from < to ? `|${drawn}>` : `<${drawn}-`;
  const before = inColumn('|', width).repeat(left);
  return before + arrow + inColumn('|', width).repeat(columns - right);
}

function columnWidth(records: readonly TraceRecord[], actors: readonly string[]): number {
  const lengths = [
    ...actors.map((actor) => actor.length),
    ...records.filter(({ kind }) => kind === 'event').map(({ name, detail }) => name.length + detail.length + 1),
  ];
  const longest = lengths.reduce((most, length) => Math.max(most, length), narrowest);
  return Math.min(longest, widest) + 2;
}

function inColumn(text: string, width: number): string {
  const cut = text.length > width - 1 ? `${text.slice(0, width - 2)}…` : text;
  return cut.padEnd(width);
}
