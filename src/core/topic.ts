/** What is made of a topic once, rather than for each message: the name of its event, and how it stands on the wire. */

import { AdaptiveJson } from './adaptive-json.js';
import { detached } from './detached.js';
import { DELIMITER } from './framing.js';
import { LearningBudget } from './learning-budget.js';

/** What a message ends with in the default wire format, before the delimiter. */
export const CLOSING = '}';

/** For messages of all topics: of very many, few can have templates of their own. */
const anyWriting: AdaptiveJson = new AdaptiveJson({ opening: '', closing: '' }, undefined, new LearningBudget());
const anyReading: AdaptiveJson = new AdaptiveJson({ opening: '', closing: '' }, undefined, new LearningBudget());

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

/** Most messages have the topic of the one before. */
let latest: Topic = remember('none');

/** The topic of that name. */
export function topicOf(name: string): Topic {
  if (name === latest.name) {
    return latest;
  }
  const topic = knownTopic(name) ?? remember(name);
  if (name.length <= LONGEST_LATEST) {
    latest = topic;
  }
  return topic;
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
    former = known;
    known = new Map();
  }
  known.set(topic.name, topic);
}
