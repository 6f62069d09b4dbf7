/**
 * The text of a message in the default wire format, `{"topic":...,"message":...}`: what `JSON` makes of the whole, at the
 * price of the message alone.
 */

import { detached } from './detached.js';
import type { MessageWrapper } from './errors.js';
import { isMessageWrapper } from './transcoder.js';

/** A topic and what a text that carries it begins with, when this library wrote it. */
interface Opening {
  readonly topic: string;
  readonly text: string;
}

const openings = new Map<string, Opening>();

/** Topics come from peers, so the cache has to be bounded: in number, and in what a single topic may take. */
const MOST_OPENINGS = 1024;
const LONGEST_TOPIC = 128;

/**
 * What `JSON.stringify({ topic, message })` gives.
 *
 * @throws what that throws.
 */
export function writeEnvelope({ topic, message }: MessageWrapper): string {
  if (typeof topic === 'string' && !convertsItself(message)) {
    const text = JSON.stringify(message) as string | undefined;
    // Undefined for what JSON leaves out: then the whole has no message.
    if (text !== undefined) {
      return `${(openings.get(topic) ?? remember(topic)).text}${text}}`;
    }
  }
  return JSON.stringify({ topic, message });
}

/** Reads the messages of one peer, which tend to have the topic of the one before. */
export class EnvelopeReader {
  #opening: Opening | undefined;

  /**
   * What `JSON.parse` gives for the part of the text from `start` to `end`.
   *
   * @throws what that throws.
   */
  read(text: string, start: number, end: number): unknown {
    const opening = this.#opening;
    if (opening !== undefined && text.startsWith(opening.text, start) && text[end - 1] === '}') {
      try {
        // With one JSON value between the two, the whole is an object of exactly these two keys.
        return { topic: opening.topic, message: JSON.parse(text.slice(start + opening.text.length, end - 1)) };
      } catch {
        // Something else follows the message: the whole says what it is.
      }
    }
    const value = JSON.parse(text.slice(start, end));
    if (isMessageWrapper(value)) {
      this.#opening = openings.get(value.topic) ?? remember(value.topic);
    }
    return value;
  }
}

/** True for what may have a `toJSON`, which is told the key that its value stands under. */
function convertsItself(message: unknown): boolean {
  return typeof message === 'object'
    ? message !== null && typeof (message as { toJSON?: unknown }).toJSON === 'function'
    : typeof message === 'function' || typeof message === 'bigint';
}

function remember(topic: string): Opening {
  // What is kept must not keep alive the text that it was cut from.
  const key = topic.length > LONGEST_TOPIC ? topic : detached(topic);
  const opening = { topic: key, text: `{"topic":${JSON.stringify(key)},"message":` };
  if (topic.length <= LONGEST_TOPIC) {
    if (openings.size >= MOST_OPENINGS) {
      openings.clear();
    }
    openings.set(key, opening);
  }
  return opening;
}
