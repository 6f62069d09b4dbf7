/** The edges of the short cuts, one by one; that they give what `JSON` gives is a law in test/property. */

import { inspect } from 'node:util';
import { expect } from 'chai';
import sinon from 'sinon';
import { EnvelopeReader, writeEnvelope } from '#core/envelope.js';
import { topicOf } from '#core/topic.js';

const LONG_TEXT = 64 * 1024;

/** What `JSON` writes for a message, delimiter included. */
function plainly(topic: string, message: unknown): string {
  return `${JSON.stringify({ topic, message })}\0\0`;
}

describe('envelope', () => {
  afterEach(() => sinon.restore());

  describe('writing', () => {
    for (const message of [
      null,
      undefined,
      true,
      1,
      'text',
      { a: 1 },
      { toJSON: 'no function' },
      [2],
      Symbol('none'),
    ]) {
      it(`asks JSON for ${inspect(message)} alone`, () => {
        topicOf('none');
        const stringify = sinon.spy(JSON, 'stringify');

        writeEnvelope('none', message);

        expect(stringify.args[0]).to.deep.equal([message]);
      });
    }

    it('tells the toJSON of a bigint the key that it stands under', () => {
      Object.assign(BigInt.prototype, { toJSON: (key: string) => `under ${key}` });
      try {
        expect(writeEnvelope('a', 1n)).to.equal('{"topic":"a","message":"under message"}\0\0');
      } finally {
        Reflect.deleteProperty(BigInt.prototype, 'toJSON');
      }
    });

    it('copies no long message in ASCII once it is written', () => {
      const concat = sinon.spy(Buffer, 'concat');

      const written = writeEnvelope('ä€😀', 'x'.repeat(LONG_TEXT));

      expect(concat.callCount).to.equal(0);
      expect(written).to.deep.equal(Buffer.from(plainly('ä€😀', 'x'.repeat(LONG_TEXT))));
    });

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

    /** What a reader asks JSON for while it reads the messages, which are parts of one text. */
    function parsedBy(reader: EnvelopeReader, messages: readonly { topic: string; message: unknown }[]): string[] {
      const frames = messages.map((message) => JSON.stringify(message));
      const text = frames.join('\0\0');
      const parse = sinon.spy(JSON, 'parse');
      let start = 0;
      for (const [index, frame] of frames.entries()) {
        expect(reader.read(text, start, start + frame.length)).to.deep.equal(messages[index]);
        start += frame.length + 2;
      }
      parse.restore();
      // One that is learned from is looked at once more, which is no concern of these.
      return parse.args.map(([part]) => part).filter((part, index, parts) => part !== parts[index - 1]);
    }

    it('asks JSON for the whole of the first message of a topic, and for the message alone of the next', () => {
      const messages = [1, 2, 3].map((message) => ({ topic: 'first of its topic', message }));

      expect(parsedBy(new EnvelopeReader(), messages)).to.deep.equal([JSON.stringify(messages[0]), '2', '3']);
    });

    it('asks JSON for the message alone of a topic that is known, in whatever order topics come', () => {
      const messages = ['known', 'none', 'none', 'known'].map((topic, message) => ({ topic, message }));
      topicOf('known');

      expect(parsedBy(new EnvelopeReader(), messages)).to.deep.equal(['0', '1', '2', '3']);
    });

    it('keeps a topic of up to 1024 characters for the next message, and none that is longer', () => {
      for (const [length, keeps] of [
        [1023, true],
        [1024, true],
        [1025, false],
      ] as const) {
        const messages = [1, 2].map((message) => ({ topic: 'x'.repeat(length), message }));

        const [, second] = parsedBy(new EnvelopeReader(), messages);

        expect(second, `${length}`).to.equal(keeps ? '2' : JSON.stringify(messages[1]));
      }
    });
  });
});
