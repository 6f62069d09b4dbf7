/** What may stand in a scenario, as data: each object's keys, and what each of them may be. */

import type {
  Liveness,
  ScenarioClient,
  ScenarioClientOptions,
  ScenarioExpectation,
  ScenarioServer,
  ScenarioServerOptions,
  Step,
} from './scenario.js';

/** What a value may be. `delay` is a number of milliseconds or a range of them; `object` has a table of its own. */
export type ScenarioRule =
  | { readonly type: 'integer'; readonly min: number }
  | { readonly type: 'text' | 'boolean' | 'delay' }
  /** The name of a process of the scenario. */
  | { readonly type: 'name'; readonly of: 'servers' | 'clients' }
  | { readonly type: 'object'; readonly table: ScenarioTable };

/** A value: its rule, and whether it may be left out. */
export interface ScenarioKey {
  readonly rule: ScenarioRule;
  readonly optional: boolean;
}

/** The keys of an object. */
export interface ScenarioTable {
  readonly [key: string]: ScenarioKey;
}

type TableOf<Value, Told extends string = never> = {
  readonly [Key in Exclude<keyof Value, Told>]-?: ScenarioKey;
};

const timeMs: ScenarioRule = { type: 'integer', min: 0 };
const bytes: ScenarioRule = { type: 'integer', min: 0 };
const atLeastOne: ScenarioRule = { type: 'integer', min: 1 };
const text: ScenarioRule = { type: 'text' };
const aServer: ScenarioRule = { type: 'name', of: 'servers' };
const aClient: ScenarioRule = { type: 'name', of: 'clients' };

function required(rule: ScenarioRule): ScenarioKey {
  return { rule, optional: false };
}

function optional(rule: ScenarioRule): ScenarioKey {
  return { rule, optional: true };
}

const serverOptions: TableOf<ScenarioServerOptions> = {
  maxMessageBytes: optional(atLeastOne),
  maxBufferedBytes: optional(atLeastOne),
  closeTimeout: optional(atLeastOne),
};

const clientOptions: TableOf<ScenarioClientOptions> = {
  ...serverOptions,
  retryDelay: optional({ type: 'delay' }),
  reconnectDelay: optional({ type: 'delay' }),
};

/** An entry of `servers`. */
export const SERVER_TABLE: TableOf<ScenarioServer> = {
  name: required(text),
  at: optional(timeMs),
  answers: optional({ type: 'boolean' }),
  options: optional({ type: 'object', table: serverOptions }),
};

/** An entry of `clients`. */
export const CLIENT_TABLE: TableOf<ScenarioClient> = {
  name: required(text),
  count: optional(atLeastOne),
  at: optional(timeMs),
  every: optional(timeMs),
  options: optional({ type: 'object', table: clientOptions }),
};

/** What stands under `liveness`. */
export const LIVENESS_TABLE: TableOf<Liveness> = { healAt: required(timeMs), within: required(timeMs) };

const times = { at: optional(timeMs), every: optional(timeMs), count: optional(atLeastOne) };
const message = { topic: optional(text), size: optional(bytes) };

/** Steps by what is done; `connect`, `listen` and `close` are told apart by who does it. */
export const STEP_TABLES: Readonly<Record<Step['do'], ScenarioTable>> = {
  send: { client: required(aClient), ...message, ...times },
  pour: { client: required(aClient), ...message, ...times },
  broadcast: { server: required(aServer), ...message, ...times },
  sendTo: { server: required(aServer), to: required(aClient), ...message, ...times },
  connect: { client: required(aClient), ...times },
  listen: { server: required(aServer), ...times },
  close: { client: optional(aClient), server: optional(aServer), ...times },
};

type Tables = {
  readonly [That in ScenarioExpectation['that']]: TableOf<Extract<ScenarioExpectation, { that: That }>, 'that'>;
};

const count = { atLeast: optional(timeMs), atMost: optional(timeMs) };
const ofClient = { client: optional(aClient) };
const ofServer = { server: optional(aServer) };
const ofAnybody = { ...ofClient, ...ofServer };

/** Expectations by the property's name. */
export const EXPECTATION_TABLES: Tables = {
  everythingDelivered: ofClient,
  reconnected: { ...ofClient, ...count },
  noDisconnect: ofClient,
  connectedWithin: { within: required(timeMs), ...ofClient },
  connectErrors: { code: optional(text), ...ofClient, ...count },
  errors: { code: optional(text), ...ofAnybody, ...count },
  messages: { topic: optional(text), ...ofAnybody, ...count },
  quiet: { from: required(timeMs), to: required(timeMs), ...ofAnybody },
  drains: { ...ofAnybody, ...count },
  listening: { ...ofServer, ...count },
  connections: { ...ofServer, ...count },
  closesWithin: { within: required(timeMs), ...ofAnybody },
};
