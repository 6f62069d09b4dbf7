import { expect } from 'chai';
import { type Done, isError, Sequencer } from '#core/sequencer.js';
import { heldBytes } from '../support/held-bytes.js';

type Work = (job: string, done: Done<string>) => void;

/** A sequencer that notes what is let out. */
class Recorder {
  readonly log: string[] = [];
  readonly sequencer: Sequencer<string, string>;
  /** What a handler does after it has noted its job. */
  onFinished: (job: string) => void = () => {};

  constructor() {
    this.sequencer = new Sequencer<string, string>({
      finished: (job, error, result) => {
        this.log.push(isError(error) ? `${job} failed: ${reason(error)}` : `${job} = ${result}`);
        this.onFinished(job);
        this.log.push(`/${job}`);
      },
      repeated: (job, error) => {
        this.log.push(isError(error) ? `${job} repeated: ${reason(error)}` : `${job} repeated`);
      },
    });
  }

  /** What was let out, without the ends of the handlers. */
  get results(): string[] {
    return this.log.filter((line) => !line.startsWith('/'));
  }

  /** Begins work that waits, and returns what finishes it. */
  start(job: string): Done<string> {
    let finish: Done<string> | undefined;
    this.sequencer.run(job, (_job, done) => {
      finish = done;
    });
    return finish as Done<string>;
  }
}

const atOnce: Work = (job, done) => done(null, job.toUpperCase());

describe('sequencer', () => {
  it('lets work that finishes at once out before run returns', () => {
    const recorder = new Recorder();

    recorder.sequencer.run('a', atOnce);

    expect(recorder.results).to.deep.equal(['a = A']);
    expect(recorder.sequencer.pending).to.equal(0);
  });

  it('lets results out in the order of the work, whatever the order in which it finishes', () => {
    const recorder = new Recorder();
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((job) => recorder.start(job)) as Done<string>[];

    c?.(null, 'C');
    a?.(null, 'A');
    expect(recorder.results).to.deep.equal(['a = A']);
    expect(recorder.sequencer.pending).to.equal(3);
    d?.(null, 'D');
    b?.(null, 'B');

    expect(recorder.results).to.deep.equal(['a = A', 'b = B', 'c = C', 'd = D']);
    expect(recorder.sequencer.pending).to.equal(0);
  });

  it('keeps work that finishes at once behind work that has not', () => {
    const recorder = new Recorder();
    const first = recorder.start('first');

    recorder.sequencer.run('second', atOnce);
    expect(recorder.results).to.deep.equal([]);
    first(null, 'FIRST');

    expect(recorder.results).to.deep.equal(['first = FIRST', 'second = SECOND']);
  });

  it('passes an error on in its turn', () => {
    const recorder = new Recorder();
    const first = recorder.start('first');

    recorder.start('second')(new Error('bad'));
    first(undefined, 'FIRST');

    expect(recorder.results).to.deep.equal(['first = FIRST', 'second failed: bad']);
  });

  for (const [what, thrown, expected] of [
    ['an error', new Error('bad'), 'bad'],
    ['a string', 'bad', 'bad'],
    ['null', null, 'It threw null.'],
    ['undefined', undefined, 'It threw undefined.'],
  ] as const) {
    it(`takes ${what} that is thrown for an error that is called back with`, () => {
      const recorder = new Recorder();

      recorder.sequencer.run('a', () => {
        throw thrown;
      });
      recorder.sequencer.run('b', atOnce);

      expect(recorder.results).to.deep.equal([`a failed: ${expected}`, 'b = B']);
    });
  }

  for (const [what, thrown, expected] of [
    ['an error', new Error('bad'), 'bad'],
    ['undefined', undefined, 'It threw undefined.'],
  ] as const) {
    it(`takes ${what} that a promise rejects with for an error that is called back with`, async () => {
      const recorder = new Recorder();

      recorder.sequencer.run('a', () => Promise.reject(thrown));
      recorder.sequencer.run('b', atOnce);
      await Promise.resolve();

      expect(recorder.results).to.deep.equal([`a failed: ${expected}`, 'b = B']);
    });
  }

  it('waits for the callback where a promise fulfils', async () => {
    const recorder = new Recorder();
    let callBack: (() => void) | undefined;

    recorder.sequencer.run('a', async (_job, done) => {
      callBack = () => done(null, 'A');
    });
    await Promise.resolve();
    expect(recorder.results).to.deep.equal([]);
    callBack?.();

    expect(recorder.results).to.deep.equal(['a = A']);
  });

  describe('when work calls back again', () => {
    it('reports what a promise rejects with after it has called back', async () => {
      const recorder = new Recorder();

      recorder.sequencer.run('a', async (_job, done) => {
        done(null, 'A');
        throw new Error('too late');
      });
      await Promise.resolve();

      expect(recorder.results).to.deep.equal(['a = A', 'a repeated: too late']);
    });

    it('reports it once, after the result, and ignores what it says', () => {
      const recorder = new Recorder();

      recorder.sequencer.run('a', (_job, done) => {
        done(null, 'A');
        done(null, 'other');
        done(null, 'third');
      });

      expect(recorder.results).to.deep.equal(['a = A', 'a repeated']);
    });

    it('reports it when it comes later', () => {
      const recorder = new Recorder();
      const done = recorder.start('a');

      done(null, 'A');
      done(null, 'other');
      done(null, 'third');

      expect(recorder.results).to.deep.equal(['a = A', 'a repeated']);
    });

    it('reports what it throws after it has called back', () => {
      const recorder = new Recorder();

      recorder.sequencer.run('a', (_job, done) => {
        done(null, 'A');
        throw new Error('too late');
      });

      expect(recorder.results).to.deep.equal(['a = A', 'a repeated: too late']);
    });

    it('reports it also while earlier work is not finished', () => {
      const recorder = new Recorder();
      const first = recorder.start('first');
      const second = recorder.start('second');

      second(null, 'SECOND');
      second(null, 'again');
      expect(recorder.results).to.deep.equal(['second repeated']);
      first(null, 'FIRST');

      expect(recorder.results).to.deep.equal(['second repeated', 'first = FIRST', 'second = SECOND']);
    });

    it('does not report it from inside other work', () => {
      const recorder = new Recorder();
      const first = recorder.start('first');
      first(null, 'FIRST');

      recorder.sequencer.run('second', (_job, done) => {
        first(null, 'again');
        expect(recorder.results).to.deep.equal(['first = FIRST']);
        done(null, 'SECOND');
      });

      expect(recorder.results).to.deep.equal(['first = FIRST', 'second = SECOND', 'first repeated']);
    });
  });

  describe('when it is called from inside', () => {
    it('lets nothing out while work is being begun', () => {
      const recorder = new Recorder();
      const first = recorder.start('first');

      recorder.sequencer.run('second', (_job, done) => {
        first(null, 'FIRST');
        done(null, 'SECOND');
        expect(recorder.log).to.deep.equal([]);
      });

      expect(recorder.results).to.deep.equal(['first = FIRST', 'second = SECOND']);
    });

    it('keeps work begun by work behind it', () => {
      const recorder = new Recorder();

      recorder.sequencer.run('outer', (_job, done) => {
        recorder.sequencer.run('inner', atOnce);
        done(null, 'OUTER');
      });

      expect(recorder.results).to.deep.equal(['outer = OUTER', 'inner = INNER']);
    });

    it('is done with one result before it lets out the next, which the handler has made finish', () => {
      const recorder = new Recorder();
      const [a, b] = [recorder.start('a'), recorder.start('b')];
      recorder.onFinished = (job) => {
        if (job === 'a') b(null, 'B');
      };

      a(null, 'A');

      expect(recorder.log).to.deep.equal(['a = A', '/a', 'b = B', '/b']);
    });

    it('lets out what a handler has begun', () => {
      const recorder = new Recorder();
      recorder.onFinished = (job) => {
        if (job === 'a') recorder.sequencer.run('b', atOnce);
      };

      recorder.sequencer.run('a', atOnce);

      expect(recorder.log).to.deep.equal(['a = A', '/a', 'b = B', '/b']);
    });

    it('goes on after a handler that throws', () => {
      const recorder = new Recorder();
      const [a, b] = [recorder.start('a'), recorder.start('b')];
      recorder.onFinished = (job) => {
        if (job === 'a') throw new Error('of the handler');
      };

      expect(() => a(null, 'A')).to.throw('of the handler');
      b(null, 'B');

      expect(recorder.results).to.deep.equal(['a = A', 'b = B']);
    });
  });

  describe('whenIdle', () => {
    it('calls back at once when nothing is pending', () => {
      const { sequencer } = new Recorder();
      let calls = 0;

      sequencer.whenIdle(() => calls++);

      expect(calls).to.equal(1);
    });

    it('calls back once when the last piece of work is let out, in the order of the calls', () => {
      const recorder = new Recorder();
      const [a, b] = [recorder.start('a'), recorder.start('b')];

      recorder.sequencer.whenIdle(() => recorder.log.push('idle 1'));
      recorder.sequencer.whenIdle(() => recorder.log.push('idle 2'));
      b(null, 'B');
      a(null, 'A');
      recorder.sequencer.run('c', atOnce);

      expect(recorder.results).to.deep.equal(['a = A', 'b = B', 'idle 1', 'idle 2', 'c = C']);
    });
  });

  describe('abandon', () => {
    it('returns the jobs that were not let out, oldest first', () => {
      const recorder = new Recorder();
      const [a, , c] = ['a', 'b', 'c'].map((job) => recorder.start(job)) as Done<string>[];
      a?.(null, 'A');
      c?.(null, 'C');

      expect(recorder.sequencer.abandon()).to.deep.equal(['b', 'c']);
      expect(recorder.sequencer.pending).to.equal(0);
      expect(recorder.sequencer.abandon()).to.deep.equal([]);
    });

    it('says nothing any more, whatever calls back, and however often', () => {
      const recorder = new Recorder();
      const [a, b] = [recorder.start('a'), recorder.start('b')];
      recorder.sequencer.whenIdle(() => recorder.log.push('idle'));
      a(null, 'A');
      recorder.log.length = 0;

      recorder.sequencer.abandon();
      for (const done of [a, b, b]) done(null, 'late');

      expect(recorder.log).to.deep.equal([]);
    });

    it('stops also when a handler calls it', () => {
      const recorder = new Recorder();
      const [a, b] = [recorder.start('a'), recorder.start('b')];
      recorder.onFinished = () => recorder.sequencer.abandon();
      b(null, 'B');

      a(null, 'A');

      expect(recorder.results).to.deep.equal(['a = A']);
    });
  });

  it('reports each of several repetitions that come while a handler runs', () => {
    const recorder = new Recorder();
    const [a, b, c] = ['a', 'b', 'c'].map((job) => recorder.start(job)) as Done<string>[];
    a?.(null, 'A');
    b?.(null, 'B');
    recorder.onFinished = () => {
      for (const done of [a, b]) done?.(null, 'again');
    };

    c?.(null, 'C');

    expect(recorder.results.slice(2)).to.deep.equal(['c = C', 'a repeated', 'b repeated']);
  });

  describe('for work that is done on the spot', () => {
    it('is entered when nothing is pending or under way, and by one at a time', () => {
      const { sequencer } = new Recorder();

      expect(sequencer.enter()).to.equal(true);
      expect(sequencer.enter(), 'while it is entered').to.equal(false);
      sequencer.leave();

      expect(sequencer.enter(), 'once it has been left').to.equal(true);
    });

    it('is not entered while other work is pending or being begun, nor by a handler', () => {
      const recorder = new Recorder();
      const entered: boolean[] = [];
      recorder.onFinished = () => entered.push(recorder.sequencer.enter());

      recorder.sequencer.run('a', (_job, done) => {
        entered.push(recorder.sequencer.enter());
        done(null, 'A');
      });
      const finish = recorder.start('b');
      entered.push(recorder.sequencer.enter());
      finish(null, 'B');

      expect(entered).to.deep.equal([false, false, false, false]);
      expect(recorder.sequencer.enter()).to.equal(true);
    });

    it('lets out only when it is left what was begun meanwhile', () => {
      const recorder = new Recorder();

      recorder.sequencer.enter();
      recorder.sequencer.run('a', atOnce);
      recorder.sequencer.run('b', atOnce);
      expect(recorder.log).to.deep.equal([]);
      recorder.sequencer.leave();

      expect(recorder.results).to.deep.equal(['a = A', 'b = B']);
    });

    it('tells only when it is left who waits until it is idle', () => {
      const recorder = new Recorder();

      recorder.sequencer.enter();
      recorder.sequencer.whenIdle(() => recorder.log.push('idle'));
      expect(recorder.log).to.deep.equal([]);
      recorder.sequencer.leave();

      expect(recorder.log).to.deep.equal(['idle']);
    });

    it('reports only when it is left what called back again meanwhile', () => {
      const recorder = new Recorder();
      const done = recorder.start('a');
      done(null, 'A');

      recorder.sequencer.enter();
      done(null, 'again');
      expect(recorder.results).to.deep.equal(['a = A']);
      recorder.sequencer.leave();

      expect(recorder.results).to.deep.equal(['a = A', 'a repeated']);
    });
  });

  it('takes little memory while it is idle, however much it has done before', () => {
    const before = heldBytes();
    const sequencers = Array.from(
      { length: 300 },
      () => new Sequencer<string, string>({ finished() {}, repeated() {} }),
    );
    for (const sequencer of sequencers) {
      for (let count = 0; count < 1000; count++) sequencer.run('job', atOnce);
    }
    const held = heldBytes() - before;

    expect(sequencers.every(({ pending }) => pending === 0)).to.equal(true);
    expect(held).to.be.below(1_000_000);
  });

  it('does not keep the room of a long queue', () => {
    const sequencer = new Sequencer<string, string>({ finished() {}, repeated() {} });
    const before = heldBytes();
    const finishAll = beginMany(sequencer, 300_000);

    finishAll();
    const held = heldBytes() - before;

    expect(sequencer.pending).to.equal(0);
    expect(held).to.be.below(1_000_000);
  });

  it('keeps little memory over much work that is never all finished', () => {
    const sequencer = new Sequencer<string, string>({ finished() {}, repeated() {} });
    const begin = () => {
      let finish: Done<string> | undefined;
      sequencer.run('job', (_job, done) => {
        finish = done;
      });
      return finish as Done<string>;
    };

    const before = heldBytes();
    let last = begin();
    for (let count = 0; count < 1_000_000; count++) {
      const next = begin();
      last(null);
      last = next;
    }
    const held = heldBytes() - before;

    expect(sequencer.pending).to.equal(1);
    expect(held).to.be.below(1_000_000);
  });

  it('keeps the order over many pieces of work that are begun before any is finished', () => {
    const recorder = new Recorder();
    const waiting = Array.from({ length: 5000 }, (_value, index) => recorder.start(String(index)));

    for (const done of waiting.reverse()) done(null, 'x');
    recorder.sequencer.run('after', atOnce);

    expect(recorder.sequencer.pending).to.equal(0);
    expect(recorder.results.slice(0, -1)).to.deep.equal(
      Array.from({ length: 5000 }, (_value, index) => `${index} = x`),
    );
    expect(recorder.results.at(-1)).to.equal('after = AFTER');
  });

  it('keeps the order over many pieces of work that are never all finished', () => {
    const recorder = new Recorder();
    let last = recorder.start('0');

    for (let count = 1; count <= 5000; count++) {
      const next = recorder.start(String(count));
      last(null, 'x');
      last = next;
    }

    expect(recorder.sequencer.pending).to.equal(1);
    expect(recorder.results).to.deep.equal(Array.from({ length: 5000 }, (_value, index) => `${index} = x`));
  });
});

/** Begins that many pieces of work that wait, and returns what finishes them all. */
function beginMany(sequencer: Sequencer<string, string>, count: number): () => void {
  let waiting: Done<string>[] = [];
  for (let index = 0; index < count; index++) sequencer.run('job', (_job, done) => waiting.push(done));
  return () => {
    for (const done of waiting) done(null);
    waiting = [];
  };
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
