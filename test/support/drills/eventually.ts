/** Looks at something until it is as it should be, or for so long that it never will be. */

import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE_MS = 30_000;

/** Resolves to what it saw last, as it should be or not. */
export async function eventually<Seen>(look: () => Promise<Seen>, isRight: (seen: Seen) => boolean): Promise<Seen> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const seen = await look();
    if (isRight(seen) || performance.now() > deadline) return seen;
    await pause(20);
  }
}
