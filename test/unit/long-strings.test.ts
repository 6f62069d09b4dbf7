/** The edges, one by one; that it gives what `JSON` gives is a law in test/property. */

import { inspect } from 'node:util';
import { expect } from 'chai';
import sinon from 'sinon';
import { writeEnvelope } from '#core/envelope.js';
import type { DecodeError } from '#core/errors.js';
import { jsonTranscoder } from '#core/json-transcoder.js';
import { hasLongString, LEFT, LONG_STRING, readLongStrings, settled, writeLongStrings } from '#core/long-strings.js';
import { topicOf } from '#core/topic.js';
import { inPieces } from '../support/in-pieces.js';

const LONG = 'a plain text. '.repeat(5000);

/** Compared by hand: a failure need not print it all. */
function isSame(bytes: Buffer | undefined, text: string): boolean {
  return bytes?.equals(Buffer.from(text)) ?? false;
}

describe('long strings', () => {
  afterEach(() => sinon.restore());

  it('are those of 64 KiB or more, and are looked for in plain objects only, one level deep', () => {
    expect(hasLongString('x'.repeat(LONG_STRING))).to.equal(true);
    expect(hasLongString('x'.repeat(LONG_STRING - 1))).to.equal(false);
    expect(hasLongString({ a: 1, text: LONG })).to.equal(true);
    for (const other of [
      1,
      null,
      undefined,
      [LONG],
      { a: { text: LONG } },
      new Map([['a', LONG]]),
      Object.create({ LONG }),
    ]) {
      expect(hasLongString(other)).to.equal(false);
    }
  });

  it('are looked for in a copy for which each getter was asked once, and not in what only seems to be a plain object', () => {
    let asked = 0;
    const counting = {
      text: LONG,
      get seq() {
        asked += 1;
        return asked;
      },
    };

    expect(settled(counting)).to.deep.equal({ text: LONG, seq: 1 });
    expect(asked).to.equal(1);
    asked = 0;
    expect(hasLongString(Object.setPrototypeOf([LONG], Object.prototype))).to.equal(false);
    expect(asked).to.equal(0);
    expect(
      String(
        writeEnvelope('with a getter', {
          get seq() {
            asked += 1;
            return asked;
          },
        }),
      ),
    ).to.equal('{"topic":"with a getter","message":{"seq":1}}\0\0');
  });

  it('are looked at before anything else is written, so that no toJSON is asked twice', () => {
    let asked = 0;
    const seq = { toJSON: () => (asked += 1) };

    const written = String(writeEnvelope('not so plain', { seq, text: `${LONG}\n` }));

    expect(written.slice(0, 60)).to.contain('{"seq":1,');
    expect(asked).to.equal(1);
  });

  // A topic of 64 KiB was taken for a plain string, and written in Latin-1.
  it('are left to JSON under a topic that is as long', () => {
    for (const topic of ['a€'.repeat(LONG_STRING), 'ä'.repeat(LONG_STRING)]) {
      const wanted = `${JSON.stringify({ topic, message: LONG })}\0\0`;

      expect(Buffer.from(writeEnvelope(topic, LONG)).equals(Buffer.from(wanted))).to.equal(true);
    }
  });

  it('are written without JSON looking at them', () => {
    const stringify = sinon.spy(JSON, 'stringify');

    const written = writeLongStrings('<', { id: 1, text: LONG, none: undefined, more: ['a'], again: LONG }, '>');

    expect(stringify.args.some(([value]) => value === LONG || value?.text)).to.equal(false);
    expect(isSame(written, `<{"id":1,"text":"${LONG}","more":["a"],"again":"${LONG}"}>`)).to.equal(true);
  });

  for (const inside of ['"', '\\', '\n', '\x1f', '\x80', 'ÿ', 'Ā', '\ud800']) {
    it(`are left to JSON with ${inspect(inside)} inside, wherever it stands`, () => {
      for (const place of [0, 1, 2, 3, 15, 16, LONG_STRING - 1, LONG_STRING, LONG.length]) {
        const text = LONG.slice(0, place) + inside + LONG.slice(place);
        const frame = Buffer.from(JSON.stringify({ topic: 'a', message: text }));

        expect(writeLongStrings('', text, '')).to.equal(undefined);
        expect(readLongStrings(inPieces(frame)) === LEFT).to.equal(true);
      }
    });
  }

  it('are left to JSON with a control character in them as it is, wherever it stands in memory, in the string and in a piece', () => {
    const head = '{"topic":"a","message":"';
    for (const place of [0, 1, 2, 3, 4, 15, 16, LONG_STRING - 1, LONG_STRING, LONG.length - 1]) {
      for (const before of [0, 1, 2, 3]) {
        const frame = Buffer.from(`${' '.repeat(before)}${head}${LONG}"}`).subarray(before);
        expect(readLongStrings(inPieces(frame)) === LEFT).to.equal(false);
        frame[head.length + place] = 0x1f;

        for (const cut of [0, head.length + place, head.length + place + 1]) {
          expect(readLongStrings(inPieces(frame, cut)) === LEFT, `${place} ${before} ${cut}`).to.equal(true);
        }
      }
    }
  });

  it('are looked for in the first message of a topic, and in those that follow a long one', () => {
    const topic = topicOf('with long strings');
    const stringify = sinon.spy(JSON, 'stringify');
    const isLeft = (message: { text: string }) => {
      stringify.resetHistory();
      writeEnvelope(topic.name, message);
      return stringify.calledWith(message);
    };

    expect(
      [{ text: LONG }, { text: LONG }, { text: 'short' }, { text: LONG }, { text: LONG }].map(isLeft),
    ).to.deep.equal([false, false, true, true, false]);
  });

  it('are not looked for any more in a topic whose messages are long for other reasons', () => {
    const topic = topicOf('long for other reasons');
    for (let count = 0; count < 3; count++)
      writeEnvelope(
        topic.name,
        Array.from({ length: 40_000 }, () => count),
      );
    expect(topic.longStrings).to.equal('none');
    writeEnvelope(topic.name, { text: 'short' });
    expect(topic.longStrings).to.equal('none');
  });

  it('are looked for before a template is filled, in a topic that has had one', () => {
    const message = (n: number, data: string) => ({ n, kind: 'a file', mode: 1, data });
    for (let n = 0; n < 30; n++) writeEnvelope('with a template', message(n, `short ${n}`));
    const stringify = sinon.spy(JSON, 'stringify');
    const isLeft = () => {
      stringify.resetHistory();
      writeEnvelope('with a template', message(1, LONG));
      return stringify.calledWith(LONG);
    };

    expect([isLeft(), isLeft(), isLeft()]).to.deep.equal([true, false, false]);
  });

  it('are expected again after long messages that were written in another way', () => {
    const topic = topicOf('first short ones');
    for (let n = 0; n < 30; n++) writeEnvelope(topic.name, { n, kind: 'alike' });
    for (let n = 0; n < 3; n++) writeEnvelope(topic.name, { text: LONG });

    expect(topic.longStrings).to.equal('expected');
  });

  it('are read without JSON looking at them', () => {
    const parse = sinon.spy(JSON, 'parse');
    const message = { id: 1, text: LONG, more: [{ again: LONG, key: 'x' }] };

    const value = readLongStrings(inPieces(Buffer.from(JSON.stringify({ topic: 'a', message }))));

    expect(parse.args.every(([text]) => text.length < 100)).to.equal(true);
    expect(JSON.stringify(value) === JSON.stringify({ topic: 'a', message })).to.equal(true);
  });

  it('are read from the pieces in which they came, without those being joined', () => {
    const concat = sinon.spy(Buffer, 'concat');
    const text = JSON.stringify({ topic: 'a', message: { text: LONG, again: LONG } });
    const decode = jsonTranscoder.createDecoder({ maxMessageBytes: 1e9 });
    let messages: readonly unknown[] = [];

    for (const chunk of [text.slice(0, 68_000), text.slice(68_000, 133_000), `${text.slice(133_000)}\0\0`]) {
      decode(Buffer.from(chunk), (_error, wrappers = []) => {
        messages = wrappers;
      });
    }

    expect(JSON.stringify(messages) === `[${text}]`).to.equal(true);
    expect(concat.callCount).to.equal(0);
  });

  for (const [what, frame] of [
    ['a key that is long', `{"topic":"a","message":{"${LONG}":1}}`],
    ['no long string', `{"topic":"a","message":[${'1,'.repeat(50_000)}1]}`],
    ['much else', `{"topic":"a","message":["${LONG}",${'1,'.repeat(3000)}1]}`],
    ['many other strings', `{"topic":"a","message":[${'"",'.repeat(100)}"${LONG}"]}`],
    ['a string that does not end', `{"topic":"a","message":"${LONG}`],
    ['two values', `{"topic":"a","message":"${LONG}"}{}`],
    ['nothing after a string', `"${LONG}"`],
  ] as const) {
    it(`leave a frame with ${what} to JSON`, () => {
      expect(readLongStrings(inPieces(Buffer.from(frame))) === LEFT).to.equal(true);
    });
  }

  it('is refused when it is long and no message', () => {
    const errors: unknown[] = [];
    const kinds: unknown[] = [];
    for (const text of [`["${LONG}","${LONG}"]`, `{"topic":"a","message":"${LONG}\n${LONG}"}`]) {
      const decode = jsonTranscoder.createDecoder({ maxMessageBytes: 1e9 });
      decode(Buffer.from(`${text}\0\0`), (error) => {
        errors.push(error?.message.slice(0, 45));
        kinds.push(typeof (error as DecodeError).rawData);
      });
    }

    expect(errors).to.deep.equal([
      'The peer sent JSON that is no message: it is ',
      'The peer sent a message that is not JSON: Bad',
    ]);
    expect(kinds).to.deep.equal(['string', 'string']);
  });
});
