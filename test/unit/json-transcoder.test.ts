import { expect } from 'chai';
import { DecodeError, EncodeError, jsonTranscoder, type MessageWrapper } from 'ipc';
import { heldBytes } from '../support/held-bytes.js';

describe('json transcoder', () => {
  it('takes Buffers', () => {
    expect(jsonTranscoder.socketEncoding).to.equal(null);
  });

  describe('encoding', () => {
    for (const [what, topic, message, expected] of [
      ['a string', 'greet', 'hi', '{"topic":"greet","message":"hi"}\0\0'],
      ['null', 'a', null, '{"topic":"a","message":null}\0\0'],
      ['undefined, which leaves the key out', 'a', undefined, '{"topic":"a"}\0\0'],
      ['an object', 'a', { b: [1, true, { c: null }] }, '{"topic":"a","message":{"b":[1,true,{"c":null}]}}\0\0'],
      ['a NUL, escaped', 'a\0', 'b\0\0', '{"topic":"a\\u0000","message":"b\\u0000\\u0000"}\0\0'],
      ['characters of many bytes', 'ä', '€😀', '{"topic":"ä","message":"€😀"}\0\0'],
      ['a lone surrogate, escaped', 'a', '\ud800', '{"topic":"a","message":"\\ud800"}\0\0'],
      ['what toJSON gives', 'a', new Date(0), '{"topic":"a","message":"1970-01-01T00:00:00.000Z"}\0\0'],
      ['a key named __proto__', 'a', JSON.parse('{"__proto__":1}'), '{"topic":"a","message":{"__proto__":1}}\0\0'],
    ] as const) {
      it(`writes ${what}`, () => {
        expect(encode(topic, message)).to.deep.equal({ error: null, data: expected });
      });
    }

    it('writes nothing but topic and message', () => {
      const wrapper = { extra: 1, message: 2, topic: 'a' };

      jsonTranscoder.createEncoder()(wrapper, (_error, data) => {
        expect(data).to.equal('{"topic":"a","message":2}\0\0');
      });
    });

    for (const [what, message, reason] of [
      ['a cycle', cycle(), /circular/i],
      ['a BigInt', 1n, /BigInt/],
      ['a toJSON that throws', { toJSON: thrower(new Error('not today')) }, /not today/],
      ['a toJSON that throws what cannot be a string', { toJSON: thrower(Object.create(null)) }, /written as JSON/],
    ] as const) {
      it(`refuses ${what}`, () => {
        const { error, data } = encode('a', message);

        expect(error).to.be.instanceOf(EncodeError).with.property('message').that.matches(reason);
        expect(error).to.include({ sentTopic: 'a', sentMessage: message });
        expect(error).to.have.property('cause').that.is.not.equal(undefined);
        expect(data).to.equal(undefined);
      });
    }

    it('refuses a message nested too deep for JSON.stringify, where there is such a depth', () => {
      let message: unknown = 1;
      for (let depth = 0; depth < 100_000; depth++) message = [message];

      const { error, data } = encode('a', message);

      // Node 26 writes any depth.
      if (error === null) {
        expect(String(data)).to.equal(`${JSON.stringify({ topic: 'a', message })}\0\0`);
      } else {
        expect(error).to.be.instanceOf(EncodeError);
      }
    });

    it('lets what its callback throws pass', () => {
      const encoder = jsonTranscoder.createEncoder();

      expect(() => encoder({ topic: 'a', message: 1 }, thrower(new Error('of the callback')))).to.throw(
        'of the callback',
      );
    });
  });

  describe('decoding', () => {
    it('reads what it writes', () => {
      for (const message of ['', 0, false, null, 'ä€😀\0\ufffd', [1, [2]], { topic: 'inner', message: {} }]) {
        const { data } = encode('topic', message);

        expect(decode([data as string])).to.deep.equal({ wrappers: [{ topic: 'topic', message }], error: undefined });
      }
    });

    it('reads a message without a message as undefined', () => {
      const { wrappers } = decode(['{"topic":"a"}\0\0']);

      expect(wrappers).to.have.lengthOf(1);
      expect(wrappers[0]?.message).to.equal(undefined);
    });

    it('takes strings as well as Buffers', () => {
      expect(decodeChunks(['{"topic":"ä",', '"message":1}\0\0']).wrappers).to.deep.equal([{ topic: 'ä', message: 1 }]);
    });

    it('reads many messages of one chunk in order', () => {
      const { wrappers } = decode([1, 2, 3].map((message) => `{"topic":"t","message":${message}}\0\0`));

      expect(wrappers.map(({ message }) => message)).to.deep.equal([1, 2, 3]);
    });

    it('reads a frame cut anywhere, inside a character too', () => {
      const stream = Buffer.from('{"topic":"ä€","message":"😀\ufffd"}\0\0{"topic":"b"}\0\0');
      const expected = decodeChunks([stream]);

      expect(expected.wrappers).to.have.lengthOf(2);
      for (const chunks of allCuts(stream)) expect(decodeChunks(chunks)).to.deep.equal(expected);
    });

    it('keeps what is unfinished to itself: each connection has its own decoder', () => {
      const [first, second] = [jsonTranscoder.createDecoder(), jsonTranscoder.createDecoder()];
      const seen: unknown[] = [];

      first(Buffer.from('{"topic":'), () => {});
      second(Buffer.from('{"topic":"b"}\0\0'), (_error, wrappers) => seen.push(wrappers));

      expect(seen).to.deep.equal([[{ topic: 'b' }]]);
    });

    it('takes U+FFFD that stands there by right', () => {
      const { wrappers, error } = decode(['{"topic":"\ufffd","message":"\ufffd\ufffd"}\0\0', '{"topic":"next"}\0\0']);

      expect(error).to.equal(undefined);
      expect(wrappers).to.deep.equal([{ topic: '\ufffd', message: '\ufffd\ufffd' }, { topic: 'next' }]);
    });

    for (const [what, tail] of [
      ['ASCII alone', 'x'],
      ['a character of two bytes', 'ä'],
      ['one of four', '😀'],
      ['a U+FFFD', '\ufffd'],
    ]) {
      it(`reads a message of many MiB with ${what}`, () => {
        const long = 'x'.repeat(9 * 1024 * 1024) + tail;
        const { wrappers, error } = decode([
          `${JSON.stringify({ topic: 'long', message: long })}\0\0{"topic":"b"}\0\0`,
        ]);

        expect(error).to.equal(undefined);
        expect(wrappers.map(({ topic }) => topic)).to.deep.equal(['long', 'b']);
        // Compared by hand: a failure need not print nine MiB twice.
        expect(wrappers[0]?.message === long).to.equal(true);
      });
    }

    it('takes lone surrogates as JSON escapes them', () => {
      const { wrappers } = decode(['{"topic":"a","message":"\\ud800"}\0\0']);

      expect(wrappers[0]?.message).to.equal('\ud800');
    });

    it('takes a key named __proto__ as a key', () => {
      const { wrappers } = decode(['{"topic":"a","message":{"__proto__":{"polluted":true}},"__proto__":{"x":1}}\0\0']);
      const message = wrappers[0]?.message as { polluted?: boolean };

      expect(Object.getPrototypeOf(message)).to.equal(Object.prototype);
      expect(message.polluted).to.equal(undefined);
      expect(({} as { polluted?: boolean }).polluted).to.equal(undefined);
    });

    it('finds no topic in a key named __proto__', () => {
      const { wrappers, error } = decode(['{"__proto__":{"topic":"a"}}\0\0']);

      expect(wrappers).to.deep.equal([]);
      expect(error).to.be.instanceOf(DecodeError);
    });

    it('takes a message nested deep without running out of stack', () => {
      const depth = 90_000;
      const { wrappers, error } = decode([
        `{"topic":"deep","message":${'['.repeat(depth)}${']'.repeat(depth)}}\0\0`,
        '{"topic":"next"}\0\0',
      ]);

      expect(error).to.equal(undefined);
      expect(wrappers.map(({ topic }) => topic)).to.deep.equal(['deep', 'next']);
    });

    for (const [what, frame] of [
      ['broken JSON', '{"topic":"a"'],
      ['two values', '{"topic":"a"}{"topic":"b"}'],
      ['null', 'null'],
      ['a number', '12'],
      ['a string', '"topic"'],
      ['an array', '[{"topic":"a"}]'],
      ['an empty frame', ''],
      ['blanks', '  '],
      ['no topic', '{"message":1}'],
      ['a topic that is a number', '{"topic":1}'],
      ['a topic that is null', '{"topic":null}'],
      ['a topic that is an object', '{"topic":{"toString":"x"}}'],
      ['a byte order mark', '\ufeff{"topic":"a"}'],
      ['a byte order mark beside U+FFFD', '\ufeff{"topic":"\ufffd"}'],
      ['a NUL in a string', '{"topic":"a\0b"}'],
      ['bytes that are never UTF-8', Buffer.from([0x22, 0xff, 0x22])],
      ['invalid UTF-8 in a string', Buffer.from('7b22746f706963223a22c32278227d', 'hex')],
      ['a character that is not finished', Buffer.from([0x7b, 0xf0, 0x9f, 0x98])],
      [
        'a surrogate in UTF-8',
        Buffer.concat([Buffer.from('{"topic":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
      ],
      [
        'an overlong encoding',
        Buffer.concat([Buffer.from('{"topic":"'), Buffer.from([0xc0, 0x80]), Buffer.from('"}')]),
      ],
    ] as const) {
      it(`refuses ${what}, after the messages before it, wherever it is cut`, () => {
        const stream = Buffer.concat([
          Buffer.from('{"topic":"before","message":"\ufffd"}\0\0'),
          Buffer.from(frame as string),
          Buffer.from('\0\0{"topic":"after"}\0\0'),
        ]);

        for (const chunks of singleCuts(stream)) {
          const { wrappers, error } = decodeChunks(chunks);

          expect(wrappers).to.deep.equal([{ topic: 'before', message: '\ufffd' }]);
          expect(error).to.be.instanceOf(DecodeError);
          expect(Buffer.from((error as DecodeError).rawData as string)).to.deep.equal(Buffer.from(frame as string));
        }
      });
    }

    it('reads on after a bad message, at the end of the chunk in which it ended', () => {
      for (const length of [10, 100_000]) {
        const decoder = jsonTranscoder.createDecoder({ maxMessageBytes: 1e6 });
        const results: [boolean, readonly unknown[]][] = [];
        for (const chunk of ['x'.repeat(length), '\0\0{"topic"', ':"after"}\0\0']) {
          decoder(Buffer.from(chunk), (error, wrappers = []) => results.push([error instanceof Error, wrappers]));
        }

        expect(results).to.deep.equal([
          [false, []],
          [true, []],
          [false, [{ topic: 'after' }]],
        ]);
      }
    });

    it('says with invalid JSON and invalid UTF-8 what the parser said', () => {
      expect(decode(['{]\0\0']).error?.cause).to.be.instanceOf(SyntaxError);
      expect(decodeChunks([Buffer.from([0xff, 0, 0])]).error?.cause).to.be.instanceOf(TypeError);
    });

    it('says in words what is wrong', () => {
      expect(decode(['{]\0\0']).error?.message).to.match(/^The peer sent a message that is not JSON: .+/);
      expect(decodeChunks([Buffer.from([0xff, 0, 0])]).error?.message).to.match(/not valid UTF-8/);
      expect(decode(['7\0\0']).error?.message).to.match(/no message: it is not an object with a string topic/);
      expect(decode(['too long\0\0'], 1).error?.message).to.match(/more than 1 bytes .* Raise it on this side/);
    });
  });

  describe('maxMessageBytes', () => {
    const frame = Buffer.from('{"topic":"ä","message":"0123456789"}');
    const before = Buffer.from('{"topic":"before"}');
    const end = Buffer.from('\0\0');

    it('lets a message of exactly that many bytes pass, wherever it is cut', () => {
      const stream = Buffer.concat([before, end, frame, end, before, end]);

      for (const chunks of allCuts(stream)) {
        const { wrappers, error } = decodeChunks(chunks, frame.length);

        expect(error).to.equal(undefined);
        expect(wrappers.map(({ topic }) => topic)).to.deep.equal(['before', 'ä', 'before']);
      }
    });

    it('refuses a message of one more, wherever it is cut, after the messages before it', () => {
      const stream = Buffer.concat([before, end, frame, end, before, end]);

      for (const chunks of allCuts(stream)) {
        const { wrappers, error } = decodeChunks(chunks, frame.length - 1);

        expect(wrappers).to.deep.equal([{ topic: 'before' }]);
        expect(error)
          .to.be.instanceOf(DecodeError)
          .with.property('message')
          .that.includes('more than 36 bytes (options.maxMessageBytes)');
        expect(String((error as DecodeError).rawData)).to.match(/^\{"topic":/);
      }
    });

    it('refuses an unfinished message once it has passed, without waiting for its end', () => {
      const decoder = jsonTranscoder.createDecoder({ maxMessageBytes: 10 });
      const errors: unknown[] = [];

      for (const chunk of ['01234', '56789', 'x']) decoder(Buffer.from(chunk), (error) => errors.push(error));

      expect(errors.slice(0, 2)).to.deep.equal([undefined, undefined]);
      expect(errors[2]).to.be.instanceOf(DecodeError);
    });

    it('counts bytes rather than characters', () => {
      const wide = `{"topic":"${'€'.repeat(10)}"}\0\0`;

      expect(decode([wide], 42).error).to.equal(undefined);
      expect(decode([wide], 41).error).to.be.instanceOf(DecodeError);
    });

    it('does not count the delimiter, whole or half', () => {
      const decoder = jsonTranscoder.createDecoder({ maxMessageBytes: 13 });
      const seen: unknown[] = [];

      for (const chunk of ['{"topic":"a"}\0', '\0']) decoder(chunk, (error, wrappers) => seen.push(error, wrappers));

      expect(seen).to.deep.equal([undefined, [], undefined, [{ topic: 'a' }]]);
    });

    it('says that a message is too long rather than what else is wrong with it', () => {
      for (const chunks of allCuts(Buffer.from('\ufffd not JSON\0\0'))) {
        expect(decodeChunks(chunks, 5).error?.message).to.include('maxMessageBytes');
      }
    });

    it('says what is wrong with the first bad message rather than that a later one is too long', () => {
      const { error } = decodeChunks([Buffer.from('not JSON\0\0and then very much that does not end')], 10);

      expect(error?.message).to.include('not JSON');
    });

    it('is about each message, not about what came together', () => {
      const { wrappers, error } = decode(Array(100).fill('{"topic":"a"}\0\0'), 13);

      expect(error).to.equal(undefined);
      expect(wrappers).to.have.lengthOf(100);
    });
  });
});

describe('json transcoder and the topics of peers', () => {
  const decoder = jsonTranscoder.createDecoder();
  const encoder = jsonTranscoder.createEncoder();
  /** Writes a message and reads it. */
  const pass = (topic: string) => {
    encoder({ topic, message: 1 }, (_error, data) => decoder(data, () => {}));
  };
  const heldAfter = (work: () => void) => {
    const before = heldBytes();
    work();
    return heldBytes() - before;
  };

  it('does not remember them without end', () => {
    const held = heldAfter(() => {
      for (let count = 0; count < 100_000; count++) pass(`${'x'.repeat(100)}${count}`);
    });

    expect(held).to.be.below(4_000_000);
  });

  it('does not remember them without limit', () => {
    const held = heldAfter(() => {
      for (let count = 0; count < 500; count++) pass(`${count}${'x'.repeat(20_000)}`);
    });

    expect(held).to.be.below(4_000_000);
  });

  it('keeps no long one for a connection that goes idle', () => {
    const connections = Array.from({ length: 50 }, () => jsonTranscoder.createDecoder());
    const held = heldAfter(() => {
      for (const [index, connection] of connections.entries()) {
        connection(`{"topic":"${index}${'x'.repeat(200_000)}","message":1}\0\0`, () => {});
      }
    });

    expect(connections).to.have.lengthOf(50);
    expect(held).to.be.below(4_000_000);
  });

  it('does not keep the chunks that they were cut from', () => {
    const held = heldAfter(() => {
      for (let count = 0; count < 50; count++) {
        decoder(`{"topic":"a topic of some length, number ${count}","message":"${'x'.repeat(200_000)}"}\0\0`, () => {});
      }
    });

    expect(held).to.be.below(4_000_000);
  });
});

function encode(topic: string, message: unknown): { error: unknown; data: unknown } {
  let calls = 0;
  let result: { error: unknown; data: unknown } | undefined;
  jsonTranscoder.createEncoder()({ topic, message }, (error, data) => {
    calls++;
    result = { error, data };
  });
  expect(calls).to.equal(1);
  return result as { error: unknown; data: unknown };
}

interface Decoded {
  readonly wrappers: readonly MessageWrapper[];
  readonly error: Error | undefined;
}

function decode(frames: readonly string[], maxMessageBytes?: number): Decoded {
  return decodeChunks([Buffer.from(frames.join(''))], maxMessageBytes);
}

/** Everything up to the first error: after it, a connection is destroyed. */
function decodeChunks(chunks: readonly (Buffer | string)[], maxMessageBytes?: number): Decoded {
  const decoder = jsonTranscoder.createDecoder(maxMessageBytes === undefined ? undefined : { maxMessageBytes });
  const wrappers: MessageWrapper[] = [];
  let failure: Error | undefined;
  for (const chunk of chunks) {
    decoder(chunk, (error, decoded = []) => {
      wrappers.push(...decoded);
      failure = error ?? undefined;
    });
    if (failure !== undefined) break;
  }
  return { wrappers, error: failure };
}

/** The stream in one chunk, in two of every kind, and one byte at a time. */
function* singleCuts(stream: Buffer): Generator<Buffer[]> {
  for (let cut = 0; cut <= stream.length; cut++) yield [stream.subarray(0, cut), stream.subarray(cut)];
  yield Array.from(stream, (_byte, index) => stream.subarray(index, index + 1));
}

/** The stream in one chunk, in two and in three of every kind, and one byte at a time. */
function* allCuts(stream: Buffer): Generator<Buffer[]> {
  for (let first = 0; first <= stream.length; first++) {
    for (let second = first; second <= stream.length; second++) {
      yield [stream.subarray(0, first), stream.subarray(first, second), stream.subarray(second)];
    }
  }
  yield Array.from(stream, (_byte, index) => stream.subarray(index, index + 1));
}

function cycle(): object {
  const object: Record<string, unknown> = {};
  object.self = object;
  return object;
}

function thrower(error: unknown): () => never {
  return () => {
    throw error;
  };
}
