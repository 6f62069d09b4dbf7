import { expect } from 'chai';
import { checkTrace, type TraceRecord } from 'ipc/testing';
import { findUnconnected } from '#testing/laws/check-liveness.js';
import { findViolations } from '#testing/laws/check-trace.js';

/** `actor event`, one a record; `host! crash` for what happens to a process. */
function traceOf(...lines: string[]): { records: TraceRecord[] } {
  const records = lines.map((line, at): TraceRecord => {
    const [actor = '', name = '', detail = ''] = line.split(' ');
    const isProcess = actor.endsWith('!');
    return { at, kind: isProcess ? 'process' : 'event', actor: actor.replace('!', ''), name, detail };
  });
  return { records };
}

describe('checkTrace', () => {
  it('judges every actor by itself, and each up to its first breach', () => {
    const trace = traceOf(
      'a connect',
      'b connect',
      'a connect',
      'a connect',
      'b disconnect',
      'b disconnect',
      's listening',
    );

    expect(findViolations(trace).map(({ actor, index }) => `${actor} ${index}`)).to.deep.equal(['a 2', 'b 5']);
  });

  for (const value of [{}, undefined, null, 'connect', { records: 'connect' }, () => {}]) {
    it(`says that ${value === undefined ? 'undefined' : (JSON.stringify(value) ?? 'a function')} is no trace`, () => {
      const trace = value as unknown as ReturnType<typeof traceOf>;

      for (const look of [checkTrace, findViolations, findUnconnected]) {
        expect(() => look(trace)).to.throw(TypeError, 'A trace is needed, something with records in an array; got ');
      }
    });
  }

  it('throws with the first breach, what was allowed, and what led up to it', () => {
    const trace = traceOf('a connect', 'a disconnect', 'a disconnect');

    expect(() => checkTrace(trace)).to.throw(
      /a at 2 ms: 'disconnect' while lost, which allows connectError.*\n.*0 ms {2}a {2}connect/s,
    );
  });

  it('takes whoever listens for a server, whatever came before', () => {
    expect(findViolations(traceOf('s error', 's listening', 's closed', 's close'))).to.deep.equal([]);
    expect(findViolations(traceOf('s listening', 's connect'))).to.have.length(1);
  });

  it('refuses to judge a trace of which the beginning is gone', () => {
    expect(() => checkTrace({ ...traceOf('a connect'), length: 2 })).to.throw(TypeError, /keep/);
  });
});

describe('liveness', () => {
  it('is missed by clients that want a connection while a server listens', () => {
    const served = [
      's listening',
      'lost connect',
      'lost disconnect',
      'new connectError',
      'open connect',
      'gone closed',
    ];

    expect(findUnconnected(traceOf(...served))).to.deep.equal(['lost', 'new']);
    expect(findUnconnected(traceOf(...served, 's closed', 's close'))).to.deep.equal([]);
  });

  it('is missed when the server died and its process is there again without it', () => {
    const crashed = ['app/server-1 listening', 'client connect', 'app! crash', 'client disconnect'];

    expect(findUnconnected(traceOf(...crashed)), 'nobody has brought it back').to.deep.equal([]);
    expect(findUnconnected(traceOf(...crashed, 'app! restart'))).to.deep.equal(['client']);
    expect(
      findUnconnected(traceOf(...crashed, 'app! restart', 'app/server-2 listening', 'client connect')),
    ).to.deep.equal([]);
  });

  it('is missed when the only server has failed to listen', () => {
    const failed = ['app/server-1 error EADDRINUSE', 'client connectError ENOENT'];

    expect(findUnconnected(traceOf(...failed))).to.deep.equal(['client']);
    expect(findUnconnected(traceOf(...failed, 'app/server-1 closed', 'app/server-1 close')), 'gave up').to.deep.equal(
      [],
    );
    expect(findUnconnected(traceOf(...failed, 'app! crash')), 'nobody has brought it back').to.deep.equal([]);
    expect(
      findUnconnected(traceOf('s listening', ...failed, 's closed', 's close')),
      'the one that listened was closed by its program',
    ).to.deep.equal([]);
  });

  it('is not asked of a server that failed to listen, nor of a client that was never told to connect', () => {
    expect(findUnconnected(traceOf('s listening', 't error EADDRINUSE', 'c error IPC_NO_SERVER'))).to.deep.equal([]);
    expect(findUnconnected(traceOf('c error IPC_NO_SERVER', 'd connectError ENOENT'))).to.deep.equal([]);
  });

  it('is not asked of a process that has died', () => {
    expect(findUnconnected(traceOf('s listening', 'app/client-1 connectError', 'app! crash'))).to.deep.equal([]);
  });
});
