/** Numbers, strings, booleans and null as they stand in a JSON text, read and written without asking `JSON` for most. */

/** What JSON has besides objects and arrays. */
export type Scalar = string | number | boolean | null;

/** Up to here digits make an integer that a number holds exactly. */
const EXACT_DIGITS = 15;

/** Exact as well, so that one division by them rounds as the decimal number itself would be rounded. */
const POWERS_OF_TEN: readonly number[] = Array.from({ length: EXACT_DIGITS + 1 }, (_, power) => 10 ** power);

/**
 * A part of a string that is shorter than this is copied when it is cut out. A longer one would keep the whole text alive
 * that it was cut from, and is left to `JSON.parse`, which copies.
 */
const SHORTEST_SLICE = 13;

/** A longer string is checked faster by `JSON.stringify`. */
const LONGEST_PLAIN = 40;

/** A string or number of more characters is not read here: `JSON.parse` is faster, and what was read is kept for a while. */
const LONGEST_READ = 40;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

/** True for a string that takes as long to read as two other scalars. */
export function isSlowToRead(value: Scalar | undefined): boolean {
  return typeof value === 'string' && value.length >= SHORTEST_SLICE;
}

/** Reads one scalar after the other, without an object for each. */
export class ScalarReader {
  /** The latest one. */
  value: Scalar = null;

  /** Reads the scalar that begins there, and returns where it ends; -1 when it is long, or none that JSON would read. */
  read(text: string, start: number): number {
    switch (text.charCodeAt(start)) {
      case QUOTE:
        return this.#readString(text, start);
      case 0x74:
        return this.#readWord(text, start, 'true', true);
      case 0x66:
        return this.#readWord(text, start, 'false', false);
      case 0x6e:
        return this.#readWord(text, start, 'null', null);
      default:
        return this.#readNumber(text, start);
    }
  }

  #readWord(text: string, start: number, word: string, value: Scalar): number {
    const end = start + word.length;
    this.value = value;
    return text.slice(start, end) === word ? end : -1;
  }

  #readString(text: string, start: number): number {
    const limit = start + LONGEST_READ;
    let at = start + 1;
    let code = text.charCodeAt(at);
    // Also false at the end of the text, where there is no code.
    while (code >= SPACE && code !== QUOTE && code !== BACKSLASH && at < limit) {
      at += 1;
      code = text.charCodeAt(at);
    }
    if (code === QUOTE && at - start <= SHORTEST_SLICE) {
      this.value = text.slice(start + 1, at);
      return at + 1;
    }
    while ((code === BACKSLASH || (code >= SPACE && code !== QUOTE)) && at < limit) {
      at += code === BACKSLASH ? 2 : 1;
      code = text.charCodeAt(at);
    }
    return code === QUOTE ? this.#parse(text, start, at + 1) : -1;
  }

  #readNumber(text: string, start: number): number {
    const limit = start + LONGEST_READ;
    const first = text.charCodeAt(start) === MINUS ? start + 1 : start;
    let at = first;
    let code = text.charCodeAt(at);
    let digits = 0;
    while (code >= ZERO && code <= NINE && at < limit) {
      digits = digits * 10 + (code - ZERO);
      at += 1;
      code = text.charCodeAt(at);
    }
    let decimals = 0;
    if (code === POINT) {
      const point = at;
      at += 1;
      code = text.charCodeAt(at);
      while (code >= ZERO && code <= NINE && at < limit) {
        digits = digits * 10 + (code - ZERO);
        at += 1;
        code = text.charCodeAt(at);
      }
      decimals = at - point - 1;
      if (decimals === 0) {
        return -1;
      }
    }
    // A zero in front stands alone or before the point.
    const whole = at - first - (decimals > 0 ? decimals + 1 : 0);
    if (whole === 0 || (whole > 1 && text.charCodeAt(first) === ZERO)) {
      return -1;
    }
    if (whole + decimals > EXACT_DIGITS || code === 0x65 || code === 0x45) {
      const end = endOfNumber(text, at);
      return end - start > LONGEST_READ ? -1 : this.#parse(text, start, end);
    }
    const size = decimals > 0 ? digits / (POWERS_OF_TEN[decimals] as number) : digits;
    this.value = first > start ? -size : size;
    return at;
  }

  #parse(text: string, start: number, end: number): number {
    try {
      this.value = JSON.parse(text.slice(start, end));
      return end;
    } catch {
      return -1;
    }
  }
}

/** What a number may consist of, and not too much of it. */
const NUMBER_PART = /[\d.eE+-]{0,40}/y;

/** The first place from there on where there is nothing that a number may consist of, or that is far away. */
function endOfNumber(text: string, from: number): number {
  NUMBER_PART.lastIndex = from;
  NUMBER_PART.test(text);
  return NUMBER_PART.lastIndex;
}

/** What `JSON.stringify` gives for a scalar as a part of something; undefined for anything else. */
export function scalarText(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return isPlain(value) ? `"${value}"` : JSON.stringify(value);
    case 'number':
      return Number.isFinite(value) ? `${value}` : 'null';
    case 'boolean':
      return value ? 'true' : 'false';
    default:
      return value === null ? 'null' : undefined;
  }
}

/** True only for a string that JSON writes as it is. */
function isPlain(text: string): boolean {
  const { length } = text;
  if (length > LONGEST_PLAIN) {
    return false;
  }
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code < SPACE || code === QUOTE || code === BACKSLASH || code >= 0xd800) {
      return false;
    }
  }
  return true;
}
