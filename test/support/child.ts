/** Runs a program in a process of its own, and listens to what it prints. */

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export class Child {
  readonly process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly exit: Promise<Exit>;
  output = '';
  errors = '';
  ended: Exit | undefined;
  #wake: (() => void)[] = [];

  constructor(command: string, args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) {
    // A coverage report of a process that is killed, or that counts its own milliseconds, is worth nothing.
    const { NODE_V8_COVERAGE: _, ...env } = { ...process.env, ...options.env };
    this.process = spawn(command, args, { ...options, env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.process.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.output += text;
      this.#notify();
    });
    this.process.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.errors += text;
    });
    this.process.stdin.on('error', () => {});
    this.exit = new Promise((resolve, reject) => {
      this.process.on('error', reject);
      this.process.on('close', (code, signal) => {
        this.ended = { code, signal };
        this.#notify();
        resolve(this.ended);
      });
    });
    this.exit.catch(() => {});
  }

  /** A program of test/support/programs. */
  static program(name: string, ...args: string[]): Child {
    const file = fileURLToPath(new URL(`./programs/${name}.js`, import.meta.url));
    return new Child(process.execPath, [file, ...args]);
  }

  get lines(): string[] {
    return this.output.split('\n').slice(0, -1);
  }

  /** Resolves once the program has printed this line, or has printed it so many times. */
  async prints(line: string, times = 1): Promise<void> {
    while (this.lines.filter((each) => each === line).length < times) {
      if (this.ended) {
        const { code, signal } = this.ended;
        throw new Error(`It ended (${signal ?? code}) without '${line}'.\n${this.output}\n${this.errors}`);
      }
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  tell(line: string): void {
    this.process.stdin.write(`${line}\n`);
  }

  /** Kills this very process and waits until it is gone. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.process.kill(signal);
    await this.exit;
  }

  #notify(): void {
    for (const wake of this.#wake.splice(0)) {
      wake();
    }
  }
}
