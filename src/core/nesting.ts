/**
 * How deep a JSON text nests. `JSON.parse` takes some 50 bytes of memory and 150 ns for each bracket that is open (measured
 * on Node 20 to 26), so a peer that sends nothing but brackets could make much of what `maxMessageBytes` lets through.
 */

/** No more than this many are open at once in a text that is parsed: some megabytes. */
export const MOST_LEVELS = 100_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** True when more than `MOST_LEVELS` brackets are open somewhere in the part of the text from `start` to `end`. */
export function nestsTooDeeply(text: string, start: number, end: number): boolean {
  // Few texts are as long as this, and of those few have as many brackets.
  if (end - start <= MOST_LEVELS || !hasManyBrackets(text, start, end)) {
    return false;
  }
  let depth = 0;
  for (let index = start; index < end; index++) {
    switch (text.charCodeAt(index)) {
      case 0x5b:
      case 0x7b:
        depth += 1;
        if (depth > MOST_LEVELS) {
          return true;
        }
        break;
      case 0x5d:
      case 0x7d:
        depth -= 1;
        break;
      case QUOTE:
        index = endOfString(text, index + 1);
        break;
      default:
    }
  }
  return false;
}

function hasManyBrackets(text: string, start: number, end: number): boolean {
  let count = 0;
  for (const bracket of ['[', '{']) {
    for (let at = text.indexOf(bracket, start); at !== -1 && at < end; at = text.indexOf(bracket, at + 1)) {
      count += 1;
      if (count > MOST_LEVELS) {
        return true;
      }
    }
  }
  return false;
}

/** Where the quote stands that ends the string whose first character is at `start`; past everything without one. */
function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let before = quote;
    // Stops at the quote that begins the string, at the latest.
    while (text.charCodeAt(before - 1) === BACKSLASH) {
      before--;
    }
    if ((quote - before) % 2 === 0) {
      return quote;
    }
  }
  return text.length;
}
