/** What a fake expects, what came, and what is to be said about it. */

import type { Expectation } from './expectation.js';
import { VerificationError, verificationReport } from './leftovers-table.js';
import { describeMatch, matches } from './match.js';
import { describeEntry, differencesOf, type Entry, type ReceivedMessage } from './received-message.js';

type AnyExpectation = Expectation<unknown, unknown>;

/** The book that a fake keeps. */
export class Script {
  readonly #isStrict: boolean;
  readonly #expectations: AnyExpectation[] = [];
  readonly #entries: Entry[] = [];
  readonly #ignored = new Set<string>();
  readonly #problems: string[] = [];

  constructor(isStrict: boolean) {
    this.#isStrict = isStrict;
  }

  /** Everything that came, oldest first. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  register(expectation: AnyExpectation): void {
    this.#expectations.push(expectation);
  }

  ignore(topics: readonly string[]): void {
    for (const topic of topics) this.#ignored.add(topic);
  }

  /** Something went wrong that fails `verify()`. */
  complain(problem: string): void {
    this.#problems.push(problem);
  }

  /** A message came: keeps it, and returns the expectation that answers it. */
  receive(received: ReceivedMessage, sender: string): AnyExpectation | undefined {
    const expectation = this.#choose(received);
    const isExpected = expectation !== undefined || this.#ignored.has(received.topic);
    this.#entries.push({ ...received, sender, isExpected, isTaken: false });
    return expectation;
  }

  /** The oldest message that is like this and was not given out before. */
  take(topic: string, match: unknown): { readonly fact: unknown } | undefined {
    const entry = this.#entries.find((each) => !each.isTaken && each.topic === topic && matches(match, each.message));
    if (entry === undefined) return undefined;
    entry.isTaken = true;
    return { fact: entry.message };
  }

  /** Why `take` finds nothing: what came instead, and how it differs. */
  missing(topic: string, match: unknown): string {
    const wanted = match === undefined ? `No '${topic}'` : `No '${topic}' like ${describeMatch(match)}`;
    const lines = this.#entries.slice(-10).map((entry) => `  ${describeEntry(entry)}: ${whyNot(entry, topic, match)}`);
    const omitted = this.#entries.length - lines.length;
    const earlier = omitted > 0 ? [`  (${omitted} earlier)`] : [];
    return `${wanted} came. ${
      lines.length === 0 ? 'Nothing was received.' : ['Received:', ...earlier, ...lines].join('\n')
    }`;
  }

  /** @throws VerificationError when anything was not as scripted. */
  verify(name: string): void {
    const unexpected = this.#isStrict ? this.#entries.filter((entry) => !entry.isExpected && !entry.isTaken) : [];
    const leftOver = this.#expectations.filter((expectation) => expectation.isLeftOver);
    if (unexpected.length + leftOver.length + this.#problems.length === 0) return;
    const findings = { expectations: this.#expectations, unexpected, problems: this.#problems };
    throw new VerificationError(verificationReport(name, findings));
  }

  /**
   * Of several that answer, those with a limit go first, in the order in which they were registered; after them the
   * latest of those without one, so that a later `on` overrides an earlier one.
   */
  #choose({ topic, message }: ReceivedMessage): AnyExpectation | undefined {
    const answering = this.#expectations.filter((expectation) => {
      try {
        return expectation.answers(topic, message);
      } catch (error) {
        this.complain(`${expectation} threw for ${describeEntry({ topic, message })}: ${String(error)}`);
        return false;
      }
    });
    return answering.find(({ isLimited }) => isLimited) ?? answering.at(-1);
  }
}

function whyNot(entry: Entry, topic: string, match: unknown): string {
  if (entry.topic !== topic) return 'another topic';
  const different = differencesOf(match, entry.message);
  return different.length > 0 ? different.join('; ') : 'taken by an earlier received()';
}
