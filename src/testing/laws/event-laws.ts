/**
 * The laws of event order (src/core/events.ts) as automata. Each takes the events of one actor in order and answers
 * what is wrong with one that it does not allow.
 *
 * | client      | allowed, and what follows                                                             |
 * | ----------- | ------------------------------------------------------------------------------------- |
 * | unconnected | connectError, error; connect -> open; closed -> closing                               |
 * | open        | message, drain, error; disconnect -> lost; closed -> closing                          |
 * | lost        | connectError, error; connect -> reconnected; closed -> closing                        |
 * | reconnected | reconnect -> open                                                                     |
 * | closing     | close -> closed                                                                       |
 * | closed      | error                                                                                 |
 *
 * | server    | allowed, and what follows                                                               |
 * | --------- | --------------------------------------------------------------------------------------- |
 * | silent    | error; listening -> listening; closed -> closing                                        |
 * | listening | connection, message, drain, disconnect, error; closed -> closing                        |
 * | closing   | close -> closed                                                                         |
 * | closed    | error                                                                                   |
 *
 * `message` is followed by its `message.<topic>` at once, in every state that allows it. For each of its clients a
 * server emits `connection`, any messages and drains, then `disconnect`, before it closes.
 */

/** An event as the laws see it. */
export interface LawEvent {
  readonly name: string;
  /** On a server, whom it is about. */
  readonly clientId?: string | undefined;
}

/** Takes the next event; answers what is wrong with it, or undefined when it is allowed. */
export interface EventLaw {
  readonly state: string;
  next(event: LawEvent): string | undefined;
}

type Table = Readonly<Record<string, Readonly<Record<string, string>>>>;

const CLIENT: Table = {
  unconnected: { connectError: 'unconnected', error: 'unconnected', connect: 'open', closed: 'closing' },
  open: { message: 'open', drain: 'open', error: 'open', disconnect: 'lost', closed: 'closing' },
  lost: { connectError: 'lost', error: 'lost', connect: 'reconnected', closed: 'closing' },
  reconnected: { reconnect: 'open' },
  closing: { close: 'closed' },
  closed: { error: 'closed' },
};

const SERVER: Table = {
  silent: { error: 'silent', listening: 'listening', closed: 'closing' },
  listening: {
    connection: 'listening',
    message: 'listening',
    drain: 'listening',
    disconnect: 'listening',
    error: 'listening',
    closed: 'closing',
  },
  closing: { close: 'closed' },
  closed: { error: 'closed' },
};

/** States of each automaton, for those who count which ones their runs have visited. */
export const CLIENT_LAW_STATES: readonly string[] = Object.keys(CLIENT);
export const SERVER_LAW_STATES: readonly string[] = Object.keys(SERVER);

class TableLaw implements EventLaw {
  readonly #table: Table;
  #state: string;
  /** A `message` has come, and its `message.<topic>` has to be next. */
  #topicDue = false;

  constructor(table: Table, state: string) {
    this.#table = table;
    this.#state = state;
  }

  get state(): string {
    return this.#state;
  }

  next({ name }: LawEvent): string | undefined {
    const isTopic = name.startsWith('message.');
    if (isTopic !== this.#topicDue) {
      return isTopic
        ? `'${name}' without its 'message' directly before it`
        : `'${name}' between a 'message' and its topic`;
    }
    if (isTopic) {
      this.#topicDue = false;
      return undefined;
    }
    const allowed = this.#table[this.#state] ?? {};
    const following = allowed[name];
    if (following === undefined) {
      return `'${name}' while ${this.#state}, which allows ${Object.keys(allowed).join(', ')}`;
    }
    this.#state = following;
    this.#topicDue = name === 'message';
    return undefined;
  }
}

/** The law of one `Client`. */
export function clientLaw(): EventLaw {
  return new TableLaw(CLIENT, 'unconnected');
}

/** The law of one `Server`, its clients included. */
export function serverLaw(): EventLaw {
  return new ServerLaw();
}

class ServerLaw implements EventLaw {
  readonly #law = new TableLaw(SERVER, 'silent');
  readonly #connected = new Set<string>();
  readonly #gone = new Set<string>();

  get state(): string {
    return this.#law.state;
  }

  next(event: LawEvent): string | undefined {
    return this.#law.next(event) ?? this.#nextOfClient(event);
  }

  #nextOfClient({ name, clientId }: LawEvent): string | undefined {
    if (name === 'closed' && this.#connected.size > 0) {
      return `'closed' before the 'disconnect' of ${[...this.#connected].join(', ')}`;
    }
    if (clientId === undefined || name === 'error') {
      return undefined;
    }
    if (name === 'connection') {
      if (this.#connected.has(clientId) || this.#gone.has(clientId)) {
        return `'connection' of ${clientId}, an id that was used before`;
      }
      this.#connected.add(clientId);
    } else if (!this.#connected.has(clientId)) {
      return `'${name}' of ${clientId}, which ${this.#gone.has(clientId) ? 'has disconnected' : 'never connected'}`;
    } else if (name === 'disconnect') {
      this.#connected.delete(clientId);
      this.#gone.add(clientId);
    }
    return undefined;
  }
}
