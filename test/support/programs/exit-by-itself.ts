/**
 * Brings servers and clients into one of many states, closes them, and then does nothing more: the process has to end
 * by itself. Prints `closed` when everything is closed; its parent takes the time from there.
 */

import { once } from 'node:events';
import { createServer } from 'node:net';
import { Client, Server } from 'ipc';

const [socketFile = '', state = ''] = process.argv.slice(2);
const patient = { retryDelay: 600_000, reconnectDelay: 600_000 };

async function closed(...ends: (Client | Server)[]): Promise<void> {
  await Promise.all(ends.map((end) => new Promise<void>((resolve) => (end as Server).once('close', resolve).close())));
}

async function listening(options = {}): Promise<Server> {
  const server = new Server({ socketFile, ...options });
  server.listen();
  await once(server, 'listening');
  return server;
}

async function connected(options = {}): Promise<Client> {
  const client = new Client({ socketFile, ...patient, ...options });
  client.on('error', () => {});
  client.connect();
  await once(client, 'connect');
  return client;
}

const states: Record<string, () => Promise<void>> = {
  async 'never used'() {
    new Server({ socketFile });
    new Client({ socketFile });
  },
  async 'closed while idle'() {
    await closed(new Server({ socketFile }), new Client({ socketFile }));
  },
  async 'closed while dialing and binding'() {
    const client = new Client({ socketFile });
    const server = new Server({ socketFile });
    client.connect();
    server.listen();
    await closed(client, server);
  },
  async 'closed while waiting to retry'() {
    const client = new Client({ socketFile, ...patient });
    client.connect();
    await once(client, 'connectError');
    await closed(client);
  },
  async 'closed while waiting to reconnect'() {
    const server = await listening();
    const client = await connected();
    await Promise.all([closed(server), once(client, 'disconnect')]);
    await closed(client);
  },
  async 'closed while connected, server first'() {
    const server = await listening();
    const client = await connected();
    await closed(server);
    await closed(client);
  },
  async 'closed while connected, client first'() {
    const server = await listening();
    const client = await connected();
    await closed(client);
    await closed(server);
  },
  async 'closed while connected, both at once'() {
    const server = await listening();
    const clients = await Promise.all([connected(), connected(), connected()]);
    await closed(server, ...clients);
  },
  async 'closed with much under way'() {
    const server = await listening();
    const client = await connected();
    for (let index = 0; index < 100; index++) client.send('blob', 'x'.repeat(100_000));
    server.broadcast('blob', 'x'.repeat(10_000_000));
    await closed(client, server);
  },
  async 'closed opposite a peer that never finishes'() {
    const raw = createServer({ allowHalfOpen: true }, (socket) => {
      socket.unref();
      socket
        .on('end', () => {})
        .on('error', () => {})
        .resume();
    });
    raw.listen(socketFile);
    await once(raw, 'listening');
    const client = await connected({ closeTimeout: 50 });
    await closed(client);
    raw.close();
  },
  async 'a failed listen, not even closed'() {
    const first = await listening();
    const second = new Server({ socketFile });
    second.listen();
    await once(second, 'error');
    await closed(first);
  },
  async 'a failed listen, closed'() {
    const server = new Server({ socketFile: `${socketFile}/missing/socket` });
    server.listen();
    await once(server, 'error');
    await closed(server);
  },
  async 'a client cut off for a DecodeError'() {
    const server = await listening();
    server.on('error', () => {});
    const client = await connected({
      transcoder: {
        socketEncoding: null,
        createEncoder: () => (_wrapper: unknown, callback: (error: null, data: string) => void) =>
          callback(null, 'rubbish\0\0'),
        createDecoder: () => (_chunk: unknown, callback: (error: null, wrappers: []) => void) => callback(null, []),
      },
    });
    client.send('a', 1);
    await once(client, 'disconnect');
    await closed(client, server);
  },
  async 'closed from inside connect of a reconnection'() {
    const first = await listening();
    const client = await connected({ reconnectDelay: 1, retryDelay: 1 });
    client.on('connect', () => client.close());
    const close = once(client, 'close');
    await closed(first);
    const second = await listening();
    await close;
    await closed(second);
  },
};

const run = states[state];
if (run === undefined) {
  console.log(Object.keys(states).join('\n'));
} else {
  await run();
  console.log('closed');
}
