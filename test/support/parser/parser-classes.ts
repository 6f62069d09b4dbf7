/** What kinds of inputs a fuzz of the parser has seen: one that was never near a limit or a cut delimiter proves nothing. */

import type { Step } from './naive-decoder.js';
import type { ParserInput } from './parser-input.js';

interface Given {
  readonly input: ParserInput;
  readonly chunks: readonly Buffer[];
  readonly steps: readonly Step[];
}

interface Case extends Given {
  /** The topics of the messages that were taken, and these as JSON. */
  readonly topics: readonly string[];
  readonly texts: readonly string[];
}

const classes: Readonly<Record<string, (given: Case) => boolean>> = {
  'no message at all': ({ steps }) => steps.every(({ messages }) => messages.length === 0),
  'many messages in one chunk': ({ steps }) => steps.some(({ messages }) => messages.length > 3),
  'messages in many chunks': ({ steps }) => steps.filter(({ messages }) => messages.length > 0).length > 3,
  'the topic of the message before': ({ topics }) => topics.some((topic, index, all) => topic === all[index - 1]),
  'many topics': ({ topics }) => new Set(topics).size > 3,
  'a topic that was escaped': ({ input }) => /"topic":"[^"]*\\/.test(input.stream),
  'a topic of 129 characters': ({ topics }) => topics.some((topic) => topic.length === 129),
  'a topic of __proto__': ({ topics }) => topics.includes('__proto__'),
  'a key __proto__ in a message that is taken': ({ texts }) => texts.some((text) => text.includes('"__proto__":')),
  'a key __proto__ beside the topic': ({ input }) => input.stream.includes(',"__proto__":'),
  'no message beside the topic': ({ texts }) => texts.includes(''),
  'NULs in a message, escaped': ({ texts }) => texts.some((text) => text.includes('\\u0000\\u0000')),
  'U+FFFD by right': ({ input, steps }) => input.stream.includes('\xef\xbf\xbd') && last(steps)?.fault === undefined,
  'a fault after a message in the same chunk': ({ steps }) =>
    last(steps)?.fault !== undefined && last(steps)?.messages.length !== 0,
  'frames after a fault': ({ input, steps }) =>
    last(steps)?.fault !== undefined && input.stream.split('\0\0').length > 4,
  'an empty frame': ({ steps }) => last(steps)?.fault?.frame.length === 0,
  'a frame that is not UTF-8': isFault('notUtf8'),
  'a frame that is not JSON': isFault('notJson'),
  'a frame that is no message': isFault('noMessage'),
  'a whole frame over the limit': (given) => isFault('tooLong')(given) && !isUnfinished(given),
  'an unfinished frame over the limit': (given) => isFault('tooLong')(given) && isUnfinished(given),
  'an unfinished frame one over the limit': (given) =>
    isFault('tooLong')(given) && isUnfinished(given) && lengthOfFault(given) === (given.input.limit ?? 0) + 1,
  'a frame of just the limit': ({ input, steps }) =>
    input.limit !== undefined &&
    last(steps)?.fault === undefined &&
    input.stream.split('\0\0').some(({ length }) => length === input.limit),
  'a fault of more bytes than rawData holds': (given) => lengthOfFault(given) > 256,
  'a NUL alone': ({ input }) => /(?<!\0)\0(?!\0)/.test(input.stream),
  'an odd run of NULs': ({ input }) => /(?<!\0)\0\0\0(?:\0\0)*(?!\0)/.test(input.stream),
  'a run of NULs that is cut': ({ input, steps }) =>
    input.cuts.slice(0, steps.length).some((cut) => input.stream[cut - 1] === '\0' && input.stream[cut] === '\0'),
  'an odd run of NULs that is cut in the middle': ({ chunks }) =>
    chunks.some((chunk, index) => /\0$/.test(latin1(chunk)) && /^\0\0(?!\0)/.test(latin1(chunks[index + 1]))),
  'a character that is cut': ({ input, steps }) =>
    input.cuts.slice(0, steps.length).some((cut) => /[\x80-\xbf]/.test(input.stream[cut] ?? '')),
  'an empty chunk': ({ chunks }) => chunks.slice(0, -1).some(({ length }) => length === 0),
  'one byte at a time': ({ chunks }) => chunks.length > 60 && chunks.every(({ length }) => length === 1),
  'an end in the middle of a frame': ({ input, steps }) =>
    last(steps)?.fault === undefined && !input.stream.endsWith('\0'),
  'a chunk above 64 kB': ({ chunks }) => chunks.some(({ length }) => length > 65_536),
  'a frame in pieces above 16 kB': ({ chunks }) => hasRun(chunks, ({ length }) => length >= 16_384),
  'a frame in pieces of 1 to 16 kB': ({ chunks }) => hasRun(chunks, ({ length }) => length >= 1000 && length < 16_384),
};

/** Counts the inputs of each class. */
export class ParserClasses {
  readonly #seen: Map<string, number> = new Map(Object.keys(classes).map((name) => [name, 0]));

  add(given: Given): void {
    const messages = given.steps.flatMap((step) => step.messages);
    const topics = messages.map(([topic]) => topic);
    const texts = messages.map(([, message]) => JSON.stringify(message) ?? '');
    const whole = { ...given, topics, texts };
    for (const [name, isOfClass] of Object.entries(classes)) {
      if (isOfClass(whole)) this.#seen.set(name, (this.#seen.get(name) ?? 0) + 1);
    }
  }

  /** How many inputs of each class there were. */
  get seen(): ReadonlyMap<string, number> {
    return this.#seen;
  }

  /** Classes that were seen less often than this. */
  rarerThan(times: number): string[] {
    return [...this.#seen].filter(([, count]) => count < times).map(([name, count]) => `${name}: ${count}`);
  }
}

function last(steps: readonly Step[]): Step | undefined {
  return steps.at(-1);
}

function isFault(kind: string): (given: Case) => boolean {
  return ({ steps }) => last(steps)?.fault?.kind === kind;
}

function lengthOfFault({ steps }: Case): number {
  return last(steps)?.fault?.frame.length ?? 0;
}

/** A fault in what has not ended yet: all that came since the last delimiter. */
function isUnfinished({ chunks, steps }: Case): boolean {
  const heard = Buffer.concat(chunks.slice(0, steps.length));
  const { frame = heard } = last(steps)?.fault ?? {};
  return heard.subarray(heard.length - frame.length).equals(frame);
}

/** Two chunks in a row that are like that and have no delimiter. */
function hasRun(chunks: readonly Buffer[], isLike: (chunk: Buffer) => boolean): boolean {
  const fits = chunks.map((chunk) => isLike(chunk) && !chunk.includes('\0'));
  return fits.some((fit, index) => fit && fits[index + 1] === true);
}

function latin1(chunk: Buffer | undefined): string {
  return chunk?.toString('latin1') ?? '';
}
