import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import { Client } from 'ipc';
import { LeakError, type SimulatedSocket, type SimulatedTransport, Simulation } from 'ipc/testing';
import { currentPlatform } from '#core/platform.js';
import type { DialHandlers, DuplexConnection, ListenHandlers } from '#core/transport.js';
import { SOCKET_OPTIONS } from '#transports/socket-options.js';

const ignore = (): void => {};

function listen(transport: SimulatedTransport, handlers: Partial<ListenHandlers> = {}) {
  return transport.listen({
    listening: ignore,
    failed: ignore,
    accepted: ignore,
    error: ignore,
    closed: ignore,
    ...handlers,
  });
}

function dial(transport: SimulatedTransport, handlers: Partial<DialHandlers> = {}) {
  return transport.dial({ opened: ignore, failed: ignore, ...handlers });
}

/** Dials, and says how that ended. */
async function outcome(sim: Simulation, transport: SimulatedTransport): Promise<string> {
  let result = 'nothing';
  dial(transport, {
    opened: () => {
      result = 'opened';
    },
    failed: (error) => {
      result = String((error as NodeJS.ErrnoException).code);
    },
  });
  await sim.settle();
  return result;
}

describe('simulation', () => {
  it('gives each kind of thing at a path its own way to fail', async () => {
    const sim = new Simulation();
    sim.network.placeFile('/run/file');
    sim.network.placeStale('/run/stale');

    expect(await outcome(sim, sim.transport('/run/absent'))).to.equal('ENOENT');
    expect(await outcome(sim, sim.transport('/run/file'))).to.equal('ECONNREFUSED');
    expect(await outcome(sim, sim.transport('/run/stale'))).to.equal('ECONNREFUSED');
  });

  it('lets as much wait in a socket as the sockets of the library do', () => {
    const sim = new Simulation();
    const sockets: DuplexConnection[] = [];
    listen(sim.transport('/run/a'), { accepted: (socket) => sockets.push(socket) });
    dial(sim.transport('/run/a'), { opened: (socket) => sockets.push(socket) });
    sim.settleSync();

    const marks = sockets.map((socket) => [
      socket.writableHighWaterMark,
      (socket as SimulatedSocket).readableHighWaterMark,
    ]);
    const { highWaterMark } = SOCKET_OPTIONS;
    expect(marks).to.deep.equal([
      [highWaterMark, highWaterMark],
      [highWaterMark, highWaterMark],
    ]);
  });

  it('refuses options that cannot be, and names the nearest one', () => {
    const refusals: [options: object, problem: string][] = [
      [{ seed: Number.NaN }, 'Simulation: options.seed must be a whole number; got NaN.'],
      [{ seed: '7' }, 'Simulation: options.seed must be a whole number; got "7".'],
      [{ fidelity: 'adverserial' }, "did you mean 'adversarial'?"],
      [{ sede: 7 }, "Simulation: options.sede is no key; did you mean 'seed'?"],
      [{ turnsPerInstant: 0 }, 'Simulation: options.turnsPerInstant must be a whole number, 1 or more; got 0.'],
      [{ trace: { kept: 5 } }, "Simulation: options.trace.kept is no key; did you mean 'keep'?"],
    ];
    for (const [options, problem] of refusals) expect(() => new Simulation(options)).to.throw(TypeError, problem);
  });

  it('refuses a host that could not be stopped', async () => {
    const sim = new Simulation();

    expect(() => sim.host('a', (async () => {}) as unknown as () => void)).to.throw(/returned a promise/);
    expect(() => sim.host('b', (() => 5) as unknown as () => void)).to.throw(/host 'b' must return .* it returned 5/);
    expect(() => sim.host('c', (() => [undefined]) as unknown as () => void)).to.throw(/it returned undefined/);
    expect(() => sim.host('d', undefined as unknown as () => void)).to.throw(/needs a function/);
  });

  it('refuses what would be told of later, or never', () => {
    const sim = new Simulation();
    const loose = sim as unknown as Record<keyof Simulation, (...args: unknown[]) => void>;
    let transport: (...args: unknown[]) => unknown = () => {};
    const host = sim.host('app', (context) => {
      transport = context.transport as never;
    });
    const refusals: [slip: () => unknown, problem: string][] = [
      [() => loose.transport(), 'transport() takes an address, a string that is not empty; got undefined.'],
      [() => loose.transport(5), 'transport() takes an address, a string that is not empty; got 5.'],
      [() => transport(''), 'transport() takes an address, a string that is not empty; got "".'],
      [() => transport('/run/a', { backlogg: 1 }), "transport(): options.backlogg is no key; did you mean 'backlog'?"],
      [() => loose.accompany(), 'accompany() takes a fake clock, which has a method tick(); got undefined.'],
      [() => loose.accompany({}), 'accompany() takes a fake clock, which has a method tick(); got {}.'],
      [() => loose.until(() => true, { whithin: 10 }), "until(): options.whithin is no key; did you mean 'within'?"],
      [() => loose.until(() => true, 10), 'The options of until() must be an object; got 10.'],
      [() => host.restart({ gracefull: true } as object), "options.gracefull is no key; did you mean 'graceful'?"],
      [() => host.restart(true as never), 'The options of restart() must be an object; got true.'],
      [
        () => sim.inject({ kind: 'partition', groups: [['a'], ['a', 'b']] }),
        "fault.groups: has 'a' in two groups; it can be on one side only",
      ],
    ];

    for (const [slip, problem] of refusals) expect(slip).to.throw(TypeError, problem);
    expect(host.state).to.equal('running');
  });

  it('takes an attempt to connect that gets no answer for a leak, until it is given up', () => {
    const sim = new Simulation({ stacks: true });
    const client = new Client({ transport: sim.transport('/run/a') });
    sim.host('app', ({ transport }) => {
      new Client({ transport: transport('/run/a') }).connect();
    });
    sim.inject({ kind: 'partition', groups: [['client-1', 'app'], ['/run/a']], connects: 'hang' });

    client.connect();
    sim.settleSync();
    const [first, second] = sim
      .leaks()
      .toString()
      .split('\n- ')
      .map((leak) => leak.split(',')[0]);
    sim.hosts()[0]?.crash();
    const { dials, isClean } = sim.leaks();
    client.close();
    sim.settleSync();

    expect([first, second].toSorted()).to.deep.equal([
      '- unanswered dial of app/client-1 to /run/a',
      'unanswered dial of client-1 to /run/a',
    ]);
    expect(dials.map(({ dialler }) => dialler)).to.deep.equal(['client-1']);
    expect(isClean).to.equal(false);
    expect(sim.leaks().toString()).to.equal('');
  });

  it('says of a leaked connection who asked for it', async () => {
    const sim = new Simulation({ stacks: true });
    listen(sim.transport('/run/a'));
    const askForIt = (): unknown => dial(sim.transport('/run/a'));
    askForIt();
    await sim.settle();

    expect(sim.leaks().toString()).to.match(/connection 1 .*, made\n(?: .*\n)*.* askForIt /);
  });

  it('reaches no real socket while another installation ends before it', async () => {
    const [first, second] = [new Simulation(), new Simulation()];
    const [endFirst, endSecond] = [first.install(), second.install()];
    endFirst();
    const reached: string[] = [];
    second.trace.subscribe(({ name }) => reached.push(name));
    dial(currentPlatform().socketFileTransport('/run/nobody', {}) as SimulatedTransport, {
      failed: ({ message }) => reached.push(message),
    });
    await second.settle();
    endSecond();

    expect(reached.join()).to.include('ENOENT');
  });

  it('takes over a stale socket file and nothing else', async () => {
    const sim = new Simulation();
    sim.network.placeFile('/run/file');
    sim.network.placeStale('/run/stale');
    const codes: string[] = [];
    const failed = (error: Error) => codes.push(String((error as NodeJS.ErrnoException).code));
    listen(sim.transport('/run/file'), { failed });
    listen(sim.transport('/run/stale'), { failed });
    listen(sim.transport('/run/stale'), { failed });
    await sim.settle();

    expect(codes).to.deep.equal(['EADDRINUSE', 'EADDRINUSE']);
    expect(sim.network.at('/run/file')).to.equal('file');
    expect(sim.network.at('/run/stale')).to.equal('live');
  });

  it("removes the socket file on close, unless it is another listener's by then", async () => {
    const sim = new Simulation();
    const first = listen(sim.transport('/run/a'));
    await sim.settle();
    sim.network.unlink('/run/a');
    const second = listen(sim.transport('/run/a'));
    await sim.settle();
    first.close();
    await sim.settle();
    expect(sim.network.at('/run/a')).to.equal('live');
    second.close();
    await sim.settle();
    expect(sim.network.at('/run/a')).to.equal('absent');
  });

  it('answers EAGAIN when the backlog of a frozen process is full', async () => {
    const sim = new Simulation();
    const accepted: unknown[] = [];
    const host = sim.host('server', ({ transport }) => {
      listen(transport('/run/a', { backlog: 3 }), { accepted: (connection) => accepted.push(connection) });
    });
    await sim.settle();
    host.pause();
    const outcomes: string[] = [];
    for (let number = 0; number < 6; number += 1) outcomes.push(await outcome(sim, sim.transport('/run/a')));
    expect(accepted).to.have.length(0);
    host.resume();
    await sim.settle();

    expect(outcomes).to.deep.equal(['opened', 'opened', 'opened', 'opened', 'EAGAIN', 'EAGAIN']);
    expect(accepted).to.have.length(4);
  });

  it('runs nothing that a process had put off until after the call in which it crashed', () => {
    const sim = new Simulation();
    const ran: string[] = [];
    const host = sim.host('victim', ({ transport }) => {
      const { runtime } = transport('/run/a');
      runtime.setTimer(
        10,
        () => {
          runtime.defer(() => ran.push('put off'));
          ran.push('timer');
          host.crash();
        },
        'crash',
      );
    });

    sim.advanceSync(100);

    expect(ran).to.deep.equal(['timer']);
  });

  it('calls nothing of a crashed process any more, and shows its peers a loss and a stale file', async () => {
    const sim = new Simulation();
    const victim: string[] = [];
    const peer: string[] = [];
    const host = sim.host('server', ({ transport }) => {
      const its = transport('/run/a');
      its.runtime.setTimer(100, () => victim.push('timer'), 'never');
      listen(its, {
        accepted: (connection) => {
          for (const event of ['data', 'end', 'close', 'error']) {
            (connection as SimulatedSocket).on(event, () => victim.push(event));
          }
        },
        closed: () => victim.push('closed'),
      });
    });
    await sim.settle();
    dial(sim.transport('/run/a'), {
      opened: (connection) => {
        for (const event of ['end', 'close', 'error'])
          (connection as SimulatedSocket).on(event, () => peer.push(event));
      },
    });
    await sim.settle();
    host.crash();
    await sim.advance(1000);

    expect(victim).to.deep.equal([]);
    expect(peer).to.deep.equal(['end', 'close']);
    expect(sim.network.at('/run/a')).to.equal('stale');
    expect(host.state).to.equal('down');
    host.start();
    await sim.settle();
    expect(sim.network.at('/run/a')).to.equal('live');
  });

  it('resets connections that a dead process had not accepted yet', async () => {
    const sim = new Simulation();
    const seen: string[] = [];
    const host = sim.host('server', ({ transport }) => void listen(transport('/run/a')));
    await sim.settle();
    host.pause();
    dial(sim.transport('/run/a'), {
      opened: (connection) => {
        (connection as SimulatedSocket).on('error', ({ code }) => seen.push(code));
        (connection as SimulatedSocket).on('close', () => seen.push('close'));
      },
    });
    await sim.settle();
    host.crash();
    await sim.settle();

    expect(seen).to.deep.equal(['ECONNRESET', 'close']);
  });

  it('holds what comes due in a frozen process until it goes on', async () => {
    const sim = new Simulation();
    const fired: number[] = [];
    const host = sim.host('sleeper', ({ transport }) => {
      const { runtime } = transport('/run/a');
      for (const delay of [10, 20, 2000]) runtime.setTimer(delay, () => fired.push(sim.now), 'timer');
    });
    host.pause();
    await sim.advance(1000);
    expect(fired).to.deep.equal([]);
    host.resume();
    await sim.advance(1000);

    expect(fired).to.deep.equal([1000, 1000, 2000]);
  });

  it('routes socket files into itself while installed, and nowhere after', async () => {
    const sim = new Simulation();
    const installed = sim.install();
    const transport = currentPlatform().socketFileTransport('/run/a', {}) as SimulatedTransport;
    expect(await outcome(sim, transport)).to.equal('ENOENT');
    expect(() => currentPlatform().socketFileTransport('1234', {})).to.throw(TypeError, /looks like a port/);
    installed();

    expect(() => sim.install()()).not.to.throw();
  });

  it('reports what is left, and throws it when told to', async () => {
    const sim = new Simulation({ stacks: true, leaks: 'throw' });
    const its = sim.transport('/run/a');
    const listener = listen(its);
    let connection: SimulatedSocket | undefined;
    dial(its, {
      opened: (opened) => {
        connection = opened as SimulatedSocket;
      },
    });
    await sim.settle();
    const timer = its.runtime.setTimer(50, ignore, 'forgotten');
    connection?.write('unread');

    expect(() => sim.dispose())
      .to.throw(LeakError)
      .with.property('message')
      .that.contains('6 bytes unread')
      .and.contains("timer 'forgotten' due at 50 ms, made")
      .and.contains('simulation.test');
    listener.close();
    timer.cancel();
    connection?.destroy();
    await sim.settle();
    sim.network.links()[0]?.abandon('server');
    expect(sim.dispose().isClean).to.equal(true);
  });

  it('records the events of those that attach to a transport', async () => {
    class Client extends EventEmitter {}
    const sim = new Simulation();
    const [one, two] = [new Client(), new Client()];
    sim.transport('/run/a').attach(one);
    sim.transport('/run/a').attach(two);
    one.emit('connect');
    two.emit('message', { deep: [1, 2] }, 'topic');
    await sim.advance(5);
    one.emit('connectError', Object.assign(new Error('no'), { code: 'ENOENT' }));

    expect(sim.trace.of(one).names()).to.deep.equal(['connect', 'connectError']);
    expect(
      sim.trace
        .toString()
        .split('\n')
        .map((line) => line.trim()),
    ).to.deep.equal([
      '0.000 ms  client-1  connect',
      "0.000 ms  client-2  message {deep: [1, 2]}, 'topic'",
      '5.000 ms  client-1  connectError ENOENT',
    ]);
  });

  it('hashes a trace the same however much of it is kept', () => {
    const hashes = [10, 1000].map((keep) => {
      const sim = new Simulation({ trace: { keep } });
      for (let count = 0; count < 95; count += 1) sim.trace.note(`line ${count}`);
      expect(sim.trace.length).to.equal(95);
      return sim.trace.hash();
    });

    expect(hashes[0]).to.equal(hashes[1]);
  });
});
