/** Gives one input to the decoder of the library and to the naive one, and says where they differ. */

import { isDeepStrictEqual } from 'node:util';
import { DecodeError, jsonTranscoder, type MessageWrapper } from 'ipc';
import { type Fault, naiveDecoder, type Step } from './naive-decoder.js';
import { chunksOf, type ParserInput } from './parser-input.js';

/** How `DecodeError.rawData` is bounded. */
const EXCERPT_LENGTH = 256;

const WORDS: Readonly<Record<Fault, RegExp>> = {
  tooLong: /options\.maxMessageBytes/,
  notUtf8: /not valid UTF-8/,
  notJson: /not JSON/,
  noMessage: /no message/,
};

/** What the naive decoder says to each chunk, up to the first fault: nothing follows it, since a connection ends there. */
export function expectedSteps(chunks: readonly Buffer[], limit = Number.POSITIVE_INFINITY): Step[] {
  const decode = naiveDecoder(limit);
  const steps: Step[] = [];
  for (const chunk of chunks) {
    steps.push(decode(chunk));
    if (steps.at(-1)?.fault !== undefined) break;
  }
  return steps;
}

/** The first difference in words, or undefined when there is none. */
export function difference(
  { limit }: ParserInput,
  chunks: readonly Buffer[],
  expected: readonly Step[],
): string | undefined {
  const decode = jsonTranscoder.createDecoder(limit === undefined ? undefined : { maxMessageBytes: limit });
  for (const [index, step] of expected.entries()) {
    const chunk = chunks[index];
    let calls = 0;
    let wrong: string | undefined;
    try {
      decode(chunk, (error, wrappers = []) => {
        calls += 1;
        wrong = wrongMessages(wrappers, step) ?? wrongError(error, step);
      });
    } catch (error) {
      wrong = `it throws ${error}`;
    }
    if (calls !== 1) wrong ??= `it calls back ${calls} times`;
    if (wrong !== undefined) return `At chunk ${index}: ${wrong}`;
  }
  return undefined;
}

/** Throws when the decoders differ over an input, as a failure of the fuzz prints it. */
export function checkInput(input: ParserInput): void {
  const chunks = chunksOf(input);
  const wrong = difference(input, chunks, expectedSteps(chunks, input.limit));
  if (wrong !== undefined) throw new Error(wrong);
}

function wrongMessages(wrappers: readonly MessageWrapper[], { messages }: Step): string | undefined {
  const index = messages.findIndex((message, place) => !isSame(wrappers[place], message));
  if (index !== -1) return `message ${index} is ${show(wrappers[index])} instead of ${show(messages[index])}`;
  return wrappers.length === messages.length
    ? undefined
    : `there are ${wrappers.length} messages instead of ${messages.length}`;
}

/** Keys besides topic and message are ignored, by whoever reads them. */
function isSame(wrapper: MessageWrapper | undefined, [topic, message]: readonly [string, unknown]): boolean {
  return (
    wrapper?.topic === topic &&
    isDeepStrictEqual(wrapper.message, message) &&
    // The order of the keys.
    JSON.stringify(wrapper.message) === JSON.stringify(message)
  );
}

function wrongError(error: Error | null | undefined, { fault }: Step): string | undefined {
  if (fault === undefined) return error ? `there is an error, ${error.message}` : undefined;
  if (!(error instanceof DecodeError)) return `there is no DecodeError (${fault.kind})`;
  if (!WORDS[fault.kind].test(error.message)) return `the error is '${error.message}' instead of ${fault.kind}`;
  const { rawData } = error;
  const isExcerpt =
    typeof rawData === 'string'
      ? rawData === fault.frame.toString('utf8').slice(0, EXCERPT_LENGTH)
      : isDeepStrictEqual(rawData, fault.frame.subarray(0, EXCERPT_LENGTH));
  return isExcerpt ? undefined : `rawData is ${show(rawData)}, which is not the beginning of the frame`;
}

function show(value: unknown): string {
  return `${JSON.stringify(value)}`.slice(0, 300);
}
