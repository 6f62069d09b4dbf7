/** The server of a scenario: does the steps, and reports what came of them. The same in the simulation and for real. */

import type { BackpressureError } from '../../core/errors.js';
import type { Server } from '../../core/server.js';
import { clientOf, processOf, type Report } from './fact.js';
import { codeOf, identify, type PartMessage, padding } from './part-message.js';
import type { Step } from './scenario.js';

/** Learns from the `hello` of each connection whose it is. */
export class ServerPart {
  readonly name: string;
  readonly #server: Server;
  readonly #report: Report;
  readonly #now: () => number;
  readonly #connected = new Set<string>();
  /** The id of each client's last connection. */
  readonly #ids = new Map<string, string>();
  /** Those who do not read, and whom broadcasts leave out until they drain. */
  readonly #skipped = new Set<string>();
  #sent = 0;

  constructor(name: string, server: Server, answers: boolean, report: Report, now: () => number) {
    this.name = name;
    this.#server = server;
    this.#report = report;
    this.#now = now;
    server.on('connection', (clientId) => this.#connected.add(clientId));
    server.on('disconnect', (clientId) => this.#connected.delete(clientId));
    server.on('drain', (clientId) => this.#skipped.delete(clientId));
    server.on('message', (message: unknown, topic: string, clientId: string) => {
      const { from, n } = identify(message);
      if (topic === 'hello') {
        this.#ids.set(clientOf(from), clientId);
        report({ fact: 'introduced', clientId, stream: from });
        return;
      }
      report({ fact: 'arrived', at: now(), actor: name, topic, stream: from, token: n });
      if (answers) this.#sendTo(clientId, 'answer', undefined);
    });
    server.on('error', (error: Error) => this.#failed(error));
  }

  listen(): void {
    this.#report({ fact: 'told', at: this.#now(), actor: this.name, to: 'listen' });
    this.#server.listen();
  }

  close(): void {
    this.#report({ fact: 'told', at: this.#now(), actor: this.name, to: 'close' });
    this.#server.close();
  }

  /** Does a step of a server's, once. */
  perform(step: Step): void {
    if (step.do === 'broadcast') this.#broadcast(step.topic, step.size);
    else if (step.do === 'sendTo') this.#sendToProcess(step.to, step.topic, step.size);
    else if (step.do === 'listen') this.listen();
    else if (step.do === 'close') this.close();
  }

  #broadcast(topic = 'message', size = 16): void {
    const { message, token } = this.#next(size);
    this.#report({ fact: 'sent', streams: [...this.#connected], token });
    for (const stream of this.#skipped) this.#report({ fact: 'doubted', stream, tokens: [token] });
    this.#server.broadcast(topic, message);
  }

  #sendToProcess(process: string, topic: string | undefined, size: number | undefined): void {
    for (const [client, clientId] of this.#ids) {
      if (processOf(client) === process) this.#sendTo(clientId, topic, size);
    }
  }

  #sendTo(clientId: string, topic = 'message', size = 16): void {
    const { message, token } = this.#next(size);
    this.#report({ fact: 'sent', streams: [clientId], token });
    this.#server.send(topic, { ...message, direct: true }, clientId);
  }

  #next(size: number): { message: PartMessage; token: string } {
    this.#sent += 1;
    return { message: { from: this.name, n: this.#sent, text: padding(size) }, token: `${this.name}:${this.#sent}` };
  }

  #failed(error: Error): void {
    this.#report({ fact: 'failed', at: this.#now(), actor: this.name, event: 'error', code: codeOf(error) });
    const { sentMessage, clientId } = error as Partial<BackpressureError>;
    const sent = sentMessage as PartMessage | undefined;
    if (sent === undefined) return;
    const token = `${sent.from}:${sent.n}`;
    if (clientId !== undefined) this.#report({ fact: 'refused', stream: clientId, token });
    else for (const id of this.#connected) this.#report({ fact: 'refused', stream: id, token });
    if (clientId === undefined || sent.direct === true) return;
    // One error stands for every broadcast until the drain, those included that were made before it was heard.
    this.#skipped.add(clientId);
    const later = Array.from({ length: this.#sent - sent.n }, (_, index) => `${sent.from}:${sent.n + 1 + index}`);
    this.#report({ fact: 'doubted', stream: clientId, tokens: later });
  }
}
