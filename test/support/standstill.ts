/** How long the event loop of this process stood still at most, by its own doing. */

/** So often it looks; a turn that takes less is no standstill. */
const EVERY_MS = 2;

/**
 * On a busy machine a process also stands still while others have the processor, and where ten processes share two cores
 * they often do: so of each standstill the lesser counts of the time that passed and the processor time that the process
 * took, all its threads together.
 */
export class Standstill {
  #longestMs = 0;
  #atMs = 0;
  #cpu: NodeJS.CpuUsage = process.cpuUsage();
  #timer: NodeJS.Timeout | undefined;

  /** Looks from now on, and forgets what was before. Keeps no process alive. */
  begin(): void {
    this.#timer ??= setInterval(() => this.#look(), EVERY_MS).unref();
    this.#look();
    this.#longestMs = 0;
  }

  /** Since `begin()`, up to this very turn. */
  get longestMs(): number {
    this.#look();
    return this.#longestMs;
  }

  #look(): void {
    const { user, system } = process.cpuUsage(this.#cpu);
    const nowMs = performance.now();
    this.#longestMs = Math.max(this.#longestMs, Math.min(nowMs - this.#atMs - EVERY_MS, (user + system) / 1000));
    this.#atMs = nowMs;
    this.#cpu = process.cpuUsage();
  }
}
