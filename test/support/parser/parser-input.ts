/** What a decoder is given in one case of the parser fuzz: plain data, so that a failure prints it and it can be pasted back. */

export interface ParserInput {
  /** Everything that the peer sends, a character for each byte (latin1). */
  readonly stream: string;
  /** Where the stream is cut into chunks, ascending. The same place twice is an empty chunk. */
  readonly cuts: readonly number[];
  /** `maxMessageBytes`; none when left out. */
  readonly limit?: number;
}

export function chunksOf({ stream, cuts }: ParserInput): Buffer[] {
  const bytes = Buffer.from(stream, 'latin1');
  // As sockets give them: each chunk has memory of its own.
  return [...cuts, bytes.length].map((end, index) => Buffer.from(bytes.subarray(cuts[index - 1] ?? 0, end)));
}
