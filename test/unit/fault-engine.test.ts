import { expect } from 'chai';
import { Client, Server } from 'ipc';
import { type Fault, FaultPlanError, type Host, Simulation } from 'ipc/testing';
import { DialWitness, ListenWitness, type Witness } from '#testing/contracts/contract-bench.js';

/** A server in a process, and clients that are connected to it. */
class World {
  readonly sim: Simulation;
  readonly host: Host;
  readonly servers: ListenWitness[] = [];

  constructor(seed = 1) {
    this.sim = new Simulation({ seed });
    this.host = this.sim.host('server', ({ transport }) => {
      const witness = new ListenWitness(transport('/run/a'), true);
      this.servers.push(witness);
      return witness.listener;
    });
    this.sim.settleSync();
  }

  get server(): ListenWitness {
    return this.servers.at(-1) as ListenWitness;
  }

  dial(): DialWitness {
    const dial = new DialWitness(this.sim.transport('/run/a'), true);
    this.sim.settleSync();
    return dial;
  }

  pair(): { client: Witness; server: Witness } {
    const { client } = this.dial();
    return { client: client as Witness, server: this.server.accepted.at(-1) as Witness };
  }
}

/** When the chunks came, in virtual milliseconds. */
function times(sim: Simulation, witness: Witness): number[] {
  const seen: number[] = [];
  witness.connection.on('data', () => seen.push(sim.now));
  return seen;
}

describe('fault engine', () => {
  it('refuses an unknown fault, and a key it does not know', () => {
    const { sim } = new World();

    expect(() => sim.inject({ kind: 'latancy', latency: 5 } as unknown as Fault)).to.throw(FaultPlanError, /'latency'/);
    expect(() => sim.inject({ kind: 'latency', latency: 5, jiter: 1 } as unknown as Fault)).to.throw(/'jitter'/);
  });

  it('says that a trigger is for plans', () => {
    const { sim } = new World();

    expect(() => sim.inject({ kind: 'cut', at: 5 } as Fault)).to.throw(/fault\.at: is for the faults of a plan/);
  });

  it('begins a fault at a message whose topic has a colon', () => {
    const sim = new Simulation();
    sim.host('server', ({ transport }) => {
      const server = new Server({ transport: transport('/run/a') });
      server.listen();
      return server;
    });
    const client = new Client({ transport: sim.transport('/run/a'), reconnectDelay: 10_000 });
    client.on('connect', () => client.send('chat:said', 'hello'));
    client.connect();

    sim.play({ version: 1, seed: 1, faults: [{ kind: 'cut', mode: 'eof', onEvent: 'message.chat:said' }] });
    sim.advanceSync(100);

    expect(sim.trace.of(client).names()).to.deep.equal(['connect', 'disconnect']);
  });

  it('refuses connections with the code, leaves the others alone, and heals', () => {
    const world = new World();
    const { client, server } = world.pair();
    const fault = world.sim.inject({ kind: 'refuse', code: 'EACCES' });
    expect(world.dial().events).to.deep.equal(['failed EACCES']);
    client.connection.write('still here');
    world.sim.settleSync();
    expect(server.received.toString()).to.equal('still here');
    fault.heal();
    fault.heal();

    expect(world.dial().events).to.deep.equal(['opened']);
  });

  it('ends a fault after its time', () => {
    const world = new World();
    world.sim.inject({ kind: 'refuse', code: 'ENOENT', for: 100 });
    world.sim.advanceSync(99);
    expect(world.dial().events).to.deep.equal(['failed ENOENT']);
    world.sim.advanceSync(1);

    expect(world.dial().events).to.deep.equal(['opened']);
  });

  it('delays bytes each way, in order', () => {
    const world = new World();
    world.sim.inject({ kind: 'latency', latency: 50, jitter: 20, direction: 'toServer' });
    const { client, server } = world.pair();
    const seen = times(world.sim, server);
    const back = times(world.sim, client);
    for (const text of ['one ', 'two ', 'three']) client.connection.write(text);
    server.connection.write('back');
    world.sim.advanceSync(200);

    expect(server.received.toString()).to.equal('one two three');
    expect(Math.min(...seen)).to.be.within(30, 70);
    expect(back).to.deep.equal([0]);
  });

  it('lets bytes through at the rate, and makes the sender wait', () => {
    const world = new World();
    world.sim.inject({ kind: 'bandwidth', rate: 100_000, burst: 1_000 });
    const { client, server } = world.pair();
    const took = client.connection.write(Buffer.alloc(1_000_000));
    world.sim.advanceSync(5_000);
    expect(took).to.equal(false);
    expect(server.received.length).to.be.within(490_000, 510_000);
    world.sim.advanceSync(5_100);

    expect(server.received.length).to.equal(1_000_000);
  });

  it('cuts chunks to pieces', () => {
    const world = new World();
    world.sim.inject({ kind: 'slice', average: 1, delay: 1 });
    const { client, server } = world.pair();
    client.connection.write('abc\0\0');
    world.sim.advanceSync(10);

    expect(server.reads).to.deep.equal([1, 1, 1, 1, 1]);
    expect(server.received.toString()).to.equal('abc\0\0');
  });

  it('joins what comes within a window', async () => {
    const world = new World();
    world.sim.inject({ kind: 'coalesce', window: 10 });
    const { client, server } = world.pair();
    for (const text of ['a', 'b', 'c']) {
      client.connection.write(text);
      await world.sim.advance(3);
    }
    await world.sim.advance(10);

    expect(server.reads).to.deep.equal([3]);
  });

  for (const [then, story] of [
    ['end', 'end, close'],
    ['reset', 'error ECONNRESET, close'],
    ['stall', ''],
  ] as const) {
    it(`lets so many bytes through and then comes ${then}`, () => {
      const world = new World();
      world.sim.inject({ kind: 'limitData', bytes: 10, then, direction: 'toServer' });
      const { client, server } = world.pair();
      client.connection.write('0123456789abcdef');
      world.sim.advanceSync(100);

      expect(server.received.toString()).to.equal('0123456789');
      expect(server.story).to.equal(story);
      expect(server.isClosed).to.equal(then !== 'stall');
      world.sim.heal();
      world.sim.advanceSync(100);
      expect(server.received.toString()).to.equal(then === 'stall' ? '0123456789abcdef' : '0123456789');
    });
  }

  for (const [mode, story] of [
    ['eof', 'end, close'],
    ['reset', 'error ECONNRESET, close'],
  ] as const) {
    it(`cuts a connection with ${mode} at both ends, once`, () => {
      const world = new World();
      const { client, server } = world.pair();
      world.sim.inject({ kind: 'cut', mode });
      world.sim.advanceSync(100);

      expect(client.story).to.equal(story);
      expect(server.story).to.equal(story);
      expect(world.dial().events).to.deep.equal(['opened']);
    });
  }

  it('closes one direction and then the connection, since nobody stays half open', () => {
    const world = new World();
    const { client, server } = world.pair();
    world.sim.inject({ kind: 'halfClose', side: 'server' });
    world.sim.advanceSync(100);

    expect([client.story, server.story]).to.deep.equal(['end, close', 'end, close']);
  });

  it('brings the end late and the bytes in time', () => {
    const world = new World();
    world.sim.inject({ kind: 'slowClose', delay: 500 });
    const { client, server } = world.pair();
    client.connection.write('bytes');
    client.connection.end();
    world.sim.advanceSync(499);
    expect(server.events).to.deep.equal(['data 5']);
    world.sim.advanceSync(1000);

    expect(server.story).to.equal('end, close');
  });

  for (const kind of ['stall', 'hold'] as const) {
    it(`keeps everything back during a ${kind}, and loses nothing`, () => {
      const world = new World();
      const { client, server } = world.pair();
      world.sim.inject({ kind });
      client.connection.write(Buffer.alloc(1_000_000));
      server.connection.end();
      world.sim.advanceSync(60_000);
      expect(client.events.concat(server.events)).to.deep.equal([]);
      expect(client.connection.writableNeedDrain).to.equal(true);
      world.sim.inject(kind === 'hold' ? { kind: 'release' } : { kind: 'heal' });
      world.sim.advanceSync(100);

      expect(server.received.length).to.equal(1_000_000);
      expect(client.story).to.equal('end, close');
    });
  }

  it('keeps a block that a second fault still wants', () => {
    const world = new World();
    const { client, server } = world.pair();
    const [first, second] = [world.sim.inject({ kind: 'stall' }), world.sim.inject({ kind: 'stall' })];
    client.connection.write('x');
    first.heal();
    world.sim.advanceSync(10);
    expect(server.events).to.deep.equal([]);
    second.heal();
    world.sim.advanceSync(10);

    expect(server.events).to.deep.equal(['data 1']);
  });

  it('separates the groups of a partition', () => {
    const world = new World();
    const { client, server } = world.pair();
    world.sim.inject({ kind: 'partition', groups: [['server'], [world.sim.network.links()[0]?.dialler ?? '']] });
    client.connection.write('x');
    world.sim.advanceSync(10);
    expect(server.events).to.deep.equal([]);
    expect(world.dial().events, 'in no group').to.deep.equal(['opened']);
    world.sim.heal();
    world.sim.advanceSync(10);
    expect(server.events).to.deep.equal(['data 1']);
  });

  it('lets in who hung on a partition once that is over, and not before', () => {
    const world = new World();
    const groups = [['server'], ['app']];
    const first = world.sim.inject({ kind: 'partition', groups, connects: 'hang' });
    const second = world.sim.inject({ kind: 'partition', groups, connects: 'hang' });
    const dials: DialWitness[] = [];
    world.sim.host('app', ({ transport }) => {
      dials.push(new DialWitness(transport('/run/a'), true), new DialWitness(transport('/run/a'), true));
    });
    world.sim.advanceSync(10);
    dials[1]?.dial.abort();
    first.heal();
    world.sim.advanceSync(10);
    expect(dials[0]?.events).to.deep.equal([]);
    second.heal();
    world.sim.advanceSync(10);

    expect(dials.map(({ events }) => events)).to.deep.equal([['opened'], ['failed ABORT_ERR']]);
    expect(world.sim.network.links()).to.have.length(1);
  });

  it('crashes a process and starts it again', () => {
    const world = new World();
    const { client } = world.pair();
    world.sim.inject({ kind: 'crash', target: { server: 'server' }, restartAfter: 50 });
    world.sim.advanceSync(49);
    expect(client.story).to.equal('end, close');
    expect(world.dial().events).to.deep.equal(['failed ECONNREFUSED']);
    world.sim.advanceSync(1);

    expect(world.dial().events).to.deep.equal(['opened']);
    expect(world.server.accepted).to.have.length(1);
  });

  it('removes the file of a crashed process when told so', () => {
    const world = new World();
    world.sim.inject({ kind: 'crash', staleFile: false });

    expect(world.dial().events).to.deep.equal(['failed ENOENT']);
  });

  it('stops a process, whose file goes', () => {
    const world = new World();
    world.sim.inject({ kind: 'stop', restartAfter: 50 });
    expect(world.dial().events).to.deep.equal(['failed ENOENT']);
    world.sim.advanceSync(50);

    expect(world.dial().events).to.deep.equal(['opened']);
  });

  for (const kind of ['crash', 'stop'] as const) {
    it(`${kind}: starts a process again when it is healed, or its time is over`, () => {
      for (const end of [{}, { for: 30 }]) {
        const world = new World();
        const fault = world.sim.inject({ kind, ...end });
        world.sim.advanceSync(29);
        expect(world.host.state).to.equal('down');
        world.sim.advanceSync(1);
        fault.heal();
        world.sim.settleSync();

        expect(world.dial().events).to.deep.equal(['opened']);
        expect(world.servers).to.have.length(2);
      }
    });
  }

  it('befalls every process without a target, and no server as one of all clients', () => {
    const world = new World();
    const app = world.sim.host('app', () => {});
    const states = (): string[] => [world.host.state, app.state];

    const all = world.sim.inject({ kind: 'pause' });
    expect(states()).to.deep.equal(['paused', 'paused']);
    all.heal();
    const clients = world.sim.inject({ kind: 'pause', target: { client: 'all' } });
    expect(states()).to.deep.equal(['running', 'paused']);
    clients.heal();
    world.sim.inject({ kind: 'pause', target: { client: { fraction: 1 } } });
    expect(states()).to.deep.equal(['running', 'paused']);
  });

  it('shows a reset to the side that the cut says', () => {
    const world = new World();
    const { client, server } = world.pair();

    world.sim.inject({ kind: 'cut', mode: 'reset', direction: 'toClient' });
    world.sim.settleSync();

    expect([client.story, server.story]).to.deep.equal(['error ECONNRESET, close', 'end, close']);
  });

  it('releases the hold of that id and nothing else', () => {
    const world = new World();
    const { client, server } = world.pair();
    world.sim.inject({ kind: 'stall', id: 'one', direction: 'toClient' });
    world.sim.inject({ kind: 'hold', id: 'two', direction: 'toServer' });
    client.connection.write('x');

    world.sim.inject({ kind: 'release', id: 'one' });
    world.sim.settleSync();
    expect(server.events).to.deep.equal([]);
    world.sim.inject({ kind: 'release', id: 'two' });
    server.connection.write('y');
    world.sim.settleSync();

    expect([server.events, client.events]).to.deep.equal([['data 1'], []]);
  });

  it('replaces a server without a moment in which nobody serves', () => {
    const world = new World();
    world.sim.inject({ kind: 'replaceServer' });
    for (let ms = 0; ms < 20; ms += 1) {
      expect(world.dial().events).to.deep.equal(['opened']);
      world.sim.advanceSync(1);
    }

    expect(world.servers.map(({ events }) => events.includes('closed'))).to.deep.equal([true, false]);
    expect(world.sim.network.at('/run/a')).to.equal('live');
  });

  it('starts a server late', () => {
    const world = new World();
    world.sim.inject({ kind: 'slowStart', delay: 200 });
    world.host.restart();
    world.sim.advanceSync(199);
    expect(world.dial().events).to.deep.equal(['failed ECONNREFUSED']);
    world.sim.advanceSync(1);

    expect(world.dial().events).to.deep.equal(['opened']);
  });

  it('lets a server listen at once that started late, and accepts who waited, when it is healed', () => {
    const world = new World();
    world.sim.inject({ kind: 'slowStart', delay: 60_000 });
    world.host.restart();
    world.sim.advanceSync(10);
    expect(world.dial().events).to.deep.equal(['failed ECONNREFUSED']);
    world.sim.heal();
    world.sim.settleSync();
    const [short] = [
      world.sim.inject({ kind: 'acceptDelay', delay: 30 }),
      world.sim.inject({ kind: 'acceptDelay', delay: 100 }),
    ];
    expect(world.dial().events).to.deep.equal(['opened']);
    world.sim.advanceSync(40);
    short.heal();
    world.sim.advanceSync(59);
    expect(world.server.accepted).to.have.length(0);
    world.sim.advanceSync(1);
    expect(world.server.accepted).to.have.length(1);
    world.dial();
    world.sim.heal();
    world.sim.settleSync();

    expect(world.server.accepted).to.have.length(2);
  });

  it('accepts late, or drops unserved', () => {
    const world = new World();
    const late = world.sim.inject({ kind: 'acceptDelay', delay: 30 });
    expect(world.dial().events).to.deep.equal(['opened']);
    expect(world.server.accepted).to.have.length(0);
    world.sim.advanceSync(30);
    expect(world.server.accepted).to.have.length(1);
    late.heal();
    world.sim.inject({ kind: 'acceptDrop', mode: 'reset', after: 5 });
    const dropped = world.dial();
    world.sim.advanceSync(5);

    expect(dropped.client?.story).to.equal('error ECONNRESET, close');
    expect(world.server.accepted).to.have.length(1);
  });

  it('resets a connection that was kept from being accepted when its listener closes', () => {
    const world = new World();
    world.sim.inject({ kind: 'acceptDelay', delay: 100 });
    const { client } = world.dial();
    world.server.listener.close();
    world.sim.advanceSync(1);

    expect(client?.story).to.equal('error ECONNRESET, close');
    expect(world.sim.leaks().isClean).to.equal(true);
  });

  for (const fault of [
    { kind: 'bandwidth', rate: 1 },
    { kind: 'latency', latency: 100_000 },
    { kind: 'slice', average: 1, delay: 100_000 },
    { kind: 'coalesce', window: 100_000 },
    { kind: 'slowClose', delay: 100_000 },
  ] as const) {
    it(`lets what ${fault.kind} held up flow at once when it is healed`, () => {
      const world = new World();
      const { client, server } = world.pair();
      const handle = world.sim.inject(fault);
      client.connection.write(Buffer.alloc(70_000));
      client.connection.end();
      world.sim.advanceSync(10);
      expect(server.isClosed).to.equal(false);
      handle.heal();
      world.sim.settleSync();

      expect([server.received.length, server.story]).to.deep.equal([70_000, 'end, close']);
    });
  }

  it('limits the backlog of a frozen process', () => {
    const world = new World();
    world.sim.inject({ kind: 'pause' });
    world.sim.inject({ kind: 'backlog', limit: 1 });
    const outcomes = [world.dial(), world.dial(), world.dial()].flatMap(({ events }) => events);
    expect(outcomes).to.deep.equal(['opened', 'opened', 'failed EAGAIN']);
    world.sim.heal();
    world.sim.settleSync();

    expect(world.server.accepted).to.have.length(2);
  });

  it('accepts nobody while a backlog is limited, and those who waited afterwards', () => {
    const world = new World();
    const limit = world.sim.inject({ kind: 'backlog', limit: 0 });
    const outcomes = [world.dial(), world.dial()].flatMap(({ events }) => events);
    world.sim.advanceSync(100);
    expect(outcomes).to.deep.equal(['opened', 'failed EAGAIN']);
    expect(world.server.accepted).to.have.length(0);
    limit.heal();
    world.sim.settleSync();

    expect(world.server.accepted).to.have.length(1);
  });

  it('unlinks the file of a live server', () => {
    const world = new World();
    const { client, server } = world.pair();
    world.sim.inject({ kind: 'unlinkSocket' });
    client.connection.write('x');

    expect(world.dial().events).to.deep.equal(['failed ENOENT']);
    expect(server.events).to.deep.equal(['data 1']);
    world.sim.heal();
    expect(world.dial().events).to.deep.equal(['opened']);
  });

  it('puts no file back whose server is gone, or over that of another', () => {
    const world = new World();
    world.sim.inject({ kind: 'unlinkSocket' });
    world.host.crash();
    world.sim.heal();
    expect(world.sim.network.at('/run/a')).to.equal('absent');
    world.host.start();
    world.sim.settleSync();
    world.sim.inject({ kind: 'unlinkSocket' });
    world.sim.network.placeFile('/run/a');
    world.sim.heal();

    expect(world.sim.network.at('/run/a')).to.equal('file');
  });

  it('flips bytes, and never those of the sender', () => {
    const world = new World();
    world.sim.inject({ kind: 'corrupt', probability: 1, bytes: 1 });
    const { client, server } = world.pair();
    const sent = Buffer.from('untouched');
    client.connection.write(sent);
    world.sim.settleSync();

    expect(sent.toString()).to.equal('untouched');
    expect(server.received.length).to.equal(9);
    expect(server.received.equals(sent)).to.equal(false);
  });

  it('connects a hostile peer', () => {
    const world = new World();
    world.sim.inject({ kind: 'garbage', form: 'badJson' });
    world.sim.settleSync();

    expect(world.server.accepted[0]?.received.toString()).to.equal('{"topic":\0\0');
  });

  it('fails the n-th dial', () => {
    const world = new World();
    world.sim.inject({ kind: 'failNth', op: 'dial', n: 2, code: 'EMFILE' });

    const outcomes = [world.dial(), world.dial(), world.dial()].flatMap(({ events }) => events);
    expect(outcomes).to.deep.equal(['opened', 'failed EMFILE', 'opened']);
  });

  it('fails the n-th accept, read and write, each in its own way', () => {
    const world = new World();
    world.sim.inject({ kind: 'failNth', op: 'accept', n: 1, code: 'EMFILE' });
    expect(world.dial().client?.story).to.equal('end, close');
    expect(world.server.events).to.include('error EMFILE');
    const { client, server } = world.pair();
    world.sim.inject({ kind: 'failNth', op: 'read', n: 2, code: 'EIO', direction: 'toServer' });
    for (const text of ['one', 'two']) {
      client.connection.write(text);
      world.sim.settleSync();
    }
    expect([server.received.toString(), server.story]).to.deep.equal(['one', 'error EIO, close']);
    const other = world.pair();
    world.sim.inject({ kind: 'failNth', op: 'write', n: 1, code: 'ENOBUFS' });
    other.client.connection.write('lost');
    world.sim.settleSync();

    expect(other.client.story).to.equal('error ENOBUFS, close');
    expect(other.server.received.length).to.equal(0);
  });

  it('refuses up front to fail what cannot fail', () => {
    const { sim } = new World();
    const fault = { kind: 'failNth', op: 'close', n: 1, code: 'EIO' } as unknown as Fault;

    expect(() => sim.inject(fault)).to.throw(
      FaultPlanError,
      'fault.op: must be one of dial, listen, accept, read, write',
    );
    expect(() => sim.play({ version: 1, seed: 1, faults: [{ ...fault, at: 50 }] })).to.throw(FaultPlanError);
  });

  it('stalls a drawn part one by one, and releases all of it', () => {
    const world = new World(3);
    const pairs = Array.from({ length: 20 }, () => world.pair());
    world.sim.inject({ kind: 'swizzle', fraction: 0.5, spread: 100 });
    world.sim.advanceSync(100);
    for (const { client } of pairs) client.connection.write('x');
    world.sim.settleSync();
    const reached = pairs.filter(({ server }) => server.received.length > 0).length;
    expect(reached).to.be.within(3, 17);
    world.sim.advanceSync(100);

    expect(pairs.filter(({ server }) => server.received.length > 0)).to.have.length(20);
  });

  it('applies to the drawn fraction of connections only', () => {
    const world = new World();
    world.sim.inject({ kind: 'stall', toxicity: 0.5 });
    const pairs = Array.from({ length: 40 }, () => world.pair());
    for (const { client } of pairs) client.connection.write('x');
    world.sim.settleSync();

    expect(pairs.filter(({ server }) => server.received.length > 0).length).to.be.within(8, 32);
  });

  it('applies to the n-th connection only', () => {
    const world = new World();
    const pairs = Array.from({ length: 3 }, () => world.pair());
    world.sim.inject({ kind: 'cut', mode: 'eof', target: { connection: 2 } });
    world.sim.settleSync();

    expect(pairs.map(({ client }) => client.isClosed)).to.deep.equal([false, true, false]);
  });

  describe('befalling nobody', () => {
    /** What the trace says of faults, from the third column on. */
    function told({ trace }: Simulation): string[] {
      return trace.records.filter(({ kind }) => kind === 'fault').map(({ name, detail }) => `${name} ${detail}`.trim());
    }

    for (const kind of ['crash', 'stop', 'pause', 'gcPause', 'replaceServer'] as const) {
      it(`${kind}: refuses the name of a process that there is not`, () => {
        const { sim } = new World();

        expect(() => sim.inject({ kind, target: { server: 'serverr' } })).to.throw(
          FaultPlanError,
          "fault.target.server: there is no host 'serverr'; did you mean 'server'?",
        );
        expect(() => sim.inject({ kind, target: { client: ['server', 'xylophone'] } })).to.throw(
          "fault.target.client: there is no host 'xylophone'; there are: server",
        );
        expect(() => new Simulation().inject({ kind, target: { server: 'a' } })).to.throw("'a', nor any other");
        expect(told(sim)).to.deep.equal([]);
      });

      it(`${kind}: says in a plan, or without a name, that nobody was there`, () => {
        const { sim, host } = new World();
        const empty = new Simulation();

        sim.play({ version: 1, seed: 1, faults: [{ kind, target: { server: 'serverr' } }] });
        sim.settleSync();
        host.crash();
        sim.inject({ kind });
        empty.inject({ kind });

        expect(told(sim).filter((line) => line.includes('befell'))).to.deep.equal([
          `${kind} befell nobody since there is no host 'serverr'; there are: server`,
          `${kind} befell nobody since no host that it means is running`,
        ]);
        expect(told(empty).at(-1)).to.equal(`${kind} befell nobody since there is no host`);
      });
    }

    it('says that there was no connection to cut, no file to unlink, and nobody to send garbage to', () => {
      const world = new World();
      const { sim } = world;

      sim.inject({ kind: 'cut' });
      world.dial();
      sim.inject({ kind: 'halfClose', side: 'client', target: { connection: 7 } });
      sim.inject({ kind: 'cut', target: { client: 'client-1' } });
      sim.inject({ kind: 'swizzle', fraction: 0, spread: 5 });
      sim.inject({ kind: 'unlinkSocket', target: { server: '/run/b' } });
      new Simulation().inject({ kind: 'garbage', form: 'badJson' });

      expect(told(sim).filter((line) => line.includes('befell'))).to.deep.equal([
        'cut befell nobody since no connection is open',
        'halfClose befell nobody since there is no connection 7; there have been 1',
        "cut befell nobody since there is no client 'client-1'; there are: server",
        'swizzle befell nobody since it means none of the connections that are open, 1 in all',
        "unlinkSocket befell nobody since there is no server '/run/b'; there are: server, /run/a, server/1",
      ]);
    });

    it('says at the end of what lasts that nobody of that name has come', () => {
      const { sim } = new World();

      const faults: Fault[] = [
        { kind: 'latency', latency: 5, target: { client: ['app', 'cliant-1'] } },
        { kind: 'refuse', code: 'EACCES', target: { server: 'serverr' } },
        { kind: 'partition', groups: [['server'], ['cliant-1']] },
        { kind: 'stall', target: { connection: 2 } },
      ];
      for (const fault of faults) sim.inject(fault).heal();
      sim.inject({ kind: 'heal', id: 'slow' });

      expect(told(sim).filter((line) => line.includes('befell'))).to.deep.equal([
        "latency befell nobody since there is no client 'app'; there are: server",
        "refuse befell nobody since there is no server 'serverr'; there are: server, /run/a, server/1",
        "partition befell nobody since there is no process 'cliant-1'; there are: server, /run/a, server/1",
        'stall befell nobody since there is no connection 2; there have been 0',
        "heal befell nobody since no fault 'slow' is in force",
      ]);
    });

    it('says nothing of the kind of those who came later, or of an address that nobody serves', () => {
      const sim = new Simulation();
      const faults: Fault[] = [
        { kind: 'latency', latency: 5, target: { client: 'client-1' }, for: 50 },
        { kind: 'slowStart', delay: 20, target: { server: '/run/a' }, for: 10 },
        { kind: 'partition', groups: [['client-1'], ['server']], for: 50 },
        { kind: 'refuse', code: 'EACCES', target: { server: '/run/nobody' }, for: 50 },
      ];
      sim.play({ version: 1, seed: 1, faults });
      sim.settleSync();
      sim.host('server', ({ transport }) => new ListenWitness(transport('/run/a'), true).listener);
      for (const address of ['/run/a', '/run/nobody']) {
        const client = new Client({ transport: sim.transport(address) });
        client.on('error', () => {});
        client.connect();
      }
      sim.advanceSync(100);

      expect(told(sim).filter((line) => line.includes('befell'))).to.deep.equal([]);
      expect(told(sim)).to.have.length(8);
    });

    it('leaves what befell nobody out of the faults of the timeline', () => {
      const sim = new Simulation();
      sim.inject({ kind: 'cut' });

      expect(sim.trace.toHtml('nobody')).to.include('1 fault,').and.to.include('befell nobody');
    });
  });

  describe('playing a plan', () => {
    const plan = (...faults: object[]) => ({ version: 1, seed: 5, faults }) as Parameters<Simulation['play']>[0];

    it('begins each fault at its time, counted from the beginning of the plan', () => {
      const world = new World();
      world.sim.advanceSync(1000);
      world.sim.play(plan({ kind: 'cut', mode: 'eof', at: 200 }, { kind: 'refuse', code: 'EACCES', at: 100, for: 50 }));
      world.sim.advanceSync(300);

      const faults = world.sim.trace
        .filter(({ kind }) => kind === 'fault')
        .records.map(({ at, name }) => `${at} ${name}`);
      expect(faults).to.deep.equal(['1100 refuse', '1150 refuse ends', '1200 cut', '1200 cut befell nobody']);
    });

    it('begins after bytes, frames, connections and events', () => {
      const world = new World();
      world.sim.play(
        plan(
          { kind: 'latency', latency: 1, afterBytes: 8 },
          { kind: 'latency', latency: 2, afterFrames: 2, direction: 'toServer' },
          { kind: 'latency', latency: 3, afterConnects: 2 },
        ),
      );
      const began = (): string[] =>
        world.sim.trace.filter(({ kind }) => kind === 'fault').records.map(({ detail }) => detail);
      const { client } = world.pair();
      for (const text of ['ab\0', '\0cd', '\0\0']) {
        client.connection.write(text);
        world.sim.settleSync();
      }
      expect(began()).to.deep.equal(['{"latency":1}', '{"latency":2,"direction":"toServer"}']);
      world.pair();

      expect(began().at(-1)).to.equal('{"latency":3}');
    });

    for (const [what, trigger, got] of [
      ['bytes', { afterBytes: 5 }, 'ab\0\0c'],
      ['frames', { afterFrames: 2 }, 'ab\0\0cd\0\0'],
    ] as const) {
      it(`lets nothing through between the last of the ${what} and the fault`, () => {
        const world = new World();
        const { client, server } = world.pair();
        const read: Buffer[] = [];
        server.connection.on('data', (chunk) => read.push(chunk as Buffer));
        world.sim.play(plan({ kind: 'stall', direction: 'toServer', ...trigger }));

        client.connection.write('ab\0\0cd\0\0ef\0\0gh');
        world.sim.advanceSync(100);
        expect(Buffer.concat(read).toString()).to.equal(got);
        world.sim.heal();
        world.sim.settleSync();

        expect(Buffer.concat(read).toString()).to.equal('ab\0\0cd\0\0ef\0\0gh');
      });
    }

    it('begins at what becomes of connections', () => {
      const world = new World();
      world.sim.play(
        plan(
          { kind: 'latency', latency: 1, onEvent: 'accepted' },
          { kind: 'latency', latency: 2, onEvent: 'connection-2:connected' },
          { kind: 'latency', latency: 3, onEvent: 'connection-1:closed' },
        ),
      );
      const { client } = world.pair();
      world.pair();
      client.connection.destroy();
      world.sim.advanceSync(10);

      const began = world.sim.trace.filter(({ kind }) => kind === 'fault').records.map(({ detail }) => detail);
      expect(began).to.deep.equal(['{"latency":1}', '{"latency":2}', '{"latency":3}']);
    });

    it('keeps nothing of a plan that is over: no subscription, and not its player', () => {
      const world = new World();
      const { sim } = world;
      const { trace, network } = sim;
      let held = 0;
      const counting = <Rest extends unknown[]>(subscribe: (...rest: Rest) => () => void) => {
        return (...rest: Rest): (() => void) => {
          const unsubscribe = subscribe(...rest);
          held += 1;
          return () => {
            unsubscribe();
            held -= 1;
          };
        };
      };
      trace.subscribe = counting(trace.subscribe.bind(trace));
      network.onLink = counting(network.onLink.bind(network));
      const faults = plan(
        { kind: 'latency', latency: 1, onEvent: 'connection-1:connected' },
        { kind: 'latency', latency: 1, onEvent: 'connect' },
        { kind: 'latency', latency: 1, afterConnects: 1 },
        { kind: 'latency', latency: 1, afterBytes: 1, direction: 'toServer' },
      );

      const [player, other] = [sim.play(faults), sim.play(faults)];
      const [heldAtFirst, wasOver] = [held, player.isOver];
      const { client } = world.pair();
      client.connection.write('x');
      sim.advanceSync(10);
      const heldThen = held;
      const real = new Client({ transport: sim.transport('/run/a') });
      real.connect();
      sim.advanceSync(10);
      other.stop();

      expect([heldAtFirst, wasOver]).to.deep.equal([2 * 5, false]);
      expect(heldThen).to.equal(2);
      expect([held, player.isOver, player.left]).to.deep.equal([0, true, 0]);
    });

    it('draws for each fault by its place in the plan, not by how many began before it', () => {
      const arrivals = (jumpAtMs: number): number[] => {
        const world = new World();
        world.sim.play(
          plan({ kind: 'clockJump', delta: 1, at: jumpAtMs }, { kind: 'latency', latency: 0, jitter: 500, at: 50 }),
        );
        world.sim.advanceSync(100);
        const { client, server } = world.pair();
        const seen = times(world.sim, server);
        for (let count = 0; count < 5; count += 1) {
          client.connection.write('x');
          world.sim.advanceSync(1000);
        }
        return seen;
      };

      expect(arrivals(0)).to.deep.equal(arrivals(75));
    });

    it('calls off what has not begun when healed', () => {
      const world = new World();
      const player = world.sim.play(plan({ kind: 'cut', at: 100 }, { kind: 'stall', onEvent: 'connect' }));
      world.sim.heal();
      world.sim.advanceSync(200);

      expect(player.left).to.equal(2);
      expect(world.sim.leaks().timers).to.deep.equal([]);
    });
  });
});
