import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import { Client as RealClient, Server as RealServer } from 'ipc';
import { DivergenceError, Simulation, simulate, type Trace } from 'ipc/testing';

class Client extends EventEmitter {}
class Server extends EventEmitter {}

/** A short story with everything in it: events, bytes each way, a fault that lasts and one that does not, a note. */
async function story(): Promise<Trace> {
  const sim = new Simulation();
  const [server, client] = [new Server(), new Client()];
  const [serverSide, clientSide] = [sim.transport('/run/a'), sim.transport('/run/a')];
  serverSide.attach(server);
  clientSide.attach(client);
  serverSide.listen({
    listening: () => server.emit('listening'),
    accepted: (connection) => {
      connection.on('error', () => {});
      connection.on('data', () => connection.write(Buffer.from('reply')));
    },
    failed: () => {},
    error: () => {},
    closed: () => {},
  });
  clientSide.dial({
    opened: (connection) => {
      client.emit('message', { text: '<b>&"' }, 'greeting');
      connection.on('error', () => {});
      connection.on('data', () => {});
      connection.on('close', () => client.emit('disconnect'));
      connection.write(Buffer.from('hello'));
    },
    failed: () => {},
  });
  await sim.advance(10);
  sim.trace.note('now');
  sim.inject({ kind: 'stall', for: 30 });
  await sim.advance(50);
  sim.inject({ kind: 'cut', mode: 'reset' });
  await sim.advance(1);
  return sim.trace;
}

describe('trace', () => {
  it('gives no more than it is asked for', () => {
    const { trace } = new Simulation();
    for (const note of ['a', 'b', 'c']) trace.note(note);

    expect([3, 1, 0, -1].map((count) => trace.last(count).records.length)).to.deep.equal([3, 1, 0, 0]);
  });

  it('keeps to a line for each record, whatever a topic or a note holds', () => {
    const { trace } = new Simulation();
    trace.note('one\r\ntwo\nthree');

    expect(trace.toString()).to.equal('       0.000 ms  test  one two three');
    expect(trace.toChart().split('\n')).to.have.length(2);
  });

  it('reads as a sequence chart', async () => {
    expect((await story()).toChart()).to.equal(
      [
        '          ms  server-1                          client-1',
        '       0.000  listening                         |',
        "       0.000  |                                 message {text: '<b>&\"'}, 'greeti…",
        '       0.000  <------------- #1 5 --------------|',
        '       0.000  |------------- #1 5 ------------->|',
        '      10.000  ### now ############################################################',
        '      10.000  !!! stall {"for":30} !!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!',
        '      40.000  !!! stall ends !!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!',
        '      60.000  !!! cut {"mode":"reset"} !!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!',
        '      60.000  |                                 disconnect',
      ].join('\n'),
    );
  });

  it('has another hash when anything in it differs', () => {
    type Parts = ['event' | 'note', string, string, string];
    const record: Parts = ['event', 'client-1', 'message', "'a'"];
    const hashes = [record, ...record.map((_, part) => record.with(part, 'note') as Parts)].map((parts) => {
      const { trace } = new Simulation();
      trace.record(...parts);
      return trace.hash();
    });
    const later = new Simulation();
    later.advanceSync(1);
    later.trace.record(...record);

    expect(new Set([...hashes, later.trace.hash()]).size).to.equal(hashes.length + 1);
  });

  it('is JSON, line by line', async () => {
    const trace = await story();

    const lines = trace.toJsonLines().trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).name)).to.deep.equal(trace.records.map(({ name }) => name));
    expect(JSON.parse(lines[2] ?? '')).to.include({ kind: 'bytes', actor: 'client-1', peer: 'server-1' });
  });

  it('draws a Mermaid diagram, without a character that Mermaid would take for syntax', async () => {
    const lines = (await story()).toMermaid().trimEnd().split('\n');

    expect(lines.slice(0, 3)).to.deep.equal([
      'sequenceDiagram',
      '  participant a0 as server-1',
      '  participant a1 as client-1',
    ]);
    expect(lines).to.include('  a1->>a0: 0 ms #35;1 5');
    for (const line of lines.slice(3)) {
      expect(line).to.match(/^ {2}(?:Note over a\d(?:,a\d)?|a\d->>a\d): \d+ ms (?:[^#;:<>&"{}]|#\d+;)*$/);
    }
  });

  it('draws a page that holds all it needs, and nothing of the messages as markup', async () => {
    const page = (await story()).toHtml('A <story>');

    expect(page).to.contain('<title>A &#60;story&#62;</title>').and.contain('<svg').and.contain('class="fault"');
    expect(page).not.to.match(/<b>|src=|href=|https?:/);
    expect(page.match(/<circle/g)).to.have.length(3);
  });

  it('draws a lane for each process, with what lasted in it', async () => {
    const sim = new Simulation();
    const page = (): string => sim.trace.toHtml();
    const spans = (kind: string): number => (page().match(new RegExp(`class="bar ${kind}"`, 'g')) ?? []).length;
    const server = sim.host('server', ({ transport }) => {
      const listening = new RealServer({ transport: transport('/run/a') });
      listening.listen();
      return listening;
    });
    sim.host('app', ({ transport }) => {
      const client = new RealClient({ transport: transport('/run/a') });
      client.connect();
      return client;
    });
    await sim.advance(2000);
    server.pause();
    await sim.advance(500);
    expect([spans('connected'), spans('listening'), spans('paused'), spans('down')]).to.deep.equal([1, 1, 1, 0]);

    sim.inject({ kind: 'crash', restartAfter: 1000, target: { server: 'server' } });
    await sim.advance(3000);
    sim.inject({ kind: 'stall', target: { client: 'app' }, for: 200 });
    sim.inject({ kind: 'stall', for: 900 });
    await sim.advance(500);

    expect([spans('connected'), spans('listening'), spans('paused'), spans('down')]).to.deep.equal([2, 2, 1, 1]);
    expect(page()).to.include('listening for 2500 ms').and.to.include('down for 1000 ms');
    expect(page()).to.include('connected to the end').and.to.include('<strong>app</strong><small>client-1</small>');
    // One band over the lane of the app, one over both.
    const bands = [...page().matchAll(/<rect class="fault".*?width="([\d.]+)" height="(\d+)"/g)];
    expect(bands.map(([, , height]) => height)).to.deep.equal(['56', '112']);
    expect(page()).to.include('stall\tfor 200 ms').and.to.include('stall\tin force to the end');
  });

  it('draws the end of a trace that is too long to be drawn', () => {
    const { trace } = new Simulation();
    for (let count = 0; count < 20_005; count += 1) trace.record('event', 'client-1', 'error');

    expect(trace.toHtml()).to.include('20005 records').and.to.include('Only the last 20000 are drawn.');
  });

  it('draws the log of a proxy, whose bytes have no receiver', () => {
    const { trace } = new Simulation();
    for (const name of ['accepted', 'connected']) trace.record('link', 'connection-1', name);
    trace.record('bytes', 'connection-1', 'toServer', '20 bytes');
    trace.record('link', 'connection-1', 'closed');

    const page = trace.toHtml();

    expect(page).to.include('class="bar connected"').and.to.include('toServer&#10;20 bytes'.replace('&#10;', '\n'));
  });

  it('gives back the newest records of a long story as they were, and hashes all of it', () => {
    const sims = [{}, { keep: 600 }].map((trace) => new Simulation({ trace }));
    const details = Array.from({ length: 2000 }, (_, index) =>
      index % 7 === 0 ? '' : `tab\tline\n\u{1f600} ${index}`,
    );
    for (const { clock, trace } of sims) {
      for (const detail of details) {
        clock.advanceSync(0.25);
        trace.record('event', 'client-1', 'message', detail);
      }
    }
    const [whole, end] = sims.map(({ trace }) => trace) as [Trace, Trace];

    expect(whole.records.map(({ detail }) => detail)).to.deep.equal(details);
    expect(whole.records[1000]).to.deep.equal({
      ...{ at: 250.25, kind: 'event', actor: 'client-1', name: 'message' },
      detail: 'tab\tline\n\u{1f600} 1000',
    });
    expect(end.records.length).to.be.within(600, 1000);
    expect(end.records).to.deep.equal(whole.records.slice(-end.records.length));
    expect([end.length, end.hash()]).to.deep.equal([2000, whole.hash()]);
    expect(createHash('sha256').update(whole.toLines()).digest('hex')).to.equal(whole.hash());
  });

  it('renders an empty trace', () => {
    const { trace } = new Simulation();

    expect([trace.toString(), trace.toJsonLines(), trace.names().join()]).to.deep.equal(['', '', '']);
    expect(trace.toMermaid()).to.equal('sequenceDiagram\n');
    expect(trace.toHtml()).to.contain('0 records').and.not.contain('NaN').and.not.contain('Infinity');
    expect(trace.toChart().trim()).to.equal('ms');
  });

  it('refuses to look for somebody it does not know', () => {
    expect(() => new Simulation().trace.of(new Client())).to.throw(TypeError, /of this simulation/);
  });
});

describe('simulate', () => {
  it('runs a body twice and is content when it does the same', async () => {
    let runs = 0;
    const sim = await simulate({ seed: 3, verify: true }, async ({ trace, random }) => {
      runs += 1;
      trace.note(`drew ${random.next()}`);
    });

    expect(runs).to.equal(2);
    expect(sim.trace.records).to.have.length(1);
  });

  it('names the first record that differs between two runs', async () => {
    let runs = 0;
    const outcome = await simulate({ verify: true }, ({ trace }) => {
      runs += 1;
      trace.note('same');
      trace.note(`run ${runs}`);
    }).catch((error: unknown) => error);

    expect(outcome).to.be.instanceOf(DivergenceError);
    expect((outcome as DivergenceError).index).to.equal(1);
    expect((outcome as Error).message)
      .to.contain('run 1')
      .and.contain('run 2')
      .and.contain('Math.random');
  });

  it("rejects with the body's own failure, whatever it left behind", async () => {
    const problem = new Error('mine');
    const outcome = await simulate({ leaks: 'throw' }, (sim) => {
      sim.runtime.setTimer(5, () => {}, 'left behind');
      throw problem;
    }).catch((error: unknown) => error);

    expect(outcome).to.equal(problem);
  });
});
