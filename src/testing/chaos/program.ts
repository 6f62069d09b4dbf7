/** Where the programs are that the kit starts as processes of their own. */

import { fileURLToPath } from 'node:url';

/** The path of a program, by its path from the folder of the kit; however the code that asks has been bundled. */
export function programPath(fromKit: string): string {
  return fileURLToPath(new URL(fromKit, import.meta.resolve('ipc/testing')));
}
