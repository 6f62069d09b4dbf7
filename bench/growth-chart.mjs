// Draws the result of `npm run bench:growth`: a small plot for each series, from the first value to the last.

import { text } from './chart.mjs';
import { format } from './lib/table.mjs';

const [WIDTH, HEIGHT, LEFT, TOP] = [400, 190, 46, 64];
const style = `
    .ground { fill: #ffffff } text { font: 12px system-ui, sans-serif; fill: #24292f } .title { font-weight: 600; font-size: 13px }
    .quiet { fill: #57606a } .line { fill: none; stroke: #1a7f5a; stroke-width: 2 } .dot { fill: #1a7f5a }
    .error { stroke: #24292f; stroke-width: 1.2; fill: none } .axis { stroke: #d0d7de; fill: none }
    @media (prefers-color-scheme: dark) { .ground { fill: #0d1117 } text { fill: #e6edf3 } .quiet { fill: #9da7b1 }
      .line { stroke: #2ea87a } .dot { fill: #2ea87a } .error { stroke: #e6edf3 } .axis { stroke: #30363d } }`;

export function drawGrowth({ date, machine, rounds, load, series }) {
  const [width, height] = [2 * WIDTH + 20, TOP + Math.ceil(series.length / 2) * (HEIGHT + 50)];
  const noise = load.isQuiet ? '' : `; the machine was not quiet: others took ${Math.round(load.othersBusy * 100)} %`;
  const caption = `${date.slice(0, 10)}, Node ${machine.node}; CPU µs per message, both ends; medians of ${rounds} rounds${noise}`;
  const plots = series.map((each, index) =>
    drawPlot(each, 20 + (index % 2) * WIDTH, TOP + Math.floor(index / 2) * (HEIGHT + 50)),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
  <title>What a message costs while something else grows</title>
  <style>${style}
  </style>
  <rect class="ground" width="${width}" height="${height}"/>
  ${text(20, 26, 'What a message costs while something else grows', 'title')}
  ${text(20, 44, caption, 'quiet')}
${plots.join('\n')}
</svg>
`;
}

function drawPlot({ title, points }, x, y) {
  const known = points.filter(({ cpu }) => cpu);
  const most = Math.max(...known.map(({ cpu }) => cpu.high), 1) * 1.15;
  const room = { width: WIDTH - LEFT - 40, height: HEIGHT - 40 };
  // Evenly, point by point: the values grow by powers of ten, and one of them may be zero.
  const across = (index) => round(x + LEFT + (known.length === 1 ? 0 : (index / (known.length - 1)) * room.width));
  const down = (value) => round(y + 20 + room.height * (1 - value / most));
  const line = known.map(({ cpu }, index) => `${index === 0 ? 'M' : 'L'}${across(index)} ${down(cpu.median)}`).join('');
  const marks = known.map(({ x: value, cpu }, index) => {
    const at = across(index);
    const error = `<path class="error" d="M${at} ${down(cpu.low)}V${down(cpu.high)}"/>`;
    const dot = `<circle class="dot" cx="${at}" cy="${down(cpu.median)}" r="3.5"/>`;
    const name = text(at, y + 36 + room.height, value.toLocaleString('en'), 'quiet', 'middle');
    return `${error}${dot}${name}${text(at + 6, round(down(cpu.median) - 6), format(cpu.median))}`;
  });
  const axis = `<path class="axis" d="M${x + LEFT} ${y + 20}V${down(0)}H${x + WIDTH - 40}"/>`;
  const zero = text(x + LEFT - 6, down(0), '0', 'quiet', 'end');
  return `  <g>${text(x, y + 10, title, 'title')}${axis}${zero}<path class="line" d="${line}"/>\n    ${marks.join('\n    ')}\n  </g>`;
}

function round(value) {
  return Number(value.toFixed(1));
}
