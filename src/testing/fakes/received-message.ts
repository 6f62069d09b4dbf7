/** A message that came, and how reports show it. */

import { describeMatch, differences } from './match.js';

/** A message that a fake has received. */
export interface ReceivedMessage<Topic extends string = string, Message = unknown> {
  readonly topic: Topic;
  readonly message: Message;
  /** On a fake server, who sent it. */
  readonly clientId: string | undefined;
  /** Milliseconds since the fake was made; virtual ones in a simulation. */
  readonly at: number;
}

/** A message and what became of it. */
export interface Entry extends ReceivedMessage {
  /** Who sent it, in words: `client 2`; empty on a fake client. */
  readonly sender: string;
  /** Whether an expectation answered it, or its topic is ignored. */
  readonly isExpected: boolean;
  /** Whether `received()` has given it out. */
  isTaken: boolean;
}

/** A message as it stands in reports. */
export function describeEntry(entry: Pick<Entry, 'topic' | 'message'> & Partial<Entry>): string {
  const from = entry.sender === undefined || entry.sender === '' ? '' : ` from ${entry.sender}`;
  const at = entry.at === undefined ? '' : ` at ${entry.at} ms`;
  return `${entry.topic} ${describeMatch(entry.message)}${from}${at}`;
}

/** For reports, which must not fail over a predicate. */
export function differencesOf(match: unknown, message: unknown): string[] {
  try {
    return differences(match, message);
  } catch (error) {
    return [`the function threw ${String(error)}`];
  }
}
