import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { StageClock, systemMs } from '#testing/scenario/real/stage-clock.js';

describe('the clock of a stage', () => {
  let clock: StageClock;

  beforeEach(() => {
    clock = new StageClock();
  });

  afterEach(() => clock.stop());

  it('stands at 0 until it is told to go on, and goes no further than it may', async () => {
    await sleep(5);
    expect(clock.now()).to.equal(0);

    clock.goOn(10);
    await sleep(20);
    expect(clock.now()).to.equal(10);

    clock.goOn(5);
    await sleep(20);
    expect(clock.now()).to.equal(15);
  });

  it('knows what time it was at a moment of the system, whether it went on then or stood', async () => {
    const before = systemMs() - 1000;
    clock.goOn(10);
    await sleep(20);
    const standing = systemMs();
    await sleep(5);
    clock.goOn(1000);

    expect(clock.at(before)).to.equal(0);
    expect(clock.at(standing)).to.equal(10);
    const moment = systemMs();
    const later = clock.at(moment + 2) - clock.at(moment);
    expect(later).to.be.closeTo(2, 1e-6);
  });

  it('rings in order, when its own time has come and not before', async () => {
    const rung: string[] = [];
    clock.after(20, () => rung.push('late'));
    clock.after(5, () => rung.push('first'));
    clock.after(5, () => rung.push('second'));
    const cancel = clock.after(5, () => rung.push('cancelled'));
    cancel();

    clock.goOn(10);
    await sleep(40);
    expect(rung).to.deep.equal(['first', 'second']);

    clock.goOn(10);
    while (rung.length < 3) await sleep(1);
    expect(rung).to.deep.equal(['first', 'second', 'late']);
    expect(clock.now()).to.equal(20);
  });

  it('stands still while anybody holds it, whoever tells it to go on', async () => {
    clock.goOn(1000);
    const [release, releaseToo] = [clock.hold(), clock.hold()];
    const heldAt = clock.now();
    release();
    clock.goOn(1000);
    await sleep(5);
    expect(clock.now()).to.equal(heldAt);

    releaseToo();
    await sleep(5);
    expect(clock.now()).to.equal(heldAt);
    clock.goOn(5);
    await sleep(10);
    expect(clock.now()).to.be.closeTo(heldAt + 5, 1e-6);
  });
});
