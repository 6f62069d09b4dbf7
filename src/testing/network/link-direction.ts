/** The way from one end of a link to the other: how long it takes, in what pieces, and whether anything passes. */

import type { KernelBuffer } from './kernel-buffer.js';
import type { Link, Side } from './link.js';

/** What is on its way: bytes, or the news that there will be no more. */
export type Freight = 'bytes' | 'end';

/** What a fault may do to one way of a link. Each part left out changes nothing. */
export interface Condition {
  /** When what would arrive at `dueMicros` arrives instead; never earlier. */
  delay?(dueMicros: number, bytes: number, freight: Freight): number;
  /** Largest piece that is put on its way as one. */
  pieceLimit?(): number;
  /** Most bytes that the next read may give, of those that wait. */
  readLimit?(waiting: KernelBuffer): number;
  /** The code with which the read that is about to give bytes fails. */
  readFailure?(): string | undefined;
  /** The code with which a write into this way fails. */
  writeFailure?(): string | undefined;
  /** The bytes as they come out; a copy when they differ. */
  transform?(chunk: Buffer): Buffer;
  /** So many bytes have come out. */
  delivered?(chunk: Buffer): void;
}

const none: readonly Condition[] = [];

/** The conditions on one way. Without faults it takes no time and hides nothing. */
export class LinkDirection {
  /** Most bytes that the next read may give, of those in the first piece: for the order of wake-ups, not for faults. */
  cutRead: ((limitBytes: number, firstPieceBytes: number) => number) | undefined;
  /** Told about every chunk that was read. */
  onDelivered: ((chunk: Buffer, way: LinkDirection) => void) | undefined;
  /** The link that this is a way of, and the side it leads to. */
  readonly link: Link;
  readonly side: Side;
  /** Replaced and never changed, so that all ways without faults share the empty one. */
  #conditions: readonly Condition[] = none;
  #blocks = 0;
  #lastMicros = 0;

  constructor(link: Link, side: Side) {
    this.link = link;
    this.side = side;
  }

  /** While true nothing passes: no byte, no end, no reset. Nothing is lost. */
  get isBlocked(): boolean {
    return this.#blocks > 0;
  }

  /** Stops everything until `unblock` has been called as often. */
  block(): void {
    this.#blocks += 1;
  }

  unblock(): void {
    this.#blocks -= 1;
  }

  /** Adds a condition; what comes earlier in the list is nearer to the sender. */
  add(condition: Condition): void {
    this.#conditions = [...this.#conditions, condition];
  }

  remove(condition: Condition): void {
    this.#conditions = this.#conditions.filter((other) => other !== condition);
  }

  /** Whether anything takes time here. */
  get isDelayed(): boolean {
    return this.#conditions.some(({ delay }) => delay !== undefined);
  }

  /** What is on its way was hurried on: what follows need not wait for when it would have come. */
  expedite(nowMicros: number): void {
    this.#lastMicros = Math.min(this.#lastMicros, nowMicros);
  }

  /** When something sent now arrives: never before what was sent earlier. */
  arrival(nowMicros: number, bytes: number, freight: Freight): number {
    let dueMicros = nowMicros;
    for (const condition of this.#conditions) {
      if (condition.delay !== undefined) dueMicros = condition.delay(dueMicros, bytes, freight);
    }
    if (this.#lastMicros < dueMicros) this.#lastMicros = dueMicros;
    return this.#lastMicros;
  }

  /** Largest piece that is put on its way as one. */
  pieceLimit(): number {
    let limit = Number.POSITIVE_INFINITY;
    for (const condition of this.#conditions) {
      if (condition.pieceLimit !== undefined) limit = Math.min(limit, condition.pieceLimit());
    }
    return limit;
  }

  readLimit(limitBytes: number, firstPieceBytes: number): number {
    let limit = this.cutRead === undefined ? limitBytes : this.cutRead(limitBytes, firstPieceBytes);
    for (const condition of this.#conditions) {
      if (condition.pieceLimit !== undefined && firstPieceBytes > 0) limit = Math.min(limit, firstPieceBytes);
    }
    return limit;
  }

  /** Most bytes that may come out at all, whatever has hung up. */
  quota(waiting: KernelBuffer): number {
    let quota = Number.POSITIVE_INFINITY;
    for (const condition of this.#conditions) {
      if (condition.readLimit !== undefined) quota = Math.min(quota, condition.readLimit(waiting));
    }
    return quota;
  }

  /** The code with which a read at the end of this way, or a write at its beginning, fails. */
  failure(call: 'readFailure' | 'writeFailure'): string | undefined {
    for (const condition of this.#conditions) {
      const code = condition[call]?.();
      if (code !== undefined) {
        return code;
      }
    }
    return undefined;
  }

  /** Bytes have come out of the kernel; gives them as the reader shall see them. */
  delivered(chunk: Buffer): Buffer {
    if (this.#conditions.length === 0) {
      this.onDelivered?.(chunk, this);
      return chunk;
    }
    let bytes = chunk;
    for (const condition of this.#conditions) {
      if (condition.transform !== undefined) bytes = condition.transform(bytes);
    }
    this.onDelivered?.(bytes, this);
    // What is delivered may be what ends a fault: this list stays as it is.
    for (const condition of this.#conditions) condition.delivered?.(bytes);
    return bytes;
  }
}
