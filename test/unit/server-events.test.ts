/** What a server says, when, and to what: its broadcasts, its encoders and its end are in server.test.ts. */

import { expect } from 'chai';
import { type SendError, Server } from 'ipc';
import { createServer } from '../support/fake-server-world.js';
import { FakeTransport } from '../support/fake-transport.js';

describe('server events', () => {
  it('emits each message, then the same under its topic, before the next one, with who sent it', () => {
    const { server, transport } = createServer();
    const heard: unknown[][] = [];
    server.on('message', (...values) => heard.push(['message', ...values]));
    server.on('message.a', (...values) => heard.push(['message.a', ...values]));
    transport.accept();
    const connection = transport.accept();

    // Not at the end of the turn: what a message causes comes before what the next chunk does.
    connection.emit('data', Buffer.from('{"topic":"a","message":1}\0\0{"topic":"b","message":2}\0\0'));

    expect(heard).to.deep.equal([
      ['message', 1, 'a', 'c2'],
      ['message.a', 1, 'c2'],
      ['message', 2, 'b', 'c2'],
    ]);
  });

  it('says listening once it does', () => {
    const transport = new FakeTransport();
    const server = new Server({ transport });
    const log: string[] = [];
    server.on('listening', () => log.push('listening'));

    server.listen();
    transport.runtime.endTurn();
    expect(log).to.deep.equal([]);
    transport.listener('listening');

    expect(log).to.deep.equal(['listening']);
  });

  it('reports a bad message at once with who sent it, and cuts that connection', () => {
    const { transport, log } = createServer();
    const [bad, good] = [transport.accept(), transport.accept()];

    bad.emit('data', Buffer.from('bad\0\0'));

    expect(log.slice(2)).to.deep.equal(['error IPC_DECODE c1']);
    expect([bad.calls, good.calls]).to.deep.equal([['destroy'], []]);
  });

  it('passes errors of connections on, where somebody listens for errors', () => {
    const { server, transport, log } = createServer();
    const connection = transport.accept();

    connection.emit('error', new Error('reset'));
    expect(log).to.deep.equal(['connection c1', 'error reset']);
    server.removeAllListeners('error');
    connection.emit('error', new Error('reset'));
    connection.closeNow();

    expect(log).to.deep.equal(['connection c1', 'error reset', 'disconnect c1']);
  });

  it('passes errors of the listener on: one that ends it, and those of a server that goes on', () => {
    const failing = createServer();
    const going = createServer();
    const transport = new FakeTransport();
    const server = new Server({ transport });
    const errors: Error[] = [];
    server.on('error', (error) => errors.push(error));

    going.transport.listenerFails('error', new Error('EMFILE'));
    server.listen();
    transport.listenerFails('failed', new Error('EADDRINUSE'));
    failing.transport.listenerFails('failed', new Error('too late'));

    expect(going.log).to.deep.equal(['error EMFILE']);
    expect(errors.map(({ message }) => message)).to.deep.equal(['EADDRINUSE']);
    expect(failing.log).to.deep.equal([]);
  });

  it('answers a second listen after the call, and goes on', () => {
    const { server, transport, runtime, log } = createServer();
    const errors: Error[] = [];
    server.on('error', (error) => errors.push(error));

    server.listen();
    expect(log).to.deep.equal([]);
    runtime.endTurn();
    transport.accept();

    expect(log).to.deep.equal(['error IPC_ALREADY_LISTENING', 'connection c1']);
    expect(errors[0]?.message).to.include('listen() may be called once');
    expect(transport.calls).to.deep.equal(['listen']);
  });

  it('answers listen after close with what is left to do', () => {
    const { server, transport, runtime } = createServer();
    const errors: Error[] = [];
    server.on('error', (error) => errors.push(error));

    server.close();
    server.listen();
    transport.listener('closed');
    server.listen();
    runtime.endTurn();

    expect(errors).to.have.lengthOf(2);
    for (const error of errors) {
      expect(error).to.include({
        code: 'IPC_CLOSED',
        message: 'listen() was called after close(). Build a new Server.',
      });
    }
    expect(transport.calls).to.deep.equal(['listen', 'close']);
  });

  it('closes after the call when it never listened', () => {
    const transport = new FakeTransport();
    const server = new Server({ transport });
    const log: string[] = [];
    server.on('close', () => log.push('close'));

    server.close();
    expect(log).to.deep.equal([]);
    transport.runtime.endTurn();

    expect(log).to.deep.equal(['close']);
  });

  describe('sending', () => {
    it('is answered after the call, with the error and what was sent, and nobody has to wait', () => {
      const { server, transport, runtime, log } = createServer();
      const errors: Error[] = [];
      server.on('error', (error) => errors.push(error));
      const connection = transport.accept();

      expect(server.send('nobody', 1, 'c7')).to.equal(true);
      expect(server.send('bad', 2n, 'c1')).to.equal(true);
      connection.peerEnds();
      expect(server.send('going', 3, 'c1')).to.equal(true);
      connection.closeNow();
      transport.accept();
      server.close();
      expect(server.send('closing', 4, 'c2')).to.equal(true);
      expect(server.broadcast('to all', 5)).to.equal(true);
      expect(log.at(-1)).to.equal('connection c2');
      runtime.endTurn();

      const sent = errors.map((error) => [
        error.name,
        (error as SendError).sentTopic,
        (error as SendError).sentMessage,
      ]);
      expect(sent).to.deep.equal([
        ['BadClientError', 'nobody', 1],
        ['EncodeError', 'bad', 2n],
        ['BadClientError', 'going', 3],
        ['SendAfterCloseError', 'closing', 4],
        ['SendAfterCloseError', 'to all', 5],
      ]);
      expect(errors[0]).to.include({ clientId: 'c7' }).with.property('message').that.includes('no client c7');
      expect(errors[3]?.message).to.include('send() was called after close()');
      expect(errors[4]?.message).to.include('broadcast() was called after close()');
    });

    it('is refused where a client does not read, with who it is, how much waits and what the limit is', () => {
      const { server, transport, runtime } = createServer({ maxBufferedBytes: 40 });
      const errors: Error[] = [];
      server.on('error', (error) => errors.push(error));
      const connection = transport.accept();
      connection.block();

      server.send('a', 'x'.repeat(50), 'c1');
      runtime.endTurn();
      expect(server.send('refused', 1, 'c1')).to.equal(false);
      runtime.endTurn();

      const bufferedBytes = connection.written.length;
      expect(errors).to.have.lengthOf(1);
      expect(errors[0]).to.include({ code: 'IPC_BACKPRESSURE', sentTopic: 'refused', clientId: 'c1', bufferedBytes });
      expect(errors[0]?.message)
        .to.include('Client c1 does not read')
        .and.to.include(`${bufferedBytes} bytes are waiting`)
        .and.to.include('maxBufferedBytes is 40');
    });

    it('asks to wait with a broadcast when any client should be waited for', () => {
      const { server, transport, runtime } = createServer({ maxBufferedBytes: 40 });
      const [stuck] = [transport.accept(), transport.accept()];
      expect(server.broadcast('a', 1)).to.equal(true);
      runtime.endTurn();
      stuck?.block();

      server.broadcast('a', 'x'.repeat(50));
      runtime.endTurn();
      expect(server.broadcast('a', 1)).to.equal(false);
      stuck?.take();

      expect(server.broadcast('a', 1)).to.equal(true);
    });
  });
});
