/** A fresh folder with a socket path, and the processes of one drill: whatever happens, none of it is left. */

import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demand } from './drill.js';
import { DrillProcess, type Shortage } from './drill-process.js';

export class Stage {
  readonly directory: string = mkdtempSync(join(tmpdir(), 'ipc-drill-'));
  readonly socketFile: string = join(this.directory, 'socket');
  readonly #processes: Set<DrillProcess> = new Set();
  readonly #cleanups: (() => void)[] = [];

  /** Runs a drill on a stage of its own and clears it away; a socket file that is left in the end is a violation. */
  static async use<Result>(drill: (stage: Stage) => Promise<Result>): Promise<Result> {
    const stage = new Stage();
    try {
      const result = await drill(stage);
      for (const { hasFallen, program, pid } of stage.#processes) {
        demand(!hasFallen, `The process ${pid} (${program}) ended without being asked to.`);
      }
      const left = readdirSync(stage.directory);
      demand(left.length === 0, `Files are left: ${left.join(', ')}`);
      return result;
    } finally {
      for (const cleanup of stage.#cleanups) cleanup();
      await Promise.all([...stage.#processes].map((each) => each.abandon()));
      rmSync(stage.directory, { recursive: true, force: true });
    }
  }

  /** A program of test/support/programs, given the socket path as its first argument. */
  start(program: string, ...args: string[]): DrillProcess {
    return this.#keep(new DrillProcess(program, [this.socketFile, ...args]));
  }

  /**
   * A server of the drills that listens. Its law forgets nobody: `unjudged` is for counting memory.
   *
   * @param shortage what it gets less of than is usual; `queue` is the backlog of its socket.
   */
  async listening(
    options: object = {},
    law: 'judged' | 'unjudged' = 'judged',
    shortage: Shortage & { readonly queue?: number } = {},
  ): Promise<DrillProcess> {
    const args = [this.socketFile, JSON.stringify(options), law, String(shortage.queue ?? '')];
    const server = this.#keep(new DrillProcess('drill-server', args, shortage));
    await server.hears('ready');
    server.tell('listen');
    await server.hears('listening');
    return server;
  }

  /** Kills a process; it is nobody's concern any more. */
  async kill(process: DrillProcess): Promise<void> {
    await process.kill();
    this.#processes.delete(process);
  }

  atEnd(cleanup: () => void): void {
    this.#cleanups.push(cleanup);
  }

  get hasSocketFile(): boolean {
    return existsSync(this.socketFile);
  }

  #keep(process: DrillProcess): DrillProcess {
    this.#processes.add(process);
    return process;
  }
}
