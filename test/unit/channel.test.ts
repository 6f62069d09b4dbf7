import { expect } from 'chai';
import { DecodeError, type Decoder, jsonTranscoder, type MessageWrapper, type Transcoder } from 'ipc';
import sinon from 'sinon';
import { Channel, type ChannelOptions } from '#core/channel.js';
import { FakeConnection } from '../support/fake-connection.js';
import { FakeRuntime } from '../support/fake-runtime.js';

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;

type DecoderCallback = Parameters<Decoder>[1];

interface Setup extends Partial<ChannelOptions> {
  readonly decoder?: Decoder;
  /** What is done to the connection before it has a channel. */
  readonly prepare?: (connection: FakeConnection) => void;
  /** Runs inside the handler of that name, once it is noted. */
  readonly on?: Partial<Record<'message' | 'error' | 'ended' | 'drained' | 'lost', (channel: Channel<string>) => void>>;
}

/** A channel over a fake connection, which notes what it tells its owner. */
function createChannel({ decoder, prepare, on = {}, ...options }: Setup = {}) {
  const runtime = new FakeRuntime();
  const connection = new FakeConnection(runtime);
  prepare?.(connection);
  const log: string[] = [];
  const errors: Error[] = [];
  const note = (name: keyof typeof on, text: string = name) => {
    log.push(text);
    on[name]?.(channel);
  };
  const channel = new Channel(
    connection,
    {
      transcoder: decoder === undefined ? jsonTranscoder : { ...jsonTranscoder, createDecoder: () => decoder },
      runtime,
      maxMessageBytes: 1000,
      maxBufferedBytes: 100 * KIBIBYTE,
      closeTimeout: 5000,
      ...options,
    },
    {
      message: ({ topic, message }) => note('message', message === undefined ? topic : `${topic} ${message}`),
      error: (error) => {
        errors.push(error);
        note('error', `error ${error.message}`);
      },
      broken: (error) => {
        errors.push(error);
        note('error', `error ${error.message}`);
      },
      ended: () => note('ended'),
      drained: () => note('drained'),
      lost: () => note('lost'),
    },
    'the peer',
  );
  return { channel, connection, runtime, log, errors };
}

/** A decoder that answers when the test says so, and the answers it owes. */
function lateDecoder() {
  const callbacks: DecoderCallback[] = [];
  const decoder: Decoder = (_chunk, callback) => callbacks.push(callback);
  const answer = (index: number, ...topics: string[]) => callbacks[index]?.(null, topics.map(wrap));
  return { decoder, callbacks, answer };
}

/** Each chunk is the topic of a message, at once. */
const chunkDecoder: Decoder = (chunk, callback) => callback(null, [wrap(String(chunk))]);

function wrap(topic: string): MessageWrapper {
  return { topic, message: undefined };
}

function frame(topic: string): string {
  return `${JSON.stringify({ topic })}\0\0`;
}

describe('channel', () => {
  describe('writing', () => {
    it('joins what one turn sends into one write', () => {
      const { channel, connection, runtime } = createChannel();

      for (const text of ['a', 'b', 'ä']) channel.writer.write(text);
      expect(connection.calls).to.deep.equal([]);
      runtime.endTurn();

      expect(connection.calls).to.deep.equal(['write 4']);
      expect(connection.written).to.equal('abä');
    });

    it('asks for the end of the turn once', () => {
      const { channel, runtime } = createChannel();
      const defer = sinon.spy(runtime, 'defer');

      for (const text of ['a', 'b', 'c']) channel.writer.write(text);

      expect(defer.callCount).to.equal(1);
    });

    it('writes once in each turn that sends', () => {
      const { channel, connection, runtime } = createChannel();

      for (const text of ['a', 'b']) {
        channel.writer.write(text);
        runtime.endTurn();
      }
      runtime.endTurn();

      expect(connection.calls).to.deep.equal(['write 1', 'write 1']);
    });

    it('does not wait for the end of the turn with 512 bytes, then with four times as many each time, up to 32 KiB', () => {
      const { channel, connection, runtime } = createChannel();
      const kibibytes = [0.5, 2, 8, 32, 32, 32];

      channel.writer.write('a'.repeat(511));
      expect(connection.calls).to.deep.equal([]);
      channel.writer.write('b');
      expect(connection.calls).to.deep.equal(['write 512']);
      const rest = kibibytes.slice(1).reduce((sum, size) => sum + size * KIBIBYTE, 0);
      for (let count = 0; count < rest; count++) channel.writer.write('x');

      expect(connection.calls).to.deep.equal(kibibytes.map((size) => `write ${size * KIBIBYTE}`));
      expect(connection.written.slice(510, 513)).to.equal('abx');
      channel.writer.write('y');
      runtime.endTurn();
      expect(connection.calls.at(-1)).to.equal('write 1');
    });

    it('begins each turn with 512 bytes again', () => {
      const { channel, connection, runtime } = createChannel();

      for (let turn = 0; turn < 2; turn++) {
        for (let count = 0; count < 600; count++) channel.writer.write('x');
        runtime.endTurn();
      }

      expect(connection.calls).to.deep.equal(['write 512', 'write 88', 'write 512', 'write 88']);
    });

    it('leaves a short text in UTF-8 to the connection, and makes bytes of a long one', () => {
      const { channel, connection, runtime } = createChannel();
      const write = sinon.spy(connection, 'write');

      for (const text of ['a', 'ä'.repeat(65 * KIBIBYTE)]) {
        channel.writer.write(text);
        runtime.endTurn();
      }

      expect(write.args.map(([data]) => typeof data)).to.deep.equal(['string', 'object']);
      expect(connection.written).to.equal(`a${'ä'.repeat(65 * KIBIBYTE)}`);
    });

    it('joins what many turns send while the peer is behind, and writes it once the peer has read', () => {
      const { channel, connection, runtime } = createChannel();
      connection.block();

      for (const text of ['a', 'b', 'c']) {
        channel.writer.write(text);
        runtime.endTurn();
      }
      expect(connection.calls).to.deep.equal(['write 1']);
      connection.take(1);

      expect(connection.calls).to.deep.equal(['write 1', 'write 2']);
      expect(connection.written).to.equal('abc');
    });

    it('gathers 32 KiB at most for a peer that is behind, and gives them to the connection as bytes', () => {
      const { channel, connection, runtime } = createChannel();
      const write = sinon.spy(connection, 'write');
      connection.block();

      for (const text of ['a', 'b'.repeat(32 * KIBIBYTE - 1), 'c', 'd']) {
        channel.writer.write(text);
        runtime.endTurn();
      }

      expect(connection.calls).to.deep.equal(['write 1', `write ${32 * KIBIBYTE}`]);
      expect(write.args.map(([data]) => typeof data)).to.deep.equal(['string', 'object']);
      expect(channel.writer.bufferedBytes).to.equal(2 + 32 * KIBIBYTE);
    });

    it('gathers bytes, and what is sent to many, for a peer that is behind', () => {
      const { channel, connection, runtime } = createChannel();
      connection.block();
      channel.writer.write('a');
      runtime.endTurn();

      for (let count = 0; count < 40 * KIBIBYTE; count += 2) {
        channel.writer.write(Buffer.from('b'));
        channel.writer.addShared([Buffer.from('c')]);
        channel.writer.flushUnlessBehind();
        runtime.endTurn();
      }
      expect(connection.calls).to.deep.equal(['write 1', `write ${32 * KIBIBYTE}`]);
      connection.take();

      expect(connection.written).to.equal(`a${'bc'.repeat(20 * KIBIBYTE)}`);
    });

    it('goes on gathering until the last of its own writes is taken', () => {
      const { channel, connection, runtime } = createChannel();
      connection.block();
      for (const text of ['a', 'b'.repeat(32 * KIBIBYTE), 'c']) {
        channel.writer.write(text);
        runtime.endTurn();
      }

      connection.take(1);
      expect(connection.calls).to.deep.equal(['write 1', `write ${32 * KIBIBYTE}`]);
      connection.take(1);

      expect(connection.calls).to.deep.equal(['write 1', `write ${32 * KIBIBYTE}`, 'write 1']);
    });

    it('does not wait for bytes in the connection that others have written', () => {
      const { channel, connection, runtime } = createChannel();
      connection.block();
      connection.write('from elsewhere', () => {});

      channel.writer.write('a');
      runtime.endTurn();

      expect(connection.calls).to.deep.equal(['write 14', 'write 1']);
    });

    it('keeps the order of strings and Buffers, and writes short ones as one', () => {
      const { channel, connection, runtime } = createChannel();

      for (const data of ['1', Buffer.from('2'), new Uint8Array([51]), '4', '5']) channel.writer.write(data);
      runtime.endTurn();

      expect(connection.calls).to.deep.equal(['write 5']);
      expect(connection.written).to.equal('12345');
    });

    it('corks pieces that are too long to be copied into one write of the system', () => {
      const { channel, connection, runtime } = createChannel();
      const long = Buffer.alloc(8 * KIBIBYTE);
      connection.block();
      channel.writer.write('1');
      runtime.endTurn();

      for (const data of ['2', long, '3']) channel.writer.write(data);
      channel.writer.flush();

      expect(connection.calls).to.deep.equal(['write 1', 'cork', 'write 1', 'write 8192', 'write 1', 'uncork']);
      expect(connection.handed[2]).to.equal(long);
    });

    it('writes strings in the encoding of the transcoder, and asks for it to read', () => {
      const { channel, connection, runtime } = createChannel({
        transcoder: { ...jsonTranscoder, socketEncoding: 'latin1' },
      });

      channel.writer.write('ä');
      runtime.endTurn();

      expect(connection.calls).to.deep.equal(['setEncoding latin1', 'write 1']);
      expect(connection.writes[0]).to.deep.equal(Buffer.from([0xe4]));
    });

    it('takes a transcoder without an encoding for one of Buffers', () => {
      const { socketEncoding: _, ...transcoder } = jsonTranscoder;
      const { channel, connection, runtime } = createChannel({ transcoder: transcoder as Transcoder });

      channel.writer.write('ä');
      runtime.endTurn();

      expect(connection.calls).to.deep.equal(['write 2']);
    });

    it('writes nothing for data of no length', () => {
      const { channel, connection, runtime } = createChannel();

      channel.writer.write('');
      runtime.endTurn();

      expect(connection.calls).to.deep.equal([]);
    });
  });

  describe('backlog', () => {
    it('asks nobody to wait while the peer reads', () => {
      const { channel, runtime, log } = createChannel();

      for (let count = 0; count < 10; count++) {
        channel.writer.write('x'.repeat(40 * KIBIBYTE));
        expect(channel.writer.isFull()).to.equal(false);
        expect(channel.writer.shouldWait()).to.equal(false);
      }
      runtime.endTurn();

      expect(log).to.deep.equal([]);
    });

    it('asks to wait from the high-water mark of the connection on, and tells once when all is written out', () => {
      const { channel, connection, runtime, log } = createChannel();
      connection.block();

      channel.writer.write('x'.repeat(10 * KIBIBYTE));
      runtime.endTurn();
      expect(channel.writer.shouldWait()).to.equal(false);
      channel.writer.write('x'.repeat(6 * KIBIBYTE));
      expect(channel.writer.bufferedBytes).to.equal(16 * KIBIBYTE);
      expect(channel.writer.shouldWait()).to.equal(true);
      runtime.endTurn();
      connection.take(1);
      expect(channel.writer.shouldWait(), 'before all is written out').to.equal(true);
      expect(log).to.deep.equal([]);
      connection.take();

      expect(log).to.deep.equal(['drained']);
      expect(channel.writer.shouldWait()).to.equal(false);
    });

    it('tells nobody of a backlog that nobody was asked to wait for', () => {
      const { channel, connection, runtime, log } = createChannel();
      connection.block();

      channel.writer.write('x'.repeat(60 * KIBIBYTE));
      runtime.endTurn();
      connection.take();

      expect(log).to.deep.equal([]);
    });

    it('asks to wait while the connection itself waits for its drain', () => {
      const { channel, connection } = createChannel();

      connection.writableNeedDrain = true;

      expect(channel.writer.shouldWait()).to.equal(true);
    });

    it('counts in the end of a backlog what was sent meanwhile', () => {
      const { channel, connection, runtime, log } = createChannel();
      connection.block();
      channel.writer.write('x'.repeat(40 * KIBIBYTE));
      expect(channel.writer.shouldWait()).to.equal(true);

      channel.writer.write('late');
      connection.take(1);
      expect(log).to.deep.equal([]);
      expect(connection.written.endsWith('late')).to.equal(true);
      connection.take();
      runtime.endTurn();

      expect(log).to.deep.equal(['drained']);
    });

    it('tells each time that somebody was asked to wait', () => {
      const { channel, connection, log } = createChannel();

      for (let round = 0; round < 3; round++) {
        connection.block();
        channel.writer.write('x'.repeat(40 * KIBIBYTE));
        expect(channel.writer.shouldWait()).to.equal(true);
        connection.take();
      }

      expect(log).to.deep.equal(['drained', 'drained', 'drained']);
    });

    it('is full from maxBufferedBytes on, once the system has refused what this turn has gathered', () => {
      const { channel, connection } = createChannel({ maxBufferedBytes: 100 });

      channel.writer.write('x'.repeat(100));
      expect(channel.writer.isFull(), 'while the peer reads').to.equal(false);
      connection.block();
      channel.writer.write('x'.repeat(99));
      expect(channel.writer.isFull(), 'one byte under').to.equal(false);
      channel.writer.write('x');
      expect(channel.writer.isFull(), 'exactly').to.equal(true);

      expect(channel.writer.bufferedBytes).to.equal(100);
    });

    it('asks to wait where maxBufferedBytes is under the high-water mark', () => {
      const { channel, connection, runtime } = createChannel({ maxBufferedBytes: 100 });
      connection.block();

      channel.writer.write('x'.repeat(100));
      runtime.endTurn();

      expect(channel.writer.shouldWait()).to.equal(true);
    });

    it('owes a drain to whom it was full for', () => {
      const { channel, connection, log } = createChannel({ maxBufferedBytes: 100 });
      connection.block();
      channel.writer.write('x'.repeat(200));

      expect(channel.writer.isFull()).to.equal(true);
      connection.take();

      expect(log).to.deep.equal(['drained']);
      expect(channel.writer.isFull()).to.equal(false);
    });

    it('does not take a write that failed for one that was taken', () => {
      const { channel, connection, log } = createChannel();
      connection.block();
      channel.writer.write('x'.repeat(40 * KIBIBYTE));
      expect(channel.writer.shouldWait()).to.equal(true);

      connection.fail(new Error('EPIPE'));
      connection.closeNow();

      expect(log).to.deep.equal(['error EPIPE', 'lost']);
    });

    it('writes and tells nothing over a connection that is destroyed', () => {
      const { channel, connection, runtime, log } = createChannel();
      connection.block();
      channel.writer.write('x'.repeat(40 * KIBIBYTE));
      channel.writer.write('batched');
      expect(channel.writer.shouldWait()).to.equal(true);

      connection.destroy();
      connection.take();
      runtime.endTurn();

      expect(connection.calls).to.deep.equal([`write ${40 * KIBIBYTE}`, 'destroy']);
      expect(log).to.deep.equal([]);
    });

    it('tells nothing once it is ended or gone', () => {
      for (const leave of ['end', 'destroy'] as const) {
        const { channel, connection, log } = createChannel();
        connection.block();
        channel.writer.write('x'.repeat(40 * KIBIBYTE));
        expect(channel.writer.shouldWait()).to.equal(true);

        channel[leave]();
        connection.take();

        expect(log).to.deep.equal([]);
      }
    });
  });

  describe('reading', () => {
    it('hands on messages as they complete, and knows that the peer is alive', () => {
      const { channel, connection, log } = createChannel();

      connection.receive(frame('a') + frame('b') + frame('c').slice(0, 5));
      expect(log).to.deep.equal(['a', 'b']);
      connection.receive(frame('c').slice(5));

      expect(log).to.deep.equal(['a', 'b', 'c']);
      expect(channel.carriedMessage).to.equal(true);
    });

    it('does not take an unfinished message for life', () => {
      const { channel, connection } = createChannel();

      connection.receive('{"top');

      expect(channel.carriedMessage).to.equal(false);
    });

    it('makes one decoder, with the limit, when the first chunk comes', () => {
      const limits: unknown[] = [];
      const createDecoder: Transcoder['createDecoder'] = (given) => {
        limits.push(given);
        return chunkDecoder;
      };

      const { connection } = createChannel({ transcoder: { ...jsonTranscoder, createDecoder }, maxMessageBytes: 77 });
      expect(limits).to.deep.equal([]);
      connection.receive('1');
      connection.receive('2');

      expect(limits).to.deep.equal([{ maxMessageBytes: 77 }]);
    });

    it('keeps the order of the chunks when the decoder calls back out of order', () => {
      const { decoder, answer } = lateDecoder();
      const { connection, log } = createChannel({ decoder });

      for (const chunk of ['1', '2', '3']) connection.receive(chunk);
      answer(2, 'c');
      answer(0, 'a1', 'a2');
      expect(log).to.deep.equal(['a1', 'a2']);
      answer(1);

      expect(log).to.deep.equal(['a1', 'a2', 'c']);
    });

    it('hands on all messages of a chunk before those of a chunk that a listener made finish', () => {
      const { decoder, callbacks, answer } = lateDecoder();
      const { connection, log } = createChannel({
        decoder,
        on: { message: () => callbacks.splice(1)[0]?.(null, [wrap('b')]) },
      });

      for (const chunk of ['1', '2']) connection.receive(chunk);
      answer(0, 'a1', 'a2');

      expect(log).to.deep.equal(['a1', 'a2', 'b']);
    });

    it('takes a decoder that calls back with nothing for one without messages', () => {
      const { connection, log } = createChannel({ decoder: (_chunk, callback) => callback(null) });

      connection.receive('x');

      expect(log).to.deep.equal([]);
    });

    it('goes on after a decoder that calls back twice, and reports it once', () => {
      const decoder: Decoder = (chunk, callback) => {
        for (const copy of [1, 2, 3]) callback(null, [wrap(`${chunk}${copy}`)]);
      };
      const { connection, log, errors } = createChannel({ decoder });

      connection.receive('a');

      expect(log).to.deep.equal([
        'a1',
        'error The decoder called back twice for one chunk; the second time is ignored.',
      ]);
      expect(errors[0]).to.be.instanceOf(DecodeError);
      expect(connection.destroyed).to.equal(false);
    });

    it('names as cause what a decoder throws after it has called back', () => {
      const cause = new Error('too late');
      const { connection, log, errors } = createChannel({
        decoder: (_chunk, callback) => {
          callback(null, [wrap('a')]);
          throw cause;
        },
      });

      connection.receive('x');

      expect(log).to.have.lengthOf(2);
      expect(errors[0]).to.have.property('cause', cause);
    });

    for (const [what, decoder] of [
      ['throws', thrower('bad')],
      ['calls back with an error', (_chunk: unknown, callback: DecoderCallback) => callback(new Error('bad'))],
      ['calls back with a string as error', (_chunk: unknown, callback: DecoderCallback) => callback('bad' as never)],
    ] as const) {
      it(`cuts the connection when its decoder ${what}`, () => {
        const { channel, connection, log, errors } = createChannel({ decoder });

        connection.receive('some chunk');
        connection.receive('more');
        connection.closeNow();

        expect(log).to.deep.equal(['error The decoder failed: bad', 'lost']);
        expect(connection.calls).to.deep.equal(['destroy']);
        expect(errors[0]).to.be.instanceOf(DecodeError);
        expect(String((errors[0] as DecodeError).rawData)).to.equal('some chunk');
        expect(errors[0]).to.have.property('cause').that.is.not.equal(undefined);
        expect(channel.sendable).to.equal(false);
      });
    }

    it('passes on a DecodeError of the decoder as it is', () => {
      const original = new DecodeError('mine', 'raw');
      const { connection, errors } = createChannel({ decoder: (_chunk, callback) => callback(original) });

      connection.receive('x');

      expect(errors).to.have.lengthOf(1);
      expect(errors[0]).to.equal(original);
    });

    it('hands on the messages that come together with an error, and none of later chunks', () => {
      const { decoder, callbacks, answer } = lateDecoder();
      const { connection, log } = createChannel({ decoder });
      for (const chunk of ['1', '2']) connection.receive(chunk);

      answer(1, 'after');
      callbacks[0]?.(new Error('bad'), [wrap('before')]);

      expect(log).to.deep.equal(['before', 'error The decoder failed: bad']);
    });

    it('can send nothing any more when its owner hears of a bad message', () => {
      const sendable: boolean[] = [];
      const { connection } = createChannel({ on: { error: (channel) => sendable.push(channel.sendable) } });

      connection.receive('no message\0\0');

      expect(sendable).to.deep.equal([false]);
    });

    it('is one that fails on the first chunk when its decoder is no function', () => {
      const { connection, log } = createChannel({
        transcoder: { ...jsonTranscoder, createDecoder: (() => ({})) as unknown as Transcoder['createDecoder'] },
      });

      connection.receive('x');

      const reason = 'createDecoder() must return a function (chunk, callback); got an object.';
      expect(log).to.deep.equal([`error The decoder failed: ${reason}`]);
    });

    it('is one that fails on the first chunk when its decoder cannot be made', () => {
      const { connection, log } = createChannel({
        transcoder: { ...jsonTranscoder, createDecoder: thrower('not today') },
      });

      expect(log).to.deep.equal([]);
      connection.receive('x');

      expect(log).to.deep.equal(['error The decoder failed: not today']);
      expect(connection.calls).to.deep.equal(['destroy']);
    });

    for (const [what, given] of [
      ['null', [null]],
      ['undefined', [undefined]],
      ['a string', ['topic']],
      ['an object without a topic', [{ message: 1 }]],
      ['a topic that is no string', [{ topic: 7 }]],
      ['no array', { length: 1 }],
      ['a number', 7],
    ] as const) {
      it(`refuses a decoder that gives ${what}, as a naive one may when a peer sends it`, () => {
        const messages = Array.isArray(given) ? [wrap('before'), ...given, wrap('after')] : given;
        const { connection, log, errors } = createChannel({
          decoder: (_chunk, callback) => callback(null, messages as never),
        });

        connection.receive('x');

        expect(log).to.deep.equal([
          ...(Array.isArray(given) ? ['before'] : []),
          'error The decoder gave what is no message: an object with a string topic.',
        ]);
        expect(errors[0]).to.be.instanceOf(DecodeError);
        expect(connection.calls).to.deep.equal(['destroy']);
      });
    }

    it('cuts a peer off that sends over maxMessageBytes without a message, whatever the decoder allows', () => {
      const { connection, log } = createChannel({ decoder: (_chunk, callback) => callback(null, []) });
      const slack = 64 * KIBIBYTE;

      connection.receive(Buffer.alloc(1000));
      connection.receive(Buffer.alloc(slack));
      expect(log).to.deep.equal([]);
      connection.receive(Buffer.alloc(1));

      expect(log).to.deep.equal([
        'error The peer sent over 1000 bytes (options.maxMessageBytes) that made no message.',
      ]);
      expect(connection.calls).to.deep.equal(['destroy']);
    });

    it('counts from the last message on', () => {
      let count = 0;
      const { connection, log } = createChannel({
        decoder: (_chunk, callback) => callback(null, count++ % 2 === 0 ? [] : [wrap('m')]),
      });

      for (let round = 0; round < 8; round++) connection.receive(Buffer.alloc(40_000));

      expect(log).to.deep.equal(['m', 'm', 'm', 'm']);
    });
  });

  describe('with a decoder that is slow', () => {
    it('pauses the connection beyond 1 MiB, and resumes it once less is in its hands', () => {
      const { decoder, answer } = lateDecoder();
      const { connection, log } = createChannel({ decoder, maxMessageBytes: 10 * MEBIBYTE });

      connection.receive(Buffer.alloc(MEBIBYTE));
      expect(connection.calls).to.deep.equal([]);
      connection.receive(Buffer.alloc(1));
      expect(connection.calls).to.deep.equal(['pause']);
      answer(0, 'a');
      expect(connection.calls).to.deep.equal(['pause', 'resume']);
      connection.receive(Buffer.alloc(MEBIBYTE));
      expect(connection.calls).to.deep.equal(['pause', 'resume', 'pause']);
      answer(2, 'c');
      expect(connection.calls, 'while the older chunk is out').to.deep.equal(['pause', 'resume', 'pause']);
      answer(1, 'b');

      expect(connection.calls).to.deep.equal(['pause', 'resume', 'pause', 'resume']);
      expect(log).to.deep.equal(['a', 'b', 'c']);
    });

    it('does not resume for each answer while it is not paused', () => {
      const { decoder, answer } = lateDecoder();
      const { connection } = createChannel({ decoder });

      for (const index of [0, 1]) {
        connection.receive('x');
        answer(index);
      }

      expect(connection.calls).to.deep.equal([]);
    });

    it('stays paused while more than 1 MiB is in its hands', () => {
      const { decoder, answer } = lateDecoder();
      const { connection } = createChannel({ decoder, maxMessageBytes: 10 * MEBIBYTE });
      for (const length of [10, MEBIBYTE, 10]) connection.receive(Buffer.alloc(length));

      answer(0, 'a');
      expect(connection.calls).not.to.include('resume');
      answer(1, 'b');

      expect(connection.calls.filter((call) => call === 'resume')).to.have.lengthOf(1);
    });

    it('does not pause for a decoder that answers at once, however long the chunk', () => {
      const { connection } = createChannel({ decoder: chunkDecoder });

      connection.receive(Buffer.alloc(3 * MEBIBYTE));

      expect(connection.calls).not.to.include('pause');
    });

    it('is lost only when the chunks of a closed connection are decoded', () => {
      const { decoder, answer } = lateDecoder();
      const { channel, connection, runtime, log } = createChannel({ decoder });
      for (const chunk of ['1', '2']) connection.receive(chunk);

      connection.peerEnds();
      connection.closeNow();
      expect(channel.sendable).to.equal(false);
      answer(1, 'b');
      expect(log).to.deep.equal(['ended']);
      answer(0, 'a');

      expect(log).to.deep.equal(['ended', 'a', 'b', 'lost']);
      expect(runtime.timers).to.deep.equal([]);
    });

    it('gives a decoder that never calls back closeTimeout after the connection has closed', () => {
      const { decoder, answer } = lateDecoder();
      const { connection, runtime, log, errors } = createChannel({ decoder });
      for (const chunk of ['1', '2']) connection.receive(chunk);

      connection.closeNow();
      expect(runtime.timers).to.deep.equal(['decoder of a closed connection']);
      runtime.elapse(4999);
      expect(log).to.deep.equal([]);
      runtime.elapse(1);
      answer(0, 'late');
      answer(1, 'late');
      answer(1, 'twice');

      expect(log).to.deep.equal([
        'error The decoder has not called back for 5000 ms after its connection closed.',
        'lost',
      ]);
      expect(String((errors[0] as DecodeError).rawData)).to.equal('1');
      expect(runtime.timers).to.deep.equal([]);
    });

    it('reports what is wrong with the last chunks, and then is lost', () => {
      const { decoder, callbacks } = lateDecoder();
      const { connection, runtime, log } = createChannel({ decoder });
      for (const chunk of ['1', '2']) connection.receive(chunk);
      connection.closeNow();

      callbacks[0]?.(new Error('bad'));
      callbacks[1]?.(null, [wrap('b')]);

      expect(log).to.deep.equal(['error The decoder failed: bad', 'lost']);
      expect(runtime.timers).to.deep.equal([]);
    });

    it('does not wait for it when it is destroyed', () => {
      const { decoder, answer } = lateDecoder();
      const { channel, connection, runtime, log } = createChannel({ decoder });
      connection.receive('1');

      connection.closeNow();
      channel.destroy();
      expect(log).to.deep.equal(['lost']);
      answer(0, 'late');

      expect(log).to.deep.equal(['lost']);
      expect(runtime.timers).to.deep.equal([]);
    });
  });

  describe('ending', () => {
    for (const [who, end] of [
      ['the owner', ({ channel }: ReturnType<typeof createChannel>) => channel.end()],
      ['the application', ({ connection }: ReturnType<typeof createChannel>) => connection.end()],
    ] as const) {
      it(`writes out what this turn has sent when ${who} ends it, then finishes, and is lost when it has closed`, () => {
        const created = createChannel();
        const { channel, connection, runtime, log } = created;
        channel.writer.write('last words');

        end(created);
        runtime.endTurn();
        expect(connection.calls).to.deep.equal(['write 10', 'end']);
        expect(channel.sendable).to.equal(false);
        expect(log).to.deep.equal([]);
        connection.closeNow();

        expect(log).to.deep.equal(['lost']);
      });
    }

    it('writes out what this turn has sent before it finishes after its peer', () => {
      const { channel, connection } = createChannel();
      channel.writer.write('last words');

      connection.peerEnds();

      expect(connection.calls).to.deep.equal(['write 10', 'end']);
    });

    for (const [who, end] of [
      ['it ends', ({ channel }: ReturnType<typeof createChannel>) => channel.end()],
      ['the application ends it', ({ connection }: ReturnType<typeof createChannel>) => connection.end()],
      ['its peer ends', ({ connection }: ReturnType<typeof createChannel>) => connection.peerEnds()],
    ] as const) {
      it(`writes out before ${who} what it has gathered for a peer that is behind`, () => {
        const created = createChannel();
        const { channel, connection, runtime } = created;
        connection.block();
        for (const text of ['a', 'b', 'c']) {
          channel.writer.write(text);
          runtime.endTurn();
        }

        end(created);

        expect(connection.calls).to.deep.equal(['write 1', 'write 2', 'end']);
      });
    }

    it('writes out everything before an end of the connection itself that the application calls', () => {
      const ended = sinon.spy();
      const { channel, connection, runtime } = createChannel({
        prepare: (made) => {
          made.end = ended;
        },
      });
      connection.block();
      for (const text of ['a', 'b']) {
        channel.writer.write(text);
        runtime.endTurn();
      }

      connection.end();

      expect(connection.calls).to.deep.equal(['write 1', 'write 1']);
      expect(ended.calledOnce).to.equal(true);
      expect(channel.sendable).to.equal(false);
    });

    it('end lets the messages pass that are still on their way here', () => {
      const { channel, connection, log } = createChannel();

      channel.end();
      connection.receive(frame('a'));
      connection.peerEnds();
      connection.closeNow();

      expect(log).to.deep.equal(['a', 'lost']);
    });

    it('end and destroy can be called again, in any order', () => {
      const { channel, connection, log } = createChannel();

      for (const action of ['end', 'end', 'destroy', 'end', 'destroy'] as const) channel[action]();
      connection.closeNow();
      for (const action of ['end', 'destroy'] as const) channel[action]();

      expect(connection.calls.filter((call) => call === 'end')).to.have.lengthOf(1);
      expect(log).to.deep.equal(['lost']);
    });

    it('destroy drops what is not written, and what still comes in', () => {
      const { channel, connection, runtime, log } = createChannel();
      channel.writer.write('never');

      channel.destroy();
      runtime.endTurn();
      connection.receive(frame('a'));
      connection.closeNow();

      expect(connection.calls).to.deep.equal(['destroy']);
      expect(log).to.deep.equal(['lost']);
    });

    it('destroy spares the decoder what still comes in, also when the application ends the connection then', () => {
      const chunks: unknown[] = [];
      const { channel, connection, log } = createChannel({
        decoder: (chunk, callback) => {
          chunks.push(String(chunk));
          callback(null, [wrap(String(chunk))]);
        },
      });
      connection.receive('1');

      channel.destroy();
      connection.receive('2');
      connection.end();
      connection.receive('3');
      connection.closeNow();

      expect(chunks).to.deep.equal(['1']);
      expect(log).to.deep.equal(['1', 'lost']);
    });

    it('destroy does nothing to a connection that is lost, whose errors stay swallowed', () => {
      const { channel, connection, log } = createChannel();
      connection.closeNow();

      channel.destroy();
      connection.emit('error', new Error('after close'));

      expect(connection.calls).to.deep.equal([]);
      expect(log).to.deep.equal(['lost']);
    });

    it('destroy drops what a decoder has in its hands', () => {
      const { decoder, answer } = lateDecoder();
      const { channel, connection, runtime, log } = createChannel({ decoder });
      for (const chunk of ['1', '2']) connection.receive(chunk);

      channel.destroy();
      answer(0, 'late');
      connection.closeNow();
      expect(log).to.deep.equal(['lost']);
      answer(1, 'later');

      expect(log).to.deep.equal(['lost']);
      expect(runtime.timers).to.deep.equal([]);
    });

    it('tells when the peer has finished, and finishes too where the connection could stay half open', () => {
      const { channel, connection, log } = createChannel();

      connection.peerEnds();

      expect(log).to.deep.equal(['ended']);
      expect(connection.calls).to.deep.equal(['end']);
      expect(channel.sendable).to.equal(false);
    });

    it('says nothing after it is lost, though its decoder calls back twice', () => {
      const { decoder, answer } = lateDecoder();
      const { connection, log } = createChannel({ decoder });
      connection.receive('1');
      answer(0, 'a');
      connection.closeNow();

      answer(0, 'again');

      expect(log).to.deep.equal(['a', 'lost']);
    });

    it('is lost once', () => {
      const { channel, connection, log } = createChannel();

      connection.closeNow();
      connection.emit('close');
      channel.destroy();

      expect(log).to.deep.equal(['lost']);
    });

    it('is lost once also when its owner destroys it over what was wrong with its last chunk', () => {
      const { decoder, callbacks } = lateDecoder();
      const { connection, log } = createChannel({ decoder, on: { error: (channel) => channel.destroy() } });
      connection.receive('1');
      connection.closeNow();

      callbacks[0]?.(new Error('bad'));

      expect(log).to.deep.equal(['error The decoder failed: bad', 'lost']);
    });

    it('sets no timer for a closed connection whose chunks are all decoded', () => {
      const { connection, runtime, log } = createChannel();
      const setTimer = sinon.spy(runtime, 'setTimer');
      connection.receive(frame('a'));

      connection.closeNow();

      expect(log).to.deep.equal(['a', 'lost']);
      expect(setTimer.callCount).to.equal(0);
    });

    it('leaves alone an end that the connection has of its own', () => {
      const { channel, connection } = createChannel({
        prepare: (fake) => {
          fake.end = () => fake.calls.push('its own end');
        },
      });

      channel.end();

      expect(connection.calls).to.deep.equal(['its own end']);
    });

    it('does not send over a connection that the application has destroyed', () => {
      const { channel, connection } = createChannel();
      expect(channel.sendable).to.equal(true);

      connection.destroy();

      expect(channel.sendable).to.equal(false);
    });

    it('passes errors of the connection on until it has closed, and swallows them from then on', () => {
      const { channel, connection, log } = createChannel();

      connection.fail(new Error('ECONNRESET'));
      expect(channel.sendable).to.equal(false);
      connection.closeNow();
      connection.emit('error', new Error('after close'));

      expect(log).to.deep.equal(['error ECONNRESET', 'lost']);
    });

    it('swallows errors of a closed connection also while its last chunks are decoded', () => {
      const { decoder, answer } = lateDecoder();
      const { connection, log } = createChannel({ decoder });
      connection.receive('1');

      connection.closeNow();
      connection.emit('error', new Error('after close'));
      answer(0, 'a');

      expect(log).to.deep.equal(['a', 'lost']);
    });

    for (const [when, answers] of [
      ['is lost', true],
      ['has closed, and whose last chunks are being decoded', false],
    ] as const) {
      it(`hears nothing more of a connection that ${when}`, () => {
        const { decoder, callbacks, answer } = lateDecoder();
        const { connection, log } = createChannel({ decoder });
        connection.receive('1');
        if (answers) answer(0, 'a');
        connection.closeNow();

        // A careless Duplex.
        connection.receive('2');
        connection.peerEnds();
        connection.closeNow();
        answer(0, 'a');

        expect(callbacks).to.have.lengthOf(1);
        expect(log).to.deep.equal(['a', 'lost']);
      });
    }
  });
});

function thrower(reason: string): () => never {
  return () => {
    throw new Error(reason);
  };
}
