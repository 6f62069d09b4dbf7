import { expect } from 'chai';
import { type Delay, exponential } from 'ipc';
import { delayMs, isDelayMs, LONGEST_DELAY_MS } from '#core/backoff.js';

const never = () => {
  throw new Error('nothing is drawn');
};

describe('backoff', () => {
  describe('delayMs', () => {
    it('is a number as it stands, zero too', () => {
      for (const delay of [0, 1, 2.5, 1000]) expect(delayMs(delay, 3, never)).to.equal(delay);
    });

    it('draws uniformly from a range, each time', () => {
      const range = { min: 100, max: 300 };

      expect([0, 0.25, 0.5].map((drawn) => delayMs(range, 1, () => drawn))).to.deep.equal([100, 150, 200]);
      expect(delayMs(range, 1, () => 1 - Number.EPSILON)).to.be.within(299, 300);
    });

    it('takes a range of one value', () => {
      expect(delayMs({ min: 0, max: 0 }, 1, () => 0.9)).to.equal(0);
    });

    it('asks a function, with the attempt and the dice', () => {
      const random = () => 0.5;
      const calls: unknown[][] = [];
      const delay: Delay = (...args) => {
        calls.push(args);
        return 42;
      };

      expect(delayMs(delay, 7, random)).to.equal(42);
      expect(calls).to.deep.equal([[7, random]]);
    });
  });

  it('knows what a timer can wait', () => {
    for (const value of [0, 0.5, 1, LONGEST_DELAY_MS]) expect(isDelayMs(value), String(value)).to.equal(true);
    for (const value of [-1, -0.1, LONGEST_DELAY_MS + 1, Number.NaN, Number.POSITIVE_INFINITY, '1', null, undefined]) {
      expect(isDelayMs(value), String(value)).to.equal(false);
    }
  });

  describe('exponential', () => {
    const shown = (value: unknown) => (typeof value === 'string' ? `'${value}'` : String(value));

    for (const options of [null, 5, 'fast']) {
      it(`refuses ${String(options)} for options`, () => {
        expect(() => exponential(options as never)).to.throw(
          TypeError,
          `exponential: expected an object of options, or nothing; got ${shown(options)}.`,
        );
      });
    }

    it('starts with initial and multiplies by factor up to max', () => {
      const delay = exponential({ initial: 10, factor: 3, max: 200, jitter: 0 });

      expect([1, 2, 3, 4, 5, 100].map((attempt) => delay(attempt, () => 0.7))).to.deep.equal([
        10, 30, 90, 200, 200, 200,
      ]);
    });

    it('is 100 ms doubled up to 30 s, half of it drawn, unless told otherwise', () => {
      const delay = exponential();

      expect([1, 2, 9, 10, 11].map((attempt) => delay(attempt, () => 0))).to.deep.equal([
        100, 200, 25_600, 30_000, 30_000,
      ]);
      expect(delay(1, () => 0.5)).to.equal(75);
      expect(delay(50, () => 1)).to.equal(15_000);
    });

    for (const jitter of [0, 0.25, 1]) {
      it(`stays between ${100 * (1 - jitter)} % of the wait and all of it with jitter ${jitter}`, () => {
        const delay = exponential({ initial: 100, factor: 2, max: 1000, jitter });

        for (const attempt of [1, 2, 3, 4, 5, 1000]) {
          const wait = Math.min(1000, 100 * 2 ** (attempt - 1));
          expect(delay(attempt, () => 0)).to.equal(wait);
          expect(delay(attempt, () => 1)).to.be.closeTo(wait * (1 - jitter), 1e-9);
          expect(delay(attempt, () => 0.5)).to.be.closeTo(wait * (1 - jitter / 2), 1e-9);
        }
      });
    }

    it('never gives what a timer cannot wait, however many attempts there were', () => {
      for (const options of [{}, { initial: 0 }, { factor: 1e300 }, { max: 0 }, { max: LONGEST_DELAY_MS }]) {
        const delay = exponential(options);
        for (const attempt of [1, 2, 64, 1024, 1025, 5000, Number.MAX_SAFE_INTEGER]) {
          expect(isDelayMs(delay(attempt, () => 0.5)), `${JSON.stringify(options)} ${attempt}`).to.equal(true);
        }
      }
    });

    it('waits as long each time with a factor of 1', () => {
      const delay = exponential({ initial: 50, factor: 1, jitter: 0 });

      expect([1, 2, 1000].map((attempt) => delay(attempt, () => 0.5))).to.deep.equal([50, 50, 50]);
    });

    for (const [option, values] of Object.entries({
      initial: [-1, Number.NaN, Number.POSITIVE_INFINITY, LONGEST_DELAY_MS + 1, '100', null],
      max: [-1, Number.NaN, Number.POSITIVE_INFINITY, LONGEST_DELAY_MS + 1, '100', null],
      factor: [0, 0.9, -2, Number.NaN, Number.POSITIVE_INFINITY, '2', null],
      jitter: [-0.1, 1.1, Number.NaN, Number.POSITIVE_INFINITY, '0.5', null, true],
    })) {
      for (const value of values) {
        it(`refuses ${option} ${JSON.stringify(value)} ${String(value)}`, () => {
          expect(() => exponential({ [option]: value } as never)).to.throw(
            TypeError,
            new RegExp(`^exponential: ${option} must be .+; got ${shown(value)}\\.$`),
          );
        });
      }
    }
  });
});
