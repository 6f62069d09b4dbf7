import { expect } from 'chai';
import { Standstill } from '../support/standstill.js';

const LONG_MS = 100;

describe('Standstill', () => {
  it('counts a turn that keeps the processor', () => {
    const standstill = new Standstill();
    standstill.begin();

    const cpu = process.cpuUsage();
    for (let spentMs = 0; spentMs < LONG_MS; ) {
      const { user, system } = process.cpuUsage(cpu);
      spentMs = (user + system) / 1000;
    }

    // Other threads of this process may have spent some of it.
    expect(standstill.longestMs).to.be.at.least(LONG_MS / 2);
  });

  it('does not count the time in which the process has no processor', () => {
    const standstill = new Standstill();
    standstill.begin();

    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LONG_MS);

    expect(standstill.longestMs).to.be.at.most(LONG_MS / 2);
  });

  it('forgets at begin() what was before', () => {
    const standstill = new Standstill();
    standstill.begin();
    const startedMs = performance.now();
    while (performance.now() - startedMs < LONG_MS);

    standstill.begin();

    expect(standstill.longestMs).to.be.at.most(LONG_MS / 2);
  });
});
