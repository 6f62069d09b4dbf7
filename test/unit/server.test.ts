import { expect } from 'chai';
import { type Encoder, jsonTranscoder, type Server } from 'ipc';
import { createServer } from '../support/fake-server-world.js';

/** An encoder that answers when the test says so. */
function lateEncoder() {
  const answers: (() => void)[] = [];
  const encoder: Encoder = (wrapper, callback) => answers.push(() => callback(null, String(wrapper.message)));
  const answerAll = () => {
    for (const answer of answers.splice(0)) answer();
  };
  return { transcoder: { ...jsonTranscoder, createEncoder: () => encoder }, answers, answerAll };
}

describe('server', () => {
  it('encodes a broadcast once', () => {
    let encodings = 0;
    const encoder: Encoder = (_wrapper, callback) => callback(null, `data ${++encodings}`);
    const { server, transport, runtime } = createServer({
      transcoder: { ...jsonTranscoder, createEncoder: () => encoder },
    });
    const peers = [transport.accept(), transport.accept()];

    server.broadcast('a', 1);
    runtime.endTurn();

    expect(peers.map(({ written }) => written)).to.deep.equal(['data 1', 'data 1']);
  });

  it('does not even encode a broadcast once the last client has gone', () => {
    const { server, transport, runtime, log } = createServer();
    transport.accept().closeNow();

    expect(server.broadcast('a', 1n)).to.equal(true);
    runtime.endTurn();

    expect(log).to.deep.equal(['connection c1', 'disconnect c1']);
  });

  it('leaves out no broadcast between two that a newcomer gets, when the encoder answers later', () => {
    const { transcoder, answerAll } = lateEncoder();
    const { server, transport, runtime } = createServer({ transcoder });
    const former = transport.accept();

    server.broadcast('a', 1);
    former.closeNow();
    server.broadcast('a', 2);
    const newcomer = transport.accept();
    server.broadcast('a', 3);
    answerAll();
    runtime.endTurn();

    expect(newcomer.written).to.equal('123');
  });

  it('passes over a client that is going', () => {
    const { server, transport, runtime, log } = createServer();
    const [going, staying] = [transport.accept(), transport.accept()];
    going.peerEnds();

    expect(server.broadcast('a', 1)).to.equal(true);
    runtime.endTurn();

    expect(going.written).to.equal('');
    expect(staying.written).not.to.equal('');
    expect(log).to.deep.equal(['connection c1', 'connection c2']);
  });

  it('reports a broadcast that a client does not take once, until that client has drained', () => {
    const { server, transport, runtime, log } = createServer({ maxBufferedBytes: 50 });
    const [stuck, reading] = [transport.accept(), transport.accept()];
    stuck.block();

    for (let count = 0; count < 5; count++) server.broadcast('a', 'x'.repeat(50));
    runtime.endTurn();
    stuck.take();
    stuck.block();
    for (let count = 0; count < 5; count++) server.broadcast('a', 'x'.repeat(50));
    runtime.endTurn();

    expect(log.slice(2)).to.deep.equal(['error IPC_BACKPRESSURE c1', 'drain c1', 'error IPC_BACKPRESSURE c1']);
    expect(stuck.writes).to.have.lengthOf(2);
    expect(reading.written.split('\0\0')).to.have.lengthOf(11);
  });

  it('does not report a client that is going, though its backlog is full', () => {
    const { server, transport, runtime, log } = createServer({ maxBufferedBytes: 50 });
    const connection = transport.accept();
    connection.block();
    server.broadcast('a', 'x'.repeat(50));
    runtime.endTurn();

    connection.peerEnds();
    server.broadcast('a', 1);
    runtime.endTurn();

    expect(log).to.deep.equal(['connection c1']);
  });

  it('keeps nothing of whom it has reported once they are gone', () => {
    const { server, transport, runtime, log } = createServer({ maxBufferedBytes: 50 });
    // Ids are never given twice, which is what would show that one has been kept.
    runtime.createId = () => 'the same';
    for (let round = 0; round < 2; round++) {
      const connection = transport.accept();
      connection.block();
      for (let count = 0; count < 3; count++) server.broadcast('a', 'x'.repeat(50));
      runtime.endTurn();
      connection.closeNow();
    }

    const story = ['connection the same', 'error IPC_BACKPRESSURE the same', 'disconnect the same'];
    expect(log).to.deep.equal([...story, ...story]);
  });

  describe('with an encoder that answers later', () => {
    it('does not encode what it refuses', () => {
      const { transcoder, answers } = lateEncoder();
      const { server, transport, runtime, log } = createServer({ transcoder, maxBufferedBytes: 10 });
      transport.accept().block();
      server.send('a', '0123456789', 'c1');
      answers[0]?.();

      server.send('a', 'refused', 'c1');
      runtime.endTurn();

      expect(answers).to.have.lengthOf(1);
      expect(log).to.deep.equal(['connection c1', 'error IPC_BACKPRESSURE c1']);
    });

    it('says why a message was not sent that was encoded too late', () => {
      const { transcoder, answerAll } = lateEncoder();
      const { server, transport } = createServer({ transcoder });
      const reasons: string[] = [];
      server.on('error', ({ message }) => reasons.push(message));
      const connections = [transport.accept(), transport.accept()];

      server.send('a', 'gone', 'c1');
      connections[0]?.closeNow();
      answerAll();
      server.send('a', 'closed', 'c2');
      server.close();
      transport.listener('closed');
      connections[1]?.closeNow();

      expect(reasons).to.have.lengthOf(2);
      expect(reasons[0]).to.include('c1 disconnected before the message was encoded');
      expect(reasons[1]).to.include('closed before the message to c2 was encoded');
    });

    it('reports a message whose client is gone', () => {
      const { transcoder, answerAll } = lateEncoder();
      const { server, transport, runtime, log } = createServer({ transcoder });
      const peer = transport.accept();

      server.send('a', 'gone', 'c1');
      peer.closeNow();
      answerAll();
      runtime.endTurn();

      expect(log).to.deep.equal(['connection c1', 'disconnect c1', 'error IPC_BAD_CLIENT c1']);
    });

    for (const [how, send] of [
      ['send', (server: Server, message: string) => server.send('a', message, 'c1')],
      ['broadcast', (server: Server, message: string) => server.broadcast('a', message)],
    ] as const) {
      it(`refuses in ${how} what finds the backlog full, and a drain follows`, () => {
        const { transcoder, answerAll } = lateEncoder();
        const { server, transport, runtime, log } = createServer({ transcoder, maxBufferedBytes: 10 });
        const peer = transport.accept();
        peer.block();

        for (const message of ['0123456789', 'refused']) expect(send(server, message)).to.equal(true);
        answerAll();
        runtime.endTurn();
        expect(log).to.deep.equal(['connection c1', 'error IPC_BACKPRESSURE c1']);
        peer.take();

        expect(log).to.deep.equal(['connection c1', 'error IPC_BACKPRESSURE c1', 'drain c1']);
        expect(peer.written).to.equal('0123456789');
      });
    }

    it('reports what was never encoded for a client before it closes, and nothing after', () => {
      const { transcoder, answers } = lateEncoder();
      const { server, transport, runtime, log } = createServer({ transcoder });
      const peer = transport.accept();
      server.send('a', 'never', 'c1');
      server.broadcast('a', 'never');

      server.close();
      transport.listener('closed');
      runtime.elapse(5000);
      peer.closeNow();
      for (const answer of [...answers, ...answers]) answer();
      runtime.endTurn();

      expect(log).to.deep.equal(['connection c1', 'disconnect c1', 'error IPC_BAD_CLIENT c1', 'closed', 'close']);
    });
  });

  it('turns away who connects while it closes, and says nothing of it', () => {
    const { server, transport, runtime, log } = createServer();

    server.close();
    const late = transport.accept();
    transport.listener('closed');
    runtime.endTurn();

    // Nobody else would listen for what happens to it.
    late.emit('error', new Error('reset'));

    expect(late.calls).to.deep.equal(['destroy']);
    expect(log).to.deep.equal(['closed', 'close']);
  });

  it('leaves no timer behind when all have finished in time', () => {
    const { server, transport, runtime, log } = createServer();
    const connection = transport.accept();

    server.close();
    expect(runtime.timers).to.deep.equal(['server closeTimeout']);
    transport.listener('closed');
    connection.closeNow();

    expect(runtime.timers).to.deep.equal([]);
    expect(log.at(-1)).to.equal('close');
  });

  it('cuts off after closeTimeout who does not finish', () => {
    const { server, transport, runtime, log } = createServer({ closeTimeout: 70 });
    const [finishing, stuck] = [transport.accept(), transport.accept()];

    server.close();
    transport.listener('closed');
    finishing.closeNow();
    runtime.elapse(69);
    expect(stuck.calls).to.deep.equal(['end']);
    runtime.elapse(1);
    expect(stuck.calls).to.deep.equal(['end', 'destroy']);
    stuck.closeNow();

    expect(log.slice(2)).to.deep.equal(['disconnect c1', 'disconnect c2', 'closed', 'close']);
    expect(runtime.timers).to.deep.equal([]);
  });
});
