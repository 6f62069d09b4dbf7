import { expect } from 'chai';
import { type Encoder, jsonTranscoder } from 'ipc';
import { createClient } from '../support/fake-client-world.js';

/** An encoder that answers when the test says so. */
function lateEncoder() {
  const answers: (() => void)[] = [];
  const encoder: Encoder = (wrapper, callback) => answers.push(() => callback(null, String(wrapper.message)));
  return { transcoder: { ...jsonTranscoder, createEncoder: () => encoder }, answers };
}

describe('client', () => {
  describe('delays', () => {
    /** The attempts that its delay is asked about when each connection lives `livedMs`, after waits of 100 ms. */
    const attemptsOver = (livedMs: number) => {
      const attempts: number[] = [];
      const reconnectDelay = (attempt: number) => {
        attempts.push(attempt);
        return 100;
      };
      const { client, transport, runtime } = createClient({ reconnectDelay });
      client.connect();
      for (let round = 0; round < 4; round++) {
        const connection = transport.open();
        if (round > 0) runtime.elapse(livedMs);
        connection.closeNow();
        runtime.elapse(100);
      }
      return attempts;
    };

    it('count the attempts up while connections live no longer than the wait before them', () => {
      expect(attemptsOver(0)).to.deep.equal([1, 2, 3, 4]);
      expect(attemptsOver(100)).to.deep.equal([1, 2, 3, 4]);
    });

    it('begin again after a connection that has outlived the wait before it', () => {
      expect(attemptsOver(101)).to.deep.equal([1, 1, 1, 1]);
    });

    it('begin again after a connection that has carried a message', () => {
      const attempts: number[] = [];
      const { client, transport, runtime } = createClient({ reconnectDelay: (attempt) => attempts.push(attempt) * 0 });
      client.connect();
      for (let round = 0; round < 3; round++) {
        const connection = transport.open();
        connection.receive('{"topic":"alive"}\0\0');
        connection.closeNow();
        runtime.elapse(0);
      }

      expect(attempts).to.deep.equal([1, 1, 1]);
    });

    it('do not begin again where zero was waited and nothing was heard', () => {
      const attempts: number[] = [];
      const { client, transport, runtime } = createClient({ reconnectDelay: (attempt) => attempts.push(attempt) * 0 });
      client.connect();
      for (let round = 0; round < 3; round++) {
        transport.open().closeNow();
        runtime.elapse(0);
      }

      expect(attempts).to.deep.equal([1, 2, 3]);
    });

    it('are drawn from a range by the dice of the runtime', () => {
      const { client, transport, runtime } = createClient({ retryDelay: { min: 100, max: 300 } });
      client.connect();
      transport.refuse();

      // Its dice always show one half.
      runtime.elapse(199);
      expect(transport.calls).to.deep.equal(['dial']);
      runtime.elapse(1);

      expect(transport.calls).to.deep.equal(['dial', 'dial']);
    });

    it('tell what was wrong with a function, and what is waited instead', () => {
      const failure = new Error('no idea');
      const { client, transport, runtime } = createClient({
        retryDelay: () => {
          throw failure;
        },
        reconnectDelay: () => -7,
      });
      const errors: Error[] = [];
      client.on('error', (error) => errors.push(error));
      client.connect();

      transport.refuse();
      runtime.elapse(1000);
      transport.open().closeNow();

      expect(errors.map(({ message }) => message)).to.deep.equal([
        'options.retryDelay threw no idea, which is no number of milliseconds; waiting 1000.',
        'options.reconnectDelay returned -7, which is no number of milliseconds; waiting 1000.',
      ]);
      expect(errors.map(({ cause }) => cause)).to.deep.equal([failure, undefined]);
    });

    it('count failed attempts and unhealthy connections together', () => {
      const attempts: number[] = [];
      const delay = (attempt: number) => attempts.push(attempt) * 0;
      const { client, transport, runtime } = createClient({ retryDelay: delay, reconnectDelay: delay });
      client.connect();

      transport.refuse();
      runtime.elapse(0);
      transport.open().closeNow();
      runtime.elapse(0);
      transport.refuse();

      expect(attempts).to.deep.equal([1, 2, 3]);
    });

    for (const [what, delay] of [
      ['throws', thrower()],
      ['gives a negative number', () => -1],
      ['gives what is no number', () => 'soon' as never],
      ['gives NaN', () => Number.NaN],
      ['gives more than a timer can wait', () => 2 ** 31],
    ] as const) {
      it(`say so, and wait a second, where a function ${what}`, () => {
        const { client, transport, runtime, log } = createClient({ retryDelay: delay });
        client.connect();

        transport.refuse();
        expect(log).to.deep.equal(['connectError refused', 'error IPC_BAD_DELAY']);
        runtime.elapse(999);
        expect(transport.calls).to.deep.equal(['dial']);
        runtime.elapse(1);

        expect(transport.calls).to.deep.equal(['dial', 'dial']);
      });
    }

    it('may be the place where the application gives up', () => {
      const { client, transport, runtime, log } = createClient({
        retryDelay: () => {
          client.close();
          return 10;
        },
      });
      client.connect();

      transport.refuse();
      expect(runtime.timers).to.deep.equal([]);
      runtime.elapse(10);

      expect(log).to.deep.equal(['connectError refused', 'closed', 'close']);
    });
  });

  describe('with an encoder that answers later', () => {
    it('sends in the order of the calls', () => {
      const { transcoder, answers } = lateEncoder();
      const { client, transport, runtime } = createClient({ transcoder });
      client.connect();
      const connection = transport.open();

      for (const message of ['1', '2', '3']) client.send('a', message);
      for (const index of [2, 0, 1]) answers[index]?.();
      runtime.endTurn();

      expect(connection.written).to.equal('123');
    });

    it('reports each message whose connection is gone, also when there is another one', () => {
      const { transcoder, answers } = lateEncoder();
      const { client, transport, runtime, log } = createClient({ transcoder });
      client.connect();
      const connection = transport.open();
      client.send('a', '1');
      connection.closeNow();
      runtime.elapse(100);
      const next = transport.open();

      answers[0]?.();
      runtime.endTurn();

      expect(log).to.deep.equal(['connect', 'disconnect', 'connect', 'reconnect', 'error IPC_NO_SERVER']);
      expect(connection.written + next.written).to.equal('');
    });

    it('refuses what finds the backlog full, and a drain follows', () => {
      const { transcoder, answers } = lateEncoder();
      const { client, transport, runtime, log } = createClient({ transcoder, maxBufferedBytes: 10 });
      client.connect();
      const connection = transport.open();
      connection.block();

      for (const message of ['0123456789', 'refused']) expect(client.send('a', message)).to.equal(true);
      for (const answer of answers) answer();
      runtime.endTurn();
      expect(log).to.deep.equal(['connect', 'error IPC_BACKPRESSURE']);
      connection.take();

      expect(log).to.deep.equal(['connect', 'error IPC_BACKPRESSURE', 'drain']);
      expect(connection.written).to.equal('0123456789');
    });

    it('does not encode what it refuses', () => {
      const { transcoder, answers } = lateEncoder();
      const { client, transport, runtime, log } = createClient({ transcoder, maxBufferedBytes: 10 });
      client.connect();
      transport.open().block();
      client.send('a', '0123456789');
      answers[0]?.();

      client.send('a', 'refused');
      runtime.endTurn();

      expect(answers).to.have.lengthOf(1);
      expect(log).to.deep.equal(['connect', 'error IPC_BACKPRESSURE']);
    });

    it('says why a message was not sent that was encoded too late', () => {
      const { transcoder, answers } = lateEncoder();
      const { client, transport, runtime } = createClient({ transcoder });
      const reasons: string[] = [];
      client.on('error', ({ message }) => reasons.push(message));
      client.connect();
      const connection = transport.open();

      client.send('a', 'lost');
      connection.closeNow();
      answers[0]?.();
      runtime.elapse(100);
      const next = transport.open();
      client.send('a', 'closed');
      client.close();
      next.closeNow();

      expect(reasons).to.have.lengthOf(2);
      expect(reasons[0]).to.include('lost before the message was encoded');
      expect(reasons[1]).to.include('closed before the message was encoded');
    });

    it('closes only when everything sent is encoded and written', () => {
      const { transcoder, answers } = lateEncoder();
      const { client, transport, runtime } = createClient({ transcoder });
      client.connect();
      const connection = transport.open();

      client.send('a', 'last');
      client.close();
      runtime.endTurn();
      expect(connection.calls).to.deep.equal([]);
      answers[0]?.();
      runtime.endTurn();

      expect(connection.calls).to.deep.equal(['write 4', 'end']);
    });

    it('reports what was never encoded before it closes, and nothing after', () => {
      const { transcoder, answers } = lateEncoder();
      const { client, transport, runtime, log } = createClient({ transcoder });
      client.connect();
      const connection = transport.open();

      client.send('a', 'never');
      client.close();
      runtime.elapse(5000);
      expect(connection.calls).to.deep.equal(['destroy']);
      connection.closeNow();
      for (const answer of [...answers, ...answers]) answer();
      runtime.endTurn();

      expect(log).to.deep.equal(['connect', 'error IPC_NO_SERVER', 'closed', 'close']);
    });
  });

  it('is not told of a message when an encoder fails that never had a connection to send over', () => {
    const { client, runtime, log } = createClient();

    client.send('a', 1n);
    runtime.endTurn();

    expect(log).to.deep.equal(['error IPC_NO_SERVER']);
  });
});

function thrower(): () => never {
  return () => {
    throw Object.create(null);
  };
}
