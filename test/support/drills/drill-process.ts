/** A process of a drill: it takes orders over its channel and reports over it, and is measured from outside. */

import { type ChildProcess, fork } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Violation } from './drill.js';
import { eventually } from './eventually.js';

/** What processes say; the rest of it is between the program and its drill. */
export type Report = { readonly report: string } & Readonly<Record<string, unknown>>;

/** How long anything may take before it counts as stuck, on a machine that has much else to do. */
const PATIENCE_MS = 300_000;

/** What the machine gives a process less of than is usual. */
export interface Shortage {
  /** Open files that it may have (`ulimit -n`). */
  readonly descriptors?: number;
}

export class DrillProcess {
  readonly program: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #reports: Report[] = [];
  #wake: (() => void)[] = [];
  #errors = '';
  #isEnded = false;
  #isToEnd = false;

  /** Starts a program of test/support/programs. */
  constructor(program: string, args: readonly string[], { descriptors }: Shortage = {}) {
    this.program = program;
    const file = fileURLToPath(new URL(`../programs/${program}.js`, import.meta.url));
    const { NODE_V8_COVERAGE: _, ...env } = process.env;
    const limited = ['-c', `ulimit -n ${descriptors}; exec "$0" "$@"`, process.execPath];
    this.#child = fork(file, args, {
      ...(descriptors === undefined ? { execArgv: [] } : { execPath: '/bin/sh', execArgv: limited }),
      env,
      // A Ctrl-C at the terminal is for the drill alone; its processes end with it.
      detached: process.stdin.isTTY === true,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors += text;
    });
    this.#child.on('message', (report: Report) => {
      this.#reports.push(report);
      this.#notify();
    });
    this.#ended = new Promise((resolve) => {
      // Comes after its last report and the last of its error output.
      this.#child.on('close', () => {
        this.#isEnded = true;
        this.#notify();
        resolve();
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  tell(order: string, more: object = {}): void {
    // It may have been killed a moment ago.
    if (this.#child.connected) this.#child.send({ order, ...more }, () => {});
  }

  /** Its next report of this kind. A process that ends without it, or is silent for too long, is a violation. */
  async hears(kind: string): Promise<Report> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const index = this.#reports.findIndex(({ report }) => report === kind);
      if (index >= 0) return this.#reports.splice(index, 1)[0] as Report;
      if (this.#isEnded) throw new Violation(`${this.#name} ended (${this.#how}) before '${kind}'.\n${this.#errors}`);
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) throw new Violation(`${this.#name} has not said '${kind}' for ${PATIENCE_MS} ms.`);
      await this.#news(leftMs);
    }
  }

  async asks(order: string, more: object = {}): Promise<Report> {
    this.tell(order, more);
    return this.hears(order);
  }

  /** What comes about while it lives: that it ends before is a violation. */
  outlives<Result>(event: Promise<Result>): Promise<Result> {
    const fallen = this.#ended.then((): never => {
      throw new Violation(`${this.#name} ended (${this.#how}) without being asked to.\n${this.#errors}`);
    });
    return Promise.race([event, fallen]);
  }

  /** Freezes it, or lets it go on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal);
  }

  /** Freezes it, and waits until it is. */
  async freeze(): Promise<void> {
    this.signal('SIGSTOP');
    const isFrozen = (): boolean => /\) T /.test(readFileSync(`/proc/${this.pid}/stat`, 'utf8'));
    if (!(await eventually(async () => isFrozen(), Boolean))) throw new Violation(`${this.#name} does not stop.`);
  }

  /** Kills it and waits until it is gone. That it was well until then is checked. */
  async kill(): Promise<void> {
    this.#isToEnd = true;
    this.#child.kill('SIGKILL');
    await this.#ended;
    if (this.#child.signalCode !== 'SIGKILL' || this.#errors !== '') {
      throw new Violation(`${this.#name} ended (${this.#how}) before it was killed.\n${this.#errors}`);
    }
  }

  /** Lets go of it: whatever it holds is closed by now, so it has to end by itself. Returns how long it took. */
  async leaves(): Promise<number> {
    this.#isToEnd = true;
    const startedMs = performance.now();
    this.tell('leave');
    const impatience = setTimeout(() => this.#child.kill('SIGKILL'), PATIENCE_MS);
    await this.#ended;
    clearTimeout(impatience);
    if (this.#child.exitCode !== 0 || this.#errors !== '') {
      throw new Violation(`${this.#name} did not end by itself in peace, but with ${this.#how}.\n${this.#errors}`);
    }
    return performance.now() - startedMs;
  }

  /** For a drill that is over, however. */
  async abandon(): Promise<void> {
    if (!this.#isEnded) this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /** Whether it has ended without being asked to. */
  get hasFallen(): boolean {
    return this.#isEnded && !this.#isToEnd;
  }

  /** Open files, as the kernel counts them. */
  descriptors(): number {
    return readdirSync(`/proc/${this.pid}/fd`).length;
  }

  /** Memory that it has in use, in bytes, and the most since the last `forgetPeak`. */
  memory(): { rss: number; peak: number } {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    const bytes = (field: string): number =>
      1024 * Number(new RegExp(`^${field}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1]);
    return { rss: bytes('VmRSS'), peak: bytes('VmHWM') };
  }

  forgetPeak(): void {
    writeFileSync(`/proc/${this.pid}/clear_refs`, '5');
  }

  get #name(): string {
    return `The process ${this.pid} (${this.program})`;
  }

  get #how(): string {
    return String(this.#child.signalCode ?? this.#child.exitCode);
  }

  #notify(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }

  #news(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.#wake.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
