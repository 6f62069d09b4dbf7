/** What a fake server and a fake client have in common: a script, a book of what came, and patience. */

import type { TopicOf } from '../../core/contract.js';
import { BadClientError, NoServerError } from '../../core/errors.js';
import type { Timer } from '../../core/runtime.js';
import type { DuplexConnection, Transport } from '../../core/transport.js';
import { LeakError } from '../leak-report.js';
import type { Simulation } from '../simulation.js';
import { Expectation, type ScriptedPeer, type Step, Wait } from './expectation.js';
import { type FakeOptions, FakeWorld } from './fake-world.js';
import type { Match } from './match.js';
import type { ReceivedMessage } from './received-message.js';
import { Script } from './script.js';
import { checkTopic, checkWithin } from './script-arguments.js';
import { Waiters } from './waiters.js';

/** How long a fact is waited for. */
export interface WithinOptions {
  /** Milliseconds, virtual ones in a simulation. Default: the fake's `within`. */
  readonly within?: number;
}

/** A fact that was awaited did not come about in time. The message tells what did. */
export class MissingFactError extends Error {
  readonly code: string = 'IPC_FAKE_MISSING';
  override readonly name: string = 'MissingFactError';
}

/** Errors of a connection that is cut: that is what scripts are for. */
const LOSSES: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_DESTROYED', 'ABORT_ERR']);

/** Base of `FakeServer` and `FakeClient`. */
export abstract class Fake<Incoming, Outgoing> {
  /** @internal */
  protected readonly world: FakeWorld;
  /** @internal */
  protected readonly waiters: Waiters;
  readonly #script: Script;
  readonly #startedAt: number;
  readonly #leaks: 'report' | 'throw';
  readonly #timers = new Set<Timer>();
  /** What waits for `resume()`; undefined while nothing is stalled. */
  #held: (() => void)[] | undefined;
  #delayMs = 0;
  #end: Promise<void> | undefined;

  protected constructor(options: FakeOptions) {
    this.world = new FakeWorld(options);
    this.waiters = new Waiters(this.world.pace);
    this.#script = new Script(options.strict ?? true);
    this.#startedAt = this.world.runtime.now();
    this.#leaks = options.leaks ?? 'report';
  }

  /** For the program under test: `new Client({ transport: fake.transport })`. */
  get transport(): Transport {
    return this.world.transport;
  }

  /** The simulation that it lives in: its clock, its trace, its network. Throws on a real socket, which has none. */
  get simulation(): Simulation {
    const { simulation } = this.world;
    if (simulation === undefined)
      throw new Error('A fake on a socket file lives in the real world: it has no simulation.');
    return simulation;
  }

  /**
   * Expects a message, and says what is answered: `fake.on('hello', { name: 'ada' }).reply('welcome', { ... })`.
   *
   * Unless told otherwise it is expected once or more and answered every time; see `once()`, `times()`, `optional()`.
   * Of several that match, those with a limit go first, in the order in which they were registered; after them the
   * latest of those without one, so that a later `on` overrides an earlier one.
   *
   * @param match a part of the message, `exactly(...)` all of it, or a function; left out, any message of the topic.
   */
  on<T extends TopicOf<Incoming>>(topic: T, match?: Match<Incoming[T]>): Expectation<Incoming[T], Outgoing> {
    const expectation = new Expectation<Incoming[T], Outgoing>(topic, match);
    this.#script.register(expectation as Expectation<unknown, unknown>);
    return expectation;
  }

  /** Messages of these topics may come, and need no answer. */
  ignore(...topics: TopicOf<Incoming>[]): this {
    for (const topic of topics) checkTopic(topic, 'ignore()');
    this.#script.ignore(topics);
    return this;
  }

  /**
   * Resolves with the oldest message of this topic that is like `match` and that no earlier `received()` was given:
   * one that has come already, or the next that comes. A message asked for in this way counts as expected.
   *
   * @throws MissingFactError (by rejection) when none comes in time; it tells what came instead.
   */
  received<T extends TopicOf<Incoming>>(
    topic: T,
    match?: Match<Incoming[T]>,
    options?: WithinOptions,
  ): Promise<Incoming[T]> {
    checkTopic(topic, 'received()');
    const find = (): { readonly fact: Incoming[T] } | undefined =>
      this.#script.take(topic, match) as { readonly fact: Incoming[T] } | undefined;
    return this.#wait(find, () => this.#script.missing(topic, match), 'received()', options);
  }

  /**
   * Every message of the topic so far, oldest first; left out, of all topics, with sender and time. None is ever
   * dropped: after a million messages of a kilobyte a fake holds a gigabyte.
   */
  messages(): ReceivedMessage<TopicOf<Incoming>, Incoming[TopicOf<Incoming>]>[];
  messages<T extends TopicOf<Incoming>>(topic: T): Incoming[T][];
  messages(topic?: string): unknown[] {
    if (topic !== undefined) checkTopic(topic, 'messages()');
    const { entries } = this.#script;
    return topic === undefined
      ? entries.map(({ topic, message, clientId, at }) => ({ topic, message, clientId, at }))
      : entries.filter((entry) => entry.topic === topic).map(({ message }) => message);
  }

  /** From now on each answer of the script comes this much later, in milliseconds. Zero ends it. */
  delay(ms: number): void {
    this.#delayMs = new Wait(ms).ms;
  }

  /** Hangs: reads nothing, answers nothing and sends nothing until `resume()`. Connections stay as they are. */
  stall(): void {
    this.#held ??= [];
    for (const connection of this.connections()) connection.pause();
  }

  /** Ends `stall()`: reads on, and does what had to wait. */
  resume(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const connection of this.connections()) connection.resume();
    for (const action of held) this.perform(action);
  }

  /**
   * In a simulation, everything that is due at this instant happens first.
   *
   * @throws VerificationError when a message came that was not expected, when an expectation is left over (it did not
   * come, or the promise of its answer is still pending), or when something went wrong meanwhile, even if the program
   * under test has swallowed it. The message is a report.
   */
  verify(): void {
    this.world.pace.settleNow();
    this.#script.verify(this.constructor.name);
  }

  /** Cuts every connection and ends for good. Facts still awaited are rejected. Resolves when nothing is left. */
  close(): Promise<void> {
    if (this.#end === undefined) {
      for (const timer of this.#timers) timer.cancel();
      this.#timers.clear();
      this.#end = this.shut();
      this.world.pace.settleNow();
      this.waiters.giveUp(new MissingFactError(`The ${this.constructor.name} was closed.`));
    }
    return this.#end;
  }

  /** Verifies and closes: `using fake = new FakeServer()`. */
  [Symbol.dispose](): void {
    try {
      this.verify();
    } finally {
      this.close().catch(() => {});
    }
    this.#checkLeaks();
  }

  /** Verifies, closes, and waits until nothing is left: `await using fake = new FakeServer({ socketFile })`. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.verify();
    } finally {
      await this.close();
    }
    this.#checkLeaks();
  }

  /** @internal Open connections. */
  protected abstract connections(): Iterable<DuplexConnection>;
  /** @internal The state of the connection in a sentence, for reports. */
  protected abstract describe(): string;
  /** @internal Ends everything. */
  protected abstract shut(): Promise<void>;

  /** @internal Whether it hangs at the moment. */
  protected get isStalled(): boolean {
    return this.#held !== undefined;
  }

  /** @internal Does something, after `resume()` if it hangs. */
  protected perform(action: () => void): void {
    if (this.#held === undefined) action();
    else this.#held.push(action);
  }

  /** @internal A message came. */
  protected heard(topic: string, message: unknown, sender: string, peer: ScriptedPeer<Outgoing>): void {
    const at = this.world.runtime.now() - this.#startedAt;
    const received = { topic, message, clientId: peer.clientId, at: Math.round(at * 1000) / 1000 };
    const expectation = this.#script.receive(received, sender);
    if (expectation !== undefined) {
      const steps = this.#delayMs > 0 ? [new Wait(this.#delayMs), ...expectation.fire()] : expectation.fire();
      this.#play(steps, 0, message, peer as never, expectation);
    }
    this.waiters.check();
  }

  /** @internal Something went wrong; what belongs to a cut connection is not worth a word. */
  protected failed(error: Error, where: string): void {
    const { code } = error as NodeJS.ErrnoException;
    if (LOSSES.has(code) || error instanceof BadClientError || error instanceof NoServerError) return;
    this.#script.complain(`${error.name}${where}: ${error.message}`);
  }

  /** @internal Resolves once the predicate holds. */
  protected until(predicate: () => boolean, missing: string, call: string, options?: WithinOptions): Promise<void> {
    return this.#wait(
      () => (predicate() ? { fact: undefined } : undefined),
      () => missing,
      call,
      options,
    );
  }

  /** @internal A timer that `close()` cancels. */
  protected startTimer(ms: number, callback: () => void, label: string): Timer {
    const timer = this.world.runtime.setTimer(
      ms,
      () => {
        this.#timers.delete(timer);
        callback();
      },
      label,
    );
    this.#timers.add(timer);
    return timer;
  }

  #wait<Fact>(
    find: () => { readonly fact: Fact } | undefined,
    missing: () => string,
    call: string,
    options: WithinOptions | undefined,
  ): Promise<Fact> {
    checkWithin(options, call);
    const { within = this.world.withinMs } = options ?? {};
    const complain = (): Error =>
      new MissingFactError(
        `${missing()}\nWaited ${within} ${this.world.pace.unit}. ${this.describe()}${this.isStalled ? ' It is stalled.' : ''}`,
      );
    return this.waiters.wait(find, within, complain);
  }

  #play(
    steps: readonly (Step | Wait)[],
    index: number,
    message: unknown,
    peer: Parameters<Step>[1],
    expectation: Expectation<unknown, unknown>,
  ): void {
    const step = steps[index];
    if (step === undefined) return;
    const goOn = (): void => this.#play(steps, index + 1, message, peer, expectation);
    if (step instanceof Wait) {
      this.startTimer(step.ms, () => this.perform(goOn), 'delayed answer of a fake');
      return;
    }
    this.perform(() => {
      const fail = (error: unknown): void => this.#script.complain(`${expectation} threw ${String(error)}`);
      try {
        const result = step(message, peer);
        if (result instanceof Promise) {
          result.then(goOn, fail);
          // After that, so that an answer in several parts is pending all the time.
          expectation.awaits(result);
        } else {
          goOn();
        }
      } catch (error) {
        fail(error);
      }
    });
  }

  #checkLeaks(): void {
    if (this.#leaks !== 'throw' || !this.world.ownsSimulation) return;
    const report = this.simulation.leaks();
    if (!report.isClean) throw new LeakError(report);
  }
}
