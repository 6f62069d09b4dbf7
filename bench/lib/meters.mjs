// Processor time, memory and stalls of this process.

/** Microseconds of processor time since `start()`, of all threads. */
export class CpuMeter {
  #start = process.cpuUsage();

  start() {
    this.#start = process.cpuUsage();
  }

  get microseconds() {
    const { user, system } = process.cpuUsage(this.#start);
    return user + system;
  }
}

/** The most memory that this process has ever held, in MB. */
export function peakMB() {
  const { maxRSS } = process.resourceUsage();
  return (maxRSS * 1024) / 1e6;
}

/** What is in use once everything unused is gone, in KiB: of the heap, and besides of the whole process. */
export function settledKiB() {
  for (let round = 0; round < 4; round += 1) globalThis.gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: (heapUsed + external) / 1024, rss: rss / 1024 };
}

/**
 * The longest time for which the event loop stood still, in milliseconds. On a busy machine a process also stands still
 * while others run: so the lesser of the time that passed and the processor time that this process took counts.
 */
export class StallMeter {
  longestMs = 0;

  constructor() {
    let at = performance.now();
    let cpu = process.cpuUsage();
    setInterval(() => {
      const now = performance.now();
      const { user, system } = process.cpuUsage(cpu);
      this.longestMs = Math.max(this.longestMs, Math.min(now - at - 1, (user + system) / 1000));
      at = now;
      cpu = process.cpuUsage();
    }, 1);
  }
}
