// What is sent, and whether what came is that: in the order it was sent, with all that was in it.

const SHORT = 'twenty letters of it';
const LONG = 'a line of text that stands for what programs tell each other all day';

/** As many as the remainders of `n` that choose from them: made of digits, so that they look like nothing in particular. */
const WORDS = Array.from({ length: 61 }, (_, index) => ((index + 37) ** 3).toString(36));
const TEXTS = Array.from({ length: 997 }, (_, index) => `${(index + 1) ** 4} and ${index * 7919}`.padEnd(20, '.'));

/** By the size that their JSON has. */
export const kinds = {
  small: {
    bytes: 100,
    make: (n) => ({ n: 1_000_000 + n, kind: 'reading', value: 21.5, ok: true, tags: ['a', 'b'], text: SHORT }),
    check: (message, n) =>
      message.n === 1_000_000 + n &&
      message.kind === 'reading' &&
      message.value === 21.5 &&
      message.ok === true &&
      message.tags.length === 2 &&
      message.tags[1] === 'b' &&
      message.text === SHORT,
  },
  /** The same, but nothing in it stays the same. */
  varied: {
    bytes: 100,
    make: (n) => ({
      n: 1_000_000 + n,
      kind: WORDS[n % 61],
      value: (n % 1000) / 8,
      ok: n % 3 === 0,
      tags: [WORDS[n % 17], WORDS[n % 13]],
      text: TEXTS[n % 997],
    }),
    check: (message, n) =>
      message.n === 1_000_000 + n &&
      message.kind === WORDS[n % 61] &&
      message.value === (n % 1000) / 8 &&
      message.ok === (n % 3 === 0) &&
      message.tags.length === 2 &&
      message.tags[1] === WORDS[n % 13] &&
      message.text === TEXTS[n % 997],
  },
  medium: {
    bytes: 1024,
    make: (n) => ({ n: 1_000_000 + n, kind: 'report', rows: [1, 2, 3, 4, 5, 6, 7].map(row), text: SHORT }),
    check: (message, n) => {
      if (message.n !== 1_000_000 + n || message.kind !== 'report' || message.text !== SHORT) return false;
      for (let index = 0; index < 7; index += 1) {
        const { id, name, value, tags, text } = message.rows[index];
        const same =
          id === 1000 + index + 1 && name === 'sensor' && value === 0.5 && tags[1] === 'two' && text === LONG;
        if (!same) return false;
      }
      return message.rows.length === 7;
    },
  },
};

function row(index) {
  return { id: 1000 + index, name: 'sensor', value: 0.5, tags: ['one', 'two'], text: LONG };
}

const MEBIBYTE = 1024 * 1024;
const PATTERN = LONG.repeat(Math.ceil(MEBIBYTE / LONG.length)).slice(0, MEBIBYTE);

/** A string of so many MiB, which can be checked without another one of that size. */
export function textKind(mebibytes) {
  const text = PATTERN.repeat(mebibytes);
  return {
    bytes: mebibytes * MEBIBYTE,
    make: (n) => ({ n, text }),
    check: (message, n) => {
      if (message.n !== n || message.text.length !== mebibytes * MEBIBYTE) return false;
      for (let at = 0; at < message.text.length; at += MEBIBYTE) {
        if (message.text.slice(at, at + MEBIBYTE) !== PATTERN) return false;
      }
      return true;
    },
  };
}

/** Counts what comes, and throws when it is not what is due. A peer that carries only bytes is counted, not checked. */
export function checker(kind, isOpaque) {
  let count = 0;
  return (message) => {
    if (!isOpaque && !kind.check(message, count)) {
      throw new Error(`Message ${count} came wrong or out of order: ${JSON.stringify(message)?.slice(0, 200)}`);
    }
    count += 1;
    return count;
  };
}
