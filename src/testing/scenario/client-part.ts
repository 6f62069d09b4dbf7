/** One client of a scenario: does the steps, and reports what came of them. The same in the simulation and for real. */

import type { Client } from '../../core/client.js';
import type { SendError } from '../../core/errors.js';
import type { Report } from './fact.js';
import { codeOf, identify, type PartMessage, padding } from './part-message.js';
import type { Step } from './scenario.js';

/** Numbers its messages for each connection, and says which connection that is by a first message, `hello`. */
export class ClientPart {
  readonly name: string;
  readonly #client: Client;
  readonly #report: Report;
  readonly #now: () => number;
  #connections = 0;
  #sent = 0;

  constructor(name: string, client: Client, report: Report, now: () => number) {
    this.name = name;
    this.#client = client;
    this.#report = report;
    this.#now = now;
    client.on('connect', () => {
      this.#connections += 1;
      client.send('hello', { from: this.#stream, n: 0 });
    });
    client.on('message', (message: unknown, topic: string) => {
      const { from, n } = identify(message);
      const arrived = { stream: `to ${this.#stream}`, token: `${from}:${n}` };
      report({ fact: 'arrived', at: now(), actor: name, topic, ...arrived });
    });
    client.on('connectError', (error: Error) => this.#failed('connectError', error));
    client.on('error', (error: Error) => {
      const sent = (error as SendError).sentMessage as PartMessage | undefined;
      // A connection may be gone before its hello; that is no doing of the scenario's.
      if (sent?.n === 0) return;
      this.#failed('error', error);
      if (sent !== undefined) report({ fact: 'refused', stream: sent.from, token: `${sent.n}` });
    });
  }

  connect(): void {
    this.#report({ fact: 'told', at: this.#now(), actor: this.name, to: 'connect' });
    this.#client.connect();
  }

  close(): void {
    this.#report({ fact: 'told', at: this.#now(), actor: this.name, to: 'close' });
    this.#client.close();
  }

  /** Does a step of a client's, once. */
  perform(step: Step): void {
    if (step.do === 'send') this.#send(step.topic, step.size);
    else if (step.do === 'pour') this.#pour(step.count ?? 1, step.topic, step.size);
    else if (step.do === 'connect') this.connect();
    else if (step.do === 'close') this.close();
  }

  #send(topic = 'message', size = 16): boolean {
    this.#sent += 1;
    const message: PartMessage = { from: this.#stream, n: this.#sent, text: padding(size) };
    // Before it is sent: a process that is killed in between has rather claimed too much.
    this.#report({ fact: 'sent', streams: [message.from], token: `${message.n}` });
    return this.#client.send(topic, message);
  }

  #pour(count: number, topic: string | undefined, size: number | undefined): void {
    let left = count;
    const more = (): void => {
      while (left > 0) {
        left -= 1;
        if (!this.#send(topic, size)) {
          this.#client.once('drain', more);
          return;
        }
      }
    };
    more();
  }

  #failed(event: 'error' | 'connectError', error: Error): void {
    this.#report({ fact: 'failed', at: this.#now(), actor: this.name, event, code: codeOf(error) });
  }

  get #stream(): string {
    return `${this.name}#${this.#connections}`;
  }
}
