/** Records what a transport calls, and lets a test wait for it. */

import type { Dial, DialHandlers, DuplexConnection, Listener, ListenHandlers, Transport } from '#core/transport.js';

/** One call of a handler. */
export interface Call {
  readonly name: string;
  readonly error?: Error & { code?: string; syscall?: string; address?: string };
  readonly connection?: DuplexConnection;
}

class Recorder {
  readonly calls: Call[] = [];
  #waiting: { names: readonly string[]; resolve: (call: Call) => void }[] = [];

  /** The names of all calls so far. */
  get story(): string {
    return this.calls.map(({ name }) => name).join(' ');
  }

  /** The first call of one of these names, past or to come. */
  async first(...names: string[]): Promise<Call> {
    const past = this.calls.find(({ name }) => names.includes(name));
    return past ?? new Promise((resolve) => this.#waiting.push({ names, resolve }));
  }

  protected record(call: Call): void {
    this.calls.push(call);
    const served = this.#waiting.filter(({ names }) => names.includes(call.name));
    this.#waiting = this.#waiting.filter((waiting) => !served.includes(waiting));
    for (const { resolve } of served) {
      resolve(call);
    }
  }
}

/** Listens, and records. Accepted connections are read and ended with the peer unless `accept` says otherwise. */
export class ListenRecorder extends Recorder implements ListenHandlers {
  readonly listener: Listener;
  readonly connections: DuplexConnection[] = [];

  constructor(transport: Transport, accept: (connection: DuplexConnection) => void = drain) {
    super();
    this.#accept = accept;
    this.listener = transport.listen(this);
  }

  readonly #accept: (connection: DuplexConnection) => void;

  /** Listens, and waits until it does. */
  static async open(transport: Transport, accept?: (connection: DuplexConnection) => void): Promise<ListenRecorder> {
    const recorder = new ListenRecorder(transport, accept);
    const { error } = await recorder.first('listening', 'failed');
    if (error !== undefined) {
      throw error;
    }
    return recorder;
  }

  /** Listens, and waits until it fails. */
  static async fail(transport: Transport): Promise<NonNullable<Call['error']>> {
    const recorder = new ListenRecorder(transport);
    const { error } = await recorder.first('listening', 'failed');
    if (error === undefined) {
      await recorder.close();
      throw new Error('it listens, and should have failed');
    }
    return error;
  }

  async close(): Promise<void> {
    this.listener.close();
    await this.first('closed');
  }

  listening(): void {
    this.record({ name: 'listening' });
  }
  failed(error: Error): void {
    this.record({ name: 'failed', error });
  }
  accepted(connection: DuplexConnection): void {
    this.connections.push(connection);
    this.#accept(connection);
    this.record({ name: 'accepted', connection });
  }
  error(error: Error): void {
    this.record({ name: 'error', error });
  }
  closed(): void {
    this.record({ name: 'closed' });
  }
}

/** Dials, and records. */
export class DialRecorder extends Recorder implements DialHandlers {
  readonly dial: Dial;

  constructor(transport: Transport) {
    super();
    this.dial = transport.dial(this);
  }

  opened(connection: DuplexConnection): void {
    this.record({ name: 'opened', connection });
  }
  failed(error: Error): void {
    this.record({ name: 'failed', error });
  }
}

function drain(connection: DuplexConnection): void {
  connection.on('error', () => {});
  connection.resume();
}
