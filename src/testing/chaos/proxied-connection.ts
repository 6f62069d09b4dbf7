/**
 * One client's connection and the one made to the server on its behalf.
 *
 * | state | input | next | what is done |
 * | --- | --- | --- | --- |
 * | waiting | serve | dialing | the server is dialled |
 * | dialing | connected | open | the lanes start |
 * | dialing | failed | ending | the client is dropped |
 * | waiting, dialing, open | cut | ending | both sides are ended |
 * | any | both sides closed | closed | closed is called |
 */

import { connect, type Socket } from 'node:net';
import type { Direction } from '../faults/fault.js';
import type { Condition } from './condition.js';
import { endOrdinarily, reset } from './ending.js';
import { Lane } from './lane.js';
import type { Timers } from './timers.js';

/** One way. */
export type Way = 'toServer' | 'toClient';

/** What happens to a connection. */
export interface ConnectionHandlers {
  /** The server has taken it, and bytes go through from now on. */
  connected(): void;
  /** How many of these bytes may be passed on before `passed` has to be called. */
  room(way: Way, bytes: Buffer): number;
  passed(way: Way, bytes: Buffer, delayedMs: number): void;
  /** Worth a line in the log. */
  noted(name: string, detail: string): void;
  /** Both sides are gone. Once, and last. */
  closed(): void;
}

/** The front socket must not have been read from (`pauseOnConnect`). */
export class ProxiedConnection {
  /** Counted from 1 since the proxy was started. */
  readonly number: number;
  readonly name: string;
  readonly #front: Socket;
  readonly #timers: Timers;
  readonly #handlers: ConnectionHandlers;
  readonly #conditions: { readonly way: Way; readonly condition: Condition }[] = [];
  #state: 'waiting' | 'dialing' | 'open' | 'ending' | 'closed' = 'waiting';
  #upstream: Socket | undefined;
  /** Sockets that have not closed yet. */
  #openSides = 1;
  #lanes: Readonly<Record<Way, Lane>> | undefined;

  constructor(number: number, front: Socket, timers: Timers, handlers: ConnectionHandlers) {
    this.number = number;
    this.name = `connection-${number}`;
    this.#front = front;
    this.#timers = timers;
    this.#handlers = handlers;
    front.on('error', this.#frontFailed);
    front.on('close', this.#sideClosed);
  }

  /** Connects it to the server. */
  serve(path: string): void {
    if (this.#state !== 'waiting') return;
    this.#state = 'dialing';
    this.#openSides += 1;
    this.#upstream = connect({ path, allowHalfOpen: true });
    this.#upstream.on('connect', this.#connected);
    this.#upstream.on('error', this.#upstreamFailed);
    this.#upstream.on('close', this.#sideClosed);
  }

  /** Puts a fault's condition on one way of it. */
  add(way: Way, condition: Condition): void {
    this.#conditions.push({ way, condition });
    this.#lanes?.[way].add(condition);
  }

  remove(way: Way, condition: Condition): void {
    const index = this.#conditions.findIndex((entry) => entry.condition === condition);
    if (index !== -1) this.#conditions.splice(index, 1);
    this.#lanes?.[way].remove(condition);
  }

  /** Puts bytes in, as if the sender had sent them. */
  insert(way: Way, bytes: Iterator<Buffer>): void {
    this.#lanes?.[way].insert(bytes);
  }

  /** One direction ends after what is on its way, the other stays. */
  finish(way: Way): void {
    this.#lanes?.[way].finish();
  }

  /**
   * Ends it now.
   *
   * @param mode `eof` is an ordinary end after what is on its way, `truncate` one without it; `reset` is what it says,
   *   and `destroy` leaves what it looks like to what the kernel holds unread.
   * @param direction who is to see the reset: `toClient` is the client.
   */
  cut(mode: 'eof' | 'truncate' | 'reset' | 'destroy', direction: Direction = 'both'): void {
    if (this.#state === 'ending' || this.#state === 'closed') return;
    this.#state = 'ending';
    for (const way of ['toServer', 'toClient'] as const) {
      if (mode === 'eof') this.#lanes?.[way].flush();
      this.#lanes?.[way].drop();
    }
    const both = this.#upstream === undefined ? [this.#front] : [this.#front, this.#upstream];
    if (mode === 'eof' || mode === 'truncate') {
      for (const socket of both) endOrdinarily(socket, this.#timers);
    } else if (mode === 'destroy') {
      for (const socket of both) socket.destroy();
    } else {
      const watched = both.filter((socket) => direction !== (socket === this.#front ? 'toServer' : 'toClient'));
      reset(both, watched, this.#timers, this.#wasReset);
    }
  }

  /** Leaves nothing of it, at once. */
  destroy(): void {
    this.#lanes?.toServer.drop();
    this.#lanes?.toClient.drop();
    this.#front.destroy();
    this.#upstream?.destroy();
  }

  readonly #wasReset = (sockets: readonly Socket[]): void => {
    if (sockets.length === 0) {
      this.#handlers.noted('resetDowngraded', 'nobody had sent anything that could stay unread: an ordinary end');
    } else {
      const names = sockets.map((socket) => (socket === this.#front ? 'the client' : 'the server'));
      this.#handlers.noted('reset', names.join(' and '));
    }
  };

  readonly #connected = (): void => {
    if (this.#state !== 'dialing' || this.#upstream === undefined) return;
    this.#state = 'open';
    const lanes = {
      toServer: this.#createLane('toServer', this.#front, this.#upstream),
      toClient: this.#createLane('toClient', this.#upstream, this.#front),
    };
    this.#lanes = lanes;
    for (const { way, condition } of this.#conditions) lanes[way].add(condition);
    this.#handlers.connected();
    lanes.toServer.start();
    lanes.toClient.start();
  };

  #createLane(way: Way, source: Socket, target: Socket): Lane {
    return new Lane(source, target, this.#timers, {
      room: (bytes) => this.#handlers.room(way, bytes),
      passed: (bytes, delayedMs) => this.#handlers.passed(way, bytes, delayedMs),
      ended: () => this.#handlers.noted('end', way),
    });
  }

  readonly #frontFailed = (error: NodeJS.ErrnoException): void => {
    this.#handlers.noted('clientFailed', `${error.code ?? error.message}`);
  };

  readonly #upstreamFailed = (error: NodeJS.ErrnoException): void => {
    this.#handlers.noted('serverFailed', `${error.code ?? error.message}`);
    // Nobody answers: the client learns it as it would from a server that drops it.
    if (this.#state === 'dialing') this.cut('eof');
  };

  readonly #sideClosed = (): void => {
    this.#openSides -= 1;
    if (this.#state === 'waiting') this.#state = 'ending';
    if (this.#openSides === 0) {
      this.#state = 'closed';
      this.#handlers.closed();
    }
  };
}
