import { expect } from 'chai';
import {
  parseScenario,
  runScenario,
  runScenarioForReal,
  type Scenario,
  ScenarioError,
  type ScenarioExpectation,
  scenarios,
} from 'ipc/testing';
import { Delivery } from '#testing/scenario/delivery.js';

const small: Scenario = {
  version: 1,
  name: 'small',
  about: 'Two clients lose their connection once, while they talk to their server.',
  seed: 1,
  servers: [{ name: 'server', answers: true }],
  clients: [{ name: 'client', count: 2, options: { reconnectDelay: 20 } }],
  workload: [
    { at: 10, client: 'client', do: 'send', topic: 'hi', every: 10, count: 5 },
    { at: 150, client: 'client', do: 'send', topic: 'hi' },
    { at: 155, server: 'server', do: 'broadcast', topic: 'news' },
    { at: 156, server: 'server', do: 'sendTo', to: 'client', topic: 'news' },
  ],
  faults: [{ kind: 'cut', at: 100, mode: 'eof' }],
  expect: [],
  liveness: { healAt: 200, within: 100 },
};

function expecting(expectation: ScenarioExpectation, changes: Partial<Scenario> = {}): Scenario {
  return { ...small, ...changes, expect: [expectation] };
}

describe('running a scenario', () => {
  it('says what is wrong with its options, before anything is begun', async () => {
    const run = runScenario as (...given: readonly unknown[]) => unknown;
    const runForReal = runScenarioForReal as (...given: readonly unknown[]) => Promise<unknown>;
    const failure = (...given: readonly unknown[]): Promise<unknown> => runForReal(...given).catch((error) => error);

    expect(() => run(small, null)).to.throw(TypeError, 'The options of runScenario() must be an object; got null');
    expect(() => run(small, { sead: 1 })).to.throw(TypeError, "options.sead is no key; did you mean 'seed'?");
    for (const [options, problem] of [
      [undefined, 'The options of runScenarioForReal() must be an object; got undefined'],
      [{}, 'runScenarioForReal(): options needs directory, an empty folder'],
      [{ directory: '/tmp', sead: 1 }, "options.sead is no key; did you mean 'seed'?"],
    ] as const) {
      expect(await failure(small, options))
        .to.be.instanceOf(TypeError)
        .with.property('message')
        .that.includes(problem);
    }
    expect(await failure(undefined, { directory: '/tmp' })).to.be.instanceOf(ScenarioError);
  });
});

describe('parseScenario', () => {
  const cases: readonly (readonly [title: string, change: object, path: string, problem: RegExp])[] = [
    ['another version', { version: 2 }, 'version', /must be 1; got 2/],
    ['a name in another case', { name: 'SlowReader' }, 'name', /kebab-case.*got "SlowReader"/],
    ['no sentence', { about: '' }, 'about', /a string that is not empty/],
    ['an unknown key', { workloads: [] }, 'workloads', /is no key; did you mean 'workload'\?/],
    ['no servers', { servers: [] }, 'servers', /one entry or more/],
    ['two processes of one name', { servers: [{ name: 'client' }] }, '', /two processes named 'client'/],
    [
      'an unknown option',
      { clients: [{ name: 'client', options: { retrydelay: 5 } }] },
      'clients[0].options.retrydelay',
      /did you mean 'retryDelay'\?/,
    ],
    [
      'a delay that is a text',
      { clients: [{ name: 'client', options: { retryDelay: 'soon' } }] },
      'clients[0].options.retryDelay',
      /milliseconds, or \{ min, max \} of them; got "soon"/,
    ],
    [
      'an unknown step',
      { workload: [{ client: 'client', do: 'sent' }] },
      'workload[0].do',
      /"sent" is nothing that can be done .*; did you mean 'send'\?/,
    ],
    [
      'a fault among the steps',
      { workload: [{ client: 'client', do: 'crash' }] },
      'workload[0].do',
      /what befalls a process stands under faults/,
    ],
    [
      'a step of nobody',
      { workload: [{ client: 'cleint', do: 'send' }] },
      'workload[0].client',
      /one of the clients: client; got "cleint"; did you mean 'client'\?/,
    ],
    ['a step without its client', { workload: [{ do: 'send' }] }, 'workload[0]', /'send' needs client/],
    [
      'a close of two',
      { workload: [{ do: 'close', client: 'client', server: 'server' }] },
      'workload[0]',
      /needs one of client and server/,
    ],
    ['an unknown fault', { faults: [{ kind: 'latncy' }] }, 'faults[0].kind', /did you mean 'latency'\?/],
    [
      'a fault for nobody',
      { faults: [{ kind: 'stall', target: { client: 'nobody' } }] },
      'faults[0].target.client',
      /one of the clients/,
    ],
    ['a crash of whom', { faults: [{ kind: 'crash' }] }, 'faults[0].target', /must say whom the crash befalls/],
    [
      'an unknown expectation',
      { expect: [{ that: 'everythingDeliverd' }] },
      'expect[0].that',
      /did you mean 'everythingDelivered'\?/,
    ],
    [
      'a parameter of another expectation',
      { expect: [{ that: 'noDisconnect', within: 5 }] },
      'expect[0].within',
      /is no key of 'noDisconnect'/,
    ],
    ['an expectation without its parameter', { expect: [{ that: 'quiet', from: 1 }] }, 'expect[0]', /needs to/],
    [
      'a range upside down',
      { clients: [{ name: 'client', options: { retryDelay: { min: 9, max: 1 } } }] },
      'clients[0].options.retryDelay',
      /milliseconds, or \{ min, max \} of them; got \{"min":9/,
    ],
    ['a process whose name is none', { servers: [{ name: 'The Server' }] }, 'servers[0].name', /small letters/],
    ...[200, 5000].map(
      (at) =>
        [
          `a fault at ${at}, when all is healed at 200,`,
          { faults: [{ kind: 'cut' }, { kind: 'cut', at }] },
          'faults[1].at',
          new RegExp(`must be before liveness\\.healAt, 200, when every fault ends; got ${at}`),
        ] as const,
    ),
    [
      'a server that begins after the end',
      { servers: [{ name: 'server' }, { name: 'late', at: 5000 }] },
      'servers[1]',
      /begins at 5000, and everybody closes at 300; put liveness\.healAt after it/,
    ],
    [
      'the last of many clients that begins after the end',
      { clients: [{ name: 'client', at: 10, every: 100, count: 50 }], liveness: undefined },
      'clients[0]',
      /begins at 4910, and everybody closes at 1156/,
    ],
    [
      'a topic that is reserved',
      { workload: [{ client: 'client', do: 'send', topic: 'hello' }] },
      'workload[0].topic',
      /not hello, with which each connection begins; got "hello"/,
    ],
    [
      'an expectation of what is reserved',
      { expect: [{ that: 'messages', topic: 'hello', atMost: 0 }] },
      'expect[0].topic',
      /not hello, with which each connection begins/,
    ],
    [
      'a count upside down',
      { expect: [{ that: 'reconnected', atLeast: 2, atMost: 1 }] },
      'expect[0]',
      /has an atLeast above its atMost/,
    ],
    ['a quiet upside down', { expect: [{ that: 'quiet', from: 100, to: 50 }] }, 'expect[0]', /has a from after its to/],
    [
      'a code that no error has',
      { expect: [{ that: 'connectErrors', code: 'econnrefused' }] },
      'expect[0].code',
      /capital letters, digits and underscores, such as 'ECONNREFUSED'; got "econnrefused"/,
    ],
    ['liveness without a time', { liveness: { healAt: 5 } }, 'liveness', /needs within/],
  ];

  for (const [title, change, path, problem] of cases) {
    it(`says where ${title} is wrong`, () => {
      let error: unknown;
      try {
        parseScenario({ ...small, ...change });
      } catch (caught) {
        error = caught;
      }

      expect(error).to.be.instanceOf(ScenarioError);
      expect((error as ScenarioError).path).to.equal(path);
      expect((error as ScenarioError).message).to.match(problem);
    });
  }

  it('takes what it has given, as JSON too', () => {
    for (const scenario of scenarios) {
      expect(parseScenario(JSON.parse(JSON.stringify(scenario)))).to.deep.equal(scenario);
    }
  });
});

describe('runScenario', () => {
  it('does the same for the same seed, and something else for another', async () => {
    const storm = scenarios.find(({ name }) => name === 'crash-storm')!;

    const [first, second, other] = [
      await runScenario(storm),
      await runScenario(storm),
      await runScenario(storm, { seed: 99 }),
    ];

    expect(first.trace.toLines()).to.equal(second.trace.toLines());
    expect(other.trace.toLines()).not.to.equal(first.trace.toLines());
  });

  it('gives a verdict for each law and each expectation', async () => {
    const result = await runScenario(expecting({ that: 'reconnected', atLeast: 1, atMost: 1 }));

    expect(result.violations).to.deep.equal([]);
    expect(result.passed).to.equal(true);
    expect(result.verdicts.map(({ name }) => name)).to.deep.equal([
      'law: events come in the promised order',
      'law: what arrives is the beginning of what was sent',
      'law: nobody throws',
      'law: everybody closes',
      'law: nothing is left behind',
      'connected again 100 ms after 200',
      'reconnected atLeast=1 atMost=1',
    ]);
    expect(result.summary).to.match(/^ok {3}law: events/);
  });

  const met: readonly ScenarioExpectation[] = [
    { that: 'everythingDelivered' },
    { that: 'everythingDelivered', client: 'client' },
    { that: 'reconnected' },
    { that: 'connectedWithin', within: 5 },
    { that: 'connectErrors', atMost: 0 },
    { that: 'errors', atMost: 0 },
    { that: 'messages', server: 'server', topic: 'hi', atLeast: 12, atMost: 12 },
    { that: 'messages', client: 'client', topic: 'news', atLeast: 4, atMost: 4 },
    { that: 'messages', topic: 'answer', atLeast: 12, atMost: 12 },
    { that: 'quiet', from: 60, to: 150 },
    { that: 'drains', atMost: 0 },
    { that: 'listening', atLeast: 1, atMost: 1 },
    { that: 'connections', server: 'server', atLeast: 4, atMost: 4 },
    { that: 'closesWithin', within: 5 },
  ];
  for (const expectation of met) {
    it(`finds that ${JSON.stringify(expectation)} is met`, async () => {
      expect((await runScenario(expecting(expectation))).violations).to.deep.equal([]);
    });
  }

  const late = { servers: [{ name: 'server', at: 60 }] };
  const lossy = {
    faults: [
      { kind: 'stall', at: 155 },
      { kind: 'cut', at: 170, mode: 'reset' },
    ],
  } as const;
  const slowToClose = {
    workload: [{ at: 20, client: 'client', do: 'close' }],
    faults: [{ kind: 'slowClose', delay: 100 }],
  } as const;
  const failing: readonly (readonly [ScenarioExpectation, Partial<Scenario>, RegExp])[] = [
    [{ that: 'everythingDelivered' }, lossy, /messages did not arrive/],
    [{ that: 'reconnected', atLeast: 2 }, {}, /1 × reconnect, expected at least 2/],
    [{ that: 'reconnected', atMost: 0 }, {}, /1 × reconnect, expected at most 0/],
    [{ that: 'noDisconnect' }, {}, /lost its connection/],
    [{ that: 'connectedWithin', within: 40 }, late, /was connected after \d+.* ms, later than 40 ms/],
    [{ that: 'connectErrors', code: 'ECONNREFUSED' }, late, /0 × .*ECONNREFUSED.*codes seen: ENOENT/],
    [{ that: 'connectErrors', atMost: 1 }, late, /expected at most 1/],
    [{ that: 'errors', code: 'IPC_NO_SERVER' }, {}, /0 × error with IPC_NO_SERVER, expected at least 1/],
    [{ that: 'messages', client: 'client', topic: 'news', atLeast: 5 }, {}, /4 × message of news, expected at least 5/],
    [{ that: 'quiet', server: 'server', from: 5, to: 30 }, {}, /came between 5 and 30 ms/],
    [{ that: 'drains', client: 'client' }, {}, /0 × drain/],
    [{ that: 'listening', atLeast: 2 }, {}, /1 × listening/],
    [{ that: 'connections', atMost: 3 }, {}, /4 × connection/],
    [{ that: 'closesWithin', client: 'client', within: 50 }, slowToClose, /was closed after \d+/],
  ];
  for (const [expectation, changes, problem] of failing) {
    it(`finds that ${JSON.stringify(expectation)} is not met when it is not`, async () => {
      const slow = { ...small.clients[0]!, options: { reconnectDelay: 20, retryDelay: 50 } };
      const { passed, violations, summary } = await runScenario(
        expecting(expectation, { clients: [slow], ...changes }),
      );

      expect(passed).to.equal(false);
      expect(violations.map(({ problem: found }) => found).join('\n')).to.match(problem);
      expect(summary).to.include(`FAIL ${expectation.that}`).and.to.include('What led to');
    });
  }

  it('finds whoever is not connected in the end', async () => {
    const dead = { faults: [{ kind: 'crash', at: 50, target: { server: 'server' } }] } as const;

    const { violations } = await runScenario({ ...small, ...dead });

    expect(violations.map(({ actor, problem }) => `${actor} ${problem}`)).to.deep.equal([
      'client/client-1 has no connection 100 ms after the last fault was healed',
      'client/client-2 has no connection 100 ms after the last fault was healed',
    ]);
  });

  it('notices a wire that changes what it carries', async () => {
    // Now and then a digit becomes another digit: still JSON, and not what was sent.
    const corrupt = { faults: [{ kind: 'corrupt', probability: 1, direction: 'toServer', bytes: 1 }] } as const;
    const expectation: ScenarioExpectation = { that: 'everythingDelivered' };

    const results = await Promise.all(
      Array.from({ length: 40 }, (_, seed) => runScenario(expecting(expectation, corrupt), { seed })),
    );

    expect(results.every(({ passed }) => !passed)).to.equal(true);
    const laws = results.flatMap(({ violations }) => violations.map(({ name }) => name));
    expect(laws).to.include('law: what arrives is the beginning of what was sent');
  });
});

describe('delivery', () => {
  const at = { at: 0, actor: 'server/server-1', topic: 'hi' } as const;
  const sent = ['1', '2', '3'];

  function deliver(arrived: readonly string[]): Delivery {
    const delivery = new Delivery();
    for (const token of sent) delivery.take({ fact: 'sent', streams: ['a/client-1#1'], token });
    for (const token of arrived) delivery.take({ fact: 'arrived', ...at, stream: 'a/client-1#1', token });
    return delivery;
  }

  it('allows any beginning of what was sent', () => {
    for (const arrived of [[], ['1'], ['1', '2'], sent]) expect(deliver(arrived).disorder()).to.deep.equal([]);
  });

  const broken = { 'a gap': ['1', '3'], 'a double': ['1', '1'], 'another order': ['2', '1'], 'a stranger': ['1', '9'] };
  for (const [name, arrived] of Object.entries(broken)) {
    it(`finds ${name}`, () => {
      expect(deliver(arrived).disorder()).to.have.length(1);
    });
  }

  it('lets what was refused be passed over, and not arrive', () => {
    const refused = deliver(['1', '3']);
    refused.take({ fact: 'refused', stream: 'a/client-1#1', token: '2' });
    const arrivedAllTheSame = deliver(sent);
    arrivedAllTheSame.take({ fact: 'refused', stream: 'a/client-1#1', token: '2' });

    expect(refused.disorder()).to.deep.equal([]);
    expect(refused.missing('a')).to.deep.equal([]);
    expect(arrivedAllTheSame.disorder()).to.have.length(1);
  });

  it('files what a server sent under the connection that has introduced itself', () => {
    const delivery = new Delivery();
    delivery.take({ fact: 'introduced', clientId: 'id', stream: 'a/client-1#1' });
    delivery.take({ fact: 'sent', streams: ['id', 'stranger'], token: 's:1' });
    delivery.take({ fact: 'sent', streams: ['id'], token: 's:2' });
    delivery.take({ fact: 'arrived', ...at, stream: 'to a/client-1#1', token: 's:1' });

    expect(delivery.disorder()).to.deep.equal([]);
    expect(delivery.missing('a').map(({ problem }) => problem)).to.deep.equal([
      '1 of 2 messages did not arrive, s:2 the first',
    ]);
    expect(delivery.missing('b')).to.deep.equal([]);
  });
});
