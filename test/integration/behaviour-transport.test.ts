/** The `transport` option of the contract, with a transport of one's own: TCP, in a few lines. */

import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { expect } from 'chai';
import { Client, Server, type Transport } from 'ipc';
import sinon from 'sinon';
import { breachesOfClient, breachesOfServer, Recording } from '../support/recording.js';

/** A transport for one port of this machine, which the first listener chooses. */
function tcp(): Transport {
  let port = 1;
  return {
    dial(handlers) {
      const socket = connect({ port, host: '127.0.0.1' });
      let failure = new Error('aborted');
      const failed = () => handlers.failed(failure);
      const noteFailure = (error: Error) => {
        failure = error;
      };
      socket.on('error', noteFailure).on('close', failed);
      socket.once('connect', () => {
        socket.off('error', noteFailure).off('close', failed);
        handlers.opened(socket);
      });
      return { abort: () => void (socket.connecting && socket.destroy()) };
    },
    listen(handlers) {
      const server = createServer((socket) => handlers.accepted(socket));
      server.once('error', (error) => handlers.failed(error));
      server.listen(0, '127.0.0.1', () => {
        port = (server.address() as AddressInfo).port;
        handlers.listening();
      });
      return {
        close: () => {
          server.close();
          process.nextTick(() => handlers.closed());
        },
      };
    },
  };
}

describe('a transport of one’s own', () => {
  it('carries a whole conversation, with retry and loss', async () => {
    const transport = tcp();
    const client = new Client({ transport, retryDelay: 5, reconnectDelay: 5 });
    const server = new Server({ transport });
    const [atClient, atServer] = [new Recording(client), new Recording(server)];
    server.on('message.echo', (message, id) => server.send('echo', message, id));

    client.connect();
    await atClient.see('connectError ECONNREFUSED', 2);
    server.listen();
    await atClient.see('connect <connection>');
    client.send('echo', 'ä'.repeat(1_000_000));
    const [echo] = await once(client, 'message.echo');
    server.close();
    await Promise.all([atServer.see('close'), atClient.see('disconnect')]);
    client.close();
    await atClient.see('close');

    expect(echo === 'ä'.repeat(1_000_000)).to.equal(true);
    expect([...breachesOfClient(atClient), ...breachesOfServer(atServer)]).to.deep.equal([]);
    expect(atServer.names).to.deep.equal([
      'listening',
      'connection',
      'message',
      'message.echo',
      'disconnect',
      'closed',
      'close',
    ]);
  });

  it('lives in the world that it brings, and is told of its owners', () => {
    const timers: number[] = [];
    const runtime = {
      now: () => 0,
      setTimer: (delayMs: number) => {
        timers.push(delayMs);
        return { cancel: () => {} };
      },
      random: () => 0.5,
      createId: () => 'id',
      defer: (callback: () => void) => callback(),
    };
    const attach = sinon.spy();
    let fail = (_error: Error) => {};
    const transport: Transport = {
      runtime,
      attach,
      dial: (handlers) => {
        fail = handlers.failed;
        return { abort: () => {} };
      },
      listen: () => ({ close: () => {} }),
    };

    const client = new Client({ transport, retryDelay: { min: 100, max: 300 } });
    const server = new Server({ transport });
    client.connect();
    fail(new Error('no'));

    expect(timers).to.deep.equal([200]);
    expect(attach.args).to.deep.equal([[client], [server]]);
  });
});
