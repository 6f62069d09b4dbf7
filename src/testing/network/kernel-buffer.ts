/** What the kernel holds between a writer and a reader: bounded in memory charged, not in bytes. */

import type { LinkDirection } from './link-direction.js';

/** Memory that may be charged to one direction before a writer has to wait (`net.core.wmem_default` on Linux). */
export const kernelBufferLimit = 212_992;
/** The most one buffer holds: a page less its bookkeeping, and eight more pages. */
const largestPieceBytes = 36_544;
const headBytes = 3_776;
const pageBytes = 4_096;
const bookkeepingBytes = 320;
const structureBytes = 256;

/**
 * What Linux charges for a buffer of `bytes`: whole pages for what does not fit the head, and a power of two for the
 * head with its bookkeeping. That is why 278 small writes fill a socket of 212,992 bytes, whatever their size.
 */
export function chargeOf(bytes: number): number {
  const pagedBytes = bytes <= headBytes ? 0 : Math.min(bytes, Math.ceil((bytes - headBytes) / pageBytes) * pageBytes);
  let slabBytes = 512;
  while (slabBytes < bytes - pagedBytes + bookkeepingBytes) slabBytes *= 2;
  return pagedBytes + slabBytes + structureBytes;
}

interface Piece {
  readonly data: Buffer;
  offset: number;
  readonly charge: number;
  /** When the reader may have it. Never before that of the piece in front. */
  dueMicros: number;
}

const none: (Piece | undefined)[] = [];

/** A queue of bytes with the admission rule of a unix socket: a piece is taken while less than the limit is charged. */
export class KernelBuffer {
  /** Those from `#head` to `#tail`; replaced when the first comes, so that all that are never used share the empty one. */
  #pieces: (Piece | undefined)[] = none;
  #head = 0;
  #tail = 0;
  #charged = 0;
  #bytes = 0;

  /** Bytes that were taken and not read. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether a waiting writer is told that it may go on: only once three quarters are free. */
  get isWritable(): boolean {
    return this.#charged * 4 <= kernelBufferLimit;
  }

  /** When the first byte may be read; Infinity when there is none. */
  get dueMicros(): number {
    return this.#pieces[this.#head]?.dueMicros ?? Number.POSITIVE_INFINITY;
  }

  /**
   * Takes as much of `data` from `offset` on as it has room for.
   *
   * @param isShared whether others can see or change `data`: then it is copied, as a kernel would.
   * @param way decides on the pieces, and when each may be read.
   * @returns the bytes taken.
   */
  take(data: Buffer, offset: number, isShared: boolean, way: LinkDirection, nowMicros: number): number {
    let taken = 0;
    if (this.#pieces === none) this.#pieces = [undefined];
    while (offset + taken < data.length && this.#charged < kernelBufferLimit) {
      const start = offset + taken;
      const bytes = Math.min(data.length - start, largestPieceBytes, way.pieceLimit());
      const view = bytes === data.length ? data : data.subarray(start, start + bytes);
      const charge = chargeOf(bytes);
      const dueMicros = way.arrival(nowMicros, bytes, 'bytes');
      this.#pieces[this.#tail] = { data: isShared ? Buffer.from(view) : view, offset: 0, charge, dueMicros };
      this.#tail += 1;
      this.#charged += charge;
      taken += bytes;
    }
    this.#bytes += taken;
    return taken;
  }

  /** Reads at most `limitBytes` of what has arrived, joining pieces; undefined when nothing has. */
  read(limitBytes: number, nowMicros: number): Buffer | undefined {
    const first = this.#pieces[this.#head];
    if (first === undefined || first.dueMicros > nowMicros) return undefined;
    const following = this.#pieces[this.#head + 1];
    if (following === undefined || following.dueMicros > nowMicros || first.data.length - first.offset >= limitBytes) {
      return this.#cut(first, limitBytes);
    }
    const parts: Buffer[] = [];
    let total = 0;
    while (total < limitBytes) {
      const piece = this.#pieces[this.#head];
      if (piece === undefined || piece.dueMicros > nowMicros) break;
      const part = this.#cut(piece, limitBytes - total);
      parts.push(part);
      total += part.length;
    }
    return Buffer.concat(parts, total);
  }

  /** All that has arrived, which stays where it is. */
  peek(nowMicros: number): Buffer {
    const parts: Buffer[] = [];
    for (let index = this.#head; index < this.#tail; index += 1) {
      const { data, offset, dueMicros } = this.#pieces[index] as Piece;
      if (dueMicros > nowMicros) break;
      parts.push(data.subarray(offset));
    }
    return Buffer.concat(parts);
  }

  /** The size of the first piece, for a reader that is to be woken between two writes. */
  get firstPieceBytes(): number {
    const first = this.#pieces[this.#head];
    return first === undefined ? 0 : first.data.length - first.offset;
  }

  /** Lets everything arrive now that would have come later. */
  expedite(nowMicros: number): void {
    for (let index = this.#head; index < this.#tail; index += 1) {
      const piece = this.#pieces[index] as Piece;
      piece.dueMicros = Math.min(piece.dueMicros, nowMicros);
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.#pieces = none;
    this.#head = 0;
    this.#tail = 0;
    this.#charged = 0;
    this.#bytes = 0;
  }

  #cut(piece: Piece, limitBytes: number): Buffer {
    const end = Math.min(piece.data.length, piece.offset + limitBytes);
    const part = piece.offset === 0 && end === piece.data.length ? piece.data : piece.data.subarray(piece.offset, end);
    this.#bytes -= part.length;
    piece.offset = end;
    if (end === piece.data.length) {
      // A buffer stays charged until its last byte has been read.
      this.#charged -= piece.charge;
      this.#pieces[this.#head] = undefined;
      this.#head += 1;
      if (this.#head === this.#tail) {
        this.#head = 0;
        this.#tail = 0;
      } else if (this.#head >= 64) {
        this.#pieces.splice(0, this.#head);
        this.#tail -= this.#head;
        this.#head = 0;
      }
    }
    return part;
  }
}
