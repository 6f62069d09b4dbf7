/** The name of the event of a topic, `message.<topic>`, built once for each topic rather than for each message. */

import { detached } from './detached.js';

const names = new Map<string, string>();

/** Topics come from peers, so the cache has to be bounded: in number, and in what a single topic may take. */
const MOST_NAMES = 1024;
const LONGEST_TOPIC = 128;

/** `message.<topic>` */
export function messageEvent(topic: string): string {
  const known = names.get(topic);
  if (known !== undefined) {
    return known;
  }
  if (topic.length > LONGEST_TOPIC) {
    return `message.${topic}`;
  }
  if (names.size >= MOST_NAMES) {
    names.clear();
  }
  // A decoder may have cut the topic from its chunk.
  const key = detached(topic);
  const name = `message.${key}`;
  names.set(key, name);
  return name;
}
