/** Where the lock file is: tests are compiled to another folder than they are written in. */

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repositoryRoot: string = find(dirname(fileURLToPath(import.meta.url)));

function find(folder: string): string {
  return existsSync(join(folder, 'package-lock.json')) ? folder : find(dirname(folder));
}
