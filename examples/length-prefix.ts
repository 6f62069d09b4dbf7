/** A framing for binary formats: each message is preceded by its length, four bytes, most significant first. */

const PREFIX_BYTES = 4;

/** The body with its length before it, ready for the wire. */
export function withLength(body: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + body.byteLength);
  frame.writeUInt32BE(body.byteLength);
  frame.set(body, PREFIX_BYTES);
  return frame;
}

/**
 * Cuts a stream into bodies again. A chunk ends anywhere, in the middle of a length too, so what is incomplete waits here
 * for the next one. The pieces of a long message are put together once, when the last has come.
 */
export class LengthPrefixReader {
  readonly #maxBodyBytes: number;
  #pieces: Buffer[] = [];
  #bytes = 0;

  constructor(maxBodyBytes: number) {
    this.#maxBodyBytes = maxBodyBytes;
  }

  /** Takes a chunk and yields the bodies that it completes. */
  *push(chunk: Buffer): Generator<Buffer, void, undefined> {
    this.#pieces.push(chunk);
    this.#bytes += chunk.length;
    while (this.#bytes >= PREFIX_BYTES) {
      const length = this.#peek(PREFIX_BYTES).readUInt32BE();
      // Before anything is gathered: the length is the peer's word, and memory is ours.
      if (length > this.#maxBodyBytes) {
        throw new RangeError(`A message of ${length} bytes was announced; ${this.#maxBodyBytes} are allowed.`);
      }
      if (this.#bytes < PREFIX_BYTES + length) {
        return;
      }
      const frame = this.#peek(PREFIX_BYTES + length);
      this.#pieces[0] = this.#pieces[0]?.subarray(frame.length) ?? frame;
      this.#bytes -= frame.length;
      yield frame.subarray(PREFIX_BYTES);
    }
  }

  /** The first `count` bytes in one piece; there are so many. */
  #peek(count: number): Buffer {
    const [first] = this.#pieces;
    if (first === undefined || first.length < count) {
      this.#pieces = [Buffer.concat(this.#pieces, this.#bytes)];
    }
    return (this.#pieces[0] as Buffer).subarray(0, count);
  }
}
