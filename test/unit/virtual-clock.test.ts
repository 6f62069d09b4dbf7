import { expect } from 'chai';
import { LivelockError, OverdueError, SeededRandom, Simulation, VirtualClock } from 'ipc/testing';
import sinon from 'sinon';
import type { Timer } from '#core/runtime.js';
import { ClockEntry } from '#testing/clock/clock-entry.js';

describe('virtual clock', () => {
  it('runs timers in the order of their times, and of their setting within one time', async () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    for (const [name, delay] of Object.entries({ c: 20, a: 10, d: 20, b: 10, now: 0 })) {
      clock.setTimer(delay, () => ran.push(`${name}@${clock.now}`), name);
    }

    await clock.advance(20);

    expect(ran).to.deep.equal(['now@0', 'a@10', 'b@10', 'c@20', 'd@20']);
  });

  it('runs the timers up to the target, that of the target included, and no further', async () => {
    const clock = new VirtualClock();
    const ran: number[] = [];
    for (const delay of [99, 100, 101]) clock.setTimer(delay, () => ran.push(delay), 'timer');

    await clock.advance(100);

    expect(ran).to.deep.equal([99, 100]);
    expect(clock.now).to.equal(100);
  });

  it('refuses what is no time to wait, and stays where it is', async () => {
    const clock = new VirtualClock();
    await clock.advance(5);

    for (const wrong of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
      expect(() => clock.advance(wrong)).to.throw(
        RangeError,
        `advance() takes milliseconds, zero or more; got ${wrong}.`,
      );
      expect(() => clock.advanceSync(wrong)).to.throw(RangeError, 'advanceSync() takes milliseconds');
      expect(() => clock.until(() => true, { within: wrong })).to.throw(RangeError, 'until({ within })');
    }

    expect(clock.now).to.equal(5);
  });

  it('refuses a predicate that can never say no', async () => {
    const clock = new VirtualClock();
    const problem = async (predicate: unknown): Promise<string> =>
      clock.until(predicate as () => boolean).then(
        () => 'none',
        (error: Error) => error.message,
      );

    expect(await problem(async () => false)).to.include('this one returned a promise');
    expect(await problem(true)).to.include('until() takes a function; got true.');
  });

  it('never calls a cancelled timer, wherever it waits', async () => {
    const clock = new VirtualClock();
    const fired = sinon.spy();
    const timers = [0, 0, 5, 5, 10].map((delay) => clock.setTimer(delay, fired, 'timer'));
    timers[1]?.cancel();
    timers[2]?.cancel();
    clock.setTimer(5, () => timers[4]?.cancel(), 'canceller');
    timers[2]?.cancel();

    await clock.advance(100);

    expect(fired.callCount).to.equal(2);
    expect(clock.pendingTimers()).to.deep.equal([]);
  });

  it('keeps the order of many timers, whichever of them are cancelled meanwhile', () => {
    const random = new SeededRandom(1);
    const clock = new VirtualClock();
    const ran: number[] = [];
    const set: { readonly id: number; readonly due: number; readonly timer: Timer }[] = [];
    const cancelled = new Set<number>();
    const setSome = (): void => {
      // Runs of one delay, and few delays: most timers share their time with others, set at once or long before.
      const delay = random.between(1, 9);
      for (let count = random.between(1, 5); count > 0; count -= 1) {
        const id = set.length;
        set.push({ id, due: clock.now + delay, timer: clock.setTimer(delay, () => ran.push(id), 'timer') });
      }
    };
    const cancelOne = (): void => {
      const { id, due, timer } = random.pick(set.slice(-150));
      timer.cancel();
      if (due > clock.now) cancelled.add(id);
    };
    const expected = (): number[] =>
      set
        .filter(({ id }) => !cancelled.has(id))
        .sort((one, other) => one.due - other.due || one.id - other.id)
        .map(({ id }) => id);

    for (let round = 0; round < 300; round += 1) {
      for (let count = 0; count < 8; count += 1) setSome();
      for (let count = 0; count < 8; count += 1) cancelOne();
      expect(clock.pendingTimers()).to.have.length(expected().length - ran.length);
      clock.advanceSync(1);
    }
    clock.advanceSync(10);

    expect(cancelled.size).to.be.above(200);
    expect(ran).to.deep.equal(expected());
  });

  it('runs deferred callbacks before any timer that is due', async () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    const say = (text: string) => () => ran.push(text);
    clock.setTimer(
      0,
      () => {
        ran.push('timer');
        clock.defer(() => {
          ran.push('deferred');
          clock.defer(say('nested'));
        });
      },
      'first',
    );
    clock.setTimer(0, say('second timer'), 'second');

    await clock.settle();

    expect(ran).to.deep.equal(['timer', 'deferred', 'nested', 'second timer']);
  });

  it('runs what was woken although the only timer beside it was cancelled', () => {
    for (let drawn = 0; drawn < 2; drawn += 1) {
      const clock = new VirtualClock({ draw: (count) => Math.min(drawn, count - 1) });
      const ran: string[] = [];
      class Wakeup extends ClockEntry {
        readonly label = 'wakeup';
        run(): void {
          ran.push(this.label);
        }
      }
      clock.setTimer(0, () => ran.push('timer'), 'cancelled').cancel();
      clock.wake(new Wakeup(undefined));
      clock.settleSync();

      expect(ran).to.deep.equal(['wakeup']);
    }
  });

  it('lets promises of the code under test run before time moves', async () => {
    const clock = new VirtualClock();
    const seen: number[] = [];
    clock.setTimer(
      10,
      async () => {
        for (let hop = 0; hop < 100; hop += 1) await Promise.resolve();
        seen.push(clock.now);
        clock.setTimer(5, () => seen.push(clock.now), 'after the promises');
      },
      'asynchronous',
    );

    await clock.advance(20);

    expect(seen).to.deep.equal([10, 15]);
  });

  it('waits for as many turns as it was told', async () => {
    const clock = new VirtualClock({ turnsPerInstant: 2 });
    const seen: number[] = [];
    clock.setTimer(
      10,
      async () => {
        await new Promise((resolve) => setImmediate(resolve));
        clock.setTimer(5, () => seen.push(clock.now), 'after a turn');
      },
      'asynchronous',
    );

    await clock.advance(20);

    expect(seen).to.deep.equal([15]);
  });

  it('advances without promises when asked synchronously', () => {
    const clock = new VirtualClock();
    const seen: number[] = [];
    const again = (): void => {
      seen.push(clock.now);
      clock.setTimer(1000, again, 'again');
    };
    again();

    clock.advanceSync(3500);

    expect(seen).to.deep.equal([0, 1000, 2000, 3000]);
    expect(clock.now).to.equal(3500);
  });

  it('rejects with what a callback threw, after everything else has run', async () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    const problem = new Error('thrown by a listener');
    clock.defer(() => {
      throw problem;
    });
    clock.defer(() => ran.push('deferred'));
    clock.setTimer(10, () => ran.push('timer'), 'timer');

    const outcome = await clock.advance(10).then(
      () => 'resolved',
      (error) => error,
    );

    expect(outcome).to.equal(problem);
    expect(ran).to.deep.equal(['deferred', 'timer']);
    await clock.advance(10);
  });

  it('rejects with all exceptions when there were several', async () => {
    const clock = new VirtualClock();
    for (const text of ['first', 'second']) {
      clock.setTimer(
        0,
        () => {
          throw new Error(text);
        },
        'thrower',
      );
    }

    const outcome = await clock.settle().catch((error: unknown) => error);

    expect(outcome).to.be.instanceOf(AggregateError);
    expect((outcome as AggregateError).errors.map(({ message }) => message)).to.deep.equal(['first', 'second']);
  });

  it('hands exceptions to a listener when it has one', async () => {
    const onException = sinon.spy();
    const clock = new VirtualClock({ onException });
    const problem = new Error('mine');
    clock.setTimer(
      0,
      () => {
        throw problem;
      },
      'thrower',
    );

    await clock.settle();

    sinon.assert.calledOnceWithExactly(onException, problem);
  });

  for (const [what, start] of [
    ['timers', (clock: VirtualClock, again: () => void) => void clock.setTimer(0, again, 'the culprit')],
    ['deferred callbacks', (clock: VirtualClock, again: () => void) => clock.defer(again)],
    [
      'promises',
      (clock: VirtualClock, again: () => void) =>
        void clock.setTimer(0, () => void Promise.resolve().then(again), 'the culprit'),
    ],
  ] as const) {
    it(`reports a loop of ${what} without time as a livelock`, async () => {
      const clock = new VirtualClock({ eventsPerInstant: 2000 });
      const again = (): void => start(clock, again);
      again();

      const outcome = await clock.advance(1).catch((error: unknown) => error);

      expect(outcome).to.be.instanceOf(LivelockError);
      expect((outcome as LivelockError).label).to.equal(
        what === 'deferred callbacks' ? 'deferred callback again()' : 'the culprit',
      );
      expect((outcome as LivelockError).lastEvents).to.have.length(20);
    });
  }

  it('counts what a livelock consists of, and says whose its deferred callbacks are', () => {
    const sim = new Simulation({ eventsPerInstant: 2000 });
    sim.host('server', ({ transport }) => {
      const { runtime } = transport('/run/a');
      const poll = (): void => runtime.defer(() => runtime.setTimer(0, poll, 'the poll'));
      poll();
    });

    expect(() => sim.settleSync()).to.throw(
      LivelockError,
      /The last 20: 10 x '(the poll|deferred callback of server)', 10 x '(the poll|deferred callback of server)'\.$/,
    );
  });

  it('stops when the predicate holds', async () => {
    const clock = new VirtualClock();
    let count = 0;
    const again = (): void => {
      count += 1;
      clock.setTimer(100, again, 'again');
    };
    again();

    await clock.until(() => count === 4);

    expect(clock.now).to.equal(300);
  });

  it('says what is pending when the predicate does not hold in time', async () => {
    const clock = new VirtualClock();
    clock.setTimer(5000, () => {}, 'too late');

    const outcome = await clock.until(() => false, { within: 1000 }).catch((error: unknown) => error);

    expect(outcome).to.be.instanceOf(OverdueError);
    expect((outcome as Error).message)
      .to.contain('within 1000 virtual ms')
      .and.contain("'too late' at 5000 ms");
    expect(clock.now).to.equal(1000);
  });

  it('runs calls one after the other', async () => {
    const clock = new VirtualClock();

    const [first, second] = [clock.advance(10).then(() => clock.now), clock.advance(5).then(() => clock.now)];

    expect(await first).to.equal(10);
    expect(await second).to.equal(15);
    await clock.advance(0);
    expect(() => clock.advanceSync(1)).not.to.throw();
  });

  it('moves a fake clock of sinon along, timer by timer', async () => {
    const fake = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    try {
      const clock = new VirtualClock();
      clock.accompany(fake);
      const seen: string[] = [];
      clock.setTimer(30, () => seen.push(`virtual ${clock.now} ${Date.now()}`), 'virtual');
      setTimeout(() => {
        seen.push(`fake ${clock.now} ${Date.now()}`);
        clock.setTimer(1, () => seen.push(`nested ${clock.now} ${Date.now()}`), 'nested');
      }, 20);

      await clock.advance(60_000);

      expect(seen).to.deep.equal(['fake 20 20', 'nested 21 21', 'virtual 30 30']);
      expect(Date.now()).to.equal(60_000);
    } finally {
      fake.restore();
    }
  });
});
