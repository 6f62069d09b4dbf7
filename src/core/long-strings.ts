/**
 * Messages with long strings in them, such as a file in base64, which `JSON` would look at character by character. Here
 * they are copied and checked as bytes, which takes a fraction of the time and less memory. Whatever is not plain ASCII
 * without escapes is left to `JSON`.
 */

import { isAscii } from 'node:buffer';
import { joined, type Pieces } from './pieces.js';

/** What `readLongStrings` gives for what it leaves to JSON. */
export const LEFT: unique symbol = Symbol('ipc.left');

/** From here on a string is long. */
export const LONG_STRING: number = 64 * 1024;

/** What is checked at a time, in a place that stays in the cache of the processor. */
const BLOCK = 64 * 1024;

let scratch: Buffer | undefined;

/** Up to this length a text is read in blocks, which lie on the heap and are collected soon. */
const LONGEST_IN_BLOCKS = 100 * 1024 * 1024;

/** A character that is not in Latin-1. Of a string that has none, engines know so without a look at it. */
const WIDE = /[^\0-\xff]/;

/** Without its long strings a text must be short, and must not have many others. */
const LONGEST_REST = 4096;
const MOST_STRINGS = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const BLANK = 0x20;

/** Four of them at once. */
const BLANKS = 0x20202020;
const HIGHEST_BITS = 0x80808080;

/** A copy of a plain object, of which each getter has been asked, once; anything else as it is. */
export function settled(message: unknown): unknown {
  return isPlainObject(message) ? { ...message } : message;
}

/** True when the message is a long string, or a plain object without getters that has one. */
export function hasLongString(message: unknown): boolean {
  return isPlainObject(message) ? Object.values(message).some(isLong) : isLong(message);
}

function isPlainObject(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype &&
    !Array.isArray(value)
  );
}

function isLong(value: unknown): value is string {
  return typeof value === 'string' && value.length >= LONG_STRING;
}

/**
 * What stands before, the text that `JSON.stringify` gives for a message that `hasLongString`, and what stands after; as
 * bytes in UTF-8. Undefined for a message that must be left to JSON.
 *
 * @throws what `JSON.stringify` throws for another value in the message.
 */
export function writeLongStrings(before: string, message: unknown, after: string): Buffer | undefined {
  const values: readonly unknown[] = typeof message === 'string' ? [message] : Object.values(message as object);
  // First, so that no toJSON of another value is asked twice. A topic may be long too, and need not be plain.
  if (isLong(before) || !values.every((value) => !isLong(value) || isPlain(value))) {
    return undefined;
  }
  const pieces = typeof message === 'string' ? ['"', message, '"'] : piecesOf(message as object);
  if (pieces === undefined) {
    return undefined;
  }
  const all = [before, ...pieces, after];
  const length = all.reduce((sum, piece) => sum + (isLong(piece) ? piece.length : Buffer.byteLength(piece)), 0);
  const bytes = Buffer.allocUnsafeSlow(length);
  let end = 0;
  for (const piece of all) {
    end += bytes.write(piece, end, isLong(piece) ? 'latin1' : 'utf8');
  }
  return bytes;
}

/** The text of an object, with each long string as a piece of its own, or undefined when something else in it is long. */
function piecesOf(message: object): string[] | undefined {
  const pieces: string[] = [];
  let text = '{';
  let comma = '';
  for (const [key, value] of Object.entries(message)) {
    if (isLong(value)) {
      pieces.push(`${text}${comma}${JSON.stringify(key)}:"`, value);
      text = '"';
      comma = ',';
    } else {
      // Under its key, which a toJSON is told.
      const entry = JSON.stringify({ [key]: value }).slice(1, -1);
      if (entry !== '') {
        text += comma + entry;
        comma = ',';
      }
    }
  }
  pieces.push(`${text}}`);
  return pieces.some((piece, index) => index % 2 === 0 && isLong(piece)) ? undefined : pieces;
}

/** True for a string that JSON has as it is, in ASCII. */
function isPlain(text: string): boolean {
  if (WIDE.test(text)) {
    return false;
  }
  scratch ??= Buffer.allocUnsafeSlow(BLOCK);
  for (let from = 0; from < text.length; from += BLOCK) {
    const block = scratch.subarray(0, scratch.write(text.slice(from, from + BLOCK), 'latin1'));
    if (!isAscii(block) || block.includes(QUOTE) || block.includes(BACKSLASH) || hasControls(block, 0, block.length)) {
      return false;
    }
  }
  return true;
}

/** What `JSON.parse` gives for a frame, when there are long strings in it; otherwise `LEFT`. */
export function readLongStrings(frame: Pieces): unknown {
  if (!frame.parts(0, frame.length).every((part) => isAscii(part) && !part.includes(BACKSLASH))) {
    return LEFT;
  }
  const long: string[] = [];
  let rest = '';
  let end = 0;
  let open = frame.indexOf(QUOTE, 0);
  for (let count = 0; open !== -1; count++) {
    const close = frame.indexOf(QUOTE, open + 1);
    if (close === -1 || count === MOST_STRINGS) {
      return LEFT;
    }
    if (close - open > LONG_STRING && isValue(frame, close)) {
      const text = textOf(frame.parts(open + 1, close));
      if (text === undefined) {
        return LEFT;
      }
      // No string that stands there has a NUL, since that is written with a backslash.
      rest += `${shortText(frame, end, open)}"\\u0000${long.length}"`;
      long.push(text);
      end = close + 1;
    }
    open = frame.indexOf(QUOTE, close + 1);
  }
  if (long.length === 0 || rest.length + frame.length - end > LONGEST_REST) {
    return LEFT;
  }
  rest += shortText(frame, end, frame.length);
  try {
    return JSON.parse(rest, (_key, value) =>
      typeof value === 'string' && value.startsWith('\0') ? long[Number(value.slice(1))] : value,
    );
  } catch {
    return LEFT;
  }
}

function shortText(frame: Pieces, start: number, end: number): string {
  return frame
    .parts(start, end)
    .map((part) => part.toString('latin1'))
    .join('');
}

/** The text that bytes in ASCII stand for; undefined when there is a control character among them. */
function textOf(parts: readonly Buffer[]): string | undefined {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  let text = '';
  // Each block is looked at and read while it is in the cache of the processor.
  for (const part of parts) {
    for (let from = 0; from < part.length; from += BLOCK) {
      const to = Math.min(from + BLOCK, part.length);
      if (hasControls(part, from, to)) {
        return undefined;
      }
      if (length <= LONGEST_IN_BLOCKS) {
        text += part.toString('latin1', from, to);
      }
    }
  }
  return length <= LONGEST_IN_BLOCKS ? text : joined(parts).toString('latin1');
}

/** True when a string that ends there is the value of something, and no key. */
function isValue(frame: Pieces, close: number): boolean {
  const next = frame.at(close + 1);
  return next === 0x2c || next === 0x7d || next === 0x5d;
}

/** Whether there is a control character among bytes in ASCII; most of them are looked at sixteen at a time. */
function hasControls(bytes: Buffer, start: number, end: number): boolean {
  const first = start + ((4 - ((bytes.byteOffset + start) % 4)) % 4);
  if (first + 16 > end) {
    return hasControlByte(bytes, start, end);
  }
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + first, ((end - first) >> 4) << 2);
  for (let at = 0; at < words.length; at += 4) {
    // To subtract a blank from each byte sets a highest bit only where there is less than a blank.
    const less =
      ((words[at] as number) - BLANKS) |
      ((words[at + 1] as number) - BLANKS) |
      ((words[at + 2] as number) - BLANKS) |
      ((words[at + 3] as number) - BLANKS);
    if ((less & HIGHEST_BITS) !== 0) {
      return true;
    }
  }
  return hasControlByte(bytes, start, first) || hasControlByte(bytes, first + words.byteLength, end);
}

function hasControlByte(bytes: Buffer, start: number, end: number): boolean {
  return bytes.subarray(start, end).some((byte) => byte < BLANK);
}
