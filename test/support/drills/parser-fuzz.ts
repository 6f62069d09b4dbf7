/** Drawn streams, whole and broken, cut anywhere: the decoder says to each chunk what a naive one says. */

import { setImmediate } from 'node:timers/promises';
import { SeededRandom } from 'ipc/testing';
import { checkInput, difference, expectedSteps } from '../parser/check-input.js';
import { drawInput } from '../parser/draw-input.js';
import { ParserClasses } from '../parser/parser-classes.js';
import { chunksOf, type ParserInput } from '../parser/parser-input.js';
import { shrinkInput } from '../parser/shrink-input.js';
import { type Drill, unwatched, type Watch } from './drill.js';

interface Scale {
  readonly inputs: number;
  /** Other inputs for each. */
  readonly seed: number;
}

interface Outcome {
  readonly inputs: number;
  readonly bytes: number;
  readonly messages: number;
  readonly classes: ParserClasses;
}

/** Every class of inputs has to come often enough that a fault in it is met. */
const LEAST_OF_CLASS = 5;
/** Inputs between two looks at the world. */
const BATCH = 1000;
/** A longer input is not printed but drawn again. */
const LONGEST_PRINTED = 2000;

export const parserFuzz: Drill<Scale> = {
  name: 'parser',
  threat: 'a peer sends anything, cut anywhere',
  promise: 'the decoder reads what a parser of twenty lines reads, and says the same of what is wrong',
  commit: { inputs: 50_000, seed: 1 },
  long: { inputs: 10_000_000, seed: 1 },

  async run(scale, watch) {
    const { inputs, bytes, messages, classes } = await fuzzParser(scale, watch);
    return [
      { what: 'inputs', value: inputs, unit: '' },
      { what: 'bytes in them', value: bytes, unit: '' },
      { what: 'messages taken', value: messages, unit: '' },
      { what: 'inputs that a naive parser reads otherwise', value: 0, unit: '', atMost: 0 },
      { what: 'classes of inputs', value: classes.seen.size, unit: '' },
      { what: `of these met less than ${LEAST_OF_CLASS} times`, value: rare(classes).length, unit: '', atMost: 0 },
    ];
  },
};

/** Throws at the first input over which the two decoders differ, with the smallest one that it finds. */
export async function fuzzParser({ inputs, seed }: Scale, watch: Watch = unwatched): Promise<Outcome> {
  const classes = new ParserClasses();
  const outcome = { inputs: 0, bytes: 0, messages: 0, classes };
  while (outcome.inputs < inputs && !watch.isStopped) {
    const input = drawnInput(seed, outcome.inputs);
    const chunks = chunksOf(input);
    const steps = expectedSteps(chunks, input.limit);
    if (difference(input, chunks, steps) !== undefined) throw new Error(inWords(input, seed, outcome.inputs));
    classes.add({ input, chunks, steps });
    outcome.inputs += 1;
    outcome.bytes += input.stream.length;
    outcome.messages += steps.reduce((sum, { messages }) => sum + messages.length, 0);
    if (outcome.inputs % BATCH === 0) {
      watch.progress(outcome.inputs, inputs, 'inputs');
      // Ctrl-C is heard in between only.
      await setImmediate();
    }
  }
  return outcome;
}

/** The input with this number. */
export function drawnInput(seed: number, number: number): ParserInput {
  return drawInput(new SeededRandom(seed, `parser/${number}`));
}

/** The classes that were met too seldom, and how often that was. */
export function rare(classes: ParserClasses): string[] {
  return classes.rarerThan(LEAST_OF_CLASS);
}

/** The failure of an input in a form that can be pasted back. */
function inWords(input: ParserInput, seed: number, number: number): string {
  const smaller = shrinkInput(input, (candidate) => wrongWith(candidate) !== undefined);
  const wrong =
    wrongWith(smaller) ?? 'Alone it does not, so the decoder keeps something from the inputs before it: run them all.';
  const text = JSON.stringify(smaller);
  return (
    `The decoder differs from the naive one over input ${number} of seed ${seed}. ${wrong}\n\n` +
    'To see it again, add this line to KNOWN_INPUTS in test/property/parser-fuzz.test.ts ' +
    `(a character of a stream is a byte):\n\n` +
    `  ${text.length > LONGEST_PRINTED ? `drawnInput(${seed}, ${number})` : text},\n`
  );
}

function wrongWith(input: ParserInput): string | undefined {
  try {
    checkInput(input);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
