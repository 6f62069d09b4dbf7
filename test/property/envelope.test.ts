/** The short cuts of the default wire format give what `JSON` gives, errors and oddities included. */

import { expect } from 'chai';
import fc from 'fast-check';
import { EnvelopeReader, writeEnvelope } from '#core/envelope.js';
import { DELIMITER } from '#core/framing.js';

/** What a call gave: its result, or the error it threw. */
function outcome<Result>(call: () => Result): Result | string {
  try {
    return call();
  } catch (error) {
    return `threw ${String(error)}`;
  }
}

/** Values that `JSON.stringify` treats in a way of its own. */
const oddities: readonly unknown[] = [
  undefined,
  () => 'function',
  Object.assign(() => {}, { toJSON: (key: string) => `function under ${key}` }),
  Symbol('symbol'),
  10n,
  Number.NaN,
  -0,
  Number.POSITIVE_INFINITY,
  new Date(0),
  new Date(Number.NaN),
  Buffer.from('bytes'),
  Object(1),
  Object('boxed'),
  Object(2n),
  new Map([[1, 2]]),
  /expression/,
  new Error('an error'),
  Object.create(null),
  { toJSON: (key: string) => `under ${key}` },
  { toJSON: () => undefined },
  { toJSON: 'no function' },
  {
    toJSON: () => {
      throw new Error('from toJSON');
    },
  },
  {
    get broken() {
      throw new Error('from a getter');
    },
  },
  Proxy.revocable({}, {}).proxy,
  revoked(),
  cycle(),
  '\ud800',
  '\u2028',
  '\0\0',
];

/** As functions that give them, since fast-check looks into what it draws. */
const odd = fc.nat(oddities.length - 1).map((index) => () => oddities[index]);
const topics = fc.oneof(
  fc.constantFrom('tick', 'none', '', '__proto__', 'toString', 'a "quoted" \\ topic', '\ud800', 'x'.repeat(200)),
  fc.string({ unit: 'binary', maxLength: 10 }),
);
const plain = fc.oneof(
  fc.anything({ withDate: true, withBigInt: true, withMap: true, withTypedArray: true }),
  fc.jsonValue(),
);
const messages = fc.oneof(
  odd,
  plain.map((value) => () => value),
  fc.tuple(odd, plain).map(([nested, value]) => () => ({ value, nested: nested(), list: [nested()] })),
);

describe('writing an envelope', () => {
  it('gives what JSON gives for the whole', () => {
    fc.assert(
      fc.property(topics, messages, (topic, message) => {
        const written = outcome(() => writeEnvelope(topic, message()));

        expect(written).to.equal(outcome(() => JSON.stringify({ topic, message: message() }) + DELIMITER));
      }),
      { numRuns: 3000 },
    );
  });

  it('gives the same in UTF-8 for what is long', () => {
    for (const part of ['x', 'ä', '€', '😀', '\ud800', '"']) {
      for (const length of [32 * 1024, 64 * 1024 - 2, 64 * 1024, 100_000]) {
        const message = part.repeat(length);
        const written = writeEnvelope('a "topic" ä', message);

        expect(String(written)).to.equal(JSON.stringify({ topic: 'a "topic" ä', message }) + DELIMITER);
        expect(Buffer.isBuffer(written)).to.equal(JSON.stringify(message).length >= 64 * 1024);
      }
    }
  });

  it('gives the same in UTF-8 for what is long, whatever characters it begins and ends with', () => {
    const ends = fc.string({ unit: 'binary', maxLength: 8 });
    fc.assert(
      fc.property(ends, fc.nat(16), ends, (head, less, tail) => {
        const message = head + 'x'.repeat(64 * 1024 - less) + tail;
        const written = writeEnvelope('tick', message);

        expect(
          Buffer.from(JSON.stringify({ topic: 'tick', message }) + DELIMITER).equals(Buffer.from(written)),
        ).to.equal(true);
      }),
      { numRuns: 500 },
    );
  });

  for (const message of oddities) {
    const name = outcome(() => Object.prototype.toString.call(message));
    it(`gives what JSON gives for ${name}, at the top and below`, () => {
      for (const value of [message, { nested: message }, [message]]) {
        const written = outcome(() => writeEnvelope('tick', value));

        expect(written).to.equal(outcome(() => JSON.stringify({ topic: 'tick', message: value }) + DELIMITER));
      }
    });
  }
});

/** Frames as peers write them, well-meaning and other. */
const frames = fc
  .tuple(
    fc.oneof({ weight: 4, arbitrary: fc.constant('tick') }, { weight: 1, arbitrary: topics }),
    fc.jsonValue(),
    fc.jsonValue(),
    fc.nat(40),
  )
  .chain(([topic, message, other, cut]) => {
    const [t, m, o] = [topic, message, other].map((value) => JSON.stringify(value));
    const whole = `{"topic":${t},"message":${m}}`;
    return fc.constantFrom(
      whole,
      whole,
      whole,
      `{"topic":${t}}`,
      `{"topic":${t},"message":}`,
      `{"topic":${t},"message":${m},"more":${o}}`,
      `{"topic":${t},"message":${m},"topic":"other"}`,
      `{"topic":${t},"message":${m},"message":${o}}`,
      `{"topic":${t},"message":${m}}}`,
      `{"topic":${t},"message":${m}}{"topic":${t},"message":${m}}`,
      `{"topic":${t},"message": ${m} }`,
      `{"topic":${t},"message":${m}} `,
      `{"message":${m},"topic":${t}}`,
      `{"topic":${t},"__proto__":${o},"message":${m}}`,
      `{"topic":${t},"message":{"__proto__":${o}}}`,
      `[${whole}]`,
      `{"topic":${o},"message":${m}}`,
      whole.slice(0, cut),
      whole.slice(cut),
      whole.slice(0, cut) + whole.slice(cut + 1),
    );
  });

describe('reading envelopes', () => {
  it('gives what JSON gives for each, whatever came before', () => {
    let likeTheOneBefore = 0;

    fc.assert(
      fc.property(fc.array(frames, { size: 'max', maxLength: 30 }), (texts) => {
        const reader = new EnvelopeReader();
        // As in a chunk: one after the other in one text.
        const all = texts.join('\0\0');
        let start = 0;
        let former: string | undefined;
        for (const text of texts) {
          const read = outcome(() => reader.read(all, start, start + text.length));
          const parsed = outcome(() => JSON.parse(text));

          expect(read).to.deep.equal(parsed);
          expect(JSON.stringify(read)).to.equal(JSON.stringify(parsed));
          start += text.length + 2;
          likeTheOneBefore += Number(former !== undefined && former === parsed?.topic);
          former = parsed?.topic;
        }
      }),
      { numRuns: 500 },
    );

    expect(likeTheOneBefore).to.be.above(500);
  });
});

/** Topics that follow each other again and again, and now and then do not; each has messages of its own kind. */
const turns = fc
  .tuple(
    fc.array(fc.nat(5), { minLength: 1, maxLength: 5 }),
    fc.array(fc.tuple(fc.nat(50), fc.nat(5)), { maxLength: 10 }),
  )
  .map(([order, exceptions]) => {
    const numbers = Array.from({ length: 60 }, (_, index) => order[index % order.length] as number);
    for (const [at, other] of exceptions) numbers[at] = other;
    return numbers.map((number, n) => {
      const topic = ['tick', 'tock', 'a "quoted" one', 'tick tock', `long ${'x'.repeat(80)}`, ''][number] as string;
      return { topic, message: { n, of: topic, kind: `kind ${number % 3}` } };
    });
  });

describe('reading and writing envelopes of topics in turn', () => {
  it('gives what JSON gives for each, whatever topic was expected', () => {
    fc.assert(
      fc.property(turns, fc.nat(2), (sent, readers) => {
        // What follows what is remembered for all readers together.
        const all = Array.from({ length: readers + 1 }, () => new EnvelopeReader());
        for (const [index, { topic, message }] of sent.entries()) {
          const text = String(writeEnvelope(topic, message));
          const reader = all[index % all.length] as EnvelopeReader;

          expect(text).to.equal(JSON.stringify({ topic, message }) + DELIMITER);
          expect(reader.read(text, 0, text.length - DELIMITER.length)).to.deep.equal({ topic, message });
        }
      }),
      { numRuns: 500 },
    );
  });
});

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function cycle(): unknown {
  const object: Record<string, unknown> = { inner: {} };
  (object.inner as Record<string, unknown>).outer = object;
  return object;
}
