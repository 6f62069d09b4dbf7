import { expect } from 'chai';
import * as ipc from 'ipc';
import {
  BackpressureError,
  BadClientError,
  DecodeError,
  EncodeError,
  IpcError,
  NoServerError,
  PrivateDirectoryError,
  SendAfterCloseError,
  SendError,
  SocketFileError,
  UsageError,
} from 'ipc';
import * as errors from '#core/errors.js';
import { reasonOf } from '#core/errors.js';
import { heldBytes } from '../support/held-bytes.js';

const wrapper = { topic: 'news', message: { n: 1 } };
const cause = new Error('root');

/** One error of each class, with its name, its code and the classes it belongs to. */
const family = [
  [new IpcError('text', { cause }), 'IpcError', 'IPC_ERROR', []],
  [new SendError('text', wrapper.message, 'news', { cause }), 'SendError', 'IPC_SEND', []],
  [new EncodeError('text', wrapper, { cause }), 'EncodeError', 'IPC_ENCODE', [SendError]],
  [
    new SendAfterCloseError('text', wrapper.message, 'news', { cause }),
    'SendAfterCloseError',
    'IPC_SEND_AFTER_CLOSE',
    [SendError],
  ],
  [new NoServerError('text', wrapper.message, 'news', { cause }), 'NoServerError', 'IPC_NO_SERVER', [SendError]],
  [
    new BadClientError('text', wrapper.message, 'news', 'id-1', { cause }),
    'BadClientError',
    'IPC_BAD_CLIENT',
    [SendError],
  ],
  [
    new BackpressureError('text', wrapper.message, 'news', { clientId: 'id-1', bufferedBytes: 7 }),
    'BackpressureError',
    'IPC_BACKPRESSURE',
    [SendError],
  ],
  [new DecodeError('text', 'raw', { cause }), 'DecodeError', 'IPC_DECODE', []],
  [new UsageError('IPC_BAD_DELAY', 'text', { cause }), 'UsageError', 'IPC_BAD_DELAY', []],
  [
    new SocketFileError('IPC_SOCKET_REMOVED', 'text', '/run/socket', { cause }),
    'SocketFileError',
    'IPC_SOCKET_REMOVED',
    [],
  ],
  [new PrivateDirectoryError('text', '/run/app', { cause }), 'PrivateDirectoryError', 'IPC_PRIVATE_DIRECTORY', []],
] as const;

describe('errors', () => {
  for (const [error, name, code, parents] of family) {
    it(`${name} has its name, its code, its text and its family`, () => {
      expect(error).to.include({ name, code, message: 'text' });
      expect(String(error)).to.equal(`${name}: text`);
      expect(error.stack).to.match(new RegExp(`^${name}: text\n`));
      for (const parent of [Error, IpcError, ...parents]) expect(error).to.be.instanceOf(parent);
    });
  }

  it('are all exported by the package', () => {
    const classes = Object.entries(errors).filter(([name]) => name.endsWith('Error'));

    expect(classes.map(([name]) => name)).to.have.members(family.map(([, name]) => name));
    for (const [name, exported] of classes) expect(ipc).to.have.property(name, exported);
  });

  it('have codes that differ from each other', () => {
    const codes = family.map(([, , code]) => code);

    expect(new Set(codes).size).to.equal(codes.length);
  });

  it('carry the cause when they wrap another error, and none otherwise', () => {
    for (const [error] of family) {
      if (!(error instanceof BackpressureError)) expect(error).to.have.property('cause', cause);
    }
    expect(new SendError('text', 1, 'a')).not.to.have.property('cause');
  });

  it('say of the send family which message and which topic it is about', () => {
    for (const [error] of family.filter(([error]) => error instanceof SendError)) {
      expect(error).to.include({ sentTopic: 'news', sentMessage: wrapper.message });
    }
  });

  it('take their arguments in the order of the original package', () => {
    expect(new EncodeError('text', { topic: 'a', message: 1 })).to.include({ sentTopic: 'a', sentMessage: 1 });
    expect(new DecodeError('text', 'raw')).to.include({ rawData: 'raw' });
    expect(new SendError('text', 1, 'a')).to.include({ sentTopic: 'a', sentMessage: 1 });
    expect(new SendAfterCloseError('text', 1, 'a')).to.include({ sentTopic: 'a', sentMessage: 1 });
    expect(new NoServerError('text', 1, 'a')).to.include({ sentTopic: 'a', sentMessage: 1 });
    expect(new BadClientError('text', 1, 'a', 'id')).to.include({ sentTopic: 'a', sentMessage: 1, clientId: 'id' });
  });

  it('say which socket file was taken away, how, and what to do', () => {
    const path = '/run/app.sock';

    for (const [error, code, happened] of [
      [SocketFileError.removed(path), 'IPC_SOCKET_REMOVED', 'was removed while the server listens'],
      [SocketFileError.replaced(path), 'IPC_SOCKET_REPLACED', 'was replaced while the server listens'],
    ] as const) {
      expect(error).to.include({ code, address: path });
      expect(error.message)
        .to.include(`${path} ${happened}`)
        .and.to.match(/connected go on; .+ Find out .+ start another\.$/);
    }
  });

  it('say which client does not read, and how much waits for it', () => {
    const [, , , , , , [error]] = family;

    expect(error).to.include({ clientId: 'id-1', bufferedBytes: 7 });
    expect(new BackpressureError('text', 1, 'a', { clientId: undefined, bufferedBytes: 1 }).clientId).to.equal(
      undefined,
    );
  });

  describe('DecodeError.rawData', () => {
    it('is a string or a Buffer as it came while it is short', () => {
      expect(new DecodeError('text', 'x'.repeat(256)).rawData).to.equal('x'.repeat(256));
      expect(new DecodeError('text', Buffer.alloc(256, 1)).rawData).to.deep.equal(Buffer.alloc(256, 1));
    });

    it('is the beginning of what is longer', () => {
      expect(new DecodeError('text', `${'x'.repeat(256)}y`).rawData).to.equal('x'.repeat(256));
      expect(new DecodeError('text', Buffer.alloc(257, 1)).rawData).to.deep.equal(Buffer.alloc(256, 1));
      expect(new DecodeError('text', new Uint8Array(1000)).rawData).to.deep.equal(Buffer.alloc(256));
    });

    it('keeps characters as they are, surrogates that stand alone too', () => {
      const odd = '\ud800ä€\udc00😀\0';

      expect(new DecodeError('text', odd).rawData).to.equal(odd);
    });

    it('is a copy of the bytes', () => {
      const chunk = Buffer.from('abc');
      const error = new DecodeError('text', chunk);

      chunk.fill('x');

      expect(String(error.rawData)).to.equal('abc');
    });

    it('does not keep what it was cut from', () => {
      const before = heldBytes();
      const kept = Array.from(
        { length: 20 },
        (_value, index) => new DecodeError('text', Buffer.alloc(1_000_000, index + 97).toString('utf8')),
      );
      const held = heldBytes() - before;

      expect(kept).to.have.lengthOf(20);
      expect(held).to.be.below(2_000_000);
    });

    it('is anything else as it is', () => {
      const odd = { some: 'thing' };

      expect(new DecodeError('text', odd).rawData).to.equal(odd);
      expect(new DecodeError('text', undefined).rawData).to.equal(undefined);
    });

    it('comes without a client until the server names it', () => {
      expect(new DecodeError('text', 'raw')).to.have.property('clientId', undefined);
    });
  });

  it('find words for whatever was thrown', () => {
    expect(reasonOf(new Error('why'))).to.equal('why');
    expect(reasonOf('why')).to.equal('why');
    expect(reasonOf(Symbol('why'))).to.equal('Symbol(why)');
    expect(reasonOf(undefined)).to.equal('undefined');
    expect(reasonOf(Object.create(null))).to.equal('a thrown object');
    expect(reasonOf(new TypeError('a cycle\n  --> a'))).to.equal('a cycle\n  --> a');
  });

  it('make the words of a stranger harmless, which a SyntaxError quotes', () => {
    expect(reasonOf(new SyntaxError('Unexpected "\u001b[31m\nä😀\u202e\u2028\u0000"'))).to.equal(
      'Unexpected "\\u{1b}[31m\\u{a}ä😀\\u{202e}\\u{2028}\\u{0}"',
    );
  });
});
