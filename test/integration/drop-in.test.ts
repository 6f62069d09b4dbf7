/**
 * The drop-in rule of the contract: either side can be swapped for the public implementation of the API page, and a
 * program written for that page runs unchanged.
 */

import type { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect } from 'chai';
import * as ours from 'ipc';
import { Child } from '../support/child.js';
import { Place } from '../support/place.js';
import { Recording } from '../support/recording.js';
import { repositoryRoot } from '../support/repository-root.js';

const require = createRequire(import.meta.url);
const PUBLIC_NAME = '@crussell52/socket-ipc';
const theirs = require(PUBLIC_NAME);

/** What is the same of both implementations. */
interface End extends EventEmitter {
  listen(): void;
  connect(): void;
  send(topic: string, message?: unknown, clientId?: string): void;
  broadcast(topic: string, message?: unknown): void;
  close(): void;
}

const MESSAGES: readonly (readonly [topic: string, message: unknown])[] = [
  ['text', 'plain'],
  ['unicode', 'ä€𝄞 \u2028 \ud800 日本語'],
  ['tøpic', { nested: { deep: [1, 2.5, -0, 1e300, null, true, 'x'] } }],
  ['nul', 'a\0\0b'],
  ['empty', ''],
  ['nothing', undefined],
  ['null', null],
  ['function', () => {}],
  ['date', new Date(0)],
  ['not a number', Number.NaN],
  ['buffer', Buffer.from('abc')],
  ['toJSON', { toJSON: () => 'converted' }],
  ['quotes"\\\n', '"\\\n\t\u0001\u007f'],
  ['__proto__', JSON.parse('{"__proto__":1}')],
  ['a.b.c', []],
];

describe('drop-in', () => {
  let place: Place;

  beforeEach(async () => {
    place = await Place.make();
  });

  afterEach(() => place.clear());

  for (const [title, Server, Client] of [
    ['our Server with their Client', ours.Server, theirs.Client],
    ['their Server with our Client', theirs.Server, ours.Client],
  ] as const) {
    describe(title, () => {
      let server: End;
      let atServer: Recording;
      let client: End;
      let atClient: Recording;
      let ends: [End, Recording][];

      function makeServer(): void {
        server = new Server({ socketFile: place.socketFile }) as unknown as End;
        atServer = new Recording(server);
        ends.push([server, atServer]);
      }

      beforeEach(async () => {
        ends = [];
        makeServer();
        server.listen();
        await atServer.see('listening');
        client = new Client({ socketFile: place.socketFile, retryDelay: 10, reconnectDelay: 10 }) as unknown as End;
        atClient = new Recording(client);
        dropExtraValue(client);
        client.connect();
        await Promise.all([atClient.see('connect <connection>'), atServer.see('connection #1 <connection>')]);
      });

      afterEach(async () => {
        client.close();
        await atClient.see('close');
        for (const [each, seen] of ends) {
          each.close();
          await seen.see('close');
        }
      });

      it('carries messages both ways, in order', async () => {
        for (const [topic, message] of MESSAGES) {
          client.send(topic, message);
          server.send(topic, message, atServer.id(1));
          server.broadcast(topic, message);
        }
        client.send('last', 1);
        server.broadcast('last', 1);
        await Promise.all([atClient.see('message.last 1'), atServer.see('message.last 1 #1')]);

        const topics = MESSAGES.map(([topic]) => `message.${topic}`);
        const isTopic = (line: string) => line.startsWith('message.');
        const named = (lines: string[]) =>
          lines.filter(isTopic).map((line) => topics.find((topic) => line.startsWith(`${topic} `)));
        expect(named(atServer.lines)).to.deep.equal([...topics, undefined]);
        expect(named(atClient.lines)).to.deep.equal([...topics.flatMap((topic) => [topic, topic]), undefined]);
        expect(atServer.lines.filter(isTopic).map((line) => line.replace(/ #1$/, ''))).to.deep.equal(
          atClient.lines.filter(isTopic).filter((_, index) => index % 2 === 0),
        );
      });

      it('understands each other about an empty topic', async () => {
        client.send('', 1);
        server.broadcast('', 2);
        const ourTopic = 'message.none';
        const theirTopic = 'message.';
        const [toServer, toClient] = title.startsWith('our') ? [theirTopic, ourTopic] : [ourTopic, theirTopic];

        await Promise.all([atServer.see(`${toServer} 1 #1`), atClient.see(`${toClient} 2`)]);
      });

      it('carries a message of 1 MiB both ways', async () => {
        const large = 'ä'.repeat(2 ** 19);
        const arrived: unknown[] = [];
        server.on('message.large', (message) => arrived.push(message === large));
        client.on('message.large', (message) => arrived.push(message === large));

        client.send('large', large);
        server.broadcast('large', large);
        client.send('last');
        server.broadcast('last');
        await Promise.all([atServer.see('message.last undefined #1'), atClient.see('message.last undefined')]);

        expect(arrived).to.deep.equal([true, true]);
      });

      it('closes from the client first', async () => {
        client.send('farewell', 1);
        client.close();
        await Promise.all([atClient.see('close'), atServer.see('message.farewell 1 #1')]);
        server.close();
        await atServer.see('close');

        expect(atClient.text).to.equal('connect <connection>, closed, close');
        expect(atServer.lines.filter((line) => line !== 'disconnect #1').join(', ')).to.equal(
          'listening, connection #1 <connection>, message 1 farewell #1, message.farewell 1 #1, closed, close',
        );
      });

      it('closes from the server first, and comes back when the server does', async () => {
        server.broadcast('farewell', 1);
        server.close();
        await Promise.all([atServer.see('close'), atClient.see('disconnect')]);
        makeServer();
        server.listen();
        await Promise.all([atServer.see('connection #1 <connection>'), atClient.see('reconnect <connection>')]);
        client.send('again', 2);
        await atServer.see('message.again 2 #1');

        const story = atClient.text.replace(/(connectError (ENOENT|ECONNREFUSED), )+/, '');
        expect(story).to.equal(
          'connect <connection>, message 1 farewell, message.farewell 1, disconnect, connect <connection>, ' +
            'reconnect <connection>',
        );
      });
    });
  }

  describe('on the wire', () => {
    it('writes byte for byte what their Client writes', async () => {
      const raw = await place.rawServer({ allowHalfOpen: false });
      const received: string[] = [];
      for (const Client of [theirs.Client, ours.Client]) {
        const client = new Client({ socketFile: place.socketFile });
        client.on('connect', () => {
          for (const [topic, message] of MESSAGES) client.send(topic, message);
          client.close();
        });
        client.connect();
        const peer = await raw.accept();
        await peer.readFrames(MESSAGES.length);
        await peer.ended();
        received.push(peer.received.toString('hex'));
      }

      expect(received[1]).to.equal(received[0]);
      expect(received[0]?.length).to.be.above(100);
    });

    it('writes byte for byte what their Server writes', async () => {
      const received: string[] = [];
      for (const Server of [theirs.Server, ours.Server]) {
        const server = new Server({ socketFile: place.socketFile });
        const listening = new Promise((resolve) => server.once('listening', resolve));
        server.listen();
        await listening;
        server.on('connection', (id: string) => {
          for (const [topic, message] of MESSAGES) {
            server.send(topic, message, id);
            server.broadcast(topic, message);
          }
          server.close();
        });
        const peer = await place.rawPeer({ allowHalfOpen: false });
        await peer.readFrames(2 * MESSAGES.length);
        await peer.closed();
        await new Promise((resolve) => setImmediate(resolve));
        received.push(peer.received.toString('hex'));
      }

      expect(received[1]).to.equal(received[0]);
      expect(received[0]?.length).to.be.above(100);
    });
  });

  describe('a program in plain JavaScript', () => {
    /** Runs CommonJS text as if its file lay in the package, where both names can be required. */
    function run(source: string, name: string): Child {
      const program = source.replaceAll(PUBLIC_NAME, name).replaceAll('SOCKET_PATH', place.socketFile);
      return place.keep(new Child(process.execPath, ['--input-type=commonjs', '-e', program], { cwd: repositoryRoot }));
    }

    it('gets Server and Client from require', async () => {
      const child = run(
        `const {Server, Client} = require('${PUBLIC_NAME}'); console.log(Server.name, Client.name)`,
        'ipc',
      );

      await child.exit;

      expect(child.lines).to.deep.equal(['Server Client'], child.errors);
    });

    it('does the same with both implementations, with nothing but the import changed', async () => {
      const outputs: string[] = [];
      for (const name of [PUBLIC_NAME, 'ipc']) {
        const child = run(PROGRAM, name);
        const { code } = await child.exit;
        expect(code).to.equal(0, child.errors);
        outputs.push(child.output);
      }

      expect(outputs[1]).to.equal(outputs[0]);
      expect(outputs[0]?.split('\n').length).to.be.above(12);
    });

    it('may be their own example of a conversation', async () => {
      const file = join(repositoryRoot, 'node_modules', PUBLIC_NAME, 'examples/conversation.js');
      const example = readFileSync(file, 'utf8');
      // The import, the path that it asks the reader to set, and seconds that became tenths of them.
      const source = example
        .replace("require ('../src/index')", `require('${PUBLIC_NAME}')`)
        .replace('const SOCKET_FILE = undefined', "const SOCKET_FILE = 'SOCKET_PATH'")
        .replaceAll(/\b([13])000\b/g, '$100');

      const child = run(source, 'ipc');
      await child.prints('Server -> Client (charlie):  [helloagain] 4', 1);
      await child.kill();
      // It is killed because it never ends, and so leaves its file to the next server.
      await place.listening();

      expect(child.lines[0]).to.equal('server listening');
      expect(child.lines).to.include('Server -> Client (bob):  [hello] 4');
    });
  });
});

/** Their Client gives its message listeners one `undefined` more. */
function dropExtraValue(client: End): void {
  const emit = client.emit;
  client.emit = (event: string, ...values: unknown[]) => {
    const most = event === 'message' ? 2 : event.startsWith('message.') ? 1 : values.length;
    return emit.call(client, event, ...values.slice(0, most));
  };
}

/** Written for the API page: every method and event of it that the public implementation has. */
const PROGRAM = `
const {Server, Client} = require('${PUBLIC_NAME}');
const options = {socketFile: 'SOCKET_PATH', retryDelay: 10, reconnectDelay: {min: 5, max: 10}};

let client;
const server = new Server(options);
server.on('error', err => console.log('server error', err.constructor.name, err.sentTopic, err.sentMessage));
server.on('connection', (id, socket) => {
  console.log('connection', typeof id, id.length, typeof socket.write);
  server.send('welcome', {to: 'you'}, id);
});
server.on('message', (message, topic, id) => console.log('server heard', topic, message, id.length));
server.on('message.order', (message, id) => {
  server.send('dessert', {yum: message.dish}, id);
  server.send('nobody', 1, 'no such id');
  server.broadcast('all', [1, 2, 3]);
});
server.on('message.bye', () => client.close());
server.on('listening', () => {
  console.log('listening');
  server.broadcast('quietly', 'nothing');
  client = new Client(options);
  client.on('error', err => console.log('client error', err.constructor.name, err.sentTopic, err.sentMessage));
  client.send('too early', 0);
  client.once('connect', socket => console.log('connect', typeof socket.write));
  client.on('reconnect', () => console.log('never'));
  client.on('disconnect', () => console.log('never'));
  client.on('message.welcome', message => {
    console.log('welcome', message);
    client.send('order', {dish: 'cake'});
  });
  client.on('message.dessert', message => console.log('dessert', message));
  client.on('message.all', message => {
    console.log('all', message);
    client.send('bye');
  });
  client.on('closed', () => console.log('client closed'));
  client.on('close', () => {
    console.log('client close');
    client.send('too late', 1);
    server.close();
    server.send('too late', 2, 'x');
    server.broadcast('too late', 3);
  });
  client.connect();
});
server.on('closed', () => console.log('server closed'));
server.on('close', () => console.log('server close'));
server.listen();
`;
