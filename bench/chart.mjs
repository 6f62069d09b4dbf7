// Draws a result of `npm run bench -- --json` as an SVG: bars with error bars, readable on light and on dark pages.
//
//   node bench/chart.mjs result.json chart.svg

import { readFileSync, writeFileSync } from 'node:fs';
import { format } from './lib/table.mjs';
import { peers } from './peers/index.mjs';

/** What is drawn, where it was measured. */
const panels = [
  ['one-way-100', 'rate'],
  ['one-way-1k', 'rate'],
  ['burst', 'rate'],
  ['broadcast-50', 'rate'],
  ['in-flight-256', 'rate'],
  ['ping-pong', 'p50'],
  ['large-1', 'rate'],
  ['large-64', 'rate'],
  ['large-256', 'rate'],
  ['connect', 'rate'],
];
const [PANEL_WIDTH, LABEL_WIDTH, VALUE_WIDTH, BAR, STEP, HEAD, GAP] = [430, 104, 56, 12, 18, 44, 26];

const style = `
    .ground { fill: #ffffff } text { font: 12px system-ui, sans-serif; fill: #24292f } .title { font-weight: 600; font-size: 13px }
    .quiet { fill: #57606a } .bar { fill: #9aa7b5 } .ours { fill: #1a7f5a } .error { stroke: #24292f; stroke-width: 1.2 }
    @media (prefers-color-scheme: dark) { .ground { fill: #0d1117 } text { fill: #e6edf3 } .quiet { fill: #9da7b1 }
      .bar { fill: #57606a } .ours { fill: #2ea87a } .error { stroke: #e6edf3 } }`;

export function drawChart({ date, machine, rounds, load, rows }) {
  const drawn = panels.flatMap(([id, name]) => {
    const row = rows.find((each) => each.id === id);
    const metric = row?.metrics.find((each) => each.id === name);
    return metric ? [{ row, metric, bars: barsOf(metric) }] : [];
  });
  const heights = [0, 0];
  const parts = drawn.map((panel) => {
    const column = heights[0] <= heights[1] ? 0 : 1;
    const [x, y] = [20 + column * (PANEL_WIDTH + GAP), 64 + heights[column]];
    heights[column] += HEAD + panel.bars.length * STEP + GAP;
    return drawPanel(panel, x, y);
  });
  const [width, height] = [40 + 2 * PANEL_WIDTH + GAP, 64 + Math.max(...heights)];
  const noise = load.isQuiet ? '' : `; the machine was not quiet: others took ${Math.round(load.othersBusy * 100)} %`;
  const caption = `${date.slice(0, 10)}, Node ${machine.node}, ${machine.cores} cores; medians of ${rounds} rounds, lines from lowest to highest${noise}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
  <title>ipc and its peers</title>
  <style>${style}
  </style>
  <rect class="ground" width="${width}" height="${height}"/>
  ${text(20, 26, 'ipc and its peers at the same works', 'title')}
  ${text(20, 44, caption, 'quiet')}
${parts.join('\n')}
</svg>
`;
}

/** Best first. Those that do nothing with the bytes are another league, and would make the others small. */
function barsOf({ values, better }) {
  const sign = better === 'higher' ? -1 : 1;
  return Object.entries(values)
    .filter(([peer]) => peer !== 'bytes')
    .map(([peer, value]) => ({ peer, ...value }))
    .sort((a, b) => sign * ((a.median ?? sign * Infinity) - (b.median ?? sign * Infinity)));
}

function drawPanel({ row, metric, bars }, x, y) {
  const most = Math.max(...bars.map(({ high = 0 }) => high)) || 1;
  const room = PANEL_WIDTH - LABEL_WIDTH - VALUE_WIDTH;
  const at = (value) => x + LABEL_WIDTH + (value / most) * room;
  const number = (value) => Number(value.toFixed(1));
  const lines = bars.map(({ peer, median, low, high, failure }, index) => {
    const top = y + HEAD + index * STEP;
    const middle = top + BAR / 2;
    const label = text(x + LABEL_WIDTH - 6, middle + 4, peers[peer].title, '', 'end');
    if (median === undefined) return `${label}${text(at(0), middle + 4, failure ?? '', 'quiet')}`;
    const bar = `<rect class="bar${peer === 'ours' ? ' ours' : ''}" x="${at(0)}" y="${top}" width="${number(at(median) - at(0))}" height="${BAR}" rx="2"/>`;
    const [from, to] = [number(at(low)), number(at(high))];
    const error = `<path class="error" fill="none" d="M${from} ${middle}H${to}M${from} ${middle - 3}v6M${to} ${middle - 3}v6"/>`;
    return `${label}${bar}${error}${text(number(at(high)) + 6, middle + 4, format(median), 'quiet')}`;
  });
  const direction = metric.better === 'higher' ? 'more is better' : 'less is better';
  return `  <g>${text(x, y + 14, row.title, 'title')}${text(x, y + 31, `${metric.unit}, ${direction}`, 'quiet')}\n    ${lines.join('\n    ')}\n  </g>`;
}

export function text(x, y, content, name = '', anchor = 'start') {
  const safe = String(content).replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
  return `<text x="${x}" y="${y}"${name && ` class="${name}"`}${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}>${safe}</text>`;
}

if (process.argv[1] === import.meta.filename) {
  const [input, output] = process.argv.slice(2);
  if (output === undefined) {
    console.error('Usage: node bench/chart.mjs result.json chart.svg');
    process.exit(1);
  }
  writeFileSync(output, drawChart(JSON.parse(readFileSync(input, 'utf8'))));
}
