/** A message that tells where it belongs: the n-th of its stream, with a content that follows from its number. */

export interface Numbered {
  /** Who sends it, and on which of his connections: `ada/3`. */
  readonly stream: string;
  readonly n: number;
  readonly filling: string;
}

/** Few are so long that the kernel takes them in several pieces, and a crash may tear them. */
const LARGE_EVERY = 50;
const LARGE = 100_000;
const SMALL = 60;

export function numbered(stream: string, n: number, large = true): Numbered {
  return { stream, n, filling: filling(n, large && n % LARGE_EVERY === 0 ? LARGE : SMALL) };
}

/** A text that follows from a number. */
export function filling(n: number, length: number): string {
  return String.fromCharCode(97 + (n % 26)).repeat(length);
}

/** What is wrong with a message where the n-th of this stream is due; undefined when nothing is. */
export function whatIsWrong(message: Numbered, stream: string, n: number): string | undefined {
  if (message.stream !== stream || message.n !== n)
    return `${message.stream} ${message.n} came, ${stream} ${n} was due`;
  const { length } = message.filling;
  const isWhole = (length === SMALL || length === LARGE) && message.filling === filling(n, length);
  return isWhole ? undefined : `${stream} ${n} came mangled, with ${length} characters`;
}
