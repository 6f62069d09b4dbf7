/** A process that claims socket files on command (claim-worker.ts), reused for as long as it lives. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { WorkerCommand, WorkerReport } from '../claim-worker.js';

export class Starter {
  readonly #child: ChildProcess = fork(new URL('../claim-worker.js', import.meta.url), {
    execArgv: [],
    // A Ctrl-C at the terminal is for the drill alone; its processes end with it.
    detached: process.stdin.isTTY === true,
  });
  readonly reports: WorkerReport[] = [];
  #reported: (() => void) | undefined;

  constructor() {
    this.#child.on('message', (report: WorkerReport) => {
      this.reports.push(report);
      this.#reported?.();
    });
    this.#child.on('exit', () => this.#reported?.());
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves when it takes commands. */
  async ready(): Promise<this> {
    await this.#firstReport();
    return this;
  }

  /** Sends a command; the answer is the outcome, or 'killed'. */
  async outcomeOf(command: WorkerCommand): Promise<string> {
    this.reports.length = 0;
    this.send(command);
    await this.#firstReport();
    const [report] = this.reports;
    return this.isAlive && report !== undefined && 'outcome' in report ? report.outcome : 'killed';
  }

  send(command: WorkerCommand): void {
    // A process that was killed a moment ago cannot be sent anything, and that is all right.
    this.#child.send(command, () => {});
  }

  async kill(): Promise<void> {
    if (this.isAlive) {
      const exited = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await exited;
    }
  }

  async #firstReport(): Promise<void> {
    while (this.isAlive && this.reports.length === 0) {
      await new Promise<void>((resolve) => {
        this.#reported = resolve;
      });
    }
  }
}
