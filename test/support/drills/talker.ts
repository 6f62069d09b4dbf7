/** A client that talks without pause: numbered messages, each of which comes back, checked one by one. */

import type { EventEmitter } from 'node:events';
import { Client } from 'ipc';
import { clientLaw } from '#testing/laws/event-laws.js';
import { Violation } from './drill.js';
import { type Numbered, numbered, whatIsWrong } from './numbered.js';
import { obey } from './obey.js';

/** Messages under way at a time. */
const WINDOW = 16;

export interface TalkerCounts {
  readonly connections: number;
  readonly sent: number;
  /** Came back. */
  readonly echoed: number;
  /** The longest time between two answers, or a message and its answer, on one connection. */
  readonly longestSilenceMs: number;
}

export class Talker {
  readonly name: string;
  readonly client: Client;
  readonly #large: boolean;
  /** How many messages it has sent and heard again, on its present connection. */
  #sent = 0;
  #echoed = 0;
  #connections = 0;
  #total = { sent: 0, echoed: 0 };
  /** Broadcasts that it has heard. */
  #blobs = 0;
  #isTalking = true;
  #isConnected = false;
  #isClosed = false;
  #heardAtMs = 0;
  #longestSilenceMs = 0;
  #problem: string | undefined;
  #wake: (() => void)[] = [];

  /** @param delay before it tries again to connect, and before it comes back. */
  constructor(name: string, socketFile: string, { large = true, delay = { min: 2, max: 20 } } = {}) {
    this.name = name;
    this.#large = large;
    const client = new Client({ socketFile, retryDelay: delay, reconnectDelay: delay });
    this.client = client;
    obey(client as EventEmitter, clientLaw(), (problem) => this.#complain(problem));
    client.on('connect', () => {
      this.#connections += 1;
      this.#isConnected = true;
      this.#sent = 0;
      this.#echoed = 0;
      this.#heardAtMs = performance.now();
      for (let index = 0; index < WINDOW; index += 1) this.#send();
    });
    client.on('message.echo', (message: Numbered) => {
      const problem = whatIsWrong(message, this.#stream, this.#echoed + 1);
      if (problem !== undefined) this.#complain(`an echo is wrong: ${problem}`);
      if (message.n > this.#sent) this.#complain(`echo ${message.n} of ${this.#sent} messages`);
      this.#echoed += 1;
      this.#total.echoed += 1;
      this.#longestSilenceMs = Math.max(this.#longestSilenceMs, performance.now() - this.#heardAtMs);
      this.#heardAtMs = performance.now();
      if (this.#isTalking) this.#send();
      this.#notify();
    });
    client.on('message.blob', ({ n }: { n: number }) => {
      if (n !== this.#blobs + 1) this.#complain(`broadcast ${n} came after ${this.#blobs}`);
      this.#blobs = n;
      client.send('read', { name, n });
    });
    client.on('disconnect', () => {
      this.#isConnected = false;
    });
    client.on('close', () => {
      this.#isClosed = true;
      this.#notify();
    });
    client.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') this.#complain(`an error: ${error.message}`);
    });
  }

  get counts(): TalkerCounts {
    return { connections: this.#connections, ...this.#total, longestSilenceMs: this.#longestSilenceMs };
  }

  start(): void {
    this.client.connect();
  }

  /** Resolves when so many messages have come back on one connection, made after the one that is number `since`. */
  async talks(count: number, { since = 0 } = {}): Promise<void> {
    await this.#until(() => this.#connections > since && this.#echoed >= count, `${count} echoes`);
  }

  /** Resolves when so many more messages have come back. */
  async talksOn(count: number): Promise<void> {
    const due = this.#total.echoed + count;
    await this.#until(() => this.#total.echoed >= due, `${count} more echoes`);
  }

  /** Says so many more, without waiting for answers. */
  pour(count: number): void {
    for (let index = 0; index < count; index += 1) this.#send();
  }

  /** Says no more; resolves when everything that it has sent on this connection has come back. */
  async finish(): Promise<void> {
    this.#isTalking = false;
    await this.#until(() => this.#isConnected && this.#echoed === this.#sent, 'the last echoes');
  }

  /** Closes, and waits for the end. */
  async close(): Promise<void> {
    this.#isTalking = false;
    const closed = new Promise<void>((resolve) => this.client.once('close', () => resolve()));
    this.client.close();
    await closed;
    // What comes after `close` is a breach; give it the time to come.
    await new Promise((resolve) => setImmediate(resolve));
    this.#throwProblem();
  }

  get #stream(): string {
    return `${this.name}/${this.#connections}`;
  }

  #send(): void {
    this.#sent += 1;
    this.#total.sent += 1;
    this.client.send('talk', numbered(this.#stream, this.#sent, this.#large));
  }

  async #until(holds: () => boolean, what: string): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while (!holds()) {
      this.#throwProblem();
      // Its drill has ended over something else, and would be kept alive.
      if (this.#isClosed) throw new Violation(`${this.#stream} was closed while it waited for ${what}.`);
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) {
        const state = this.#isConnected ? `connected, ${this.#echoed} of ${this.#sent} came back` : 'not connected';
        throw new Violation(`${this.#stream} waits for ${what} for ${PATIENCE_MS} ms: ${state}.`);
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(leftMs, 1000));
        this.#wake.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    this.#throwProblem();
  }

  #complain(problem: string): void {
    this.#problem ??= `${this.#stream}: ${problem}`;
    this.#notify();
  }

  #throwProblem(): void {
    if (this.#problem !== undefined) throw new Violation(this.#problem);
  }

  #notify(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

/** How long anything may take before it counts as stuck, on a machine that has much else to do. */
const PATIENCE_MS = 300_000;
