/** A small program as a user would write one: it greets the server on each connection and keeps what was said. */

import { Client, type ClientOptions } from 'ipc';

/** What it and its server say. */
export interface Chat {
  toServer: { hello: { name: string; age?: number }; say: string; leave: undefined };
  toClient: { said: { by: string; text: string }; tick: number };
}

export class ChatApp {
  readonly client: Client<Chat>;
  readonly lines: string[] = [];
  readonly errors: Error[] = [];
  #reconnected: (() => void)[] = [];

  constructor(options: ClientOptions) {
    this.client = new Client<Chat>(options);
    this.client.on('connect', () => this.client.send('hello', { name: 'ada' }));
    this.client.on('reconnect', () => {
      for (const resolve of this.#reconnected.splice(0)) resolve();
    });
    this.client.on('message.said', ({ by, text }) => this.lines.push(`${by}: ${text}`));
    // A program that swallows its failures, as many do.
    this.client.on('error', (error) => this.errors.push(error));
  }

  start(): void {
    this.client.connect();
  }

  /** Resolves at the next reconnection. */
  reconnected(): Promise<void> {
    return new Promise((resolve) => this.#reconnected.push(resolve));
  }

  /** Resolves once it is closed. */
  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.client.once('close', resolve);
      this.client.close();
    });
  }
}
