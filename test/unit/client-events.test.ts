/** What a client says, when, and to what: its delays and its encoders are in client.test.ts. */

import { expect } from 'chai';
import { Client, type DialHandlers, type SendError } from 'ipc';
import { createClient } from '../support/fake-client-world.js';
import { FakeConnection } from '../support/fake-connection.js';
import { FakeTransport } from '../support/fake-transport.js';

describe('client events', () => {
  it('emits each message, then the same under its topic, before the next one', () => {
    const { client, transport } = createClient();
    const heard: unknown[][] = [];
    client.on('message', (...values) => heard.push(['message', ...values]));
    client.on('message.a', (...values) => heard.push(['message.a', ...values]));
    client.connect();
    const connection = transport.open();

    // Not at the end of the turn: what a message causes comes before what the next chunk does.
    connection.emit('data', Buffer.from('{"topic":"a","message":1}\0\0{"topic":"b","message":2}\0\0'));

    expect(heard).to.deep.equal([
      ['message', 1, 'a'],
      ['message.a', 1],
      ['message', 2, 'b'],
    ]);
  });

  it('hands over the connection with connect and reconnect', () => {
    const { client, transport, runtime } = createClient();
    const heard: unknown[][] = [];
    client.on('connect', (...values) => heard.push(['connect', ...values]));
    client.on('reconnect', (...values) => heard.push(['reconnect', ...values]));
    client.connect();

    const first = transport.open();
    first.closeNow();
    runtime.elapse(100);
    const second = transport.open();

    const [connect, again, reconnect] = heard;
    expect(heard.map(([event]) => event)).to.deep.equal(['connect', 'connect', 'reconnect']);
    expect(connect?.[1]).to.equal(first);
    expect(again?.[1]).to.equal(second);
    expect(reconnect?.[1]).to.equal(second);
  });

  it('breaks off where a transport opens two connections for one dial', () => {
    const transport = new FakeTransport();
    const handlers: DialHandlers[] = [];
    transport.dial = (given) => {
      handlers.push(given);
      return { abort() {} };
    };
    const client = new Client({ transport });
    const open = () => {
      const connection = new FakeConnection(transport.runtime);
      handlers[0]?.opened(connection);
      return connection;
    };
    client.connect();
    const connection = open();

    expect(open).to.throw('Broken invariant in ipc, please report it: a dial opened while open');
    connection.peerEnds();
    expect(open).to.throw('Broken invariant in ipc, please report it: a dial opened while draining');
  });

  it('reports a bad message at once, and cuts the connection', () => {
    const { client, transport, log } = createClient();
    client.connect();
    const connection = transport.open();

    connection.emit('data', Buffer.from('bad\0\0'));

    expect(log).to.deep.equal(['connect', 'error IPC_DECODE']);
    expect(connection.calls).to.deep.equal(['destroy']);
  });

  it('passes errors of the connection on, where somebody listens for errors', () => {
    const { client, transport, log } = createClient();
    client.connect();

    const connection = transport.open();
    connection.emit('error', new Error('reset'));
    expect(log).to.deep.equal(['connect', 'error reset']);
    client.removeAllListeners('error');
    connection.emit('error', new Error('reset'));
    connection.closeNow();

    expect(log).to.deep.equal(['connect', 'error reset', 'disconnect']);
  });

  it('sends nothing to a server that has finished, and comes back once it is gone', () => {
    const { client, transport, runtime, log } = createClient();
    client.connect();
    const connection = transport.open();

    connection.peerEnds();
    client.send('a', 1);
    runtime.endTurn();
    connection.closeNow();
    runtime.elapse(100);
    transport.open();

    expect(connection.calls).to.deep.equal(['end']);
    expect(log).to.deep.equal(['connect', 'error IPC_NO_SERVER', 'disconnect', 'connect', 'reconnect']);
  });

  it('answers a second connect after the call, and goes on', () => {
    const { client, transport, runtime, log } = createClient();
    const errors: Error[] = [];
    client.on('error', (error) => errors.push(error));
    client.connect();
    runtime.endTurn();

    client.connect();
    expect(log).to.deep.equal([]);
    runtime.endTurn();
    transport.open();

    expect(log).to.deep.equal(['error IPC_ALREADY_CONNECTED', 'connect']);
    expect(errors[0]?.message).to.include('connect() may be called once');
    expect(transport.calls).to.deep.equal(['dial']);
  });

  it('answers connect after close with what is left to do', () => {
    const { client, transport, runtime } = createClient();
    const errors: Error[] = [];
    client.on('error', (error) => errors.push(error));

    client.close();
    client.connect();
    runtime.endTurn();
    client.connect();
    runtime.endTurn();

    expect(errors).to.have.lengthOf(2);
    for (const error of errors) {
      expect(error).to.include({
        code: 'IPC_CLOSED',
        message: 'connect() was called after close(). Build a new Client.',
      });
    }
    expect(transport.calls).to.deep.equal([]);
  });

  it('aborts its dial when it is closed, and closes once that has ended', () => {
    const { client, transport, runtime, log } = createClient();
    client.connect();

    client.close();
    runtime.endTurn();
    expect(transport.calls).to.deep.equal(['dial', 'abort']);
    expect(log).to.deep.equal([]);
    transport.refuse();

    expect(log).to.deep.equal(['closed', 'close']);
  });

  it('closes after the call when there is nothing to wait for', () => {
    const { client, transport, runtime, log } = createClient();
    client.connect();
    transport.refuse();

    client.close();
    expect(log).to.deep.equal(['connectError refused']);
    runtime.endTurn();

    expect(log).to.deep.equal(['connectError refused', 'closed', 'close']);
    expect(runtime.timers).to.deep.equal([]);
  });

  it('leaves no timer behind, and names those that it sets', () => {
    const { client, transport, runtime } = createClient();
    client.connect();

    transport.refuse();
    expect(runtime.timers).to.deep.equal(['client retryDelay']);
    runtime.elapse(1000);
    transport.open().closeNow();
    expect(runtime.timers).to.deep.equal(['client reconnectDelay']);
    runtime.elapse(100);
    const connection = transport.open();
    client.close();
    runtime.endTurn();
    expect(runtime.timers).to.deep.equal(['client closeTimeout']);
    connection.closeNow();

    expect(runtime.timers).to.deep.equal([]);
  });

  describe('sending', () => {
    it('is answered after the call, with the error and what was sent, and nobody has to wait', () => {
      const { client, transport, runtime, log } = createClient();
      const errors: Error[] = [];
      client.on('error', (error) => errors.push(error));
      client.connect();

      expect(client.send('early', 1)).to.equal(true);
      expect(log).to.deep.equal([]);
      runtime.endTurn();
      const connection = transport.open();
      expect(client.send('bad', 2n)).to.equal(true);
      expect(log.splice(0)).to.deep.equal(['error IPC_NO_SERVER', 'connect']);
      runtime.endTurn();
      client.close();
      expect(client.send('closing', 3)).to.equal(true);
      connection.closeNow();
      expect(client.send('closed', 4)).to.equal(true);
      runtime.endTurn();

      const sent = errors.map((error) => [
        error.name,
        (error as SendError).sentTopic,
        (error as SendError).sentMessage,
      ]);
      expect(sent).to.deep.equal([
        ['NoServerError', 'early', 1],
        ['EncodeError', 'bad', 2n],
        ['SendAfterCloseError', 'closing', 3],
        ['SendAfterCloseError', 'closed', 4],
      ]);
      expect(errors[0]?.message).to.include('without a connection');
      expect(errors[2]?.message).to.include('after close()');
    });

    it('is joined into one write for all that a turn sends', () => {
      const { client, transport, runtime } = createClient();
      client.connect();
      const connection = transport.open();

      for (const message of [1, 2, 3]) client.send('a', message);
      expect(connection.calls).to.deep.equal([]);
      runtime.endTurn();

      expect(connection.writes).to.have.lengthOf(1);
      expect(connection.written.split('\0\0')).to.have.lengthOf(4);
    });

    it('keeps the order where a toJSON sends, too', () => {
      const { client, transport, runtime } = createClient();
      client.connect();
      const connection = transport.open();
      const nested = (depth: number) => ({
        toJSON: () => {
          if (depth < 3) client.send('a', nested(depth + 1));
          return depth;
        },
      });

      client.send('a', nested(0));
      client.send('a', 'last');
      runtime.endTurn();

      const frames = connection.written.split('\0\0').slice(0, -1);
      expect(frames.map((frame) => JSON.parse(frame).message)).to.deep.equal([0, 1, 2, 3, 'last']);
    });

    it('ends after a message whose toJSON closes the client', () => {
      const { client, transport, runtime } = createClient();
      client.connect();
      const connection = transport.open();

      client.send('a', { toJSON: () => client.close() ?? 'goodbye' });
      runtime.endTurn();

      expect(connection.written).to.equal('{"topic":"a","message":"goodbye"}\0\0');
      expect(connection.calls.at(-1)).to.equal('end');
    });

    it('is refused where the server does not read, with how much waits and what the limit is', () => {
      const { client, transport, runtime } = createClient({ maxBufferedBytes: 40 });
      const errors: Error[] = [];
      client.on('error', (error) => errors.push(error));
      client.connect();
      const connection = transport.open();
      connection.block();

      client.send('a', 'x'.repeat(50));
      runtime.endTurn();
      expect(client.send('refused', 1)).to.equal(false);
      runtime.endTurn();

      const bufferedBytes = connection.written.length;
      expect(errors).to.have.lengthOf(1);
      expect(errors[0]).to.deep.include({
        code: 'IPC_BACKPRESSURE',
        sentTopic: 'refused',
        sentMessage: 1,
        bufferedBytes,
      });
      expect(errors[0]?.message)
        .to.include(`${bufferedBytes} bytes are waiting`)
        .and.to.include('maxBufferedBytes is 40');
    });
  });
});
