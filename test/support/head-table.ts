/** Reads the table in the comment at the head of a lifecycle's source, so that a test can hold the code against it. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './repository-root.js';

/** One line of the table, with every cell as it is written. */
export interface DrawnRow {
  readonly states: string;
  readonly inputs: string;
  readonly next: string;
  readonly effects: string;
}

/** The rows of the first table of `file`, a path from the root of the repository. */
export function headTable(file: string): DrawnRow[] {
  const head = readFileSync(join(repositoryRoot, file), 'utf8').split('*/')[0] ?? '';
  const lines = [...head.matchAll(/^ \* \| (.*) \|$/gm)].map((match) => match[1] ?? '');
  return lines.slice(2).map((line) => {
    const [states = '', inputs = '', next = '', effects = ''] = line.split('|').map((cell) => cell.trim());
    return { states, inputs, next, effects };
  });
}

/** Whether a cell such as `open, draining`, `all but idle` or `closing` names `name`. */
export function cellNames(cell: string, name: string): boolean {
  return cell.startsWith('all but ') ? cell.slice('all but '.length) !== name : cell.split(', ').includes(name);
}
