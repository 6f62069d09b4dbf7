/** So many bytes a second: tokens drip into a bucket, and a byte that passes takes one out. */

/** Fewer wake-ups than bytes: what drips within this time passes together. */
const BATCH_MS = 10;

/** A bucket that is full at first. */
export class TokenBucket {
  readonly #perMs: number;
  readonly #burstBytes: number;
  #tokens: number;
  #filledAtMs: number;

  constructor(bytesPerSecond: number, burstBytes: number, nowMs: number) {
    this.#perMs = bytesPerSecond / 1000;
    this.#burstBytes = burstBytes;
    this.#tokens = burstBytes;
    this.#filledAtMs = nowMs;
  }

  /** How many bytes may pass now. */
  available(nowMs: number): number {
    this.#tokens = Math.min(this.#burstBytes, this.#tokens + (nowMs - this.#filledAtMs) * this.#perMs);
    this.#filledAtMs = nowMs;
    return Math.floor(this.#tokens);
  }

  /** How long until a good part of that many bytes may pass. */
  waitMs(bytes: number): number {
    const wanted = Math.min(bytes, this.#burstBytes, Math.max(1, this.#perMs * BATCH_MS));
    return Math.max(1, (wanted - this.#tokens) / this.#perMs);
  }

  /** They have passed. */
  take(bytes: number): void {
    this.#tokens -= bytes;
  }
}
