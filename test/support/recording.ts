/** Writes down every event of an emitter, in order, as text: a failed expectation then tells the story. */

import type { EventEmitter } from 'node:events';

/** How long `see` waits before it gives up and shows what has happened instead. */
const PATIENCE_MS = 15_000;
const LONGEST_TEXT = 60;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

interface Waiter {
  readonly line: string;
  readonly times: number;
  readonly resolve: () => void;
}

/**
 * A line for each event: its name and its arguments. Errors appear as their code, connections as `<connection>`, and
 * client ids as `#1`, `#2` in the order in which they came up.
 */
export class Recording {
  readonly lines: string[] = [];
  readonly errors: Error[] = [];
  readonly #ids: string[] = [];
  #waiters: Waiter[] = [];

  constructor(emitter: EventEmitter) {
    const emit = emitter.emit;
    emitter.emit = (event: string | symbol, ...values: unknown[]): boolean => {
      if (event !== 'newListener' && event !== 'removeListener') {
        this.#write(String(event), values);
      }
      return emit.call(emitter, event, ...values);
    };
    emitter.on('error', () => {});
  }

  /** Everything so far, joined by commas. */
  get text(): string {
    return this.lines.join(', ');
  }

  /** The names of the events so far. */
  get names(): string[] {
    return this.lines.map((line) => line.split(' ', 1)[0] ?? '');
  }

  /** The id behind `#number`. */
  id(number: number): string {
    const id = this.#ids[number - 1];
    if (id === undefined) {
      throw new Error(`There is no client #${number} yet: ${this.text}`);
    }
    return id;
  }

  /** How often this line stands there. */
  count(line: string): number {
    return this.lines.filter((each) => each === line).length;
  }

  /** Resolves once the line stands there, or stands there so many times, after the listeners have been called. */
  see(line: string, times = 1): Promise<void> {
    if (this.count(line) >= times) {
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const late = () => {
        const happened = this.lines.slice(-40).join('\n  ');
        reject(new Error(`'${line}' did not come ${times}x within ${PATIENCE_MS} ms. What came:\n  ${happened}`));
      };
      // Who loses a race keeps nothing alive; the time of mocha runs anyway.
      const timer = setTimeout(late, PATIENCE_MS).unref();
      const waiter = {
        line,
        times,
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      this.#waiters.push(waiter);
    });
  }

  #write(event: string, values: readonly unknown[]): void {
    if (event === 'error' && values[0] instanceof Error) {
      this.errors.push(values[0]);
    }
    const line = [event, ...values.map((value) => this.#render(value))].join(' ');
    this.lines.push(line);
    const ready = this.#waiters.filter((waiter) => waiter.line === line && this.count(line) >= waiter.times);
    if (ready.length > 0) {
      this.#waiters = this.#waiters.filter((waiter) => !ready.includes(waiter));
      for (const waiter of ready) {
        waiter.resolve();
      }
    }
  }

  #render(value: unknown): string {
    if (value instanceof Error) {
      return (value as NodeJS.ErrnoException).code ?? `${value.name}: ${value.message}`;
    }
    if (typeof value === 'string' && UUID.test(value)) {
      return this.#number(value);
    }
    if (typeof (value as EventEmitter | undefined)?.on === 'function') {
      return '<connection>';
    }
    const text = typeof value === 'string' ? value : json(value);
    return text.length > LONGEST_TEXT ? `${text.slice(0, 20)}...(${text.length})` : text === '' ? "''" : text;
  }

  #number(id: string): string {
    if (!this.#ids.includes(id)) {
      this.#ids.push(id);
    }
    return `#${this.#ids.indexOf(id) + 1}`;
  }
}

/** Not everything that JSON.parse can make can be written by JSON.stringify. */
function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'undefined';
  } catch {
    return '<too deep>';
  }
}

const TRAFFIC = '(?:message message\\S+ |drain )*';
const CLIENT = new RegExp(
  `^(?:connectError )*(?:connect ${TRAFFIC}(?:disconnect (?:connectError )*connect reconnect ${TRAFFIC})*` +
    '(?:disconnect (?:connectError )*)?)?(?:closed close )?$',
);
const SERVER = /^(?:listening (?:(?:connection|message message\S+|disconnect|drain) )*)?(?:closed close )?$/;
const PEER = /^connection (?:message message\S+ |drain )*(?:disconnect )?$/;

/** What breaks the grammar of a client's events; empty when nothing does. Errors may stand anywhere before `close`. */
export function breachesOfClient({ lines, names }: Recording): string[] {
  return [...wrongOrder(CLIENT, names, 'the client'), ...lateEvents(lines)];
}

/** The same for a server, and for each of its clients. */
export function breachesOfServer({ lines, names }: Recording): string[] {
  const numbers = new Set(lines.flatMap((line) => /^connection (#\d+)/.exec(line)?.[1] ?? []));
  const ofPeers = [...numbers].flatMap((number) => {
    const own = lines.filter((line) => line.split(' ').includes(number) && !line.startsWith('error'));
    return wrongOrder(
      PEER,
      own.map((line) => line.split(' ', 1)[0] ?? ''),
      `client ${number}`,
    );
  });
  const closed = names.includes('close') && names.filter((name) => name === 'connection').length;
  const gone = names.filter((name) => name === 'disconnect').length;
  const left = closed !== false && closed !== gone ? [`${closed} connection, but ${gone} disconnect before close`] : [];
  return [...wrongOrder(SERVER, names, 'the server'), ...ofPeers, ...left, ...lateEvents(lines)];
}

function wrongOrder(grammar: RegExp, names: readonly string[], whose: string): string[] {
  const events = names.filter((name) => name !== 'error').map((name) => `${name.replaceAll(/\s/g, '_')} `);
  return grammar.test(events.join('')) ? [] : [`the order of ${whose} is against the grammar: ${events.join('')}`];
}

function lateEvents(lines: readonly string[]): string[] {
  const close = lines.indexOf('close');
  const late = close === -1 ? [] : lines.slice(close + 1);
  const allowed = /^error IPC_(?:SEND_AFTER_CLOSE|ALREADY_CONNECTED|ALREADY_LISTENING|CLOSED)$/;
  return late.filter((line) => !allowed.test(line)).map((line) => `after close: ${line}`);
}
