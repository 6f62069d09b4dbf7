/** A trace as one HTML file with nothing outside it: lanes, faults as bands, details under the pointer. */

import type { TraceRecord } from './trace.js';
import { actorsOf } from './trace-chart.js';

const laneHeight = 44;
const top = 56;
const left = 160;
const pixelsPerRecord = 7;

const style = `
  body { font: 13px/1.4 system-ui, sans-serif; margin: 16px; color: #222; background: #fff; }
  svg { display: block; } .chart { overflow-x: auto; border: 1px solid #ddd; }
  .lane { stroke: #ccc; } .event { fill: #2563eb; } .loss { fill: #dc2626; } .process { fill: #7c3aed; }
  .note { fill: #059669; } .bytes { stroke: #94a3b8; stroke-width: 1.5; } .fault { fill: #f59e0b; fill-opacity: .18; }
  .faultName { fill: #b45309; font-size: 11px; } .time { fill: #888; font-size: 10px; }
  [data-what]:hover { stroke: #000; stroke-width: 2; } pre { white-space: pre-wrap; min-height: 3em; }
`;

const script = `
  const out = document.getElementById('what');
  document.querySelector('svg').addEventListener('mouseover', (event) => {
    const what = event.target.getAttribute('data-what');
    if (what !== null) out.textContent = what;
  });
`;

/** Time runs to the right; a quiet time takes little room, whatever its length. */
export function renderHtml(records: readonly TraceRecord[], title: string): string {
  const actors = actorsOf(records);
  const { positions, ticks, width } = layOut(records);
  const laneOf = (actor: string): number => top + actors.indexOf(actor) * laneHeight + laneHeight / 2;
  const height = top + Math.max(1, actors.length) * laneHeight + 20;
  const parts = [
    ...bands(records, positions, width, height),
    ...ticks.map(({ x, at }) => `<text class="time" x="${x}" y="${height - 6}">${at}</text>`),
    ...actors.map(
      (actor) =>
        `<line class="lane" x1="${left}" x2="${width}" y1="${laneOf(actor)}" y2="${laneOf(actor)}"/>` +
        `<text x="8" y="${laneOf(actor) + 4}">${escapeHtml(actor)}</text>`,
    ),
    ...records.map((record, index) => draw(record, positions[index] as number, laneOf)),
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title><style>${style}</style></head><body>
<h1>${escapeHtml(title)}</h1><p>${records.length} records, ${actors.length} actors, ${records.at(-1)?.at ?? 0} virtual ms.
Point at anything to see what it is.</p><pre id="what"></pre>
<div class="chart"><svg width="${width + 20}" height="${height}">
${parts.filter((part) => part !== '').join('\n')}
</svg></div><script>${script}</script></body></html>
`;
}

function draw(record: TraceRecord, x: number, laneOf: (actor: string) => number): string {
  const { at, kind, actor, name, detail, peer } = record;
  const what = `data-what="${escapeHtml(`${at} ms  ${actor}  ${name} ${detail}`)}"`;
  if (kind === 'fault') {
    return '';
  }
  if (kind === 'note') {
    return `<rect class="note" x="${x - 2}" y="${top - 12}" width="5" height="10" ${what}/>`;
  }
  if (kind === 'bytes' && peer !== undefined) {
    return `<line class="bytes" x1="${x}" x2="${x + 3}" y1="${laneOf(actor)}" y2="${laneOf(peer)}" ${what}/>`;
  }
  const isLoss = /^(?:disconnect|error|connectError|crash)$/.test(name);
  return `<circle class="${isLoss ? 'loss' : kind}" cx="${x}" cy="${laneOf(actor)}" r="4" ${what}/>`;
}

/** A band from where a fault begins to where it ends; one that is over at once is a thin one. */
function bands(records: readonly TraceRecord[], positions: readonly number[], width: number, height: number): string[] {
  const drawn: string[] = [];
  for (const [index, { kind, name, detail, at }] of records.entries()) {
    if (kind !== 'fault' || name.endsWith(' ends')) {
      continue;
    }
    const x = positions[index] as number;
    const end = records.findIndex(
      (other, place) => place > index && other.kind === 'fault' && other.name === `${name} ends`,
    );
    const isMoment = ['cut', 'halfClose', 'crash', 'stop', 'heal', 'release', 'unlinkSocket', 'replaceServer'].includes(
      name,
    );
    const until = isMoment ? x + 3 : end < 0 ? width : (positions[end] as number);
    drawn.push(
      `<rect class="fault" x="${x}" y="20" width="${Math.max(3, until - x)}" height="${height - 40}" data-what="${escapeHtml(`${at} ms  ${name} ${detail}`)}"/>` +
        `<text class="faultName" x="${x}" y="${32 + (drawn.length % 2) * 12}">${escapeHtml(name)}</text>`,
    );
  }
  return drawn;
}

function layOut(records: readonly TraceRecord[]): {
  positions: number[];
  ticks: { x: number; at: number }[];
  width: number;
} {
  const positions: number[] = [];
  const ticks: { x: number; at: number }[] = [];
  let x = left;
  let last = Number.NEGATIVE_INFINITY;
  for (const { at } of records) {
    x += pixelsPerRecord;
    if (at !== last) {
      x += last === Number.NEGATIVE_INFINITY ? 0 : Math.min(60, 10 + Math.round(Math.sqrt(at - last)));
      if (x - (ticks.at(-1)?.x ?? Number.NEGATIVE_INFINITY) > 60) {
        ticks.push({ x, at });
      }
      last = at;
    }
    positions.push(x);
  }
  return { positions, ticks, width: x + 40 };
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
