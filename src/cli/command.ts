/** What a subcommand of `ipc` is, and what it may expect of its surroundings. */

/** Exit codes, the same for every subcommand. */
export const EXIT = {
  /** It did what it was asked to. */
  done: 0,
  /** It was asked for something that can be done, and the world did not let it. */
  failed: 1,
  /** It was asked for something that cannot be: a wrong flag, a plan with a mistake. Nothing was begun. */
  misused: 2,
} as const;

/** Where output goes, and who ends it. */
export interface Terminal {
  /** A line of what it does. */
  print(line: string): void;
  /** A line for the person in front of it, also when the rest is piped away. */
  complain(line: string): void;
  /** Aborted when somebody presses Ctrl-C, sends SIGTERM or stops reading the output. */
  readonly stopped: AbortSignal;
}

/** One subcommand. */
export interface Command {
  /** One line for `ipc --help`. */
  readonly summary: string;
  /** All of `ipc <command> --help`. */
  readonly help: string;
  /** Resolves to the exit code. */
  run(args: readonly string[], terminal: Terminal): Promise<number>;
}

/** A mistake of the caller's: the message says which flag, what is wrong with it and what it may be. */
export class MisuseError extends Error {
  override readonly name: string = 'MisuseError';
}
