/** What was sent on each connection in each direction, and what of it arrived. */

import { clientOf, type Fact, processOf } from './fact.js';

interface Stream {
  /** In the order of the calls. */
  readonly sent: string[];
  readonly refused: Set<string>;
  readonly doubted: Set<string>;
}

/** Messages to a server are filed under the client's connection; those to a client under the id that the server gave it. */
export class Delivery {
  readonly #streams = new Map<string, Stream>();
  readonly #arrived = new Map<string, string[]>();
  /** The id of a client's connection. */
  readonly #ids = new Map<string, string>();
  /** Processes that died: their last reports may be missing. */
  readonly #died = new Set<string>();

  take(fact: Fact): void {
    switch (fact.fact) {
      case 'sent':
        for (const stream of fact.streams) this.#stream(stream).sent.push(fact.token);
        break;
      case 'refused':
        this.#stream(fact.stream).refused.add(fact.token);
        break;
      case 'doubted':
        for (const token of fact.tokens) this.#stream(fact.stream).doubted.add(token);
        break;
      case 'arrived':
        if (fact.topic !== 'hello') this.#arrivals(fact.stream).push(fact.token);
        break;
      case 'introduced':
        this.#ids.set(`to ${fact.stream}`, fact.clientId);
        break;
      case 'ended':
        if (fact.how === 'crash') this.#died.add(fact.process);
        break;
      default:
        break;
    }
  }

  /** Where something arrived that was not sent there, not then, or twice: by connection, what is wrong. */
  disorder(): { readonly stream: string; readonly problem: string }[] {
    return [...this.#arrived].flatMap(([stream, arrived]) => {
      const problem = this.#compare(stream, arrived);
      return problem === undefined ? [] : [{ stream, problem }];
    });
  }

  /** Connections on which something is missing: of one process's clients, or of all. */
  missing(process: string | undefined): { readonly stream: string; readonly problem: string }[] {
    const names = new Map([...this.#ids].map(([name, id]) => [id, name]));
    return [...this.#streams].flatMap(([key, { sent, refused, doubted }]) => {
      // A stream of a server's to somebody who never said who it is: nobody of the scenario.
      const name = key.includes('#') ? key : names.get(key);
      if (name === undefined) return [];
      const client = clientOf(name.replace(/^to /, ''));
      if (process !== undefined && processOf(client) !== process) return [];
      const arrived = new Set(this.#arrived.get(name));
      const due = sent.filter((token) => !refused.has(token) && !doubted.has(token));
      const lost = due.filter((token) => !arrived.has(token));
      return lost.length === 0
        ? []
        : [{ stream: name, problem: `${lost.length} of ${due.length} messages did not arrive, ${lost[0]} the first` }];
    });
  }

  #compare(name: string, arrived: readonly string[]): string | undefined {
    if (!name.startsWith('to ')) return this.#follow(this.#streams.get(name), arrived, this.#hasDied(clientOf(name)));
    const id = this.#ids.get(name);
    if (id !== undefined) return this.#follow(this.#streams.get(id), arrived, this.#hasDied(arrived[0] ?? ''));
    // Its hello never came, so any connection of which the server does not know whose it is may be meant.
    const known = new Set(this.#ids.values());
    const candidates = [...this.#streams].filter(([key]) => !key.includes('#') && !known.has(key));
    const fits = candidates.some(([, stream]) => this.#follow(stream, arrived, false) === undefined);
    return fits ? undefined : `${arrived[0]} and what followed was sent to nobody in this order`;
  }

  /** Each message that arrived must be the next that was sent; only what was refused or left out may be passed over. */
  #follow(stream: Stream | undefined, arrived: readonly string[], senderDied: boolean): string | undefined {
    const { sent = [], refused = new Set(), doubted = new Set() } = stream ?? {};
    let next = 0;
    for (const token of arrived) {
      while (next < sent.length && sent[next] !== token && (refused.has(sent[next]) || doubted.has(sent[next]))) {
        next += 1;
      }
      if (next >= sent.length && senderDied) return undefined;
      if (sent[next] !== token) {
        return `${token} arrived where ${sent[next] ?? 'nothing more'} was to be next`;
      }
      if (refused.has(token)) return `${token} arrived although an error said that it was not sent`;
      next += 1;
    }
    return undefined;
  }

  #hasDied(actor: string): boolean {
    return this.#died.has(processOf(actor));
  }

  #stream(key: string): Stream {
    let stream = this.#streams.get(key);
    if (stream === undefined) {
      stream = { sent: [], refused: new Set(), doubted: new Set() };
      this.#streams.set(key, stream);
    }
    return stream;
  }

  #arrivals(key: string): string[] {
    let list = this.#arrived.get(key);
    if (list === undefined) {
      list = [];
      this.#arrived.set(key, list);
    }
    return list;
  }
}
