/** One life of a process of a scenario, as seen by whoever directs it. */

import { type ChildProcess, spawn } from 'node:child_process';
import { programPath } from '../../chaos/program.js';
import type { Assignment, News, Order } from './protocol.js';

const WORKER = programPath('./scenario/real/worker.js');
/** For a process that holds on to something although everything is closed. */
const LEAVE_MS = 30_000;
/** After so long without an answer a process hangs: no machine is that busy. */
const ANSWER_MS = 30_000;

/** Tells what the process reports, then that it has ended. */
export interface WorkerHandlers {
  readonly told: (news: News) => void;
  readonly ended: (worker: WorkerProcess) => void;
}

/** Satisfies `ChaosProcess`, so that the proxy may kill and pause it. */
export class WorkerProcess {
  readonly name: string;
  readonly life: number;
  /** Where it listens or connects. */
  readonly address: string;
  /** Resolves when it takes orders; rejects when it ends before. */
  readonly ready: Promise<void>;
  /** Resolves when it has exited and everything that it had reported was read. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  #isAlive = true;
  #isPaused = false;
  #errorOutput = '';
  #lastQuestion = 0;
  /** Those that wait for an answer, by its number. */
  readonly #unanswered = new Map<number, () => void>();

  constructor(name: string, assignment: Assignment, { told, ended }: WorkerHandlers) {
    this.name = name;
    this.life = assignment.life;
    this.address = assignment.socketFile;
    const child = spawn(process.execPath, [WORKER, JSON.stringify(assignment)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child = child;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errorOutput += text;
    });
    this.ended = new Promise((resolve) => {
      // `close` comes after the last message.
      child.once('close', () => {
        this.#isAlive = false;
        this.#answered();
        ended(this);
        resolve();
      });
    });
    this.ready = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', () => reject(new Error(`The process ${name} ended at once: ${this.#errorOutput}`)));
      child.on('message', (all: News[]) => {
        for (const news of all) {
          if (news.news === 'ready') resolve();
          if (news.news === 'answer') this.#answered(news.number);
          told(news);
        }
      });
    });
    this.ready.catch(() => {});
  }

  /** Whether it is dead, though it may have told what we have not read yet. */
  get hasExited(): boolean {
    return this.exitCode !== null || this.signalCode !== null;
  }

  /** Whether there may be anything of it to come. */
  get isAlive(): boolean {
    return this.#isAlive;
  }

  get exitCode(): number | null {
    return this.#child.exitCode;
  }

  get signalCode(): NodeJS.Signals | null {
    return this.#child.signalCode;
  }

  get errorOutput(): string {
    return this.#errorOutput;
  }

  kill(signal: NodeJS.Signals): boolean {
    if (signal === 'SIGSTOP' || signal === 'SIGCONT') this.#isPaused = signal === 'SIGSTOP';
    // Who is frozen on purpose keeps nobody waiting.
    if (this.#isPaused) this.#answered();
    return this.#child.kill(signal);
  }

  once(event: 'exit', listener: () => void): this {
    this.#child.once(event, listener);
    return this;
  }

  order(order: Order): void {
    // It may have died a moment ago.
    if (this.#child.connected) this.#child.send(order, () => {});
  }

  /**
   * Resolves when it has done all that it was told so far. It need not when it is dead or frozen.
   *
   * @throws when it hangs.
   */
  async answer(): Promise<void> {
    if (!this.#isAlive || this.#isPaused) return;
    this.#lastQuestion += 1;
    const number = this.#lastQuestion;
    await new Promise<void>((resolve, reject) => {
      const hangs = new Error(`The process ${this.name} has not answered for ${ANSWER_MS / 1000} s.`);
      const impatience = setTimeout(() => reject(hangs), ANSWER_MS);
      this.#unanswered.set(number, () => {
        clearTimeout(impatience);
        resolve();
      });
      this.order({ order: 'answer', number });
    });
  }

  /** Resolves to whether it has ended by itself, once it may. */
  async leave(): Promise<boolean> {
    this.order({ order: 'leave' });
    let isPatient = true;
    const impatience = setTimeout(() => {
      isPatient = false;
      this.kill('SIGKILL');
    }, LEAVE_MS);
    await this.ended;
    clearTimeout(impatience);
    return isPatient;
  }

  /** @param upTo left out: nobody waits for it any more. */
  #answered(upTo: number = this.#lastQuestion): void {
    for (const [number, resolve] of this.#unanswered) {
      if (number > upTo) continue;
      this.#unanswered.delete(number);
      resolve();
    }
  }
}
