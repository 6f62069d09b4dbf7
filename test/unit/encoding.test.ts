import { inspect } from 'node:util';
import { expect } from 'chai';
import { type EncodedData, EncodeError, type Encoder, jsonTranscoder } from 'ipc';
import { Encoding } from '#core/encoding.js';
import { type ImmediateEncoder, immediate } from '#core/transcoder.js';

type Callback = Parameters<Encoder>[1];

/** An encoding for targets named by strings, which notes what comes of each message. */
function createEncoding(encoder?: Encoder) {
  const sent: string[] = [];
  const errors: EncodeError[] = [];
  const transcoder = encoder === undefined ? jsonTranscoder : { ...jsonTranscoder, createEncoder: () => encoder };
  const encoding = new Encoding<string>(transcoder, {
    encoded: (target, data, topic) => sent.push(`${target} ${topic} ${data}`),
    failed: (error) => errors.push(error),
  });
  return { encoding, sent, errors };
}

describe('encoding', () => {
  it('hands on the data with its target and message before run returns, when the encoder answers at once', () => {
    const { encoding, sent } = createEncoding();

    encoding.run('one', 'news', 1);

    expect(sent).to.deep.equal(['one news {"topic":"news","message":1}\0\0']);
  });

  it('refuses a transcoder whose encoder is no function', () => {
    expect(() => createEncoding('later' as unknown as Encoder)).to.throw(
      TypeError,
      "options.transcoder.createEncoder() must return a function (wrapper, callback); got 'later'.",
    );
  });

  for (const topic of ['', null, undefined]) {
    it(`sends ${topic === '' ? 'an empty topic' : topic} as none`, () => {
      const { encoding, sent, errors } = createEncoding();

      encoding.run('one', topic, 1);

      expect(sent).to.deep.equal(['one none {"topic":"none","message":1}\0\0']);
      expect(errors).to.deep.equal([]);
    });
  }

  for (const topic of [0, 7, false, true, {}, [], Object.create(null), Symbol('s'), 1n, () => {}]) {
    it(`refuses a topic of type ${typeof topic}: ${inspect(topic)}`, () => {
      const { encoding, sent, errors } = createEncoding();

      encoding.run('one', topic, 'm');

      expect(sent).to.deep.equal([]);
      expect(errors).to.have.lengthOf(1);
      expect(errors[0]).to.be.instanceOf(EncodeError).and.to.include({ sentTopic: topic, sentMessage: 'm' });
      expect(errors[0]?.message).to.equal(`A topic must be a string; got ${typeof topic}.`);
    });
  }

  it('keeps the order of the messages whenever their encodings finish', () => {
    const callbacks: Callback[] = [];
    const { encoding, sent } = createEncoding((_wrapper, callback) => callbacks.push(callback));

    for (const message of [1, 2, 3]) encoding.run('one', `t${message}`, message);
    callbacks[2]?.(null, 'C');
    callbacks[0]?.(null, 'A');
    callbacks[1]?.(null, 'B');

    expect(sent).to.deep.equal(['one t1 A', 'one t2 B', 'one t3 C']);
  });

  it('gives the encoder the topic and the message, and nothing of the target', () => {
    const wrappers: unknown[] = [];
    const { encoding } = createEncoding((wrapper, callback) => {
      wrappers.push(wrapper);
      callback(null, 'x');
    });

    encoding.run('one', 'news', { n: 1 });

    expect(wrappers).to.deep.equal([{ topic: 'news', message: { n: 1 } }]);
  });

  for (const skip of [null, undefined]) {
    it(`skips a message that the encoder makes ${skip} of`, () => {
      const { encoding, sent, errors } = createEncoding(({ message }, callback) =>
        callback(null, message === 'skip' ? skip : 'sent'),
      );

      for (const message of ['skip', 'keep']) encoding.run('one', 'news', message);

      expect(sent).to.deep.equal(['one news sent']);
      expect(errors).to.deep.equal([]);
    });
  }

  for (const data of ['', Buffer.from('b'), new Uint8Array([65])]) {
    it(`takes ${data === '' ? 'an empty string' : data.constructor.name} for data`, () => {
      const { encoding, sent, errors } = createEncoding((_wrapper, callback) => callback(null, data));

      encoding.run('one', 'news', 1);

      expect(sent).to.deep.equal([`one news ${data}`]);
      expect(errors).to.deep.equal([]);
    });
  }

  for (const data of [7, {}, true, [1]]) {
    it(`refuses an encoder that makes ${JSON.stringify(data)} of a message`, () => {
      const { encoding, errors } = createEncoding((_wrapper, callback) =>
        callback(null, data as unknown as EncodedData),
      );

      encoding.run('one', 'news', 1);

      expect(errors).to.have.lengthOf(1);
      expect(errors[0]?.message).to.include(`got ${typeof data}`);
      expect(errors[0]).to.include({ sentTopic: 'news', sentMessage: 1 });
    });
  }

  for (const [how, fail] of [
    ['calls back with', (error: unknown, callback: Callback) => callback(error as Error)],
    [
      'throws',
      (error: unknown) => {
        throw error;
      },
    ],
  ] as const) {
    it(`wraps what an encoder ${how}, with the original as its cause`, () => {
      const odd = Object.create(null);
      const thrown = [new Error('bad'), 'bad', 7, odd];
      const { encoding, errors } = createEncoding(({ message }, callback) => fail(message, callback));

      for (const error of thrown) encoding.run('one', 'news', error);

      expect(errors.map(({ cause }) => cause)).to.deep.equal(thrown);
      for (const error of errors) expect(error).to.be.instanceOf(EncodeError).with.property('sentTopic', 'news');
      expect(errors[0]?.message).to.equal('The encoder failed: bad');
    });

    it(`passes an EncodeError on that an encoder ${how}`, () => {
      const original = new EncodeError('mine', { topic: 'a', message: 1 });
      const { encoding, errors } = createEncoding((_wrapper, callback) => fail(original, callback));

      encoding.run('one', 'news', 1);

      expect(errors).to.have.lengthOf(1);
      expect(errors[0]).to.equal(original);
    });
  }

  it('wraps what an encoder throws that is asked without a callback, with what was sent', () => {
    const encoder: ImmediateEncoder = Object.assign<Encoder, Pick<ImmediateEncoder, typeof immediate>>(() => {}, {
      [immediate]: () => {
        throw new Error('bad');
      },
    });
    const { encoding, errors } = createEncoding(encoder);

    encoding.run('one', 'news', 1);

    expect(errors).to.have.lengthOf(1);
    expect(errors[0]).to.include({
      message: 'The encoder failed: bad',
      sentTopic: 'news',
      sentMessage: 1,
    });
  });

  it('sends the messages after one that cannot be encoded', () => {
    const { encoding, sent, errors } = createEncoding();

    encoding.run('one', 'bad', 1n);
    encoding.run('one', 'good', 1);

    expect(errors).to.have.lengthOf(1);
    expect(sent).to.have.lengthOf(1);
  });

  it('reports an encoder that calls back twice, once, and sends the message once', () => {
    const { encoding, sent, errors } = createEncoding((_wrapper, callback) => {
      for (const data of ['first', 'second', 'third']) callback(null, data);
    });

    encoding.run('one', 'news', 1);

    expect(sent).to.deep.equal(['one news first']);
    expect(errors.map(({ message }) => message)).to.deep.equal([
      'The encoder called back twice for one message; the second time is ignored.',
    ]);
    expect(errors[0]).to.not.have.property('cause');
  });

  it('reports what an encoder throws after it has called back', () => {
    const cause = new Error('too late');
    const { encoding, sent, errors } = createEncoding((_wrapper, callback) => {
      callback(null, 'data');
      throw cause;
    });

    encoding.run('one', 'news', 1);

    expect(sent).to.deep.equal(['one news data']);
    expect(errors).to.have.lengthOf(1);
    expect(errors[0]).to.have.property('cause', cause);
  });

  it('tells when every message so far has been dealt with', () => {
    let finish: Callback | undefined;
    const { encoding, sent } = createEncoding((_wrapper, callback) => {
      finish = callback;
    });

    encoding.run('one', 'news', 1);
    encoding.whenIdle(() => sent.push('idle'));
    expect(sent).to.deep.equal([]);
    finish?.(null, 'data');

    expect(sent).to.deep.equal(['one news data', 'idle']);
  });

  it('gives back what it abandons, and says nothing of it any more', () => {
    const callbacks: Callback[] = [];
    const { encoding, sent, errors } = createEncoding((_wrapper, callback) => callbacks.push(callback));
    encoding.run('one', 'a', 1);
    encoding.run('two', '', 2);

    const abandoned = encoding.abandon();
    for (const callback of [...callbacks, ...callbacks]) callback(null, 'late');

    expect(abandoned).to.deep.equal([
      { target: 'one', topic: 'a', message: 1 },
      { target: 'two', topic: 'none', message: 2 },
    ]);
    expect([...sent, ...errors]).to.deep.equal([]);
  });
});
