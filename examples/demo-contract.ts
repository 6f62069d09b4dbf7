/** What the processes of the demo say to each other, and what each of them tells the screen. */

/** The messages, by direction: the type argument of `Server` and `Client`. */
export interface Desk {
  toServer: {
    hello: { name: string };
    /** Asks for the square of a number. */
    square: number;
    bye: { name: string };
  };
  toClient: {
    welcome: { by: string };
    squared: { number: number; square: number };
    /** A broadcast. */
    news: string;
  };
}

/** What a process tells the one that started it, over the channel of `fork()`. */
export interface Report {
  /** What has happened, for the script of the demo. */
  event: 'listening' | 'connected' | 'reconnected' | 'lost' | 'answer' | 'news' | 'closed' | 'other';
  /** The same for the reader; left out where it would be noise. */
  line?: string | undefined;
  /** Sums, with the last report of a client. */
  counts?: Counts;
}

/** What a client has done. */
export interface Counts {
  asked: number;
  answered: number;
  /** Questions asked once more, since the server died before it had answered them. */
  repeated: number;
  news: number;
  reconnects: number;
}

/** Tells the screen. A process that was started by hand prints the line itself. */
export function report(event: Report['event'], line?: string, counts?: Counts): void {
  if (process.send === undefined) {
    console.log(line ?? event);
  } else {
    process.send({ event, line, ...(counts && { counts }) } satisfies Report);
  }
}

/** Ends this process when the one that started it is gone: nobody would be watching any more. */
export function endWithParent(): void {
  process.on('disconnect', () => process.exit(1));
  // Listening must not keep a process alive that has nothing left to do.
  process.channel?.unref();
}
