/** What the program holds in memory, for tests of what it must not hold. */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes in use, on the heap and in buffers, once the garbage is gone. */
export function heldBytes(): number {
  // The first collection leaves buffers whose owner it has just found dead.
  collectGarbage();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
