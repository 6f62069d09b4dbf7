/** Who sent what to whom on which connection, and what of it arrived. */

/** A message that can be told from all others: the n-th of its stream. */
export interface Numbered {
  readonly stream: string;
  readonly n: number;
}

/** What was accepted for each stream (one connection, one direction), and what arrived of it and where. */
export class Ledger {
  readonly #accepted: Map<string, number[]> = new Map();
  readonly #arrived: Map<string, number[]> = new Map();
  readonly #last: Map<string, number> = new Map();

  /** The next message of a stream, taken as accepted until it is refused. */
  accept(stream: string): Numbered {
    const n = (this.#last.get(stream) ?? 0) + 1;
    this.#last.set(stream, n);
    this.#list(this.#accepted, stream).push(n);
    return { stream, n };
  }

  /** An `error` said that this one was not sent. */
  refuse({ stream, n }: Numbered): void {
    this.#accepted.set(
      stream,
      this.#list(this.#accepted, stream).filter((other) => other !== n),
    );
  }

  arrive({ stream, n }: Numbered): void {
    this.#list(this.#arrived, stream).push(n);
  }

  /** What arrived must be the beginning of what was accepted, and all of it on streams that are to be `complete`. */
  problems(complete: (stream: string) => boolean): string[] {
    const problems: string[] = [];
    for (const [stream, accepted] of this.#accepted) {
      const arrived = this.#list(this.#arrived, stream);
      if (arrived.some((n, index) => n !== accepted[index])) {
        problems.push(`${stream}: ${arrived.join()} arrived, which does not begin ${accepted.join()}`);
      } else if (complete(stream) && arrived.length !== accepted.length) {
        problems.push(`${stream}: only ${arrived.length} of ${accepted.length} messages arrived`);
      }
    }
    return problems;
  }

  #list(lists: Map<string, number[]>, stream: string): number[] {
    const list = lists.get(stream) ?? [];
    lists.set(stream, list);
    return list;
  }
}
