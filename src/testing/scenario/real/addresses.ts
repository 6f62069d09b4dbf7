/** The socket files of a scenario: clients go to `front`, the proxy to `upstream`, and that leads to where a server is. */

import { renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';

/** In a folder of their own. Each server that serves beside another one has a path of its own. */
export class Addresses {
  readonly #directory: string;
  #servers = 1;
  /** Names of the files of servers that were killed. */
  readonly #stale = new Set<string>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Where clients connect. */
  get front(): string {
    return join(this.#directory, 'front');
  }

  /** Leads to the server that listened last. */
  get upstream(): string {
    return join(this.#directory, 'upstream');
  }

  /** Where a server that is started now listens. */
  get server(): string {
    return join(this.#directory, `server-${this.#servers}`);
  }

  /** The next server is started while another one serves. */
  another(): void {
    this.#servers += 1;
  }

  /** A server listens at the present address. */
  listening(): void {
    this.#stale.delete(basename(this.server));
    this.lead();
  }

  /** The server of this address has died while it listened. */
  abandoned(address: string): void {
    this.#stale.add(basename(address));
  }

  /** Whether a file is what a server has left that was killed and not started again. */
  isLeftByTheDead(file: string): boolean {
    return this.#stale.has(file);
  }

  /** Takes away what is no server's. */
  remove(): void {
    rmSync(this.upstream, { force: true });
  }

  /** Lets `upstream` lead to the present address, in one step: at no moment does it lead nowhere. */
  lead(): void {
    const next = join(this.#directory, 'next');
    rmSync(next, { force: true });
    symlinkSync(this.server, next);
    renameSync(next, this.upstream);
  }
}
