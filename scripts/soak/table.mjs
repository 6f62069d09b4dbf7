// What came out of the drills, as a table that can be read in a terminal and pasted into a document.

const HEAD = ['drill', 'scale', 'figure', 'measured', 'target', 'verdict'];

/** `results`: { drill, scale, figures?, violation?, obstacle?, isCutShort }, in the order in which they were run. */
export function table(results) {
  const rows = results.flatMap(rowsOf);
  const widths = HEAD.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)));
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  return [line(HEAD), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** Whether everything held, as far as it went. */
export function isGood({ figures = [], violation }) {
  return violation === undefined && figures.every(isMet);
}

function rowsOf({ drill, scale, figures = [], violation, isCutShort, obstacle }) {
  if (obstacle !== undefined) return [[drill.name, describeScale(scale), obstacle, '', '', 'SKIPPED']];
  const verdict = violation === undefined ? (isCutShort ? 'held so far' : 'held') : 'BROKEN';
  const first = [drill.name, describeScale(scale), drill.promise, '', '', verdict];
  return [
    first,
    ...figures.map((figure) => ['', '', figure.what, measured(figure), target(figure), verdictOf(figure)]),
  ];
}

function describeScale(scale) {
  return Object.entries(scale)
    .map(([name, value]) =>
      typeof value === 'object' ? describeScale(value) : `${name} ${value.toLocaleString('en')}`,
    )
    .join(', ');
}

function measured({ value, unit }) {
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : 1;
  return `${value.toLocaleString('en', { maximumFractionDigits: digits })} ${unit}`.trim();
}

function target(figure) {
  return figure.atMost === undefined ? '' : `at most ${measured({ ...figure, value: figure.atMost })}`;
}

function isMet({ value, atMost }) {
  return atMost === undefined || value <= atMost;
}

function verdictOf(figure) {
  return figure.atMost === undefined ? '' : isMet(figure) ? 'met' : 'MISSED';
}
