/** Bytes that came in several pieces, looked at as if they were one: to join them takes time, and as much memory again. */

export class Pieces {
  readonly #pieces: readonly Buffer[];
  /** Where each of them begins. */
  readonly #starts: readonly number[];
  readonly length: number;

  /** @param length of what counts; the bytes after that do not. */
  constructor(pieces: readonly Buffer[], length: number) {
    let start = 0;
    this.#pieces = pieces;
    this.#starts = pieces.map((piece) => {
      start += piece.length;
      return start - piece.length;
    });
    this.length = length;
  }

  /** The byte there; undefined past the end. */
  at(index: number): number | undefined {
    return this.parts(index, index + 1)[0]?.[0];
  }

  /** Where the byte is next, from there on; -1 when it is not. */
  indexOf(byte: number, from: number): number {
    for (let index = this.#pieceAt(from); index < this.#pieces.length; index++) {
      const start = this.#starts[index] as number;
      const found = (this.#pieces[index] as Buffer).indexOf(byte, Math.max(0, from - start));
      if (found !== -1) {
        return start + found < this.length ? start + found : -1;
      }
    }
    return -1;
  }

  /** What stands from `start` to `end`, which may be several parts; not copied. */
  parts(start: number, end: number): Buffer[] {
    const parts: Buffer[] = [];
    const last = Math.min(end, this.length);
    for (let index = this.#pieceAt(start); index < this.#pieces.length; index++) {
      const pieceStart = this.#starts[index] as number;
      if (pieceStart >= last) {
        break;
      }
      const part = (this.#pieces[index] as Buffer).subarray(Math.max(0, start - pieceStart), last - pieceStart);
      if (part.length > 0) {
        parts.push(part);
      }
    }
    return parts;
  }

  /** The last piece that begins at or before that place. */
  #pieceAt(place: number): number {
    let [from, to] = [0, this.#starts.length];
    while (to - from > 1) {
      const middle = (from + to) >> 1;
      [from, to] = (this.#starts[middle] as number) <= place ? [middle, to] : [from, middle];
    }
    return from;
  }
}

/** All of them as one; a copy, unless there is only one. */
export function joined(pieces: readonly Buffer[]): Buffer {
  return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
}
