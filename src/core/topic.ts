/** What is made of a topic once, rather than for each message: the name of its event, and how it stands on the wire. */

import { AdaptiveJson } from './adaptive-json.js';
import { detached } from './detached.js';
import { DELIMITER } from './framing.js';
import { LearningBudget } from './learning-budget.js';

/** What a message ends with in the default wire format, before the delimiter. */
export const CLOSING = '}';

/** For messages of all topics: of very many, few can have templates of their own. */
const anyWriting: AdaptiveJson = new AdaptiveJson(
  { opening: '', closing: CLOSING + DELIMITER },
  undefined,
  new LearningBudget(),
);
const anyReading: AdaptiveJson = new AdaptiveJson({ opening: '', closing: CLOSING }, undefined, new LearningBudget());

export class Topic {
  readonly name: string;
  /** `message.<topic>`, the event of its messages. */
  readonly event: string;
  /** What a message of it begins with in the default wire format, when this library wrote it. */
  readonly opening: string;
  /**
   * Whether to look for long strings in the next message, which takes time: not after a short one, and not any more once
   * one was long for other reasons.
   */
  longStrings: 'expected' | 'unlikely' | 'none' = 'expected';
  /**
   * Which topic was sent after it the last time: the first guess what comes next, since to look a topic up takes longer,
   * the more so the more there are. See `canFollow`.
   */
  nextSent: Topic = this;
  /** The same for what is read. */
  nextRead: Topic = this;
  isRemembered = false;
  /** It came as expected, so that nothing else says that it is in use. */
  wasExpected = false;
  // Made when first needed: there may be very many topics, and most go one way only.
  #writing: AdaptiveJson | undefined;
  #reading: AdaptiveJson | undefined;

  constructor(name: string) {
    this.name = name;
    this.event = `message.${name}`;
    this.opening = `{"topic":${JSON.stringify(name)},"message":`;
  }

  /** For its messages, to write them. */
  get writing(): AdaptiveJson {
    this.#writing ??= new AdaptiveJson({ opening: this.opening, closing: CLOSING + DELIMITER }, anyWriting);
    return this.#writing;
  }

  /** For its messages, to read them. */
  get reading(): AdaptiveJson {
    this.#reading ??= new AdaptiveJson({ opening: this.opening, closing: CLOSING }, anyReading);
    return this.#reading;
  }
}

/** Topics come from peers, so what is remembered is bounded: in number, to twice this, and in what a single topic may take. */
const MOST_TOPICS = 16 * 1024;
const LONGEST_NAME = 64;

/** A longer one is not kept as the latest either: every connection may keep one, also while it is idle. */
export const LONGEST_LATEST = 1024;

/** What was in use since `former` were, and those; when there is no room for more, whoever is in neither is forgotten. */
let known = new Map<string, Topic>();
let former: ReadonlyMap<string, Topic> = new Map();

const none: Topic = remember('none');
let latestSent = none;
let latestHandedOut = none;

/** The topic of that name. */
export function topicOf(name: string): Topic {
  return knownTopic(name) ?? remember(name);
}

/** The topic of that name, for a message that is sent. */
export function topicToSend(name: string): Topic {
  const expected = latestSent.nextSent;
  if (name === expected.name) {
    latestSent = expected;
    expected.wasExpected = true;
    return expected;
  }
  const topic = topicOf(name);
  if (name.length <= LONGEST_LATEST) {
    if (canFollow(latestSent, topic)) {
      latestSent.nextSent = topic;
    }
    latestSent = topic;
  }
  return topic;
}

/** `message.<topic>`, for a message that is handed out: in the order in which it was read, a chunk later. */
export function eventOf(name: string): string {
  const expected = latestHandedOut.nextRead;
  if (name === expected.name) {
    latestHandedOut = expected;
    return expected.event;
  }
  const topic = topicOf(name);
  if (name.length <= LONGEST_LATEST) {
    latestHandedOut = topic;
  }
  return topic.event;
}

/**
 * Whether to expect one after the other. Only among those that are remembered, and who is forgotten expects itself: any
 * that is kept, by an idle connection say, would keep all that came after it.
 */
export function canFollow(former: Topic, topic: Topic): boolean {
  return former.isRemembered && topic.isRemembered;
}

/** The topic of that name, when it is remembered. */
export function knownTopic(name: string): Topic | undefined {
  const topic = known.get(name);
  if (topic !== undefined) {
    return topic;
  }
  const rediscovered = former.get(name);
  if (rediscovered !== undefined) {
    keep(rediscovered);
  }
  return rediscovered;
}

function remember(name: string): Topic {
  // What is kept must not keep alive the text that it was cut from.
  const topic = new Topic(detached(name));
  if (name.length <= LONGEST_NAME) {
    keep(topic);
  }
  return topic;
}

function keep(topic: Topic): void {
  if (known.size >= MOST_TOPICS) {
    makeRoom();
  }
  topic.isRemembered = true;
  known.set(topic.name, topic);
}

function makeRoom(): void {
  const unseen = [...former.values()].filter((topic) => known.get(topic.name) !== topic);
  former = known;
  known = new Map();
  for (const topic of unseen) {
    if (topic.wasExpected) {
      topic.wasExpected = false;
      known.set(topic.name, topic);
    } else {
      forget(topic);
    }
  }
}

function forget(topic: Topic): void {
  topic.isRemembered = false;
  topic.nextSent = topic;
  topic.nextRead = topic;
}
