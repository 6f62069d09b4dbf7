/** What is made of a topic once, rather than for each message: the name of its event, and how it stands on the wire. */

import { AdaptiveJson } from './adaptive-json.js';
import { detached } from './detached.js';
import { DELIMITER } from './framing.js';
import { LearningBudget } from './learning-budget.js';

/** What a message ends with in the default wire format, before the delimiter. */
export const CLOSING = '}';

export interface Topic {
  readonly name: string;
  /** `message.<topic>`, the event of its messages. */
  readonly event: string;
  /** What a message of it begins with in the default wire format, when this library wrote it. */
  readonly opening: string;
  /** For its messages, to write and to read them. */
  readonly writing: AdaptiveJson;
  readonly reading: AdaptiveJson;
  /**
   * Whether to look for long strings in the next message, which takes time: not after a short one, and not any more once
   * one was long for other reasons.
   */
  longStrings: 'expected' | 'unlikely' | 'none';
}

/** Topics come from peers, so what is remembered is bounded: in number, and in what a single topic may take. */
const MOST_TOPICS = 16 * 1024;
const LONGEST_NAME = 64;

/** A longer one is not kept as the latest either: every connection may keep one, also while it is idle. */
export const LONGEST_LATEST = 1024;

/** For messages of all topics: of very many, few can have templates of their own. */
const anyWriting: AdaptiveJson = new AdaptiveJson({ opening: '', closing: '' }, undefined, new LearningBudget());
const anyReading: AdaptiveJson = new AdaptiveJson({ opening: '', closing: '' }, undefined, new LearningBudget());

const known = new Map<string, Topic>();

/** Most messages have the topic of the one before. */
let latest: Topic = remember('none');

/** The topic of that name. */
export function topicOf(name: string): Topic {
  if (name === latest.name) {
    return latest;
  }
  const topic = known.get(name) ?? remember(name);
  if (name.length <= LONGEST_LATEST) {
    latest = topic;
  }
  return topic;
}

/** The topic of that name, when it is remembered. */
export function knownTopic(name: string): Topic | undefined {
  return known.get(name);
}

function remember(name: string): Topic {
  // What is kept must not keep alive the text that it was cut from.
  const key = detached(name);
  const opening = `{"topic":${JSON.stringify(key)},"message":`;
  const topic: Topic = {
    name: key,
    event: `message.${key}`,
    opening,
    writing: new AdaptiveJson({ opening, closing: CLOSING + DELIMITER }, anyWriting),
    reading: new AdaptiveJson({ opening, closing: CLOSING }, anyReading),
    longStrings: 'expected',
  };
  if (name.length <= LONGEST_NAME) {
    if (known.size >= MOST_TOPICS) {
      known.clear();
    }
    known.set(key, topic);
  }
  return topic;
}
