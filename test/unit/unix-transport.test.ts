import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { expect } from 'chai';
import sinon from 'sinon';
import type { DuplexConnection } from '#core/transport.js';
import { prepareSocket } from '#transports/spare-socket.js';
import { UnixTransport } from '#transports/unix.js';
import { leaveStaleFile } from '../support/leave-stale-file.js';
import { DialRecorder, ListenRecorder } from '../support/recorder.js';
import { useTemporaryDirectory } from '../support/temporary-directory.js';

describe('unix transport', () => {
  const at = useTemporaryDirectory();

  it('refuses an unusable path at once', () => {
    for (const path of ['', '8000', 'a\0b', undefined, `/${'x'.repeat(107)}`]) {
      expect(() => new UnixTransport(path as string)).to.throw(TypeError, /options\.socketFile/);
    }
  });

  it('takes pipes of any length, and nothing else, on Windows', () => {
    for (const path of [`\\\\.\\pipe\\${'x'.repeat(200)}`, '\\\\?\\pipe\\x']) {
      expect(() => new UnixTransport(path, {}, 'win32')).not.to.throw();
    }
    expect(() => new UnixTransport('C:\\ipc\\socket', {}, 'win32')).to.throw(TypeError, '\\\\.\\pipe\\my-app');
  });

  it('listens on a pipe with no file logic', async () => {
    const former = process.cwd();
    process.chdir(at());
    try {
      // On a unix system this is a file of a strange name, bound by the system alone.
      const pipe = new UnixTransport('\\\\.\\pipe\\x', { mode: 0o600 }, 'win32');
      const server = await ListenRecorder.open(pipe);
      expect((await ListenRecorder.fail(pipe)).code).to.equal('EADDRINUSE');
      await server.close();
      expect(server.story).to.equal('listening closed');
    } finally {
      process.chdir(former);
    }
  });

  describe('dial', () => {
    it('opens inside the connect event, with no listener of its own left', async () => {
      const server = await ListenRecorder.open(new UnixTransport(at('socket')));
      const plain = net.connect(at('socket'));
      await once(plain, 'connect');
      const counts = (socket: net.Socket): Record<string, number> =>
        Object.fromEntries(
          ['connect', 'error', 'close', 'end', 'data'].map((name) => [name, socket.listenerCount(name)]),
        );

      const { connection } = await new DialRecorder(new UnixTransport(at('socket'))).first('opened');

      expect(counts(connection as unknown as net.Socket)).to.deep.equal(counts(plain));
      connection?.destroy();
      plain.destroy();
      await server.close();
    });

    it('carries bytes both ways and ends with the peer', async () => {
      const server = await ListenRecorder.open(new UnixTransport(at('socket')), (connection) => {
        connection.on('data', (chunk) => {
          connection.write(chunk);
          connection.end();
        });
      });
      const { connection } = await new DialRecorder(new UnixTransport(at('socket'))).first('opened');
      const socket = connection as DuplexConnection;
      let received = '';
      socket.setEncoding('utf8');
      socket.on('data', (chunk) => {
        received += String(chunk);
      });

      socket.write('hello');
      await new Promise<void>((resolve) => socket.on('close', resolve));

      expect(received).to.equal('hello');
      await server.close();
    });

    it('lets 64 KiB wait at either end before it says so, whatever the version of Node', async () => {
      const marks: number[] = [];
      const server = await ListenRecorder.open(new UnixTransport(at('socket')), (connection) => {
        marks.push(connection.writableHighWaterMark);
        connection.end();
      });
      const { connection } = await new DialRecorder(new UnixTransport(at('socket'))).first('opened');
      const socket = connection as DuplexConnection;
      marks.push(socket.writableHighWaterMark);
      socket.on('data', () => {});
      await new Promise<void>((resolve) => socket.on('close', resolve));

      expect(marks).to.deep.equal([64 * 1024, 64 * 1024]);
      await server.close();
    });

    it('loses no byte the server sends at once', async () => {
      const server = await ListenRecorder.open(new UnixTransport(at('socket')), (connection) => {
        connection.write('welcome');
        connection.end();
      });
      for (let round = 0; round < 50; round += 1) {
        let received = '';
        await new Promise<void>((resolve, reject) => {
          new UnixTransport(at('socket')).dial({
            opened(connection) {
              connection.on('data', (chunk) => {
                received += String(chunk);
              });
              connection.on('close', resolve);
            },
            failed: reject,
          });
        });
        expect(received).to.equal('welcome');
      }
      await server.close();
    });

    for (const [what, code, prepare] of [
      ['no file', ['ENOENT'], () => {}],
      ['the file of a dead server', ['ECONNREFUSED'], leaveStaleFile],
      ['a regular file', ['ECONNREFUSED', 'ENOTSOCK'], (path: string) => writeFileSync(path, '')],
      ['a directory', ['ECONNREFUSED', 'ENOTSOCK'], (path: string) => mkdirSync(path)],
    ] as const) {
      it(`fails once, in a later turn, when there is ${what}`, async () => {
        await prepare(at('socket'));

        const dial = new DialRecorder(new UnixTransport(at('socket')));
        expect(dial.story).to.equal('');
        const { error } = await dial.first('failed');
        dial.dial.abort();
        await new Promise((resolve) => setImmediate(resolve));

        expect(error?.code).to.be.oneOf(code);
        expect(error?.syscall).to.equal('connect');
        expect(dial.story).to.equal('failed');
      });
    }

    for (const [when, wait] of [
      ['at once', async () => {}],
      ['a microtask later', () => Promise.resolve()],
      ['a tick later', () => new Promise<void>((resolve) => process.nextTick(resolve))],
    ] as const) {
      for (const reachable of [true, false]) {
        it(`fails once when aborted ${when}, the server being ${reachable ? 'there' : 'gone'}`, async () => {
          const server = reachable ? await ListenRecorder.open(new UnixTransport(at('socket'))) : undefined;

          const dial = new DialRecorder(new UnixTransport(at('socket')));
          await wait();
          const opened = dial.story === 'opened';
          dial.dial.abort();
          dial.dial.abort();
          const storyAfterAbort = dial.story;
          const { error, connection } = await dial.first('failed', 'opened');
          await new Promise((resolve) => setImmediate(resolve));

          expect(dial.story).to.equal(opened ? 'opened' : 'failed');
          expect(storyAfterAbort).to.equal(opened ? 'opened' : '');
          expect(error?.message ?? '').to.match(opened ? /^$/ : /aborted|ENOENT/);
          connection?.destroy();
          await server?.close();
        });
      }
    }

    it('connects the socket that was made ahead, once', async () => {
      const server = await ListenRecorder.open(new UnixTransport(at('socket')));
      const transport = new UnixTransport(at('socket'));
      await new DialRecorder(transport).first('opened').then(({ connection }) => connection?.destroy());
      const next = prepareSocket();

      const { connection } = await new DialRecorder(transport).first('opened');

      expect(connection).to.equal(next);
      expect(prepareSocket()).not.to.equal(next);
      connection?.destroy();
      await server.close();
    });

    it('has a socket of its own for each attempt of a turn, whatever becomes of the others', async () => {
      const server = await ListenRecorder.open(new UnixTransport(at('socket')));
      const dials = ['socket', 'nobody', 'socket', 'nobody', 'socket'].map(
        (name) => new DialRecorder(new UnixTransport(at(name))),
      );
      dials[2]?.dial.abort();

      const outcomes = await Promise.all(dials.map((dial, n) => dial.first(n === 0 || n === 4 ? 'opened' : 'failed')));

      expect(dials.map(({ story }) => story)).to.deep.equal(['opened', 'failed', 'failed', 'failed', 'opened']);
      const [first, , , , last] = outcomes;
      expect(first?.connection).not.to.equal(last?.connection);
      first?.connection?.destroy();
      last?.connection?.destroy();
      await server.close();
    });

    it('leaves an opened connection alone when aborted', async () => {
      const server = await ListenRecorder.open(new UnixTransport(at('socket')));
      const dial = new DialRecorder(new UnixTransport(at('socket')));
      const { connection } = await dial.first('opened');

      dial.dial.abort();

      expect(connection?.destroyed).to.equal(false);
      expect(dial.story).to.equal('opened');
      connection?.destroy();
      await server.close();
    });
  });

  for (const finishes of ['the one that dialed', 'the one that listened'] as const) {
    it(`delivers all of an answer when ${finishes} finishes first`, async () => {
      const answer = Buffer.alloc(4 * 1024 * 1024, 'answer');
      const events: string[] = [];
      const answering = (connection: DuplexConnection) => {
        const socket = connection as net.Socket;
        socket.resume().on('end', () => socket.end(answer));
        for (const name of ['finish', 'close']) socket.on(name, () => events.push(name));
      };
      const asking = async (connection: net.Socket) => {
        let bytes = 0;
        connection.end('question');
        // Whoever reads late must not be cut off either.
        await new Promise((resolve) => setTimeout(resolve, 50));
        for await (const chunk of connection) bytes += chunk.length;
        return bytes;
      };
      let received: number;
      if (finishes === 'the one that dialed') {
        const server = await ListenRecorder.open(new UnixTransport(at('socket')), answering);
        received = await asking(net.connect({ path: at('socket'), allowHalfOpen: true }));
        await server.close();
      } else {
        const server = net.createServer({ allowHalfOpen: true }).listen(at('socket'));
        const accepted = once(server, 'connection');
        const { connection } = await new DialRecorder(new UnixTransport(at('socket'))).first('opened');
        answering(connection as DuplexConnection);
        const [socket] = await accepted;
        received = await asking(socket);
        server.close();
      }

      expect(received).to.equal(answer.length);
      expect(events).to.deep.equal(['finish', 'close']);
    });
  }

  it('does not tell a peer that has finished that it finishes too, but closes', async () => {
    const final = sinon.spy(net.Socket.prototype, '_final');
    const server = await ListenRecorder.open(new UnixTransport(at('socket')));
    const peer = net.connect(at('socket'));
    await once(peer, 'connect');
    peer.resume().end();
    await once(peer, 'close');
    await server.close();
    final.restore();

    expect(final.thisValues).to.deep.equal([peer]);
  });

  it('does not cut off a peer that has not finished', async () => {
    const server = await ListenRecorder.open(new UnixTransport(at('socket')), (connection) => {
      (connection as net.Socket).end('bye');
    });
    const peer = net.connect({ path: at('socket'), allowHalfOpen: true });
    await once(peer.resume(), 'end');

    // It may still send, since its own side is open.
    await new Promise<void>((resolve, reject) => peer.write('late', (error) => (error ? reject(error) : resolve())));
    peer.destroy();
    await server.close();
  });

  describe('listen', () => {
    it('is ready before the first connection is accepted', async () => {
      const server = new ListenRecorder(new UnixTransport(at('socket')));
      await server.first('listening');
      const clients = Array.from({ length: 20 }, () => new DialRecorder(new UnixTransport(at('socket'))));
      const opened = await Promise.all(clients.map((client) => client.first('opened')));
      while (server.connections.length < 20) {
        await new Promise((resolve) => setImmediate(resolve));
      }

      expect(server.story).to.equal(`listening${' accepted'.repeat(20)}`);
      for (const { connection } of [...opened]) {
        connection?.destroy();
      }
      await server.close();
    });

    it('calls closed while connections live on', async () => {
      const server = await ListenRecorder.open(new UnixTransport(at('socket')));
      const { connection } = await new DialRecorder(new UnixTransport(at('socket'))).first('opened');
      await server.first('accepted');

      await server.close();

      expect(server.connections.map(({ destroyed }) => destroyed)).to.deep.equal([false]);
      connection?.destroy();
    });

    it('lets an exception of a handler surface as an uncaught one', async () => {
      const mochaListeners = process.listeners('uncaughtException');
      process.removeAllListeners('uncaughtException');
      const uncaught = new Promise((resolve) =>
        process.once('uncaughtException', (error, origin) => resolve([error.message, origin])),
      );
      const { promise, resolve } = withResolvers();

      const listener = new UnixTransport(at('socket')).listen({
        listening() {
          throw new Error('from the application');
        },
        failed() {},
        accepted() {},
        error() {},
        closed: resolve,
      });
      const surfaced = await uncaught;
      for (const each of mochaListeners) {
        process.on('uncaughtException', each);
      }
      listener.close();
      await promise;

      expect(surfaced).to.deep.equal(['from the application', 'uncaughtException']);
    });
  });
});

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
