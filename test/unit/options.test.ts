import { expect } from 'chai';
import { Client, type Delay, jsonTranscoder, Server, type Transport } from 'ipc';
import { resolveClientOptions, resolveServerOptions } from '#core/options.js';
import { currentPlatform, installPlatform } from '#core/platform.js';
import { FakeRuntime } from '../support/fake-runtime.js';

const MEBIBYTE = 1024 * 1024;

const transport: Transport = {
  dial: () => ({ abort: () => {} }),
  listen: () => ({ close: () => {} }),
};

const notPositiveIntegers = [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '100', null, {}, true, 1n];
const notDelays = [-1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, '100', null, true, 1n, Symbol('s')];

/** Values that neither a `Server` nor a `Client` takes, by the name that the error gives the option. */
const badForBoth: Record<string, readonly unknown[]> = {
  maxMessageBytes: notPositiveIntegers,
  maxBufferedBytes: notPositiveIntegers,
  closeTimeout: [...notDelays, 0, {}],
  transcoder: [
    null,
    'json',
    {},
    { createEncoder: () => {} },
    { createDecoder: () => {} },
    { ...jsonTranscoder, createEncoder: 'no function' },
  ],
  transport: [null, 'path', {}, { dial: () => {} }, { listen: () => {} }, 7],
};

const badDelays: readonly unknown[] = [
  ...notDelays,
  {},
  { min: 1 },
  { max: 1 },
  { min: 2, max: 1 },
  { min: -1, max: 1 },
  { min: 0, max: 2 ** 31 },
  { min: '1', max: '2' },
  { min: Number.NaN, max: 1 },
  [1, 2],
];

describe('options', () => {
  for (const [name, build] of [
    ['Server', (options: object) => new Server(options as never)],
    ['Client', (options: object) => new Client(options as never)],
  ] as const) {
    describe(`of a ${name}`, () => {
      for (const [option, values] of Object.entries(badForBoth)) {
        it(`refuse every unusable ${option} with a TypeError that names it`, () => {
          for (const value of values) {
            expect(() => build({ transport, [option]: value }), show(value)).to.throw(
              TypeError,
              new RegExp(`^options\\.${option} must be .+; got .+\\.$`),
            );
          }
        });
      }

      it('refuse a transcoder with an encoding that is none', () => {
        for (const socketEncoding of ['utf9', 7, '']) {
          expect(() => build({ transport, transcoder: { ...jsonTranscoder, socketEncoding } })).to.throw(
            TypeError,
            /^options\.transcoder\.socketEncoding must be /,
          );
        }
      });

      it('take a transcoder without an encoding, with null and with any encoding of Node', () => {
        for (const socketEncoding of [undefined, null, 'utf8', 'UTF-8', 'latin1', 'hex', 'base64']) {
          expect(() => build({ transport, transcoder: { ...jsonTranscoder, socketEncoding } })).not.to.throw();
        }
      });

      it('refuse what is no object', () => {
        for (const options of [undefined, null, '/tmp/app.sock', 8000]) {
          expect(() => build(options as never), show(options)).to.throw(TypeError, `new ${name}() needs an object`);
        }
      });

      it('refuse neither a socketFile nor a transport, and both', () => {
        expect(() => build({})).to.throw(TypeError, /^options\.socketFile is missing/);
        expect(() => build({ socketFile: '/tmp/a.sock', transport })).to.throw(
          TypeError,
          /^options\.transport must be .+ one of the two; got both\.$/,
        );
      });

      it('refuse a name that is an option misspelt, and no other', () => {
        for (const [given, meant] of Object.entries({
          sockeFile: 'socketFile',
          closeTimeOut: 'closeTimeout',
          reconectDelay: 'reconnectDelay',
        })) {
          expect(() => build({ transport, [given]: 1 }), given).to.throw(
            TypeError,
            `options.${given} is no option; did you mean '${meant}'?`,
          );
        }
        expect(() =>
          build({ transport, timeout: 1, path: '/', log: true, role: 'me', mode: undefined }),
        ).not.to.throw();
      });

      it('say what they were given, and of an object only that it is one', () => {
        const given = (closeTimeout: unknown) => () => build({ transport, closeTimeout });

        expect(given({ secret: 1 })).to.throw(TypeError, /; got an object\.$/);
        expect(given(null)).to.throw(TypeError, /; got null\.$/);
        expect(given('100')).to.throw(TypeError, /; got '100'\.$/);
      });

      it('refuse a socketFile that cannot be one', () => {
        for (const socketFile of ['', '8000', 8000, null, {}, `/tmp/${'x'.repeat(200)}`]) {
          expect(() => build({ socketFile }), show(socketFile)).to.throw(TypeError, /^options\.socketFile /);
        }
      });

      it('take a limit of one byte', () => {
        expect(() => build({ transport, maxMessageBytes: 1, maxBufferedBytes: 1, closeTimeout: 0.5 })).not.to.throw();
      });
    });
  }

  it('are complete once they are resolved', () => {
    const common = {
      transport,
      runtime: currentPlatform().runtime,
      transcoder: jsonTranscoder,
      maxMessageBytes: 100 * MEBIBYTE,
      maxBufferedBytes: 64 * MEBIBYTE,
      closeTimeout: 5000,
    };

    expect(resolveServerOptions({ transport })).to.deep.equal(common);
    expect(resolveClientOptions({ transport })).to.deep.equal({ ...common, retryDelay: 1000, reconnectDelay: 100 });
  });

  it('take undefined for what is left out', () => {
    const given = {
      socketFile: undefined,
      transport,
      transcoder: undefined,
      maxMessageBytes: undefined,
      maxBufferedBytes: undefined,
      closeTimeout: undefined,
    };

    expect(resolveServerOptions({ ...given, mode: undefined })).to.deep.equal(resolveServerOptions({ transport }));
    expect(resolveClientOptions({ ...given, retryDelay: undefined, reconnectDelay: undefined })).to.deep.equal(
      resolveClientOptions({ transport }),
    );
  });

  it('are taken as they are given', () => {
    const retryDelay: Delay = (attempt) => attempt;
    const given = {
      transport,
      maxMessageBytes: 1,
      maxBufferedBytes: 2,
      closeTimeout: 3,
      reconnectDelay: 4,
      retryDelay,
    };

    expect(resolveClientOptions(given)).to.include(given);
  });

  it('bring the runtime of the transport, where it has one', () => {
    const runtime = new FakeRuntime();

    expect(resolveServerOptions({ transport: { ...transport, runtime } }).runtime).to.equal(runtime);
  });

  for (const option of ['retryDelay', 'reconnectDelay'] as const) {
    it(`refuse every unusable ${option} with a TypeError that names it`, () => {
      for (const value of badDelays) {
        expect(() => resolveClientOptions({ transport, [option]: value as Delay }), show(value)).to.throw(
          TypeError,
          new RegExp(`^options\\.${option} must be milliseconds from 0 to 2147483647, .*; got .*\\.$`),
        );
      }
    });

    it(`take every usable ${option}, zero too`, () => {
      for (const value of [0, 0.5, 2 ** 31 - 1, { min: 0, max: 0 }, { min: 1, max: 2 }, () => 7]) {
        expect(resolveClientOptions({ transport, [option]: value })[option]).to.equal(value);
      }
    });
  }

  it('say which range of delays was refused', () => {
    expect(() => resolveClientOptions({ transport, retryDelay: { min: 2, max: 1 } })).to.throw(
      'got { min: 2, max: 1 }',
    );
  });

  it('refuse every unusable mode with a TypeError that names it', () => {
    for (const mode of [-1, 0o1000, 0.5, Number.NaN, '600', null]) {
      expect(() => resolveServerOptions({ socketFile: '/tmp/a.sock', mode: mode as never }), show(mode)).to.throw(
        TypeError,
        /^options\.mode must be permissions from 0 to 0o777, such as 0o600; got /,
      );
    }
    expect(() => resolveServerOptions({ transport, mode: 0o600 })).to.throw(
      TypeError,
      /^options\.mode must be left out/,
    );
  });

  it('hand path and mode to the platform, and the mode only where it was given', () => {
    const asked: unknown[][] = [];
    const restore = installPlatform({
      runtime: new FakeRuntime(),
      socketFileTransport: (...args) => {
        asked.push(args);
        return transport;
      },
    });

    resolveServerOptions({ socketFile: 'a', mode: 0 });
    resolveServerOptions({ socketFile: 'a', mode: 0o777 });
    resolveServerOptions({ socketFile: 'b' });
    resolveClientOptions({ socketFile: 'c' });
    restore();

    expect(asked).to.deep.equal([
      ['a', { mode: 0 }],
      ['a', { mode: 0o777 }],
      ['b', {}],
      ['c', {}],
    ]);
  });
});

function show(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
