/** One line of a script: a message that is expected, how often, and what is answered. */

import type { MessageArgument, TopicOf } from '../../core/contract.js';
import { type AnyMessage, describeMatch, matches, type WhenAny } from './match.js';
import { checkAction, checkBytes, checkCut, checkMs, checkPart, checkTopic } from './script-arguments.js';

/** How a connection is cut. */
export interface CutOptions {
  /**
   * What the other side sees: a plain end, a reset (`ECONNRESET`; only in a simulation), or, by default, what it would
   * see of a process that dies: a reset when there was something unread, else an end.
   */
  readonly mode?: 'eof' | 'reset' | 'auto';
}

/** The other side of the conversation, as an answer sees it. */
export interface ScriptedPeer<Outgoing> {
  /** On a fake server, the client that sent the message. */
  readonly clientId: string | undefined;
  send<T extends TopicOf<Outgoing>>(topic: T, ...message: MessageArgument<Outgoing[T]>): void;
  /** Bytes as they are, no frame around them. */
  sendRaw(bytes: Uint8Array | string): void;
  /** The first bytes of the frame of a message. */
  sendPartial<T extends TopicOf<Outgoing>>(topic: T, message: Outgoing[T], part: { readonly bytes: number }): void;
  /** Ends the connection after everything sent so far. */
  cut(options?: CutOptions): void;
}

/** What is answered: a message, or a function of the message that came, which may take its time. */
export type Answer<Incoming, Outgoing, Reply> =
  | WhenAny<Reply, AnyMessage, Reply>
  | ((message: Incoming, peer: ScriptedPeer<Outgoing>) => Reply | Promise<Reply>);

type AnswerArgument<Incoming, Outgoing, Reply> = undefined extends Reply
  ? [answer?: Answer<Incoming, Outgoing, Reply>]
  : [answer: Answer<Incoming, Outgoing, Reply>];

/** One thing to do; a promise is waited for before the next. */
export type Step = (message: unknown, peer: ScriptedPeer<Record<string, unknown>>) => unknown;

/** Steps that only wait, in milliseconds. */
export class Wait {
  readonly ms: number;

  constructor(ms: number) {
    this.ms = checkMs(ms, 'delay()');
  }
}

/** Made by `fake.on(topic, match)`; each method returns the expectation, to go on. */
export class Expectation<Incoming, Outgoing> {
  readonly topic: string;
  readonly match: unknown;
  readonly #steps: (Step | Wait)[] = [];
  #least = 1;
  #most = Number.POSITIVE_INFINITY;
  #fired = 0;
  #pending = 0;

  /** Use `fake.on()`. */
  constructor(topic: string, match: unknown) {
    checkTopic(topic, 'on()');
    this.topic = topic;
    this.match = match;
  }

  /** Sends a message back to who sent this one. Several replies go out one after the other. */
  reply<T extends TopicOf<Outgoing>>(topic: T, ...[answer]: AnswerArgument<Incoming, Outgoing, Outgoing[T]>): this {
    checkTopic(topic, 'reply()');
    return this.#add((message, peer) => {
      const reply: unknown = typeof answer === 'function' ? (answer as Step)(message, peer) : answer;
      if (reply instanceof Promise) return reply.then((resolved) => peer.send(topic, resolved));
      return peer.send(topic, reply);
    });
  }

  /** Sends bytes back as they are. */
  replyRaw(bytes: Uint8Array | string): this {
    checkBytes(bytes, 'replyRaw()');
    return this.#add((_message, peer) => peer.sendRaw(bytes));
  }

  /** Sends the first bytes of the frame of a message back: what comes next then completes it, or breaks it. */
  replyPartial<T extends TopicOf<Outgoing>>(topic: T, message: Outgoing[T], part: { readonly bytes: number }): this {
    checkTopic(topic, 'replyPartial()');
    checkPart(part, 'replyPartial()');
    return this.#add((_message, peer) => peer.sendPartial(topic, message, part));
  }

  /** Waits before what follows: virtual milliseconds in a simulation, real ones on a socket file. */
  delay(ms: number): this {
    this.#steps.push(new Wait(ms));
    return this;
  }

  /** Cuts the connection that the message came on, after what was answered so far. */
  cut(options: CutOptions = {}): this {
    checkCut(options);
    return this.#add((_message, peer) => peer.cut(options));
  }

  /** Anything else. What it throws, or rejects with, fails `verify()`. */
  run(action: (message: Incoming, peer: ScriptedPeer<Outgoing>) => unknown): this {
    checkAction(action, 'run()');
    return this.#add(action as Step);
  }

  /** Expected exactly once; after that it answers no more. */
  once(): this {
    return this.times(1);
  }

  /** Expected exactly this often; after that it answers no more. */
  times(count: number): this {
    if (!Number.isInteger(count) || count < 0) {
      throw new TypeError(`times() takes a whole number, zero or more; got ${count}.`);
    }
    this.#least = count;
    this.#most = count;
    return this;
  }

  /** Expected once or more, and answered every time: the default. */
  persist(): this {
    this.#least = 1;
    this.#most = Number.POSITIVE_INFINITY;
    return this;
  }

  /** Answered when it comes, and not missed when it does not. */
  optional(): this {
    this.#least = 0;
    return this;
  }

  /** How often it has answered. */
  get fired(): number {
    return this.#fired;
  }

  /** How many of its answers are promised and not there yet. */
  get pending(): number {
    return this.#pending;
  }

  /** How often it should, in words. */
  get expected(): string {
    if (this.#most === Number.POSITIVE_INFINITY) return this.#least === 0 ? 'any number' : '1 or more';
    return this.#least === this.#most ? String(this.#most) : `${this.#least} to ${this.#most}`;
  }

  /** Whether it has not come as often as expected, or has not been answered to the end. */
  get isLeftOver(): boolean {
    return this.isMissed || this.#pending > 0;
  }

  /** Whether it has not come as often as expected. */
  get isMissed(): boolean {
    return this.#fired < this.#least;
  }

  /** Whether it answers no more. */
  get isUsedUp(): boolean {
    return this.#fired >= this.#most;
  }

  /** Whether it has a limit. Those go first. */
  get isLimited(): boolean {
    return this.#most !== Number.POSITIVE_INFINITY;
  }

  /** The call that made it. */
  toString(): string {
    return this.match === undefined ? `on('${this.topic}')` : `on('${this.topic}', ${describeMatch(this.match)})`;
  }

  /** Whether it answers this message. */
  answers(topic: string, message: unknown): boolean {
    return topic === this.topic && !this.isUsedUp && matches(this.match, message);
  }

  /** It has come once more: what to do about it. */
  fire(): readonly (Step | Wait)[] {
    this.#fired += 1;
    return this.#steps;
  }

  /** One of its steps waits for a promise, until that is settled. */
  awaits(promise: Promise<unknown>): void {
    this.#pending += 1;
    const settled = (): void => {
      this.#pending -= 1;
    };
    promise.then(settled, settled);
  }

  #add(step: Step): this {
    this.#steps.push(step);
    return this;
  }
}
