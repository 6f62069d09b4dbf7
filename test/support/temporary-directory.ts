/** A fresh directory for each test, gone after it. */

import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Registers the hooks in the suite it is called in; the result names paths in the directory of the running test. */
export function useTemporaryDirectory(): (...names: string[]) => string {
  let directory = '';
  beforeEach(() => {
    directory = realpathSync(mkdtempSync(join(tmpdir(), 'ipc-test-')));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  return (...names) => join(directory, ...names);
}
