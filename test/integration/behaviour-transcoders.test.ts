/**
 * Section 5 of the contract: transcoders. Where each sentence is tested:
 *
 * | sentence                              | test |
 * | ------------------------------------- | ---- |
 * | socketEncoding                        | gives the decoder strings ..., Buffers ...; writes strings in ... |
 * | data of null or undefined             | skips a message ... |
 * | one encoder for many connections      | makes one encoder ..., one decoder for each connection |
 * | a decoder holds state                 | speaks a wire format of its own |
 * | callback(error), throwing             | wraps what ... |
 * | either may call back later: order     | keeps the order ... |
 * | encoded after the connection is gone  | reports a message whose encoding finishes ... |
 * | a callback called twice               | reports ... once |
 */

import { expect } from 'chai';
import {
  DecodeError,
  type Decoder,
  type DuplexConnection,
  EncodeError,
  type Encoder,
  jsonTranscoder,
  type MessageWrapper,
  type Transcoder,
} from 'ipc';
import sinon from 'sinon';
import { Place } from '../support/place.js';
import { frame } from '../support/raw-peer.js';

/** The default one with some parts replaced. */
function transcoder(parts: { encode?: Encoder; decode?: Decoder }): Transcoder {
  return {
    socketEncoding: null,
    createEncoder: () => parts.encode ?? jsonTranscoder.createEncoder(),
    createDecoder: (limits) => parts.decode ?? jsonTranscoder.createDecoder(limits),
  };
}

const encodeJson = jsonTranscoder.createEncoder();

/** Encodes what the message says, as slowly as it says. */
const encodeLate: Encoder = (wrapper, callback) => {
  const { waitMs } = wrapper.message as { waitMs?: number };
  if (waitMs === undefined) encodeJson(wrapper, callback);
  else setTimeout(() => encodeJson(wrapper, callback), waitMs);
};

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise(setImmediate);
  }
}

describe('transcoders', () => {
  let place: Place;

  beforeEach(async () => {
    place = await Place.make();
  });

  afterEach(() => place.clear());

  /** Lines, `topic=message`, in any encoding. */
  function lines(socketEncoding: BufferEncoding | null, chunks: unknown[] = []): Transcoder {
    return {
      socketEncoding,
      createEncoder:
        () =>
        ({ topic, message }, callback) =>
          callback(null, `${topic}=${message}\n`),
      createDecoder: () => {
        let rest = '';
        return (chunk, callback) => {
          chunks.push(chunk);
          const parts = (rest + chunk.toString()).split('\n');
          rest = parts.pop() ?? '';
          const wrappers = parts.map((part) => {
            const [topic = '', message] = part.split('=');
            return { topic, message };
          });
          callback(null, wrappers);
        };
      },
    };
  }

  for (const [encoding, type] of [
    ['utf8', 'string'],
    ['latin1', 'string'],
    [null, 'object'],
    [undefined, 'object'],
  ] as const) {
    it(`speaks a wire format of its own with socketEncoding ${encoding}`, async () => {
      const chunks: unknown[] = [];
      const own = lines(encoding as 'utf8', chunks);
      const { server, atServer, client, atClient } = await place.conversation({ transcoder: own }, { transcoder: own });

      client.send('greeting', 'grüße');
      await atServer.see('message.greeting grüße #1');
      server.broadcast('greeting', 'zurück');
      await atClient.see('message.greeting zurück');

      expect(chunks.every((chunk) => typeof chunk === type)).to.equal(true);
      expect(chunks.every((chunk) => Buffer.isBuffer(chunk))).to.equal(type === 'object');
    });
  }

  it('never cuts a character for a decoder that takes strings', async () => {
    const { atServer } = await place.listening({ transcoder: lines('utf8') });
    const peer = await place.rawPeer();

    for (const byte of Buffer.from('k=ä€𝄞\n')) {
      await peer.write(Buffer.of(byte));
      await new Promise(setImmediate);
    }
    await atServer.see('message.k ä€𝄞 #1');
  });

  for (const encoding of ['base64', 'hex'] as const) {
    it(`writes each string of an encoder in ${encoding}, several in one turn too`, async () => {
      const own: Transcoder = {
        socketEncoding: encoding,
        createEncoder:
          () =>
          ({ message }, callback) =>
            callback(null, Buffer.from(String(message)).toString(encoding)),
        createDecoder: () => (_chunk, callback) => callback(null, []),
      };
      const raw = await place.rawServer();
      const { client, atClient } = place.client({ transcoder: own });
      client.connect();
      await atClient.see('connect <connection>');

      for (const message of ['a', 'bc', 'def\0', '\0']) client.send('t', message);
      const peer = await raw.accept();

      expect(await peer.readFrames(1)).to.deep.equal(['abcdef']);
    });
  }

  it('writes Buffers and Uint8Arrays and strings in the order of send', async () => {
    const kinds: ((text: string) => string | Uint8Array)[] = [
      (text) => text,
      (text) => Buffer.from(text),
      (text) => new TextEncoder().encode(text),
    ];
    const encode: Encoder = (wrapper, callback) =>
      callback(null, kinds[Number(wrapper.message) % 3]?.(frame(wrapper.topic, wrapper.message)));
    const { client, atServer } = await place.conversation({}, { transcoder: transcoder({ encode }) });

    for (let index = 0; index < 30; index++) client.send('n', index);
    await atServer.see('message.n 29 #1');

    expect(atServer.lines.filter((line) => line.startsWith('message.'))).to.deep.equal(
      Array.from({ length: 30 }, (_, index) => `message.n ${index} #1`),
    );
  });

  it('makes one encoder for each end, and one decoder for each connection', async () => {
    const createEncoder = sinon.fake(() => jsonTranscoder.createEncoder());
    const createDecoder = sinon.fake(() => jsonTranscoder.createDecoder());
    const { atServer } = await place.listening({ transcoder: { socketEncoding: null, createEncoder, createDecoder } });

    const first = await place.connected();
    const second = await place.connected();
    for (const { client } of [first, second, first, second]) client.send('n', 1);
    await atServer.see('message.n 1 #1', 2);
    await atServer.see('message.n 1 #2', 2);

    expect([createEncoder.callCount, createDecoder.callCount]).to.deep.equal([1, 2]);
  });

  it('makes a new decoder for each connection of a client', async () => {
    const raw = await place.rawServer({ allowHalfOpen: false });
    const { client, atClient } = place.client();
    client.connect();

    await (await raw.accept()).write('{"topic":"half');
    raw.peers[0]?.socket.end();
    await (await raw.accept()).write(frame('whole', 1));
    await atClient.see('message.whole 1');
  });

  for (const nothing of [null, undefined]) {
    it(`skips a message whose data is ${nothing}, without a word`, async () => {
      const encode: Encoder = (wrapper, callback) =>
        wrapper.topic === 'secret' ? callback(null, nothing) : encodeJson(wrapper, callback);
      const parts = { transcoder: transcoder({ encode }) };
      const { server, atServer, client, atClient } = await place.conversation(parts, parts);

      expect(client.send('secret', 1)).to.equal(true);
      client.send('open', 2);
      server.broadcast('secret', 1);
      server.broadcast('open', 2);
      await Promise.all([atServer.see('message.open 2 #1'), atClient.see('message.open 2')]);

      expect(atClient.text).to.equal('connect <connection>, message 2 open, message.open 2');
      expect(atServer.text).to.equal('listening, connection #1 <connection>, message 2 open #1, message.open 2 #1');
    });
  }

  it('hands the encoder a wrapper of topic and message', async () => {
    const encode = sinon.fake(encodeJson);
    const { client } = await place.conversation({}, { transcoder: transcoder({ encode }) });

    client.send('t', { m: 1 });
    client.send('', 2);

    expect(encode.args.map(([wrapper]) => wrapper)).to.deep.equal([
      { topic: 't', message: { m: 1 } },
      { topic: 'none', message: 2 },
    ]);
  });

  describe('failures', () => {
    const known = new EncodeError('known', { topic: 'bad', message: 1 });
    const undecodable = new DecodeError('known', 'raw');

    for (const [what, fail] of [
      [
        'throws',
        () => {
          throw new RangeError('broken');
        },
      ],
      ['passes as an error', (callback: any) => callback(new RangeError('broken'))],
      ['passes as an error later', (callback: any) => setImmediate(callback, new RangeError('broken'))],
    ] as const) {
      it(`wraps what an encoder ${what} in an EncodeError, and goes on`, async () => {
        const encode: Encoder = (wrapper, callback) =>
          wrapper.topic === 'bad' ? fail(callback) : encodeJson(wrapper, callback);
        const { client, atClient, atServer } = await place.conversation({}, { transcoder: transcoder({ encode }) });

        client.send('bad', 1);
        client.send('good', 2);
        await atServer.see('message.good 2 #1');

        expect(atClient.text).to.equal('connect <connection>, error IPC_ENCODE');
        expect(atClient.errors[0]).to.be.instanceOf(EncodeError).and.include({ sentTopic: 'bad', sentMessage: 1 });
        expect(atClient.errors[0]?.cause).to.be.instanceOf(RangeError);
      });

      it(`wraps what a decoder ${what} in a DecodeError, and cuts that client off`, async () => {
        const decode: Decoder = (chunk, callback) =>
          String(chunk) === 'bad' ? fail(callback) : callback(null, [{ topic: 'chunk', message: String(chunk) }]);
        const { atServer } = await place.listening({ transcoder: transcoder({ decode }) });
        const peer = await place.rawPeer({ allowHalfOpen: false });

        await peer.write('good');
        await atServer.see('message.chunk good #1');
        await peer.write('bad');
        await atServer.see('disconnect #1');

        expect(atServer.lines.slice(4)).to.deep.equal(['error IPC_DECODE', 'disconnect #1']);
        expect(atServer.errors[0]).to.be.instanceOf(DecodeError);
        expect(atServer.errors[0]?.cause).to.be.instanceOf(RangeError);
      });
    }

    it('passes on an EncodeError and a DecodeError as they are', async () => {
      const encode: Encoder = (_wrapper, callback) => callback(known);
      const decode: Decoder = (_chunk, callback) => callback(undecodable);
      const { client, atClient, atServer } = await place.conversation(
        { transcoder: transcoder({ decode }) },
        { transcoder: transcoder({ encode }) },
      );

      client.send('bad', 1);
      await atClient.see('error IPC_ENCODE');
      await (await place.rawPeer({ allowHalfOpen: false })).write('anything');
      await atServer.see('error IPC_DECODE');

      expect(atClient.errors[0]).to.equal(known);
      expect(atServer.errors[0]).to.equal(undecodable);
    });

    it('delivers the messages that come together with an error', async () => {
      const decode: Decoder = (_chunk, callback) => callback(new Error('broken'), [{ topic: 'good', message: 1 }]);
      const { atServer } = await place.listening({ transcoder: transcoder({ decode }) });

      await (await place.rawPeer({ allowHalfOpen: false })).write('anything');
      await atServer.see('disconnect #1');

      expect(atServer.lines.slice(2).join(', ')).to.equal(
        'message 1 good #1, message.good 1 #1, error IPC_DECODE, disconnect #1',
      );
    });

    for (const junk of [7, {}, true]) {
      it(`reports an encoder that gives ${JSON.stringify(junk)}`, async () => {
        const encode: Encoder = (_wrapper, callback) => callback(null, junk as any);
        const { client, atClient } = await place.conversation({}, { transcoder: transcoder({ encode }) });

        client.send('bad', 1);
        await atClient.see('error IPC_ENCODE');
      });
    }

    for (const junk of [7, 'text', {}, [null], [7], [{}], [{ topic: 1 }], [{ topic: 'good', message: 1 }, null]]) {
      for (const late of [false, true]) {
        it(`cuts off a client whose decoder gives ${JSON.stringify(junk)}${late ? ' later' : ''}`, async () => {
          const decode: Decoder = (_chunk, callback) =>
            late ? setImmediate(callback, null, junk as any) : callback(null, junk as any);
          const { atServer } = await place.listening({ transcoder: transcoder({ decode }) });

          await (await place.rawPeer({ allowHalfOpen: false })).write('anything');
          await atServer.see('disconnect #1');

          const good = Array.isArray(junk) && junk.length === 2 ? ['message 1 good #1', 'message.good 1 #1'] : [];
          expect(atServer.lines.slice(2)).to.deep.equal([...good, 'error IPC_DECODE', 'disconnect #1']);
        });
      }
    }

    it('takes a decoder that gives no array for one without messages', async () => {
      const decode = sinon.fake<Parameters<Decoder>, void>((chunk, callback) =>
        String(chunk) === 'good' ? callback(null, [{ topic: 'good', message: 1 }]) : callback(null),
      );
      const { atServer } = await place.listening({ transcoder: transcoder({ decode }) });
      const peer = await place.rawPeer();

      await peer.write('nothing');
      await until(() => decode.callCount === 1);
      await peer.write('good');
      await atServer.see('message.good 1 #1');

      expect(atServer.names).not.to.include('error');
    });

    it('cuts off a client for which no decoder can be made', async () => {
      const createDecoder = () => {
        throw new RangeError('none left');
      };
      const { atServer } = await place.listening({ transcoder: { ...jsonTranscoder, createDecoder } });

      await (await place.rawPeer({ allowHalfOpen: false })).write('anything');
      await atServer.see('disconnect #1');

      expect(atServer.errors[0]).to.be.instanceOf(DecodeError);
      expect(atServer.errors[0]?.cause).to.be.instanceOf(RangeError);
    });
  });

  describe('callbacks that come twice', () => {
    for (const when of ['at once', 'later', 'by throwing after it']) {
      it(`reports an encoder that calls back twice, ${when}, once, and sends the message once`, async () => {
        const encode: Encoder = (wrapper, callback) => {
          encodeJson(wrapper, callback);
          if (wrapper.topic !== 'twice') return;
          if (when === 'at once') encodeJson(wrapper, callback);
          if (when === 'later') setImmediate(() => encodeJson(wrapper, callback));
          if (when === 'later') setImmediate(() => encodeJson(wrapper, callback));
          if (when === 'by throwing after it') throw new Error('after all');
        };
        const { client, atClient, atServer } = await place.conversation({}, { transcoder: transcoder({ encode }) });

        client.send('twice', 1);
        await atClient.see('error IPC_ENCODE');
        await new Promise(setImmediate);
        client.send('next', 2);
        await atServer.see('message.next 2 #1');

        expect(atClient.text).to.equal('connect <connection>, error IPC_ENCODE');
        expect(atServer.count('message.twice 1 #1')).to.equal(1);
      });

      it(`reports a decoder that calls back twice, ${when}, once, and delivers the messages once`, async () => {
        const decode: Decoder = (chunk, callback) => {
          const wrappers = [{ topic: 'chunk', message: String(chunk) }];
          callback(null, wrappers);
          if (String(chunk) !== 'twice') return;
          if (when === 'at once') callback(null, wrappers);
          if (when === 'later') setImmediate(callback, null, wrappers);
          if (when === 'later') setImmediate(callback, null, wrappers);
          if (when === 'by throwing after it') throw new Error('after all');
        };
        const { atServer } = await place.listening({ transcoder: transcoder({ decode }) });
        const peer = await place.rawPeer();

        await peer.write('twice');
        await atServer.see('error IPC_DECODE');
        await new Promise(setImmediate);

        expect(atServer.count('message.chunk twice #1')).to.equal(1);
        expect(atServer.count('error IPC_DECODE')).to.equal(1);
      });
    }

    it('says nothing after close about an encoder that calls back twice by then', async () => {
      const callbacks: (() => void)[] = [];
      const encode: Encoder = (wrapper, callback) => {
        encodeJson(wrapper, callback);
        callbacks.push(() => encodeJson(wrapper, callback));
      };
      const own = { transcoder: transcoder({ encode }) };
      const { server, atServer, client, atClient } = await place.conversation(own, own);
      client.send('a', 1);
      server.broadcast('a', 1);
      client.close();
      server.close();
      await Promise.all([atClient.see('close'), atServer.see('close')]);

      for (const callback of callbacks) callback();
      await new Promise(setImmediate);

      expect(atClient.lines.at(-1)).to.equal('close');
      expect(atServer.lines.at(-1)).to.equal('close');
    });

    it('says nothing after disconnect about a decoder that calls back twice by then', async () => {
      const callbacks: (() => void)[] = [];
      const decode: Decoder = (_chunk, callback) => {
        callback(null, []);
        callbacks.push(() => callback(null, []));
      };
      const { server, atServer } = await place.listening({ transcoder: transcoder({ decode }) });
      const peer = await place.rawPeer();
      peer.socket.end('anything');
      await atServer.see('disconnect #1');

      for (const callback of callbacks.slice()) callback();
      await new Promise(setImmediate);
      expect(atServer.lines.at(-1)).to.equal('disconnect #1');
      server.close();
      await atServer.see('close');
      for (const callback of callbacks) callback();
      await new Promise(setImmediate);

      expect(atServer.lines.at(-1)).to.equal('close');
    });
  });

  describe('that answer later', () => {
    it('keep the order of send, whichever encoding finishes first', async () => {
      const own = { transcoder: transcoder({ encode: encodeLate }) };
      const { server, atServer, client, atClient } = await place.conversation(own, own);

      for (const waitMs of [20, undefined, 5, 0, undefined, 10]) {
        client.send('m', { waitMs });
        server.broadcast('m', { waitMs });
      }
      client.send('last', {});
      server.broadcast('last', {});
      await Promise.all([atServer.see('message.last {} #1'), atClient.see('message.last {}')]);

      const story = ['{"waitMs":20}', '{}', '{"waitMs":5}', '{"waitMs":0}', '{}', '{"waitMs":10}'];
      expect(atClient.lines.filter((line) => line.startsWith('message.m'))).to.deep.equal(
        story.map((text) => `message.m ${text}`),
      );
      expect(atServer.lines.filter((line) => line.startsWith('message.m'))).to.deep.equal(
        story.map((text) => `message.m ${text} #1`),
      );
    });

    it('keep the order of the chunks, whichever decoding finishes first', async () => {
      const waits = [20, 0, 10, 5];
      const decode: Decoder = (chunk, callback) => {
        const wrappers = [{ topic: 'chunk', message: String(chunk) }];
        setTimeout(callback, waits.shift(), null, wrappers);
      };
      const { atServer } = await place.listening({ transcoder: transcoder({ decode }) });
      const peer = await place.rawPeer();

      for (const [index, text] of ['a', 'b', 'c', 'd'].entries()) {
        await peer.write(text);
        await until(() => waits.length === 3 - index);
      }
      await atServer.see('message.chunk d #1');

      expect(atServer.lines.filter((line) => line.startsWith('message.')).join(', ')).to.equal(
        'message.chunk a #1, message.chunk b #1, message.chunk c #1, message.chunk d #1',
      );
    });

    it('deliver every message before disconnect, and every disconnect before close', async () => {
      const decode: Decoder = (chunk, callback) => {
        setTimeout(callback, 30, null, [{ topic: 'chunk', message: String(chunk) }]);
      };
      const { server, atServer } = await place.listening({ transcoder: transcoder({ decode }) });
      const peer = await place.rawPeer();
      await atServer.see('connection #1 <connection>');

      peer.socket.end('late');
      await peer.ended();
      server.close();
      await atServer.see('close');

      expect(atServer.text).to.equal(
        'listening, connection #1 <connection>, message late chunk #1, message.chunk late #1, disconnect #1, closed, close',
      );
    });

    it('keep the order of messages when a listener lets the next chunk finish', async () => {
      const callbacks: (() => void)[] = [];
      const decode: Decoder = (chunk, callback) => {
        const wrappers = [...String(chunk)].map((message) => ({ topic: 'letter', message }));
        callbacks.push(() => callback(null, wrappers));
      };
      const { server, atServer } = await place.listening({ transcoder: transcoder({ decode }) });
      server.once('message', () => callbacks[1]?.());
      const peer = await place.rawPeer();
      await peer.write('abc');
      await until(() => callbacks.length === 1);
      await peer.write('def');
      await until(() => callbacks.length === 2);

      callbacks[0]?.();
      await atServer.see('message.letter f #1');

      const letters = atServer.lines.filter((line) => line.startsWith('message.')).map((line) => line.split(' ')[1]);
      expect(letters.join('')).to.equal('abcdef');
    });

    it('are heard before close: everything sent is encoded and delivered first', async () => {
      const own = { transcoder: transcoder({ encode: encodeLate }) };
      const { server, atServer, client, atClient } = await place.conversation(own, own);

      client.send('m', { waitMs: 30 });
      client.close();
      await Promise.all([atClient.see('close'), atServer.see('disconnect #1')]);
      const second = await place.connected({ reconnectDelay: 60_000 });
      await atServer.see('connection #2 <connection>');
      server.broadcast('m', { waitMs: 30 });
      server.close();
      await Promise.all([atServer.see('close'), second.atClient.see('disconnect')]);

      expect(atServer.lines).to.include('message.m {"waitMs":30} #1');
      expect(second.atClient.lines).to.include('message.m {"waitMs":30}');
    });

    it('report a message whose encoding finishes after its connection is gone', async () => {
      const callbacks: (() => void)[] = [];
      const encode: Encoder = (wrapper, callback) => {
        callbacks.push(() => encodeJson(wrapper, callback));
      };
      const own = { transcoder: transcoder({ encode }) };
      const { server, atServer } = await place.listening(own);
      let connection: DuplexConnection | undefined;
      server.on('connection', (_id, accepted) => {
        connection = accepted;
      });
      const { client, atClient } = await place.connected({ ...own, reconnectDelay: 60_000 });
      await atServer.see('connection #1 <connection>');
      const id = atServer.id(1);

      client.send('lost', 1);
      server.send('lost', 2, id);
      server.broadcast('lost', 3);
      connection?.destroy();
      await Promise.all([atClient.see('disconnect'), atServer.see('disconnect #1')]);
      for (const callback of callbacks) callback();
      await Promise.all([atClient.see('error IPC_NO_SERVER'), atServer.see('error IPC_BAD_CLIENT')]);

      expect(atClient.errors[0]).to.include({ sentTopic: 'lost', sentMessage: 1 });
      expect(atServer.errors[0]).to.include({ sentTopic: 'lost', sentMessage: 2, clientId: id });
    });

    it('do not send on a later connection what was meant for a former one', async () => {
      const callbacks: (() => void)[] = [];
      const encode: Encoder = (wrapper, callback) => {
        callbacks.push(() => encodeJson(wrapper, callback));
      };
      const raw = await place.rawServer({ allowHalfOpen: false });
      const { client, atClient } = place.client({ transcoder: transcoder({ encode }) });
      client.connect();
      const first = await raw.accept();
      await atClient.see('connect <connection>');

      client.send('old', 1);
      first.socket.end();
      const second = await raw.accept();
      await atClient.see('reconnect <connection>');
      client.send('new', 2);
      for (const callback of callbacks) callback();

      expect(await second.readFrames(1)).to.deep.equal(['{"topic":"new","message":2}']);
      await atClient.see('error IPC_NO_SERVER');
    });

    it('are given up after closeTimeout when they never answer: the encoder', async () => {
      const own = { transcoder: transcoder({ encode: () => {} }), closeTimeout: 60 };
      const { server, atServer, client, atClient, id } = await place.conversation(own, own);

      client.send('stuck', 1);
      server.send('stuck', 2, id);
      server.broadcast('stuck', 3);
      client.close();
      server.close();
      await Promise.all([atClient.see('close'), atServer.see('close')]);

      expect(atClient.text).to.equal('connect <connection>, error IPC_NO_SERVER, closed, close');
      expect(atServer.text).to.equal(
        'listening, connection #1 <connection>, disconnect #1, error IPC_BAD_CLIENT, closed, close',
      );
    });

    it('are given up after closeTimeout when they never answer: the decoder', async () => {
      const { server, atServer } = await place.listening({
        transcoder: transcoder({ decode: () => {} }),
        closeTimeout: 60,
      });
      const peer = await place.rawPeer();

      peer.socket.end('anything');
      await atServer.see('disconnect #1');
      server.close();
      await atServer.see('close');

      expect(atServer.text).to.equal(
        'listening, connection #1 <connection>, error IPC_DECODE, disconnect #1, closed, close',
      );
    });

    it('are not fed without bound: the connection is paused while a decoder is busy', async () => {
      let fed = 0;
      let release = () => {};
      const decode: Decoder = (chunk: Buffer, callback) => {
        fed += chunk.length;
        const former = release;
        release = () => {
          former();
          callback(null, []);
        };
      };
      const { atServer } = await place.listening({
        transcoder: transcoder({ decode }),
        closeTimeout: 50,
      });
      const peer = await place.rawPeer();
      await atServer.see('connection #1 <connection>');

      peer.socket.write(Buffer.alloc(16 * 2 ** 20));
      let before = -1;
      while (before !== fed) {
        before = fed;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      expect(fed).to.be.within(2 ** 20, 3 * 2 ** 20);

      const pump = setInterval(() => release(), 5);
      await new Promise<void>((resolve) => peer.socket.once('drain', () => resolve()));
      clearInterval(pump);
    });
  });

  it('works through an encoder that sends from inside itself', async () => {
    let again = true;
    const encode: Encoder = (wrapper: MessageWrapper, callback) => {
      if (again) {
        again = false;
        client.send('inner', 2);
      }
      encodeJson(wrapper, callback);
    };
    const { atServer } = await place.listening();
    const { client } = await place.connected({ transcoder: transcoder({ encode }) });

    client.send('outer', 1);
    await atServer.see('message.inner 2 #1');

    expect(atServer.lines.filter((line) => line.startsWith('message.')).join(', ')).to.equal(
      'message.outer 1 #1, message.inner 2 #1',
    );
  });
});
