import { EventEmitter } from 'node:events';
import { expect } from 'chai';
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

  it('renders an empty trace', () => {
    const { trace } = new Simulation();

    expect([trace.toString(), trace.toJsonLines(), trace.names().join()]).to.deep.equal(['', '', '']);
    expect(trace.toMermaid()).to.equal('sequenceDiagram\n');
    expect(trace.toHtml()).to.contain('0 records');
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
