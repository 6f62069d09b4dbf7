import { expect } from 'chai';
import { FAULT_KINDS } from '#testing/faults/fault-kinds.js';
import { FaultPlanError, faultPlanSchema, parseFault, parseFaultPlan } from '#testing/faults/fault-plan.js';

function plan(...faults: object[]): object {
  return { version: 1, seed: 7, faults };
}

describe('fault plan', () => {
  it('takes a plan with every trigger and scope', () => {
    const value = plan(
      { kind: 'latency', latency: 5, jitter: 2, at: 10, for: 100, direction: 'toClient', toxicity: 0.5, id: 'slow' },
      { kind: 'cut', mode: 'reset', afterBytes: 100, target: { connection: 2 } },
      { kind: 'crash', onEvent: 'client-1:connect', restartAfter: 50, target: { server: 'server' } },
      { kind: 'stall', afterFrames: 3, target: { client: { fraction: 0.5 } } },
      { kind: 'partition', groups: [['a'], ['b', 'c']], afterConnects: 1, target: { client: { oneOf: ['a', 'b'] } } },
      { kind: 'heal', at: 1000 },
    );

    expect(parseFaultPlan(value)).to.equal(value);
    expect(parseFaultPlan(JSON.parse(JSON.stringify(value)))).to.deep.equal(value);
  });

  for (const [what, value, message] of [
    ['no object', 'latency', 'The fault plan must be an object; got "latency"'],
    ['another version', { version: 2, seed: 1, faults: [] }, 'version: must be 1; got 2'],
    ['no seed', { version: 1, faults: [] }, 'The fault plan needs seed, a whole number'],
    ['a seed that is a text', { version: 1, seed: '1', faults: [] }, 'seed: must be a whole number; got "1"'],
    ['faults that are no array', { version: 1, seed: 1, faults: {} }, 'faults: must be an array; got {}'],
    ['an unknown key', { version: 1, seed: 1, fault: [] }, "fault: is no key; did you mean 'faults'?"],
    ['a fault that is no object', plan([]), 'faults[0]: must be an object; got []'],
    ['a misspelled kind', plan({ kind: 'latancy' }), `"latancy" is no kind of fault; did you mean 'latency'?`],
    ['a kind far from any', plan({ kind: 'xylophones!' }), 'is no kind of fault; it may be refuse, acceptDelay'],
    ['no kind', plan({}), 'faults[0].kind: undefined is no kind of fault'],
    [
      'a misspelled parameter',
      plan({ kind: 'stall' }, { kind: 'latency', latencyy: 5 }),
      "faults[1].latencyy: is no key of 'latency'; did you mean 'latency'?",
    ],
    ['a missing parameter', plan({ kind: 'latency' }), "'latency' needs latency, a whole number from 0 to 2147483647"],
    ['a negative delay', plan({ kind: 'latency', latency: -1 }), 'faults[0].latency: must be a whole number from 0'],
    ['a fractional delay', plan({ kind: 'latency', latency: 0.5 }), 'got 0.5'],
    [
      'a probability over 1',
      plan({ kind: 'stall', toxicity: 1.5 }),
      'faults[0].toxicity: must be a number from 0 to 1',
    ],
    ['a misspelled choice', plan({ kind: 'cut', mode: 'rest' }), `got "rest"; did you mean 'reset'?`],
    ['what is no number', { version: 1, seed: Number.NaN, faults: [] }, 'seed: must be a whole number; got NaN'],
    ['a bigint', { version: 1, seed: 7n, faults: [] }, 'seed: must be a whole number; got 7'],
    ['an empty id', plan({ kind: 'heal', id: '' }), 'must be a string that is not empty'],
    ['a yes for a boolean', plan({ kind: 'crash', staleFile: 'yes' }), 'must be true or false'],
    ['one group', plan({ kind: 'partition', groups: [['a']] }), 'must be two or more arrays of names'],
    [
      'a process on both sides',
      plan({ kind: 'partition', groups: [['a'], ['a', 'b']] }),
      "faults[0].groups: has 'a' in two groups; it can be on one side only",
    ],
    [
      'two triggers',
      plan({ kind: 'stall', at: 1, afterBytes: 2 }),
      'has at and afterBytes; it can begin in one way only',
    ],
    ['a target of another kind', plan({ kind: 'stall', target: { sever: 'x' } }), "did you mean 'server'?"],
    ['a server that is no name', plan({ kind: 'stall', target: { server: 1 } }), 'target.server: must be the name'],
    ['connection 0', plan({ kind: 'stall', target: { connection: 0 } }), 'must be a whole number, 1 or more'],
    ['clients by nothing', plan({ kind: 'stall', target: { client: {} } }), 'must be a name, names, { oneOf: names }'],
    [
      'a misspelled event',
      plan({ kind: 'cut', onEvent: 'conect' }),
      `faults[0].onEvent: "conect" is no event; did you mean 'connect'?`,
    ],
    [
      'a misspelled event of somebody',
      plan({ kind: 'cut', onEvent: 'app/client-1:mesage.job' }),
      `"app/client-1:mesage.job" is no event`,
    ],
    [
      'an event far from any',
      plan({ kind: 'cut', onEvent: 'xylophone!' }),
      'is no event; it may be connect, reconnect',
    ],
    [
      'an event of connections of a client',
      plan({ kind: 'cut', onEvent: 'client-1:accepted' }),
      `'accepted' is of connections: 'accepted', or 'connection-2:accepted'`,
    ],
    ['an event that is no text', plan({ kind: 'cut', onEvent: 1 }), 'must be the name of an event; got 1'],
    ['clients by no names', plan({ kind: 'stall', target: { client: { oneOf: [] } } }), 'must be a name, names'],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(() => parseFaultPlan(value))
        .to.throw(FaultPlanError)
        .with.property('message')
        .that.includes(message);
    });
  }

  for (const onEvent of [
    ...['connect', 'client-1:disconnect', 'app/client-1:error', 'server:listening', 'a:b:close'],
    ...['message', 'message.job', 'client-1:message.chat:said', 'accepted', 'connection-2:connected', 'closed'],
  ]) {
    it(`takes '${onEvent}' as an event`, () => {
      const value = plan({ kind: 'cut', onEvent });

      expect(parseFaultPlan(value)).to.equal(value);
    });
  }

  it('takes a fault by itself, which has no trigger', () => {
    expect(parseFault({ kind: 'cut', mode: 'eof' })).to.deep.equal({ kind: 'cut', mode: 'eof' });
    expect(() => parseFault({ kind: 'cut', at: 5 })).to.throw(FaultPlanError, 'fault.at: is for the faults of a plan');
  });

  it('has a schema with every kind and its parameters', () => {
    const schema = JSON.parse(JSON.stringify(faultPlanSchema()));
    const kinds = schema.properties.faults.items.oneOf;

    expect(kinds.map((kind: { properties: { kind: { const: string } } }) => kind.properties.kind.const)).to.deep.equal(
      Object.keys(FAULT_KINDS),
    );
    for (const kind of kinds) {
      const name = kind.properties.kind.const as keyof typeof FAULT_KINDS;
      expect(Object.keys(kind.properties), name).to.include.members(Object.keys(FAULT_KINDS[name].parameters));
      expect(kind.additionalProperties).to.equal(false);
    }
  });
});
