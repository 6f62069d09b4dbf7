/** The edges of the short cuts, one by one; that they give what `JSON` gives is a law in test/property. */

import { expect } from 'chai';
import { EnvelopeReader, writeEnvelope } from '#core/envelope.js';

const LONG_TEXT = 64 * 1024;

/** What `JSON` writes for a message, delimiter included. */
function plainly(topic: string, message: unknown): string {
  return `${JSON.stringify({ topic, message })}\0\0`;
}

describe('envelope', () => {
  describe('writing', () => {
    it('gives text for a message under 64 KiB, and bytes from there on', () => {
      const [under, exact] = [LONG_TEXT - 3, LONG_TEXT - 2].map((length) => 'x'.repeat(length));

      expect(writeEnvelope('a', under)).to.equal(plainly('a', under));
      expect(writeEnvelope('a', exact)).to.deep.equal(Buffer.from(plainly('a', exact)));
    });

    // The bytes of one to three wide characters fitted in the room that was left for the closing, which was then written over them.
    for (const tail of ['ä', '€', '😀', 'ää', 'äää', 'ä€', 'ääää', '\ud800']) {
      for (const topic of ['a', 'ä€😀']) {
        it(`keeps all of a long message in ASCII with ${JSON.stringify(tail)} at either end, under ${topic}`, () => {
          for (const message of ['x'.repeat(LONG_TEXT) + tail, tail + 'x'.repeat(LONG_TEXT)]) {
            const written = writeEnvelope(topic, message);

            // Compared by hand: a failure need not print 64 KiB twice.
            expect(Buffer.from(plainly(topic, message)).equals(written as Buffer)).to.equal(true);
          }
        });
      }
    }
  });

  describe('reading', () => {
    /** What a reader gives for a text after a message under the topic `a`. */
    function readAfterOne(text: string): unknown {
      const reader = new EnvelopeReader();
      const former = '{"topic":"a","message":0}';
      reader.read(former, 0, former.length);
      return reader.read(text, 0, text.length);
    }

    for (const [what, text, expected] of [
      ['another key as long as message', '{"topic":"a","massage":1}', { topic: 'a', massage: 1 }],
      ['more keys', '{"topic":"a","message":1,"more":2}', { topic: 'a', message: 1, more: 2 }],
      ['a topic that begins alike', '{"topic":"a\\"b","message":1}', { topic: 'a"b', message: 1 }],
      ['blanks after the end', '{"topic":"a","message":1} ', { topic: 'a', message: 1 }],
    ] as const) {
      it(`takes ${what} for what it is`, () => {
        expect(readAfterOne(text)).to.deep.equal(expected);
      });
    }

    it('does not take another character for the end', () => {
      expect(() => readAfterOne('{"topic":"a","message":12')).to.throw(SyntaxError);
    });
  });
});
