import { expect } from 'chai';
import { currentPlatform } from '#core/platform.js';
import { nodePlatform } from '#transports/node-platform.js';
import { nodeRuntime } from '#transports/node-runtime.js';
import { UnixTransport } from '#transports/unix.js';

describe('node platform', () => {
  it('is installed by importing it', () => {
    expect(currentPlatform()).to.equal(nodePlatform);
    expect(currentPlatform().runtime).to.equal(nodeRuntime);
    expect(currentPlatform().socketFileTransport('/tmp/socket', {})).to.be.instanceOf(UnixTransport);
  });

  it('has one transport for all who ask for the same path in a row', () => {
    const { socketFileTransport } = nodePlatform;
    const first = socketFileTransport('/tmp/a', {});

    expect(socketFileTransport('/tmp/a', {})).to.equal(first);
    expect(socketFileTransport('/tmp/a', { mode: 0o600 })).not.to.equal(first);
    expect(socketFileTransport('/tmp/b', {})).not.to.equal(first);
    expect(() => socketFileTransport('', {})).to.throw(TypeError, 'options.socketFile is empty');
  });

  it('does not give a transport without a mode to one who asks for a mode, nor the other way round', () => {
    const { socketFileTransport } = nodePlatform;
    const restricted = socketFileTransport('/tmp/c', { mode: 0o600 });

    expect(socketFileTransport('/tmp/c', {})).not.to.equal(restricted);
    expect(socketFileTransport('/tmp/c', { mode: 0o600 })).not.to.equal(restricted);
  });

  it('never calls a timer back early', async () => {
    await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const startedMs = nodeRuntime.now();
        await new Promise<void>((resolve) => nodeRuntime.setTimer(index / 7, resolve, 'test'));
        expect(nodeRuntime.now() - startedMs).to.be.at.least(index / 7);
      }),
    );
  });

  it('waits for delays that setTimeout cannot hold', async () => {
    let elapsed = false;
    // Node says so when it cuts a delay to 1 ms.
    const warnings: Error[] = [];
    const warned = (warning: Error): unknown => warnings.push(warning);
    process.on('warning', warned);
    const timers = [2 ** 31, 2 ** 40, Number.POSITIVE_INFINITY].map((delayMs) =>
      nodeRuntime.setTimer(
        delayMs,
        () => {
          elapsed = true;
        },
        'test',
      ),
    );
    await new Promise<void>((resolve) => nodeRuntime.setTimer(20, resolve, 'test'));

    process.off('warning', warned);
    expect(warnings).to.deep.equal([]);
    expect(elapsed).to.equal(false);
    for (const timer of timers) {
      timer.cancel();
      timer.cancel();
    }
  });

  it('does not call back once cancelled', async () => {
    let elapsed = false;
    nodeRuntime
      .setTimer(
        0,
        () => {
          elapsed = true;
        },
        'test',
      )
      .cancel();
    await new Promise<void>((resolve) => nodeRuntime.setTimer(5, resolve, 'test'));

    expect(elapsed).to.equal(false);
  });

  it('defers in the order of the calls, before timers and input', async () => {
    const order: string[] = [];
    setTimeout(() => order.push('timer'), 0);
    setImmediate(() => order.push('input'));
    nodeRuntime.defer(() => order.push('first'));
    nodeRuntime.defer(() => order.push('second'));
    order.push('running');
    await new Promise<void>((resolve) => nodeRuntime.setTimer(5, resolve, 'test'));

    expect(order.slice(0, 3)).to.deep.equal(['running', 'first', 'second']);
  });

  it('makes version 4 UUIDs, each another one', () => {
    // More than are made at once.
    const ids = Array.from({ length: 1000 }, () => nodeRuntime.createId());

    for (const id of ids) {
      expect(id).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
    expect(new Set(ids).size).to.equal(1000);
  });

  it('leaves every bit of a UUID to chance but the six that are given', () => {
    let ones = 0n;
    let zeros = 0n;
    for (let made = 0; made < 200; made++) {
      const bits = BigInt(`0x${nodeRuntime.createId().replaceAll('-', '')}`);
      ones |= bits;
      zeros |= ~bits;
    }

    const both = ones & zeros & ((1n << 128n) - 1n);
    expect(both.toString(16)).to.equal('ffffffffffff0fff3fffffffffffffff');
  });

  it('has numbers in [0, 1)', () => {
    expect(nodeRuntime.random()).to.be.within(0, 1);
  });
});
