/**
 * The time of a scenario on real sockets: it goes with that of the system, and stands still while somebody is behind.
 *
 * On a busy machine a process may not run for a second. What a scenario plans for 20 ms later must not happen meanwhile:
 * that would be another scenario. So time goes on only so long after everybody was last known to have been there, and
 * not at all while a process is being started.
 */

import type { ChaosClock } from '../../chaos/timers.js';

/** From some moment of the system's clock on. */
interface Stretch {
  readonly fromSystemMs: number;
  readonly fromMs: number;
  /** When time stands still, unless somebody lets it go on before. */
  untilMs: number;
}

interface Pending {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** Milliseconds of the system's monotonic clock, which is the same in all its processes. */
export function systemMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Stands at 0 until it is first told to go on. */
export class StageClock implements ChaosClock {
  readonly #stretches: Stretch[] = [{ fromSystemMs: systemMs(), fromMs: 0, untilMs: 0 }];
  /** By when they are due, those of one moment in the order in which they were asked for. */
  #pending: Pending[] = [];
  #holds = 0;
  #timeout: NodeJS.Timeout | undefined;

  now(): number {
    return this.#timeIn(this.#last, systemMs());
  }

  /** What time it was at a moment of the system's clock. */
  at(momentMs: number): number {
    const stretch = this.#stretches.findLast(({ fromSystemMs }) => fromSystemMs <= momentMs);
    return stretch === undefined ? 0 : this.#timeIn(stretch, momentMs);
  }

  after(delayMs: number, callback: () => void): () => void {
    const pending: Pending = { dueMs: this.now() + delayMs, callback };
    const next = this.#pending.findIndex(({ dueMs }) => dueMs > pending.dueMs);
    this.#pending.splice(next < 0 ? this.#pending.length : next, 0, pending);
    this.#arm();
    return () => {
      this.#pending = this.#pending.filter((other) => other !== pending);
    };
  }

  /** Everybody is with us: time may go on for so long. */
  goOn(forMs: number): void {
    if (this.#holds > 0) return;
    const nowMs = this.now();
    if (nowMs < this.#last.untilMs) this.#last.untilMs = nowMs + forMs;
    else this.#stretches.push({ fromSystemMs: systemMs(), fromMs: nowMs, untilMs: nowMs + forMs });
    this.#arm();
  }

  /** Time stands still until the returned function has been called, and then until it is told to go on. */
  hold(): () => void {
    this.#holds += 1;
    this.#last.untilMs = Math.min(this.#last.untilMs, this.now());
    return () => {
      this.#holds -= 1;
    };
  }

  waitFor(work: Promise<unknown>): void {
    const goOn = this.hold();
    work.then(goOn, goOn);
  }

  /** Forgets whatever is pending. */
  stop(): void {
    clearTimeout(this.#timeout);
    this.#pending = [];
  }

  get #last(): Stretch {
    return this.#stretches.at(-1) as Stretch;
  }

  #timeIn({ fromSystemMs, fromMs, untilMs }: Stretch, momentMs: number): number {
    return Math.min(untilMs, fromMs + momentMs - fromSystemMs);
  }

  /** Rings for the first that is pending, if time may go on until then. */
  #arm(): void {
    clearTimeout(this.#timeout);
    const first = this.#pending[0];
    if (first === undefined || first.dueMs > this.#last.untilMs) return;
    this.#timeout = setTimeout(() => this.#ring(), Math.max(0, first.dueMs - this.now()));
  }

  #ring(): void {
    for (let [first] = this.#pending; first !== undefined && first.dueMs <= this.now(); [first] = this.#pending) {
      this.#pending.shift();
      first.callback();
    }
    this.#arm();
  }
}
