/**
 * The law of waiting, for one client: each wait lies within the bounds of its option, the attempt after it comes neither
 * earlier nor later, and attempts are counted on until a connection was healthy.
 */

import { type ClientOptions, type DelayFunction, exponential } from 'ipc';

/** How a client is told to wait. `eager` does not wait at all the first time. */
export type DelayKind = 'fixed' | 'range' | 'growing' | 'eager';

interface Bounds {
  readonly minMs: number;
  readonly maxMs: number;
}

const RETRY: Readonly<Record<'fixed' | 'range', Bounds>> = {
  fixed: { minMs: 1000, maxMs: 1000 },
  range: { minMs: 200, maxMs: 1200 },
};
const RECONNECT: Readonly<Record<'fixed' | 'range', Bounds>> = {
  fixed: { minMs: 100, maxMs: 100 },
  range: { minMs: 0, maxMs: 150 },
};
const LONGEST_MS = 3000;
const FUNCTIONS: Readonly<Record<'growing' | 'eager', DelayFunction>> = {
  growing: exponential({ initial: 40, factor: 3, max: LONGEST_MS, jitter: 0.5 }),
  eager: (attempt) => (attempt === 1 ? 0 : 100),
};
/** The clock counts whole microseconds. */
const ROUNDING_MS = 0.002;

export class PatienceLaw {
  readonly #kind: DelayKind;
  readonly #now: () => number;
  readonly #complain: (problem: string) => void;
  /** When the next attempt may be made; undefined before the first one, and while connected. */
  #due: { readonly fromMs: number; readonly toMs: number } | undefined;
  #attempt = 0;
  #waitMs = 0;
  #connectedAt = 0;
  #carriedMessage = false;

  constructor(kind: DelayKind, now: () => number, complain: (problem: string) => void) {
    this.#kind = kind;
    this.#now = now;
    this.#complain = complain;
  }

  /** For the client to be built with. */
  get options(): Pick<ClientOptions, 'retryDelay' | 'reconnectDelay'> {
    const kind = this.#kind;
    if (kind === 'fixed') {
      return {};
    }
    if (kind === 'range') {
      const range = ({ minMs, maxMs }: Bounds) => ({ min: minMs, max: maxMs });
      return { retryDelay: range(RETRY.range), reconnectDelay: range(RECONNECT.range) };
    }
    return {
      retryDelay: (attempt, random) => this.#wait(FUNCTIONS[kind], this.#attempt + 1, attempt, random),
      reconnectDelay: (attempt, random) => {
        const livedMs = this.#now() - this.#connectedAt;
        const isHealthy = this.#carriedMessage || livedMs > this.#waitMs;
        return this.#wait(FUNCTIONS[kind], isHealthy ? 1 : this.#attempt + 1, attempt, random);
      },
    };
  }

  /** Takes the events of the client in order. */
  next(event: string): void {
    if (event === 'message') {
      this.#carriedMessage = true;
      return;
    }
    if (event === 'connect' || event === 'connectError') {
      this.#attempted();
    }
    if (event === 'connect') {
      this.#connectedAt = this.#now();
      this.#carriedMessage = false;
    } else if (event === 'connectError' || event === 'disconnect') {
      this.#began(event === 'connectError' ? RETRY : RECONNECT);
    }
  }

  /** The delay function of the application is asked, before the event that tells of the failure or the loss. */
  #wait(delay: DelayFunction, expected: number, attempt: number, random: () => number): number {
    if (attempt !== expected) {
      this.#complain(`wait ${attempt} since the last healthy connection was asked for, wait ${expected} is next`);
    }
    const waitMs = delay(attempt, random);
    if (!(waitMs >= 0 && waitMs <= LONGEST_MS)) {
      this.#complain(`a wait of ${waitMs} ms was drawn, of at most ${LONGEST_MS}`);
    }
    this.#attempt = attempt;
    this.#waitMs = waitMs;
    return waitMs;
  }

  #began(bounds: Readonly<Record<'fixed' | 'range', Bounds>>): void {
    const drawn = { minMs: this.#waitMs, maxMs: this.#waitMs };
    const { minMs, maxMs } = isBounded(this.#kind) ? bounds[this.#kind] : drawn;
    this.#due = { fromMs: this.#now() + minMs, toMs: this.#now() + maxMs };
  }

  #attempted(): void {
    const due = this.#due;
    const now = this.#now();
    if (due !== undefined && (now < due.fromMs - ROUNDING_MS || now > due.toMs + ROUNDING_MS)) {
      this.#complain(`an attempt at ${now} ms, which was due from ${due.fromMs} to ${due.toMs} ms`);
    }
    this.#due = undefined;
  }
}

function isBounded(kind: DelayKind): kind is 'fixed' | 'range' {
  return kind === 'fixed' || kind === 'range';
}
