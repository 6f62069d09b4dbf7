/** Makes an input on which the parser fails as small as it finds, so that the reason can be seen. */

import type { ParserInput } from './parser-input.js';

/** Tries in all: an input that cannot be made small would take for ever. */
const MOST_TRIES = 5000;

export function shrinkInput(input: ParserInput, fails: (smaller: ParserInput) => boolean): ParserInput {
  let best = input;
  let left = MOST_TRIES;
  const nextBest = () => {
    for (const smaller of smallerThan(best)) {
      if (left === 0) return undefined;
      left -= 1;
      if (fails(smaller)) return smaller;
    }
    return undefined;
  };
  for (let next = nextBest(); next !== undefined; next = nextBest()) best = next;
  return best;
}

/** Without the limit, with less cuts, and with parts of the stream taken out, large ones first. */
function* smallerThan(input: ParserInput): Generator<ParserInput> {
  const { stream, cuts, limit } = input;
  if (limit !== undefined) yield { stream, cuts };
  for (const [start, size] of partsOf(cuts.length)) yield { ...input, cuts: cuts.toSpliced(start, size) };
  for (const [start, size] of partsOf(stream.length)) {
    const smaller = without(input, start, size);
    yield smaller;
    // What is too long has to stay so.
    if (limit !== undefined && limit > size) yield { ...smaller, limit: limit - size };
  }
}

/** All, then each half, each quarter, and so on to each single one. */
function* partsOf(length: number): Generator<[start: number, size: number]> {
  for (let size = length; size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < length; start += size) yield [start, Math.min(size, length - start)];
  }
}

function without(input: ParserInput, start: number, size: number): ParserInput {
  return {
    ...input,
    stream: input.stream.slice(0, start) + input.stream.slice(start + size),
    cuts: input.cuts.map((cut) => (cut <= start ? cut : Math.max(start, cut - size))),
  };
}
