/**
 * A process that the caller has handed over: killed, stopped, paused and started again on request, and never without.
 *
 * | state | input | next |
 * | --- | --- | --- |
 * | running | pause / resume | paused / running |
 * | running, paused | end | ending, and absent when it has exited |
 * | absent | start | starting, and running when it is ready |
 */

import type { ChaosProcess, ChaosProcessOptions } from './options.js';

/** How long a process may take to end by itself: many times what one needs that is not stuck, on a machine that is busy. */
const PATIENCE_MS = 15_000;

type ProcessState =
  | { readonly name: 'absent' | 'starting' }
  | { readonly name: 'running' | 'paused' | 'ending'; readonly process: ChaosProcess };

/** Calls of `start` and `end` queue up; each waits for those before it. */
export class ManagedProcess {
  readonly name: string;
  readonly #options: ChaosProcessOptions;
  /** Whether the proxy has started it, and is to end it. */
  #isOurs = false;
  #state: ProcessState = { name: 'absent' };
  #queue: Promise<unknown> = Promise.resolve();

  constructor(name: string, options: ChaosProcessOptions) {
    this.name = name;
    this.#options = options;
    if (options.running !== undefined) this.#state = { name: 'running', process: options.running };
  }

  /** Starts it unless it runs. */
  start(): Promise<void> {
    return this.#after(async () => {
      if (this.#state.name !== 'absent') return;
      this.#state = { name: 'starting' };
      try {
        const process = await this.#options.start();
        this.#isOurs = true;
        this.#state = { name: 'running', process };
      } catch (error) {
        this.#state = { name: 'absent' };
        throw error;
      }
    });
  }

  /** Ends it with this signal, and for certain: what does not go is killed. Resolves when it has exited. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    return this.#after(async () => {
      if (this.#state.name !== 'running' && this.#state.name !== 'paused') return;
      const { name, process } = this.#state;
      this.#state = { name: 'ending', process };
      if (name === 'paused') process.kill('SIGCONT');
      await endProcess(process, signal);
      this.#state = { name: 'absent' };
    });
  }

  /** Starts another one beside it, and ends the first when that is ready and `ready` has returned. */
  replace(ready: () => void): Promise<void> {
    return this.#after(async () => {
      const old = this.#state;
      const process = await this.#options.start();
      this.#isOurs = true;
      this.#state = { name: 'running', process };
      ready();
      if ('process' in old) await endProcess(old.process, 'SIGTERM');
    });
  }

  pause(): void {
    if (this.#state.name !== 'running') return;
    const { process } = this.#state;
    process.kill('SIGSTOP');
    this.#state = { name: 'paused', process };
  }

  resume(): void {
    if (this.#state.name !== 'paused') return;
    const { process } = this.#state;
    process.kill('SIGCONT');
    this.#state = { name: 'running', process };
  }

  /** Leaves it as it was found: ends what the proxy has started, lets the rest run on. */
  async letGo(): Promise<void> {
    this.resume();
    if (this.#isOurs) await this.end('SIGTERM');
    else await this.#queue;
  }

  #after(action: () => Promise<void>): Promise<void> {
    const result = this.#queue.then(action);
    this.#queue = result.catch(() => {});
    return result;
  }
}

async function endProcess(process: ChaosProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    const impatience = setTimeout(() => process.kill('SIGKILL'), PATIENCE_MS);
    process.once('exit', () => {
      clearTimeout(impatience);
      resolve();
    });
    process.kill(signal);
  });
}
