// The results as text: what was measured, and what of it meets the targets.

import { peers } from '../peers/index.mjs';

/** A row for each figure, a column for each peer. A spread above a tenth is shown, as a half of it, in per cent. */
export function resultTable(rows, names) {
  const head = ['', '', ...names.map((name) => peers[name].title)];
  const body = rows.flatMap(({ title, metrics }) =>
    metrics.map(({ unit, values }, index) => [
      index === 0 ? title : '',
      unit,
      ...names.map((name) => cell(values[name])),
    ]),
  );
  return [head, ...body];
}

function cell(value) {
  if (value === undefined) return '';
  if (value.median === undefined) return value.failure ?? '?';
  const spread = (value.high - value.low) / 2 / Math.abs(value.median);
  const note = value.failure ? ` (${value.failure})` : spread > 0.1 ? ` ±${Math.round(spread * 100)}%` : '';
  return `${format(value.median)}${note}`;
}

/** Three digits that count, and no more than one decimal place above ten. */
export function format(value) {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', { minimumFractionDigits: 0, maximumFractionDigits: digits });
}

export function targetTable(lines) {
  const head = ['', 'figure', 'target', 'measured', 'lowest to highest', ''];
  const body = lines.map(({ row, metric, wanted, than, measured, isMet }) => {
    const goal = than ? `at least ${format(wanted)} x ${peers[than].title}` : `at most ${format(wanted)}`;
    const miss = than ? 1 - measured.median / wanted : measured.median / wanted - 1;
    return [
      row.title,
      metric.unit,
      goal,
      format(measured.median),
      `${format(measured.low)} to ${format(measured.high)}`,
      isMet ? 'met' : `SHORT by ${Math.ceil(miss * 100)} %`,
    ];
  });
  return [head, ...body];
}

export function toText(table) {
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  const line = (row) =>
    row.map((text, column) => (column < 2 ? text.padEnd(widths[column]) : text.padStart(widths[column]))).join('  ');
  return table.map((row) => line(row).trimEnd()).join('\n');
}

export function toMarkdown([head, ...body]) {
  const line = (row) => `| ${row.join(' | ')} |`;
  return [line(head), line(head.map((_, column) => (column < 2 ? '---' : '--:'))), ...body.map(line)].join('\n');
}
