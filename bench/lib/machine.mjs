// Where and under which conditions was measured.

import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';

export function describeMachine() {
  const [first] = cpus();
  return {
    node: process.version,
    system: `${platform()} ${release().split('-')[0]} ${arch()}`,
    processor: first?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
  };
}

/** Above this share of the processors in use by others, a machine is not called quiet. */
const QUIET = 0.1;

/** Samples what others take of the processors, at moments at which nothing of ours runs. */
export class LoadMeter {
  #busy = [];

  async sample() {
    const before = times();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const after = times();
    const total = after.total - before.total;
    if (total > 0) this.#busy.push((after.busy - before.busy) / total);
  }

  get figures() {
    const mean = this.#busy.reduce((sum, share) => sum + share, 0) / Math.max(1, this.#busy.length);
    return { othersBusy: mean, isQuiet: mean < QUIET, loadAverage: loadavg()[0] };
  }
}

function times() {
  let busy = 0;
  let total = 0;
  for (const { times } of cpus()) {
    const all = times.user + times.nice + times.sys + times.irq + times.idle;
    total += all;
    busy += all - times.idle;
  }
  return { busy, total };
}

/** In words, for the head of a table. */
export function describeLoad({ othersBusy, isQuiet, loadAverage }) {
  const share = `other programs took ${Math.round(othersBusy * 100)} % of the processors (load average ${loadAverage.toFixed(1)})`;
  return isQuiet ? `quiet: ${share}` : `NOT QUIET: ${share}`;
}
