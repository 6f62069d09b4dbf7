/** What came of an attempt to listen or connect in a process of its own; see programs/try-once.ts. */

import { Child } from './child.js';

export interface Attempt {
  /** `listening`, `connect`, or the code of the failure. */
  readonly outcome: string;
  readonly message?: string;
  /** What was in the directory of the socket right then. */
  readonly left: readonly string[];
}

/** Runs the program to its end, which it must come to by itself. */
export function attempt(socketFile: string, role: 'listen' | 'connect', uid?: number): Promise<Attempt> {
  return outcomeOf(Child.program('try-once', socketFile, role, ...(uid === undefined ? [] : [String(uid)])));
}

/** The same of a child that was started otherwise. */
export async function outcomeOf(child: Child): Promise<Attempt> {
  const { code, signal } = await child.exit;
  if (code !== 0) {
    throw new Error(`It ended with ${signal ?? code}.\n${child.output}\n${child.errors}`);
  }
  return JSON.parse(child.output) as Attempt;
}
