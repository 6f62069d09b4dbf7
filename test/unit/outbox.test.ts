import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import { Outbox } from '#core/outbox.js';
import { heldBytes } from '../support/held-bytes.js';

/** An outbox whose deferred work runs when the test says so. */
function createOutbox() {
  const deferred: (() => void)[] = [];
  const log: string[] = [];
  const emitter = new EventEmitter();
  const outbox = new Outbox(emitter, { defer: (callback) => deferred.push(callback) });
  const push = (name: string, listener: () => void = () => {}) => {
    emitter.once(name, () => {
      log.push(name);
      listener();
      log.push(`/${name}`);
    });
    outbox.push(name);
  };
  const runDeferred = () => {
    for (let callback = deferred.shift(); callback !== undefined; callback = deferred.shift()) callback();
  };
  return { emitter, outbox, push, log, deferred, runDeferred };
}

describe('outbox', () => {
  it('emits what is queued, in order, when it is flushed', () => {
    const { outbox, push, log } = createOutbox();

    push('a');
    push('b');
    expect(log).to.deep.equal([]);
    outbox.flush();

    expect(log).to.deep.equal(['a', '/a', 'b', '/b']);
  });

  it('hands each event its own arguments', () => {
    const { emitter, outbox, log } = createOutbox();
    emitter.on('a', (...values) => log.push(`a(${values}) of ${values.length}`));

    outbox.push('a');
    outbox.push('a', 1);
    outbox.push('a', 1, 2);
    outbox.push('a', 1, 2, 3);
    outbox.flush();

    expect(log).to.deep.equal(['a() of 0', 'a(1) of 1', 'a(1,2) of 2', 'a(1,2,3) of 3']);
  });

  it('emits each once', () => {
    const { outbox, push, log } = createOutbox();

    push('a');
    outbox.flush();
    outbox.flush();

    expect(log).to.deep.equal(['a', '/a']);
  });

  it('lets what comes about while a listener runs wait until that listener has returned', () => {
    const { outbox, push, log } = createOutbox();

    push('a', () => {
      push('c');
      outbox.flush();
      push('d');
      outbox.flushLater();
    });
    push('b');
    outbox.flush();

    expect(log).to.deep.equal(['a', '/a', 'b', '/b', 'c', '/c', 'd', '/d']);
  });

  it('emits later, and never from inside the call, what is to be flushed later', () => {
    const { outbox, push, log, runDeferred } = createOutbox();

    push('a');
    outbox.flushLater();
    push('b');
    outbox.flushLater();
    expect(log).to.deep.equal([]);
    runDeferred();

    expect(log).to.deep.equal(['a', '/a', 'b', '/b']);
  });

  it('defers once for all that a turn queues', () => {
    const { outbox, push, deferred } = createOutbox();

    for (const name of ['a', 'b', 'c']) {
      push(name);
      outbox.flushLater();
    }

    expect(deferred).to.have.lengthOf(1);
  });

  it('defers nothing when nothing is queued', () => {
    const { outbox, deferred } = createOutbox();

    outbox.flushLater();

    expect(deferred).to.have.lengthOf(0);
  });

  it('emits at the next flush what was to be flushed later, and then not again', () => {
    const { outbox, push, log, runDeferred } = createOutbox();
    push('a');
    outbox.flushLater();

    push('b');
    outbox.flush();
    runDeferred();

    expect(log).to.deep.equal(['a', '/a', 'b', '/b']);
  });

  it('can be flushed later again after each flush', () => {
    const { outbox, push, log, runDeferred } = createOutbox();

    for (const name of ['a', 'b']) {
      push(name);
      outbox.flushLater();
      runDeferred();
    }

    expect(log).to.deep.equal(['a', '/a', 'b', '/b']);
  });

  it('lets what a listener throws surface outside, and emits the rest first', () => {
    const { outbox, push, log, runDeferred } = createOutbox();
    const error = new Error('of the listener');
    push('a', () => {
      throw error;
    });
    push('b');

    outbox.flush();

    expect(log).to.deep.equal(['a', 'b', '/b']);
    expect(runDeferred).to.throw(error);
  });

  it('lets each exception of several surface, in order', () => {
    const { outbox, push, runDeferred } = createOutbox();
    for (const name of ['first', 'second']) {
      push(name, () => {
        throw new Error(name);
      });
    }

    outbox.flush();

    expect(runDeferred).to.throw('first');
    expect(runDeferred).to.throw('second');
  });

  it('keeps nothing of what it has emitted', () => {
    const { outbox } = createOutbox();

    // In a function of its own: what calls it would keep the arguments.
    const emitLargeOnes = () => {
      outbox.push('a', Buffer.alloc(1_000_000), Buffer.alloc(1_000_000), Buffer.alloc(1_000_000));
      outbox.flush();
    };

    const before = heldBytes();
    emitLargeOnes();
    const held = heldBytes() - before;

    outbox.flush();
    expect(held).to.be.below(500_000);
  });

  it('does not keep the room of a long queue', () => {
    const { outbox } = createOutbox();

    const before = heldBytes();
    for (let count = 0; count < 200_000; count++) outbox.push('a');
    outbox.flush();
    const held = heldBytes() - before;

    outbox.flush();
    expect(held).to.be.below(500_000);
  });

  it('takes time linear in what is queued', () => {
    const { emitter, outbox } = createOutbox();
    let emitted = 0;
    emitter.on('event', () => emitted++);

    // Array.shift copies the rest of an array this long: 300,000 took 55 seconds.
    for (let count = 0; count < 300_000; count++) outbox.push('event');
    const start = performance.now();
    outbox.flush();

    expect(emitted).to.equal(300_000);
    expect(performance.now() - start).to.be.below(5000);
  });
});
