/**
 * The text of a message in the default wire format, `{"topic":...,"message":...}`: what `JSON` makes of the whole, at the
 * price of the message alone.
 */

import type { AdaptiveJson } from './adaptive-json.js';
import type { MessageWrapper } from './errors.js';
import { DELIMITER } from './framing.js';
import { MISFIT } from './json-template.js';
import { hasLongString, settled, writeLongStrings } from './long-strings.js';
import { CLOSING, canFollow, knownTopic, LONGEST_LATEST, type Topic, topicOf, topicToSend } from './topic.js';
import { isMessageWrapper } from './transcoder.js';

/** What every message begins with, when this library wrote it, up to the name of its topic. */
const BEFORE_NAME = '{"topic":"';

/** What every message ends with. */
const END: string = CLOSING + DELIMITER;

/** From this length on the parts of a message are written side by side as bytes: joined as strings they would be copied once more. */
const LONG_TEXT = 64 * 1024;

const utf8 = new TextEncoder();

/**
 * What `JSON.stringify({ topic, message })` gives, and the delimiter; in UTF-8 when it is long.
 *
 * @throws what that throws.
 */
export function writeEnvelope(topic: string, message: unknown): string | Buffer {
  const known = topicToSend(topic);
  const { opening, writing } = known;
  // First, since to fill a template with a long string takes longer.
  const looks = known.longStrings === 'expected';
  const fitting = looks ? undefined : writing.write(message);
  if (fitting !== undefined) {
    if (fitting.length < LONG_TEXT) {
      return fitting;
    }
    expectLongStrings(known, 'expected');
    return Buffer.from(fitting);
  }
  if (!convertsItself(message)) {
    const whole = looks ? settled(message) : message;
    if (looks && hasLongString(whole)) {
      const bytes = writeLongStrings(opening, whole, END);
      if (bytes !== undefined) {
        return bytes;
      }
    }
    const text = stringified(writing, message, whole);
    // Undefined for what JSON leaves out: then the whole has no message.
    if (text !== undefined) {
      if (text.length < LONG_TEXT) {
        expectLongStrings(known, 'unlikely');
        return opening + text + END;
      }
      expectLongStrings(known, looks ? 'none' : 'expected');
      return toBytes(opening, text, END);
    }
  }
  return JSON.stringify({ topic, message }) + DELIMITER;
}

/** In the next message of the topic; once there are none to be expected, that stays so. */
function expectLongStrings(topic: Topic, expectation: Topic['longStrings']): void {
  if (topic.longStrings !== 'none') {
    topic.longStrings = expectation;
  }
}

/** Of the copy, in which no getter is asked again; what is wrong with it is told in the words for the message itself. */
function stringified(writing: AdaptiveJson, message: unknown, copy: unknown): string | undefined {
  try {
    return writing.stringify(copy);
  } catch (error) {
    if (copy !== message) {
      JSON.stringify(message);
    }
    throw error;
  }
}

/** Reads the messages of one peer, whose topics tend to follow each other as they did the last time. */
export class EnvelopeReader {
  #latest: Topic | undefined;
  /** Whether the latest topic did; where it did not, the next one is looked up rather than guessed. */
  #cameAsExpected = true;

  /**
   * What `JSON.parse` gives for the part of the text from `start` to `end`.
   *
   * @throws what that throws.
   */
  read(text: string, start: number, end: number): unknown {
    const expected = this.#cameAsExpected ? this.#latest?.nextRead : undefined;
    if (expected !== undefined) {
      const wrapper = this.#readAs(expected, text, start, end);
      if (wrapper !== undefined) {
        return wrapper;
      }
    }
    const topic = this.#topicAt(text, start);
    if (topic !== undefined && topic !== expected) {
      const wrapper = this.#readAs(topic, text, start, end);
      if (wrapper !== undefined) {
        return wrapper;
      }
    }
    const value = JSON.parse(text.slice(start, end));
    if (isMessageWrapper(value)) {
      if (value.topic.length <= LONGEST_LATEST) {
        this.#follow(topicOf(value.topic));
      } else {
        this.#latest = undefined;
      }
    }
    return value;
  }

  /** Undefined when the text is not of that topic, or when there is more in it than the message. */
  #readAs(topic: Topic, text: string, start: number, end: number): MessageWrapper | undefined {
    const message = topic.reading.read(text, start, end);
    if (message !== MISFIT) {
      this.#follow(topic);
      return { topic: topic.name, message };
    }
    const messageStart = start + topic.opening.length;
    // Cut and compared, which takes half the time of `startsWith` for an opening that is there.
    if (text.slice(start, messageStart) !== topic.opening || text[end - 1] !== CLOSING) {
      return undefined;
    }
    this.#follow(topic);
    try {
      // With one JSON value between the two, the whole is an object of exactly these two keys.
      return { topic: topic.name, message: topic.reading.parse(text, messageStart, end - 1) };
    } catch {
      return undefined;
    }
  }

  /** The topic whose name stands where this library writes it, if that is remembered. */
  #topicAt(text: string, start: number): Topic | undefined {
    const nameStart = start + BEFORE_NAME.length;
    const name = text.slice(nameStart, text.indexOf('"', nameStart));
    return name === this.#latest?.name ? this.#latest : knownTopic(name);
  }

  #follow(topic: Topic): void {
    const former = this.#latest;
    this.#cameAsExpected = former?.nextRead === topic;
    if (this.#cameAsExpected) {
      topic.wasExpected = true;
    } else if (former !== undefined && canFollow(former, topic)) {
      former.nextRead = topic;
    }
    this.#latest = topic;
  }
}

/** The parts in UTF-8. A text is written at once as if it were ASCII: to count its bytes first takes as long as to write them. */
function toBytes(opening: string, text: string, closing: string): Buffer {
  const openingBytes = Buffer.byteLength(opening);
  const bytes = Buffer.allocUnsafeSlow(openingBytes + text.length + closing.length);
  bytes.write(opening);
  // Without the room of the closing: a text with one or two characters of more bytes would fill that, and be cut by it.
  const { read } = utf8.encodeInto(text, bytes.subarray(openingBytes, openingBytes + text.length));
  if (read < text.length) {
    return joinBytes(opening, text, closing);
  }
  bytes.write(closing, openingBytes + text.length);
  return bytes;
}

function joinBytes(...parts: string[]): Buffer {
  const bytes = Buffer.allocUnsafeSlow(parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0));
  let end = 0;
  for (const part of parts) {
    end += bytes.write(part, end);
  }
  return bytes;
}

/** True for what may have a `toJSON`, which is told the key that its value stands under. */
function convertsItself(message: unknown): boolean {
  return typeof message === 'object'
    ? message !== null && typeof (message as { toJSON?: unknown }).toJSON === 'function'
    : typeof message === 'function' || typeof message === 'bigint';
}
