/** A trace as one HTML file with nothing outside it: a lane for each process, faults as bands, details under the pointer. */

import { BEFELL_NOBODY } from './befell-nobody.js';
import type { TraceRecord } from './trace.js';
import { type FaultSpan, type Layout, layOut, type Placed, type Span } from './trace-layout.js';
import { pageScript, pageStyle } from './trace-page.js';

/** Records that are drawn; of a longer trace, the last ones. */
const mostRecords = 20_000;
const faultRowHeight = 20;
const head = 8;
const foot = 30;

/** Time runs to the right; a quiet time takes little room, whatever its length. */
export function renderHtml(all: readonly TraceRecord[], title: string): string {
  const records = all.slice(-mostRecords);
  const layout = layOut(records);
  const top = head + layout.faultRows * faultRowHeight + 8;
  const height = top + layout.height + foot;
  const cut = records.length < all.length ? ` Only the last ${records.length} are drawn.` : '';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title><style>${pageStyle}</style></head><body>
<header><h1>${escapeHtml(title)}</h1><p>${counts(all, layout)}.${cut}</p></header>
<div class="timeline"><div class="labels" style="height:${height}px">${labels(layout, top)}</div>
<div class="chart"><svg width="${layout.width}" height="${height}" role="img" aria-label="${escapeHtml(title)}">
<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatch" y2="6"/></pattern></defs>
${draw(layout, top, height).join('\n')}
</svg></div></div>
<footer>${legend}</footer>
<details><summary>All of it as text</summary><pre>${escapeHtml(asText(records))}</pre></details>
<div id="tip" hidden></div><script>${pageScript}</script></body></html>
`;
}

const legend = [
  ['connected', 'connected'],
  ['listening', 'listening'],
  ['down', 'process down'],
  ['paused', 'process frozen'],
  ['fault', 'fault in force'],
]
  .map(([kind, meaning]) => `<span><i class="key ${kind}"></i>${meaning}</span>`)
  .concat(
    [
      ['dot good', 'connect, reconnect, listening'],
      ['dot bad', 'disconnect, error, crash'],
      ['dot message', 'message'],
      ['dot', 'anything else'],
    ].map(([kind, meaning]) => `<span><i class="${kind}"></i>${meaning}</span>`),
  )
  .join('');

function counts(records: readonly TraceRecord[], { lanes }: Layout): string {
  const begun = records.filter(({ kind }) => kind === 'fault').map(({ name }) => name);
  const faults = begun.filter((name) => !name.endsWith(' ends') && !name.endsWith(BEFELL_NOBODY)).length;
  const counted = [
    [records.length, 'record'],
    [lanes.length, 'lane'],
    [faults, 'fault'],
  ] as const;
  const words = counted.map(([count, noun]) => `${count} ${noun}${count === 1 ? '' : 's'}`);
  const lastMs = records.at(-1)?.at ?? 0;
  return `${words.join(', ')}, ${lastMs < 1000 ? `${lastMs} ms` : `${lastMs / 1000} s`}`;
}

/** Outside the chart, so that they stay when it is scrolled. */
function labels({ lanes, faultRows }: Layout, top: number): string {
  const faults = faultRows === 0 ? '' : `<div class="label small" style="top:${head}px;height:20px">faults</div>`;
  return (
    faults +
    lanes
      .map(({ name, parts, top: laneTop, height }) => {
        const shown = parts.length > 4 ? [...parts.slice(0, 3), `${parts.length - 3} more`] : parts;
        return (
          `<div class="label" style="top:${top + laneTop}px;height:${height}px"><strong>${escapeHtml(name)}</strong>` +
          `<small>${escapeHtml(shown.join(', '))}</small></div>`
        );
      })
      .join('')
  );
}

function draw(layout: Layout, top: number, height: number): string[] {
  const { lanes, spans, faults, placed, ticks, width } = layout;
  const bottom = height - foot;
  return [
    ...lanes.map(
      ({ top: laneTop, height: laneHeight }, index) =>
        `<rect class="lane${index % 2 === 0 ? ' even' : ''}" y="${top + laneTop}" width="${width}" height="${laneHeight}"/>`,
    ),
    ...ticks.map(
      ({ x, label }) =>
        `<line class="tick" x1="${n(x)}" x2="${n(x)}" y1="${top}" y2="${bottom}"/>` +
        `<text class="time" x="${n(x)}" y="${bottom + 16}">${label}</text>`,
    ),
    ...faults.flatMap((fault) => band(fault, top, bottom)),
    ...spans.map((span) => bar(span, top)),
    ...placed.filter(({ to }) => to !== undefined).map((one) => arrow(one, top)),
    ...faults.map(flag),
    ...placed.filter(({ to }) => to === undefined).map((one) => marker(one, top, bottom)),
  ].filter((part) => part !== '');
}

/** Over the lanes that the fault names, or all of them. */
function band({ from, to, lanes, row }: FaultSpan, top: number, bottom: number): string[] {
  const y = head + row * faultRowHeight + 15;
  if (to === undefined) return [`<line class="moment" x1="${n(from)}" x2="${n(from)}" y1="${y}" y2="${bottom}"/>`];
  const width = n(Math.max(2, to - from));
  const areas =
    lanes.length === 0 ? [[top, bottom - top] as const] : lanes.map((lane) => [top + lane.top, lane.height] as const);
  return areas.map(
    ([areaTop, areaHeight]) =>
      `<rect class="fault" x="${n(from)}" y="${areaTop}" width="${width}" height="${areaHeight}"/>`,
  );
}

/** The name of a fault above the lanes, as wide as it lasts. */
function flag({ record, from, to, until, row }: FaultSpan): string {
  const { at, name, detail } = record;
  const y = head + row * faultRowHeight;
  const lasted = to === undefined ? '' : until === undefined ? 'in force to the end\n' : `for ${n(until - at)} ms\n`;
  const width = to === undefined ? 14 + name.length * 6.6 : Math.max(6, to - from);
  return (
    `<g data-what="${escapeHtml(`${n(at)} ms\t${name}\t${lasted}${detail}`)}">` +
    `<rect class="flag${to === undefined ? ' now' : ''}" x="${n(from)}" y="${y}" width="${n(width)}" height="16" rx="3"/>` +
    `<text class="name" x="${n(from + 6)}" y="${y + 12}">${escapeHtml(name)}</text></g>`
  );
}

function bar({ kind, lane, y, from, to, what }: Span, top: number): string {
  const isWhole = kind === 'down' || kind === 'paused';
  const [barTop, height] = isWhole ? [lane.top + 4, lane.height - 8] : [y - 8, 16];
  return (
    `<rect class="bar ${kind}" x="${n(from)}" y="${n(top + barTop)}" width="${n(Math.max(2, to - from))}" ` +
    `height="${n(height)}" rx="4" data-what="${escapeHtml(what)}"/>`
  );
}

/** Bytes, from who sent them to who has read them. */
function arrow({ record, x, y, to }: Placed, top: number): string {
  if (to === undefined) return '';
  const [link = '', bytes = ''] = record.detail.split(' ');
  const what = `${n(record.at)} ms\t${record.actor} → ${record.peer}\t${bytes} bytes on connection ${link.replace('#', '')}`;
  const line = `x1="${n(x)}" y1="${n(top + y)}" x2="${n(to.x)}" y2="${n(top + to.y)}"`;
  return `<g data-what="${escapeHtml(what)}"><line class="reach" ${line}/><line class="bytes" ${line}/></g>`;
}

const GOOD = /^(?:connect|reconnect|listening|connection|connected|start|restart|resume)$/;
const BAD = /^(?:disconnect|error|connectError|crash|pause)$/;

function marker({ record, x, y }: Placed, top: number, bottom: number): string {
  const { at, kind, actor, name, detail } = record;
  if (kind === 'fault' || name.startsWith('message.')) return '';
  const what = `data-what="${escapeHtml(`${n(at)} ms\t${actor}\t${name}${detail === '' ? '' : `\n${detail}`}`)}"`;
  if (kind === 'note') {
    return `<line class="note" x1="${n(x)}" x2="${n(x)}" y1="${top}" y2="${bottom}" ${what}/>`;
  }
  const tone = GOOD.test(name) ? ' good' : BAD.test(name) ? ' bad' : name.startsWith('message') ? ' message' : '';
  return `<circle class="dot${tone}" cx="${n(x)}" cy="${n(top + y)}" r="${tone === ' message' ? 2.5 : 4}" ${what}/>`;
}

function asText(records: readonly TraceRecord[]): string {
  const width = records.reduce((widest, { actor }) => Math.max(widest, actor.length), 0);
  return records
    .map(({ at, actor, name, detail }) => `${at.toFixed(3).padStart(12)}  ${actor.padEnd(width)}  ${name} ${detail}`)
    .join('\n');
}

/** Short numbers keep the file small. */
function n(value: number): number {
  return Math.round(value * 10) / 10;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
