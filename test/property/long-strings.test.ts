/** Messages with long strings are written and read as `JSON` writes and reads them, whatever is in the strings and around. */

import { expect } from 'chai';
import fc from 'fast-check';
import { writeEnvelope } from '#core/envelope.js';
import { jsonTranscoder } from '#core/json-transcoder.js';
import { hasLongString, LEFT, LONG_STRING, readLongStrings, writeLongStrings } from '#core/long-strings.js';
import { cutAt, inPieces } from '../support/in-pieces.js';

/** What may stand in the middle of a long string, as a message has it. */
const insides = fc.oneof(
  { weight: 2, arbitrary: fc.constant('') },
  {
    weight: 3,
    arbitrary: fc.constantFrom(' ', '~', '\x7f', '"', '\\', '\n', '\x1f', '\0', '\x80', 'ÿ', 'Ā', 'ġ', '\ud800', '😀'),
  },
);

/** Around the edges of the blocks and words in which they are looked at. */
const lengths = fc.oneof(
  fc.integer({ min: LONG_STRING - 2, max: LONG_STRING + 20 }),
  fc.integer({ min: 2 * LONG_STRING - 20, max: 2 * LONG_STRING + 20 }),
);

const longStrings = fc.tuple(lengths, insides, fc.nat(), fc.boolean()).map(([length, inside, at, isEdge]) => {
  const text = 'a plain text. '.repeat(Math.ceil(length / 14)).slice(0, length);
  const place = isEdge ? [0, 1, LONG_STRING - 1, LONG_STRING, length][at % 5] : at % length;
  return text.slice(0, place) + inside + text.slice(place);
});

/** Values beside the long ones, as functions, since fast-check looks into what it draws. */
const others: readonly (() => unknown)[] = [
  () => 1,
  () => 'short',
  () => null,
  () => undefined,
  () => [1, { two: 'three' }],
  () => ({ toJSON: (key: string) => `under ${key}` }),
  () => new Date(0),
  () => 'ä€😀 "quoted"',
  () => 10n,
  () => () => 'a function',
  () => ({ deep: 'x'.repeat(LONG_STRING) }),
  () => 'not so long'.repeat(300),
];

const keys = fc.constantFrom('text', 'n', 'a "b"', '__proto__', '7', 'toJSON', '', 'x'.repeat(LONG_STRING));

const messages = fc.oneof(
  { weight: 1, arbitrary: longStrings.map((text) => () => text as unknown) },
  {
    weight: 5,
    arbitrary: fc
      .uniqueArray(
        fc.tuple(
          fc.oneof(
            { weight: 8, arbitrary: fc.constantFrom('id', 'text', 'more', 'n') },
            { weight: 1, arbitrary: keys },
          ),
          fc.oneof(
            longStrings.map((text) => () => text as unknown),
            fc.nat(others.length - 1).map((index) => others[index] as () => unknown),
          ),
        ),
        { selector: ([key]) => key, minLength: 1, maxLength: 4 },
      )
      .map((entries) => () => {
        const message = {};
        for (const [key, make] of entries) {
          Object.defineProperty(message, key, { value: make(), enumerable: true, configurable: true, writable: true });
        }
        return message as unknown;
      }),
  },
);

/** What a call gave: its result, or the error it threw. */
function outcome(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return `threw ${String(error)}`;
  }
}

/** Compared by hand: a failure need not print it all. */
function expectSame(actual: unknown, expected: unknown): void {
  const [a, b] = [actual, expected].map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  expect(a === b, `${a?.slice(0, 100)} instead of ${b?.slice(0, 100)}`).to.equal(true);
}

describe('a message with long strings', () => {
  it('is written as JSON writes it', () => {
    let written = 0;

    fc.assert(
      fc.property(messages, fc.constantFrom('a', 'a "topic" ä'), (make, topic) => {
        const message = make();
        const wanted = outcome(() => `${JSON.stringify({ topic, message: make() })}\0\0`);

        expectSame(
          outcome(() => writeEnvelope(topic, message).toString()),
          wanted,
        );
        if (hasLongString(message) && typeof (message as { toJSON?: unknown }).toJSON !== 'function') {
          const bytes = outcome(() => writeLongStrings('before', message, 'after'));
          if (Buffer.isBuffer(bytes)) {
            expectSame(bytes.toString(), `before${JSON.stringify(make())}after`);
            written += 1;
          }
        }
      }),
      { numRuns: 600 },
    );

    expect(written).to.be.above(80);
  });

  it('is read as JSON reads it', () => {
    let read = 0;
    const spoil = fc.oneof(
      { weight: 6, arbitrary: fc.constant((text: string, _at: number) => text) },
      {
        weight: 4,
        arbitrary: fc.constantFrom(
          (text: string, at: number) => `${text.slice(0, at)}\n${text.slice(at)}`,
          (text: string, at: number) => `${text.slice(0, at)}\x1f${text.slice(at)}`,
          (text: string, at: number) => `${text.slice(0, at)}"${text.slice(at)}`,
          (text: string, at: number) => `${text.slice(0, at)}\\${text.slice(at)}`,
          (text: string, at: number) => text.slice(0, at) + text.slice(at + 1),
          (text: string, at: number) => `${text.slice(0, at)}\\u0000${text.slice(at)}`,
          (text: string, _at: number) => text.replaceAll(',', ' , ').replaceAll(':', ' : '),
        ),
      },
    );

    const cutting = fc.array(fc.oneof(fc.nat(), fc.constantFrom(-1, -2, -3)), { maxLength: 4 });

    fc.assert(
      fc.property(messages, spoil, fc.nat(), fc.nat(3), cutting, (make, change, at, before, cuts) => {
        const message = outcome(make);
        const whole = outcome(() => JSON.stringify({ topic: 'a', message }));
        const text = change(String(whole), at % String(whole).length);
        // At any place in memory, as it comes.
        const frame = Buffer.from(' '.repeat(before) + text).subarray(before);

        const value = readLongStrings(inPieces(frame, ...cuts));

        if (value !== LEFT) {
          expectSame(value, JSON.parse(text));
          read += 1;
        }
        const decoder = jsonTranscoder.createDecoder({ maxMessageBytes: 1e9 });
        let result: readonly unknown[] = [];
        for (const chunk of cutAt(Buffer.concat([frame, Buffer.alloc(2)]), cuts)) {
          decoder(chunk, (error, wrappers = []) => {
            if (error) result = ['refused'];
            else if (wrappers.length > 0) result = wrappers;
          });
        }
        const parsed = outcome(() => JSON.parse(text));
        const isMessage = typeof parsed === 'object' && typeof (parsed as { topic?: unknown }).topic === 'string';
        expectSame(result[0], isMessage ? parsed : 'refused');
      }),
      { numRuns: 800 },
    );

    expect(read).to.be.above(100);
  });
});
