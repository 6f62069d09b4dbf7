/** What a scenario may hold, as data: each object's keys, and what each of them may be. */

import { PLANNED_FAULT_RULE } from '../faults/fault-plan.js';
import { type Entries, type EntriesOf, object, optional, required, variants } from '../rules/object-rule.js';
import { also, anyOf, boolean, choice, exactly, form, integer, list, type Rule, text } from '../rules/rule.js';
import type {
  Count,
  Liveness,
  OfAnybody,
  Scenario,
  ScenarioClient,
  ScenarioClientOptions,
  ScenarioExpectation,
  ScenarioServer,
  ScenarioServerOptions,
  Step,
} from './scenario.js';

/** Names of a scenario's processes. */
export interface ProcessNames {
  readonly servers: readonly string[];
  readonly clients: readonly string[];
}

const timeMs = integer(0);
const bytes = integer(0);
const atLeastOne = integer(1);
const errorCode = form(
  /^[A-Z][A-Z0-9_]*$/,
  "a code of capital letters, digits and underscores, such as 'ECONNREFUSED'",
);
// An empty one is none; a server takes a `hello` for the introduction of its client, whatever else is in it.
const topic = form(/^(?!(?:hello)?$)/, 'a topic that is not empty, and not hello, with which each connection begins');
const processName = form(/^[a-z][a-z0-9-]*$/, 'a name of small letters, digits and dashes');
const delay = anyOf(
  'milliseconds, or { min, max } of them',
  timeMs,
  also(object({ min: required(timeMs), max: required(timeMs) }), (value, path, fail) => {
    const { min, max } = value as { readonly min: number; readonly max: number };
    if (min > max) fail(path, 'has a min above its max');
  }),
);

const serverOptions: EntriesOf<ScenarioServerOptions> = {
  maxMessageBytes: optional(atLeastOne),
  maxBufferedBytes: optional(atLeastOne),
  closeTimeout: optional(atLeastOne),
};

const clientOptions: EntriesOf<ScenarioClientOptions> = {
  ...serverOptions,
  retryDelay: optional(delay),
  reconnectDelay: optional(delay),
};

const server: EntriesOf<ScenarioServer> = {
  name: required(processName),
  at: optional(timeMs),
  answers: optional(boolean),
  options: optional(object(serverOptions)),
};

const client: EntriesOf<ScenarioClient> = {
  name: required(processName),
  count: optional(atLeastOne),
  at: optional(timeMs),
  every: optional(timeMs),
  options: optional(object(clientOptions)),
};

const liveness: EntriesOf<Liveness> = { healAt: required(timeMs), within: required(timeMs) };

/** The rule for scenarios whose processes have these names. */
export function scenarioRule(names: ProcessNames): Rule {
  const aServer = nameOf('servers', names);
  const aClient = nameOf('clients', names);
  const entries: EntriesOf<Scenario> = {
    version: required(exactly(1)),
    name: required(form(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, "in kebab-case, such as 'slow-reader'")),
    about: required(text()),
    seed: required(integer()),
    servers: required(list(object(server), { min: 1 })),
    clients: required(list(object(client), { min: 1 })),
    workload: required(list(stepRule(aServer, aClient))),
    faults: required(list(PLANNED_FAULT_RULE)),
    expect: required(list(expectationRule(aServer, aClient))),
    liveness: optional(object(liveness)),
  };
  return object(entries);
}

/** The name of a process that the scenario has. */
export function nameOf(kind: keyof ProcessNames, names: ProcessNames): Rule {
  return choice(names[kind], `the name of one of the ${kind}: ${names[kind].join(', ')}`);
}

function stepRule(aServer: Rule, aClient: Rule): Rule {
  const times = { at: optional(timeMs), every: optional(timeMs), count: optional(atLeastOne) };
  const message = { topic: optional(topic), size: optional(bytes) };
  const steps: Readonly<Record<Step['do'], Entries>> = {
    send: { client: required(aClient), ...message, ...times },
    pour: { client: required(aClient), ...message, ...times },
    broadcast: { server: required(aServer), ...message, ...times },
    sendTo: { server: required(aServer), to: required(aClient), ...message, ...times },
    connect: { client: required(aClient), ...times },
    listen: { server: required(aServer), ...times },
    close: { client: optional(aClient), server: optional(aServer), ...times },
  };
  const rule = variants('do', steps, 'is nothing that can be done (what befalls a process stands under faults)');
  return also(rule, (value, path, fail) => {
    const step = value as { readonly do: Step['do']; readonly client?: string; readonly server?: string };
    if (step.do === 'close' && (step.client === undefined) === (step.server === undefined)) {
      fail(path, "'close' needs one of client and server");
    }
  });
}

type Expectations = {
  readonly [That in ScenarioExpectation['that']]: EntriesOf<Extract<ScenarioExpectation, { that: That }>, 'that'>;
};

function expectationRule(aServer: Rule, aClient: Rule): Rule {
  const count = { atLeast: optional(timeMs), atMost: optional(timeMs) };
  const ofClient = { client: optional(aClient) };
  const ofServer = { server: optional(aServer) };
  const ofAnybody = { ...ofClient, ...ofServer };
  const expectations: Expectations = {
    everythingDelivered: ofClient,
    reconnected: { ...ofClient, ...count },
    noDisconnect: ofClient,
    connectedWithin: { within: required(timeMs), ...ofClient },
    connectErrors: { code: optional(errorCode), ...ofClient, ...count },
    errors: { code: optional(errorCode), ...ofAnybody, ...count },
    messages: { topic: optional(topic), ...ofAnybody, ...count },
    quiet: { from: required(timeMs), to: required(timeMs), ...ofAnybody },
    drains: { ...ofAnybody, ...count },
    listening: { ...ofServer, ...count },
    connections: { ...ofServer, ...count },
    closesWithin: { within: required(timeMs), ...ofAnybody },
  };
  const rule = variants('that', expectations, 'is nothing that can be expected');
  return also(rule, (value, path, fail) => {
    const { client: ofOne, server: ofOther, ...rest } = value as OfAnybody & ScenarioExpectation;
    if (ofOne !== undefined && ofOther !== undefined) {
      fail(path, 'has client and server; it is about one of them, or about all when both are left out');
    }
    const { atLeast = 0, atMost = Number.POSITIVE_INFINITY } = rest as Count;
    if (atLeast > atMost) fail(path, 'has an atLeast above its atMost, which nothing can meet');
    if (rest.that === 'quiet' && rest.from > rest.to) fail(path, 'has a from after its to, which anything would meet');
  });
}
