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
 * for the next one. Each byte is copied once, whatever the chunks.
 */
export class LengthPrefixReader {
  readonly #maxBodyBytes: number;
  readonly #prefix: Buffer = Buffer.alloc(PREFIX_BYTES);
  /** The body under way, once its length is known. */
  #body: Buffer | undefined;
  /** Bytes that are there, of the body or else of the prefix. */
  #filled = 0;

  constructor(maxBodyBytes: number) {
    this.#maxBodyBytes = maxBodyBytes;
  }

  /** Takes a chunk and yields the bodies that it completes. */
  *push(chunk: Buffer): Generator<Buffer, void, undefined> {
    let offset = 0;
    while (offset < chunk.length) {
      const target = this.#body ?? this.#prefix;
      const copied = chunk.copy(target, this.#filled, offset);
      offset += copied;
      this.#filled += copied;
      if (this.#body === undefined && this.#filled === PREFIX_BYTES) {
        this.#body = this.#announced(this.#prefix.readUInt32BE());
        this.#filled = 0;
      }
      if (this.#body !== undefined && this.#filled === this.#body.length) {
        const body = this.#body;
        this.#body = undefined;
        this.#filled = 0;
        yield body;
      }
    }
  }

  /** Before anything is gathered: the length is the peer's word, and the memory is ours. */
  #announced(length: number): Buffer {
    if (length > this.#maxBodyBytes) {
      throw new RangeError(`A message of ${length} bytes was announced; ${this.#maxBodyBytes} are allowed.`);
    }
    return Buffer.allocUnsafe(length);
  }
}
