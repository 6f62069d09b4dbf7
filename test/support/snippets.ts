/** The code in the documents, and what a comment before it says is to be done with it. */

import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { repositoryRoot } from './repository-root.js';

/**
 * A fenced block of a document. What is to be done with code is said in a comment on the line before the fence, which
 * readers do not see:
 *
 * - `<!-- run -->`: a program; it is compiled and run to its end;
 * - `<!-- run: name -->`: a program that the test of that name runs;
 * - `<!-- given: client server -->`: a part of a program; it is compiled with these variables declared;
 * - `<!-- types only: why -->`: it is compiled and not run;
 * - `<!-- prints -->`, before a block of text: exactly this is what the program before it prints.
 */
export interface Snippet {
  readonly document: string;
  readonly line: number;
  readonly language: string;
  readonly code: string;
  readonly task: { readonly kind: string; readonly argument: string } | undefined;
}

/** Every fenced block of the documents that users read. */
export function readSnippets(): Snippet[] {
  return documents().flatMap((document) => snippetsIn(document, readFileSync(join(repositoryRoot, document), 'utf8')));
}

/** What the test calls it: `README.md:120`. */
export function locate({ document, line }: Snippet): string {
  return `${document}:${line}`;
}

/** A file name for it, without its ending. */
export function fileName({ document, line }: Snippet): string {
  return `${basename(document, '.md').toLowerCase()}-${line}`;
}

/** README.md, ARCHITECTURE.md and docs/*.md. */
export function documents(): string[] {
  const top = readdirSync(repositoryRoot).filter((file) => file.endsWith('.md'));
  const more = readdirSync(repositoryRoot).includes('docs') ? readdirSync(join(repositoryRoot, 'docs')) : [];
  return [...top, ...more.filter((file) => file.endsWith('.md')).map((file) => join('docs', file))];
}

function snippetsIn(document: string, text: string): Snippet[] {
  const fence = /(?:^<!-- *(run|given|types only|prints)(?:: *(.*?))? *-->\n)?^```(\w+)\n([\s\S]*?)^```$/gm;
  return [...text.matchAll(fence)].map(
    ({ 0: all, 1: kind, 2: argument = '', 3: language = '', 4: code = '', index }) => ({
      document,
      line: text.slice(0, index + all.indexOf('```')).split('\n').length,
      language,
      code,
      task: kind === undefined ? undefined : { kind, argument },
    }),
  );
}
