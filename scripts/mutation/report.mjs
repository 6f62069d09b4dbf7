// What Stryker's report says, in a table and a list.

const NOTICED = ['Killed', 'Timeout'];
const UNNOTICED = ['Survived', 'NoCoverage'];

export function survivorsIn(report) {
  return mutantsOf(report).filter(({ status }) => UNNOTICED.includes(status));
}

export function joined(one, other) {
  return { ...one, files: { ...one.files, ...other.files } };
}

/** The first report, with what the laws have noticed of its survivors. */
export function withLaws(first, second) {
  const outcomes = new Map(mutantsOf(second).map((mutant) => [keyOf(mutant), mutant.status]));
  const files = Object.entries(first.files).map(([file, { mutants, ...rest }]) => {
    const judged = mutants.map((mutant) => {
      const later = outcomes.get(keyOf({ file, ...mutant }));
      const isLate = UNNOTICED.includes(mutant.status) && NOTICED.includes(later);
      return isLate ? { ...mutant, status: later, isLate } : mutant;
    });
    return [file, { ...rest, mutants: judged }];
  });
  return { ...first, files: Object.fromEntries(files) };
}

/** A line for each file, the lowest score first. */
export function scoreTable(report) {
  const rows = Object.entries(report.files).map(([file, { mutants }]) => rowOf(file, mutants));
  rows.sort((one, other) => one.score - other.score);
  const all = rowOf('all', mutantsOf(report));
  const lines = [...rows, all].map(
    ({ file, mutants, early, late, unnoticed, score }) =>
      `| ${file.replace('src/core/', '')} | ${mutants} | ${early} | ${late} | ${unnoticed} | ${score.toFixed(1)} % |`,
  );
  const head = '| file | mutants | caught by its tests | only by others | survived | score |';
  return [head, '| --- | ---: | ---: | ---: | ---: | ---: |', ...lines].join('\n');
}

/** Each survivor with the line that it changes. */
export function survivorsText(report) {
  return survivorsIn(report)
    .map(({ file, location: { start, end }, mutatorName, replacement, status }) => {
      const lines = report.files[file].source.split('\n').slice(start.line - 1, end.line);
      const last = lines.length - 1;
      lines[last] = lines[last].slice(0, end.column - 1);
      lines[0] = lines[0].slice(start.column - 1);
      const place = `${file}:${start.line}:${start.column}`;
      return `${place} ${mutatorName}${status === 'NoCoverage' ? ' (no test comes by)' : ''}\n- ${lines.join('\n')}\n+ ${replacement}\n`;
    })
    .join('\n');
}

function rowOf(file, mutants) {
  const noticed = mutants.filter(({ status }) => NOTICED.includes(status));
  const unnoticed = mutants.filter(({ status }) => UNNOTICED.includes(status)).length;
  const late = noticed.filter(({ isLate }) => isLate).length;
  const total = noticed.length + unnoticed;
  const score = total === 0 ? 100 : (100 * noticed.length) / total;
  return { file, mutants: total, early: noticed.length - late, late, unnoticed, score };
}

function mutantsOf({ files }) {
  return Object.entries(files).flatMap(([file, { mutants }]) => mutants.map((mutant) => ({ ...mutant, file })));
}

function keyOf({ file, location: { start, end }, mutatorName, replacement }) {
  return [file, start.line, start.column, end.line, end.column, mutatorName, replacement].join(':');
}
