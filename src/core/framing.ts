/** Cuts a stream of bytes into frames that end in two NUL bytes, in time linear in the bytes whatever the chunks. */

import { Pieces } from './pieces.js';

/** What ends a frame. JSON escapes NUL, so it cannot occur inside one. */
export const DELIMITER = '\0\0';

const DELIMITER_BYTES: Buffer = Buffer.from(DELIMITER);

/** From here on a piece is kept as it came; a smaller one is copied, so that it does not hold the read buffer alive. */
const KEEP_BYTES = 16 * 1024;

const NOTHING: Buffer = Buffer.alloc(0);

/** Largest block that small pieces are gathered in. */
const BLOCK_BYTES = 64 * 1024;

/**
 * Feed it chunks in order; each `push` gives back all frames that are complete by now, delimiters included, in one
 * piece. What is left over waits for the next chunk and is never searched again.
 */
export class Framing {
  /** Complete blocks of the unfinished frame, oldest first. */
  #blocks: Buffer[] = [];
  /** The block being filled with small pieces; `#filled` bytes of it are in use. */
  #block: Buffer = NOTHING;
  #filled = 0;
  #pendingBytes = 0;
  #endsInNul = false;

  /**
   * Length of the unfinished frame in bytes. A last NUL, which may be the first half of the delimiter, does not count.
   */
  get pendingBytes(): number {
    return this.#endsInNul ? this.#pendingBytes - 1 : this.#pendingBytes;
  }

  /** A copy of the beginning of the unfinished frame, at most `length` bytes. */
  peek(length: number): Buffer {
    const blocks = [...this.#blocks, this.#block.subarray(0, this.#filled)];
    return Buffer.concat(blocks, Math.min(length, this.#pendingBytes));
  }

  /** Takes the next chunk and returns the complete frames with their delimiters, or undefined when there is none. */
  push(chunk: Buffer): Buffer | undefined {
    const end = this.#lastDelimiterEnd(chunk);
    if (end === 0) {
      this.#keep(chunk);
      return undefined;
    }
    // A chunk that ends with a frame, as most do, is not cut: that costs more than to find the end.
    const last = end === chunk.length ? chunk : chunk.subarray(0, end);
    const complete = this.#pendingBytes === 0 ? last : this.#takeWith(last);
    if (end < chunk.length) {
      this.#keep(chunk.subarray(end));
    }
    return complete;
  }

  /**
   * The unfinished frame without its delimiter, if this chunk finishes it, and what of the chunk comes after it, which is
   * not taken. For a long frame: to put that together takes time, and as much memory again.
   */
  finish(chunk: Buffer): { readonly frame: Pieces; readonly rest: Buffer } | undefined {
    const end = this.#firstDelimiterEnd(chunk);
    if (end === 0) {
      return undefined;
    }
    const length = this.#pendingBytes + end - DELIMITER.length;
    return { frame: new Pieces(this.#takePiecesWith(chunk.subarray(0, end)), length), rest: chunk.subarray(end) };
  }

  /** Where the first delimiter that this chunk completes ends; 0 without one. */
  #firstDelimiterEnd(chunk: Buffer): number {
    if (this.#endsInNul && chunk[0] === 0) {
      return 1;
    }
    const found = chunk.indexOf(DELIMITER_BYTES);
    return found === -1 ? 0 : found + DELIMITER.length;
  }

  /** Where the last delimiter that this chunk completes ends, reading from the left as the bytes came; 0 without one. */
  #lastDelimiterEnd(chunk: Buffer): number {
    const straddles = this.#endsInNul && chunk[0] === 0;
    const found = chunk.lastIndexOf(DELIMITER_BYTES);
    if (found === -1) {
      return straddles ? 1 : 0;
    }
    // In a longer run of NULs the pairs count from its beginning, and an odd one out begins the next frame.
    let runStart = found;
    while (runStart > 0 && chunk[runStart - 1] === 0) {
      runStart--;
    }
    if (runStart === 0 && this.#endsInNul) {
      runStart = -1;
    }
    const runLength = found + 2 - runStart;
    return found + 2 - (runLength % 2);
  }

  #keep(piece: Buffer): void {
    if (piece.length === 0) {
      return;
    }
    this.#pendingBytes += piece.length;
    // Two NULs at the end would have been a delimiter, so a last NUL stands alone.
    this.#endsInNul = piece[piece.length - 1] === 0;
    if (piece.length >= KEEP_BYTES) {
      this.#sealBlock();
      this.#blocks.push(piece);
    } else {
      this.#fill(piece);
    }
  }

  #fill(piece: Buffer): void {
    const needed = this.#filled + piece.length;
    if (needed > this.#block.length) {
      if (needed > BLOCK_BYTES) {
        this.#sealBlock();
      }
      const capacity = Math.min(BLOCK_BYTES, Math.max(2 * (this.#filled + piece.length), 256));
      const larger = Buffer.allocUnsafeSlow(capacity);
      this.#block.copy(larger, 0, 0, this.#filled);
      this.#block = larger;
    }
    piece.copy(this.#block, this.#filled);
    this.#filled += piece.length;
  }

  #sealBlock(): void {
    if (this.#filled > 0) {
      this.#blocks.push(this.#block.subarray(0, this.#filled));
    }
    this.#block = NOTHING;
    this.#filled = 0;
  }

  #takeWith(last: Buffer): Buffer {
    const length = this.#pendingBytes + last.length;
    return Buffer.concat(this.#takePiecesWith(last), length);
  }

  #takePiecesWith(last: Buffer): Buffer[] {
    const pieces = [...this.#blocks, this.#block.subarray(0, this.#filled), last];
    this.#blocks = [];
    this.#block = NOTHING;
    this.#filled = 0;
    this.#pendingBytes = 0;
    this.#endsInNul = false;
    return pieces;
  }
}
