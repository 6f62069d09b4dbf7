/** The default decoder, framing and JSON together, says to any bytes what a parser of twenty lines says. */

import { expect } from 'chai';
import fc from 'fast-check';
import { fuzzParser, parserFuzz, rare } from '../support/drills/parser-fuzz.js';
import { checkInput } from '../support/parser/check-input.js';
import type { ParserInput } from '../support/parser/parser-input.js';

/** Each is cut in every two and every three parts; a character is a byte, and `.` stands for NUL. */
const SHORT_STREAMS = [
  '',
  '.',
  '..',
  '...',
  '....',
  '.......',
  '{}',
  '{"topic":"a"}..',
  '{"topic":"a"}.',
  '{"topic":"a"}...',
  '{"topic":"a"}....',
  '.{"topic":"a"}..',
  '..{"topic":"a"}..',
  '{"topic":"a"}..{"topic":"b"}..{"topic":"c"}..{"topic":"d"',
  '{"topic":"a","message":1}..{"topic":"a","message":2}..{"top',
  '{"topic":"a","message":1}..{"topic":"a","message":1}}..',
  '{"topic":"a","message":1}..{"topic":"a","message":}..',
  '{"topic":"a","message":1}..{"topic":"a","message":1} ..',
  '{"topic":"a","message":1}..{"topic":"ab","message":1}..',
  '{"topic":"a","message":1}..{"topic":"a"}..{}..',
  '{"topic":"a","message":{"__proto__":{"x":1}}}..',
  '{"topic":"a","__proto__":1,"message":2}..',
  '{"topic":"a"}...{"topic":"b"}..',
  '{"topic":"a"}.....{"topic":"b"}..',
  '{"topic":"a.b"}..{"topic":"c"}..',
  '{"topic":"\\u0000\\u0000"}..',
  '{"topic":"\xc3\xa4","message":"\xe2\x82\xac\xf0\x9f\x98\x80"}..',
  '{"topic":"\xef\xbf\xbd"}..{"topic":"\xef\xbf\xbd"}..',
  '{"topic":"a"}..{"topic":"\xf0\x9f\x98"}..{"topic":"b"}..',
  '{"topic":"\xed\xa0\x80"}..',
  '\xef\xbb\xbf{"topic":"a"}..',
  '{"topic":"a"}..null..{"topic":"b"}..',
  '{"topic":"a"}..7..',
  '{"topic":"a"}..{"message":1}..',
  '{"topic":"a"}..{"topic":1}..',
  'not JSON..',
];

/** Limits that make a difference to some of them. */
const LIMITS = [undefined, 1, 13, 14, 25];

/** Inputs that have failed once, as the failure printed them. `drawnInput` gives those that are too long to print. */
const KNOWN_INPUTS: readonly ParserInput[] = [
  // From planted bugs.
  { stream: '{"topic":"","":{"":""}}\u0000\u0000\u0000\u0000', cuts: [24] },
  { stream: '{"topic":"tick","":""}\u0000\u0000{"topic":"tick","message":"","":"x"}\u0000\u0000', cuts: [] },
  { stream: '{"topic":"tick"}\u0000\u0000{"topic":"tick","message":3,\u0000\u0000', cuts: [] },
];

describe('parser fuzz', () => {
  for (const input of KNOWN_INPUTS) {
    it(`holds for ${JSON.stringify(input)}`, () => checkInput(input));
  }

  it('holds for short streams wherever they are cut once or twice', () => {
    for (const drawn of SHORT_STREAMS) {
      const stream = drawn.replaceAll('.', '\0');
      for (const limit of LIMITS) {
        for (const cuts of cutsOf(stream.length)) {
          checkInput(limit === undefined ? { stream, cuts } : { stream, cuts, limit });
        }
      }
    }
  }).timeout(60_000);

  it('holds for drawn streams, and all classes of them', async () => {
    const scale = { ...parserFuzz.commit, seed: seed() };

    const { inputs, messages, classes } = await fuzzParser(scale);

    expect(inputs).to.equal(scale.inputs);
    expect(messages).to.be.above(inputs);
    expect(rare(classes)).to.deep.equal([]);
  }).timeout(120_000);
});

/** No cut, one and two, everywhere. */
function* cutsOf(length: number): Generator<number[]> {
  yield [];
  for (let first = 0; first <= length; first += 1) {
    yield [first];
    for (let second = first; second <= length; second += 1) yield [first, second];
  }
}

function seed(): number {
  return fc.readConfigureGlobal().seed ?? 1;
}
