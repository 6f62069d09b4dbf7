/** The messages of scenarios: each says who sent it and which one it is. */

/** What goes over the wire. */
export interface PartMessage {
  /** The sender: of a client the connection too. */
  readonly from: string;
  /** Counted from 1 by the sender; 0 is the `hello`. */
  readonly n: number;
  /** From a server: whether it is for this client only. */
  readonly direct?: boolean;
  readonly text?: string;
}

/** Reads who sent a message and which it is; of one that somebody has changed on its way, whatever it says now. */
export function identify(message: unknown): { readonly from: string; readonly n: string } {
  const { from, n } = (message ?? {}) as Partial<PartMessage>;
  return { from: String(from), n: String(n) };
}

/** A text of this many bytes. */
export function padding(size: number): string {
  return 'x'.repeat(size);
}

/** What an error is counted as. */
export function codeOf(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? error.name;
}
