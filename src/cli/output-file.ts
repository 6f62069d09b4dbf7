/** Files that a command is told to write. */

import { closeSync, openSync, writeFileSync } from 'node:fs';
import { MisuseError } from './command.js';

/** One of them, empty at first: whether it can be written is found out before anything has begun. */
export class OutputFile {
  readonly #descriptor: number;

  /** @throws MisuseError when it cannot be written; the message names the flag. */
  constructor(flag: string, path: string) {
    try {
      this.#descriptor = openSync(path, 'w');
    } catch (error) {
      throw new MisuseError(`${flag}: '${path}' cannot be written: ${(error as Error).message}.`);
    }
  }

  /** Adds to it. */
  write(text: string): void {
    writeFileSync(this.#descriptor, text);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
