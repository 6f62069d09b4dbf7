/** The way from one end of a link to the other: how long it takes, and whether anything passes. */

/** The conditions on one way. Without faults it takes no time and hides nothing. */
export class LinkDirection {
  /** While true nothing passes: no byte, no end, no reset. Nothing is lost. */
  isBlocked = false;
  /** Delay of the next piece. */
  latency: (() => number) | undefined;
  /** Most bytes that the next read may give, of those in the first piece. */
  cutRead: ((limitBytes: number, firstPieceBytes: number) => number) | undefined;
  /** Told about every chunk that was read. */
  onDelivered: ((chunk: Buffer) => void) | undefined;
  #lastMicros = 0;

  /** When something sent now arrives: never before what was sent earlier. */
  arrival(nowMicros: number, _bytes: number): number {
    if (this.latency === undefined) {
      if (this.#lastMicros < nowMicros) this.#lastMicros = nowMicros;
    } else {
      this.#lastMicros = Math.max(this.#lastMicros, nowMicros + this.latency());
    }
    return this.#lastMicros;
  }

  readLimit(limitBytes: number, firstPieceBytes: number): number {
    return this.cutRead === undefined ? limitBytes : this.cutRead(limitBytes, firstPieceBytes);
  }

  delivered(chunk: Buffer): void {
    this.onDelivered?.(chunk);
  }
}
