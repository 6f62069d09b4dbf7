/** The law of connections and their backlogs: a limit, a drain for who was told to wait, one word for what is skipped. */

import { BackpressureError, type DuplexConnection } from 'ipc';

/** For one emitter: a client has one peer, `server`; a server one for each client. */
export class BacklogLaw {
  readonly #limitBytes: number;
  readonly #complain: (problem: string) => void;
  readonly #connections: Map<string, DuplexConnection> = new Map();
  /** Those whose `drain` has to follow. */
  readonly #owed: Set<string> = new Set();
  /** Those for whom a broadcast was refused, until they drain. */
  readonly #refused: Set<string> = new Set();
  /** Those for whom one was ever refused: they have missed some. */
  readonly #missed: Set<string> = new Set();

  /** @param limitBytes that no backlog may pass. */
  constructor(limitBytes: number, complain: (problem: string) => void) {
    this.#limitBytes = limitBytes;
    this.#complain = complain;
  }

  connected(peer: string, connection: DuplexConnection): void {
    this.#connections.set(peer, connection);
  }

  disconnected(peer: string): void {
    this.#connections.delete(peer);
    this.drained(peer);
  }

  /** A `send` to one peer gave this. */
  sent(peer: string, goOn: boolean): void {
    if (!goOn) {
      this.#owed.add(peer);
    }
    for (const [name, { writableLength }] of this.#connections) {
      if (writableLength > this.#limitBytes) {
        this.#complain(`${writableLength} bytes wait for ${name}, the limit is ${this.#limitBytes}`);
      }
    }
  }

  drained(peer: string): void {
    this.#owed.delete(peer);
    this.#refused.delete(peer);
  }

  error(error: Error, broadcastTopic: string): void {
    if (!(error instanceof BackpressureError) || error.clientId === undefined || error.sentTopic !== broadcastTopic) {
      return;
    }
    this.#missed.add(error.clientId);
    if (this.#refused.has(error.clientId)) {
      this.#complain(`a broadcast was refused again for ${error.clientId}, which has not drained`);
    }
    this.#refused.add(error.clientId);
  }

  hasMissed(peer: string): boolean {
    return this.#missed.has(peer);
  }

  /** There was time to hear of every loss: whoever counts as connected has a connection. */
  checkAlive(): void {
    for (const [peer, { destroyed }] of this.#connections) {
      if (destroyed) {
        this.#complain(`the connection of ${peer} is gone, and there was no disconnect`);
      }
    }
  }

  /** There was time for everything to be written out. */
  settled(): void {
    for (const peer of this.#owed) {
      if (this.#connections.has(peer)) {
        this.#complain(`a drain of ${peer} is waited for that does not come`);
      }
    }
  }
}
