import { expect } from 'chai';
import { Client, Server } from 'ipc';
import type { Simulation } from 'ipc/testing';
import { ExploreError, explore } from 'ipc/testing/fast-check';

const ADDRESS = '/run/explore.sock';

function startServer(sim: Simulation): void {
  const server = sim.host('server', ({ transport }) => {
    const listening = new Server({ transport: transport(ADDRESS) });
    listening.on('error', () => {});
    listening.on('message.ask', (n, clientId) => listening.send('answer', n, clientId));
    listening.listen();
    return listening;
  });
  server.start();
}

async function failure(run: Promise<void>): Promise<ExploreError> {
  try {
    await run;
  } catch (error) {
    expect(error).to.be.instanceOf(ExploreError);
    return error as ExploreError;
  }
  throw new Error('It did not fail.');
}

/** Believes that what was sent has arrived, whatever became of the connection. */
async function naiveProgram(sim: Simulation): Promise<void> {
  startServer(sim);
  let answers = 0;
  const client = new Client({ transport: sim.transport(ADDRESS) });
  client.on('error', () => {});
  client.on('connect', () => client.send('ask', 1));
  client.on('message.answer', () => {
    answers++;
  });
  client.connect();
  await sim.advance(20_000);
  expect(answers, 'answers').to.equal(1);
}

/** Asks again on each connection until it has an answer. */
async function soundProgram(sim: Simulation): Promise<() => void> {
  startServer(sim);
  const answers = new Set<number>();
  const client = new Client({ transport: sim.transport(ADDRESS) });
  client.on('error', () => {});
  client.on('connect', () => {
    if (answers.size === 0) {
      client.send('ask', 1);
    }
  });
  client.on('message.answer', (n) => answers.add(n));
  client.connect();
  await sim.advance(20_000);
  return () => expect([...answers]).to.deep.equal([1]);
}

describe('explore', () => {
  it('passes a program that copes with every fault', async () => {
    await explore(soundProgram, {
      runs: 200,
      processes: ['server'],
      faults: ['cut', 'crash', 'refuse', 'slice', 'latency'],
    });
  });

  it('boils a failure down to the fewest faults, and prints the plan', async () => {
    const error = await failure(explore(naiveProgram, { runs: 200, processes: ['server'], faults: ['cut', 'slice'] }));

    expect(error.plan.faults).to.have.length(1);
    expect(error.plan.faults[0]?.kind).to.equal('cut');
    expect(error.message).to.match(/^Plan \d+ of 200 \(seed 1\) fails; it was shrunk \d+ times, to 1 fault\./);
    expect(error.message).to.include('answers: expected');
    expect(error.message).to.include(`explore(body, { plan: ${JSON.stringify(error.plan)} })`);
    expect(error.message).to.match(/client-1 +disconnect/);
    expect(error.toHtml()).to.include('to 1 fault.</h1>').and.to.include('<strong>client-1</strong>');
  });

  it('shows the same failure again from the plan that it printed', async () => {
    const { plan, trace } = await failure(explore(naiveProgram, { runs: 200, processes: ['server'], faults: ['cut'] }));

    const again = await failure(explore(naiveProgram, { plan }));

    expect(again.trace).to.equal(trace);
    expect(again.message).to.match(/^The plan fails\./);
  });

  it('fails when a client is not connected again in time', async () => {
    const error = await failure(
      explore(
        async (sim) => {
          startServer(sim);
          const client = new Client({ transport: sim.transport(ADDRESS), reconnectDelay: 120_000 });
          client.on('error', () => {});
          client.connect();
          await sim.advance(1000);
        },
        { runs: 100, faults: ['cut'], horizonMs: 500 },
      ),
    );

    expect(error.message).to.include('Not connected 60000 ms after everything was healed: client-1.');
  });

  it('fails when a server does not come back from its crash', async () => {
    const run = explore(
      async (sim) => {
        sim.host('server', ({ transport, life }) => {
          if (life > 1) return undefined;
          const server = new Server({ transport: transport(ADDRESS) });
          server.listen();
          return server;
        });
        const client = new Client({ transport: sim.transport(ADDRESS) });
        client.on('error', () => {});
        client.connect();
        await sim.advance(10_000);
      },
      { processes: ['server'], faults: ['crash'] },
    );

    expect((await failure(run)).message).to.include('Not connected 60000 ms after everything was healed: client-1.');
  });

  it('prints the options without which its plan would not fail', async () => {
    const body = async (sim: Simulation): Promise<void> => {
      startServer(sim);
      const client = new Client({ transport: sim.transport(ADDRESS) });
      client.on('error', () => {});
      client.connect();
      await sim.advance(50);
    };
    const options = { fidelity: 'typical', reconnectWithinMs: 500 } as const;

    const { message } = await failure(explore(body, { ...options, faults: ['refuse'], runs: 20 }));

    expect(message).to.include('explore(body, { fidelity: "typical", reconnectWithinMs: 500, plan: {"version":1');
  });

  it('refuses options with which it would explore nothing', async () => {
    const refusals: [options: object, problem: string][] = [
      [{ runs: Number.NaN }, 'options.runs must be a whole number, 1 or more; got NaN.'],
      [{ runs: 0 }, 'options.runs must be a whole number, 1 or more; got 0.'],
      [{ run: 5 }, "options.run is no key; did you mean 'runs'?"],
      [{ faults: ['cutt'] }, "did you mean 'cut'?"],
      [{ processes: 'server' }, 'options.processes must be an array'],
    ];
    for (const [options, problem] of refusals) {
      const error = await explore(soundProgram, options).catch((thrown: Error) => thrown);
      expect(error).to.be.instanceOf(TypeError);
      expect((error as Error).message).to.include(problem);
    }
  });

  it('refuses names that nobody has in any world', async () => {
    const error = await explore(soundProgram, { runs: 20, processes: ['sevrer'] }).catch((thrown: Error) => thrown);

    expect((error as Error).message)
      .to.include("no fault befell 'sevrer'")
      .and.to.include("did you mean 'server'?");
    await explore(soundProgram, { runs: 20, processes: ['server'], clients: ['client-1'] });
  });

  it('says so when the body takes chance from elsewhere', async () => {
    let runs = 0;

    const error = await explore(() => {
      runs++;
      if (runs === 3) {
        throw new Error('once');
      }
    }).then(
      () => undefined,
      (thrown: Error) => thrown,
    );

    expect(error?.message).to.match(/Run again, it passes: the body asks the real world/);
  });
});
