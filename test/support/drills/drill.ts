/** What a drill is: something that goes wrong on purpose, on real sockets and real processes, so many times. */

/** Something that a drill measured, and what it may be at most. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  /** '' for a plain number. */
  readonly unit: string;
  /** The target; left out where the figure is only told. */
  readonly atMost?: number;
}

/** How a drill says how far it is, and hears that it is enough. */
export interface Watch {
  /** Somebody wants the figures so far: the drill ends after what it is just doing. */
  readonly isStopped: boolean;
  /** `what` is a plural: `12 of 50 rounds`. */
  progress(done: number, of: number, what: string): void;
  /** Something that is worth a line of its own. */
  note(text: string): void;
}

export interface Drill<Scale extends object> {
  /** In one word, for `npm run soak -- --only`. */
  readonly name: string;
  /** The threat, in one line. */
  readonly threat: string;
  /** What holds all the while; a breach ends the drill. */
  readonly promise: string;
  /** How much of it each commit gets. */
  readonly commit: Scale;
  /** How much of it a long run gets. */
  readonly long: Scale;
  /** Why this machine cannot run it; undefined where it can, as it can everywhere without this. */
  readonly obstacle?: () => string | undefined;
  /** @throws at the first thing that must never happen. */
  run(scale: Scale, watch: Watch): Promise<Figure[]>;
}

/** Something happened that must never happen. */
export class Violation extends Error {
  override readonly name: string = 'Violation';
}

/** @throws Violation with this text, unless it holds. */
export function demand(holds: boolean, text: string): asserts holds {
  if (!holds) throw new Violation(text);
}

/** For one who runs a drill to its end and shows nothing. */
export const unwatched: Watch = { isStopped: false, progress() {}, note() {} };

/** The figures that miss their target, as text; none is as it should be. */
export function misses(figures: readonly Figure[]): string[] {
  return figures
    .filter(({ value, atMost = Number.POSITIVE_INFINITY }) => !(value <= atMost))
    .map(({ what, value, unit, atMost }) => `${what}: ${value} ${unit}, at most ${atMost} expected`);
}
