/** What peers do that mean harm, or are broken: each attack as bytes or as behaviour, and what the server says of it. */

import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { frame, RawPeer } from '../raw-peer.js';
import type { DrillProcess } from './drill-process.js';
import { eventually } from './eventually.js';

const MEBIBYTE = 2 ** 20;

/** `maxMessageBytes` and `maxBufferedBytes` of a server that is attacked. */
export const LIMIT_BYTES = 32 * MEBIBYTE;

/** How hard an attack is. */
export interface Force {
  readonly endlessMegabytes: number;
  readonly connects: number;
  readonly silent: number;
  readonly dribbleMs: number;
}

/** Whom it is aimed at. */
export interface Target {
  readonly socketFile: string;
  readonly server: DrillProcess;
  /** Names of the clients that keep up with every broadcast. */
  readonly neighbours: readonly string[];
  /** Connections to be destroyed when all is over; until then they stay. */
  readonly lasting: Socket[];
}

export interface Attack {
  readonly what: string;
  /** Resolves when it is over, to how many errors of this code the server has to report; none is to cause any other. */
  strike(target: Target, force: Force): Promise<{ code?: string; times: number }>;
}

/** Bytes that the server has to cut off, with one DecodeError. */
export const rubbish: readonly { readonly what: string; bytes(): string | Uint8Array }[] = [
  { what: 'a frame over maxMessageBytes', bytes: () => frame('big', 'x'.repeat(LIMIT_BYTES + MEBIBYTE)) },
  { what: '30 million brackets that never close', bytes: () => `${'['.repeat(3e7)}\0\0` },
  { what: 'broken JSON', bytes: () => '{{{{\0\0' },
  { what: 'invalid UTF-8', bytes: () => Buffer.from([0xff, 0xfe, 0xc0, 0x80, 0, 0]) },
  { what: 'a flood of NULs', bytes: () => Buffer.alloc(64 * MEBIBYTE) },
  {
    what: 'a flood of NULs after half a frame',
    bytes: () => Buffer.concat([Buffer.from('{"topic":'), Buffer.alloc(64 * MEBIBYTE - 1)]),
  },
  {
    what: 'all kinds of bytes',
    bytes: () => Buffer.from(Array.from({ length: 50_000 }, (_, index) => (index * index) % 251).concat(0, 0)),
  },
];

export const attacks: readonly Attack[] = [
  {
    what: 'bytes without any delimiter',
    async strike({ socketFile }, { endlessMegabytes }) {
      const chunk = Buffer.alloc(64 * 1024, 'x');
      let sent = 0;
      let times = 0;
      // Each time that it is cut off it comes again.
      while (sent < endlessMegabytes * 1e6) {
        const peer = await RawPeer.connect(socketFile);
        const closed = peer.closed();
        while (!peer.socket.destroyed && !peer.socket.readableEnded) {
          sent += chunk.length;
          await Promise.race([peer.write(chunk), closed]);
        }
        peer.socket.destroy();
        times += 1;
      }
      return { code: 'IPC_DECODE', times };
    },
  },
  ...rubbish.map(
    ({ bytes, ...attack }): Attack => ({
      ...attack,
      async strike({ socketFile }) {
        const peer = await RawPeer.connect(socketFile);
        peer.socket.write(bytes());
        await peer.ended();
        peer.socket.destroy();
        return { code: 'IPC_DECODE', times: 1 };
      },
    }),
  ),
  {
    what: 'arrays in arrays, 90,000 deep',
    async strike({ socketFile }) {
      const depth = 90_000;
      const peer = await RawPeer.connect(socketFile);
      await peer.write(`{"topic":"deep","message":${'['.repeat(depth)}${']'.repeat(depth)}}\0\0`);
      peer.socket.end(frame('after'));
      await peer.ended();
      return { times: 0 };
    },
  },
  {
    what: 'keys named __proto__ and constructor',
    async strike({ socketFile }) {
      const peer = await RawPeer.connect(socketFile);
      peer.socket.write('{"topic":"__proto__","message":{"__proto__":{"polluted":1}},"__proto__":{"polluted":2}}\0\0');
      peer.socket.write('{"topic":"constructor","constructor":{"prototype":{"polluted":3}}}\0\0');
      peer.socket.end(frame('again', 'still here'));
      await peer.readFrames(1);
      await peer.ended();
      return { times: 0 };
    },
  },
  {
    what: 'one byte at a time',
    async strike({ socketFile }, { dribbleMs }) {
      const peer = await RawPeer.connect(socketFile);
      const untilMs = performance.now() + dribbleMs;
      let frames = 0;
      do {
        for (const byte of Buffer.from(frame('again', 'ä€𝄞'))) await peer.write(Buffer.of(byte));
        frames += 1;
      } while (performance.now() < untilMs);
      await peer.readFrames(frames);
      peer.socket.end();
      await peer.ended();
      return { times: 0 };
    },
  },
  {
    what: 'connects and never speaks',
    async strike({ socketFile, lasting }, { silent }) {
      lasting.push(...(await crowd(socketFile, silent)));
      return { times: 0 };
    },
  },
  {
    what: 'connects and never reads',
    async strike(target) {
      await connectDeaf(target);
      await target.server.asks('broadcast', { count: 1_000, bytes: 64_000, mind: target.neighbours });
      return { code: 'IPC_BACKPRESSURE', times: 1 };
    },
  },
  {
    what: 'never reads small messages, one a turn',
    async strike(target) {
      await connectDeaf(target);
      await target.server.asks('murmur');
      return { code: 'IPC_BACKPRESSURE', times: 1 };
    },
  },
  {
    what: 'very many connects at once',
    async strike({ socketFile }, { connects }) {
      const sockets = await crowd(socketFile, connects);
      for (const socket of sockets) socket.destroy();
      return { times: 0 };
    },
  },
  {
    what: 'half closes inside a frame',
    async strike({ socketFile }) {
      const peer = await RawPeer.connect(socketFile);
      peer.socket.end(`${frame('again', 1)}{"topic":"half","mess`);
      await peer.readFrames(1);
      await peer.ended();
      return { times: 0 };
    },
  },
  {
    what: 'resets with data in flight, both ways',
    async strike({ socketFile }) {
      for (let round = 0; round < 20; round += 1) {
        const peer = await RawPeer.connect(socketFile);
        peer.socket.pause();
        peer.socket.write(frame('again', 'y'.repeat(500_000)).repeat(3));
        await pause(round);
        peer.socket.destroy();
      }
      return { times: 0 };
    },
  },
];

/** A connection that never reads, of which the server knows. */
async function connectDeaf({ socketFile, server, neighbours, lasting }: Target): Promise<void> {
  const peer = await RawPeer.connect(socketFile);
  peer.socket.pause();
  lasting.push(peer.socket);
  await eventually(
    () => server.asks('status'),
    ({ connections }) => connections === neighbours.length + 1,
  );
}

/** So many connections made at once. A full queue of the server turns some away, and they come again. */
async function crowd(socketFile: string, count: number): Promise<Socket[]> {
  const enter = (): Promise<Socket> =>
    new Promise((resolve, reject) => {
      const socket = connect(socketFile);
      socket.on('connect', () => resolve(socket));
      socket.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'EAGAIN') pause(5).then(enter).then(resolve, reject);
        else reject(error);
      });
    });
  return Promise.all(Array.from({ length: count }, enter));
}
