/** Every kind of fault as data: its parameters, what they may be, and where it can be done. */

import { type Entries, type EntriesOf, type Entry, object, optional, required } from '../rules/object-rule.js';
import { also, anyOf, boolean, integer, list, number, choice as oneOf, type Rule, text } from '../rules/rule.js';
import type { Fault, FaultKind, FaultOf, FaultScope, FaultTarget } from './fault.js';

/** A kind of fault. */
export interface KindOfFault {
  readonly parameters: Entries;
  /** Why it cannot be done on real sockets; undefined when it can. */
  readonly simulatorOnly?: string;
}

const LONGEST_MS = 2 ** 31 - 1;

const milliseconds = integer(0, LONGEST_MS);
const bytes = integer(0);
const atLeastOne = integer(1);
const probability = number(0, 1);

function choice(...of: string[]): Rule {
  return oneOf(of);
}

const names = list(text(), { min: 1 });

const groups = also(anyOf('two or more arrays of names of processes', list(names, { min: 2 })), (value, path, fail) => {
  const sides = value as readonly (readonly string[])[];
  const all = sides.flatMap((side) => [...new Set(side)]);
  const twice = all.find((name, index) => all.indexOf(name) !== index);
  if (twice !== undefined) fail(path, `has '${twice}' in two groups; it can be on one side only`);
});

const targetEntries: EntriesOf<FaultTarget> = {
  server: optional(text('the name of a process')),
  client: optional(
    anyOf(
      'a name, names, { oneOf: names } or { fraction: 0 to 1 }',
      text(),
      names,
      object({ oneOf: required(names) }),
      object({ fraction: required(probability) }),
    ),
  ),
  connection: optional(atLeastOne),
};

/** Kinds that befall a process rather than connections or addresses. */
export const PROCESS_KINDS: readonly FaultKind[] = ['crash', 'stop', 'pause', 'gcPause', 'replaceServer'];

/** Kinds that are over as soon as they have begun: there is nothing to heal. */
export const MOMENTARY_KINDS: readonly FaultKind[] = ['cut', 'halfClose', 'clockJump', 'heal', 'release'];

/** Kinds that strike whoever is there when they begin, and nobody who comes later. */
export const STRIKING_KINDS: readonly FaultKind[] = [
  ...PROCESS_KINDS,
  ...(['cut', 'halfClose', 'unlinkSocket', 'garbage', 'swizzle'] as const),
];

/** After how long a fault ends by itself, in milliseconds; undefined when something else has to end it. */
export function lastingMs(fault: Fault): number | undefined {
  const ends = [
    fault.for,
    // Its process is there again.
    'restartAfter' in fault ? fault.restartAfter : undefined,
    fault.kind === 'swizzle' ? 2 * fault.spread : undefined,
  ].filter((end) => end !== undefined);
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** What every fault may carry. */
export const SCOPE_PARAMETERS: EntriesOf<FaultScope> = {
  id: optional(text()),
  target: optional(object(targetEntries, 'an object with server, client or connection')),
  direction: optional(choice('toServer', 'toClient', 'both')),
  toxicity: optional(probability),
  for: optional(milliseconds),
};

type OwnParameters<Kind extends FaultKind> = Exclude<keyof FaultOf<Kind>, keyof FaultScope | 'kind'>;

type Kinds = {
  readonly [Kind in FaultKind]: KindOfFault & { readonly parameters: Record<OwnParameters<Kind>, Entry> };
};

/** The table. Its type holds it to the interfaces of fault.ts, parameter by parameter. */
export const FAULT_KINDS: Kinds = {
  refuse: { parameters: { code: required(choice('ENOENT', 'ECONNREFUSED', 'EACCES', 'EAGAIN', 'EMFILE', 'ENOTDIR')) } },
  acceptDelay: { parameters: { delay: required(milliseconds), jitter: optional(milliseconds) } },
  acceptDrop: { parameters: { mode: optional(choice('eof', 'reset')), after: optional(milliseconds) } },
  backlog: { parameters: { limit: required(bytes) } },
  latency: {
    parameters: {
      latency: required(milliseconds),
      jitter: optional(milliseconds),
      distribution: optional(choice('uniform', 'exponential')),
    },
  },
  bandwidth: { parameters: { rate: required(atLeastOne), burst: optional(atLeastOne) } },
  slice: { parameters: { average: required(atLeastOne), variation: optional(bytes), delay: optional(milliseconds) } },
  coalesce: { parameters: { window: required(milliseconds), max: optional(atLeastOne) } },
  // biome-ignore lint/suspicious/noThenProperty: the word of the plan format; nobody awaits this table
  limitData: { parameters: { bytes: required(bytes), then: optional(choice('end', 'reset', 'stall')) } },
  cut: { parameters: { mode: optional(choice('eof', 'reset', 'auto')) } },
  halfClose: { parameters: { side: required(choice('client', 'server')) } },
  slowClose: { parameters: { delay: required(milliseconds) } },
  stall: { parameters: {} },
  hold: { parameters: {} },
  release: { parameters: {} },
  partition: {
    parameters: { groups: required(groups), connects: optional(choice('refuse', 'hang')) },
  },
  crash: {
    parameters: {
      lose: optional(choice('kernelKept', 'all')),
      restartAfter: optional(milliseconds),
      staleFile: optional(boolean),
    },
  },
  stop: { parameters: { restartAfter: optional(milliseconds) } },
  pause: { parameters: {} },
  slowStart: { parameters: { delay: required(milliseconds) } },
  replaceServer: { parameters: {} },
  unlinkSocket: { parameters: {} },
  clockJump: {
    parameters: { delta: required(integer(-LONGEST_MS, LONGEST_MS)) },
    simulatorOnly: "a proxy cannot move the clock of another process; set the system's clock, or use the simulation",
  },
  gcPause: { parameters: {} },
  corrupt: { parameters: { probability: required(probability), bytes: optional(atLeastOne) } },
  garbage: {
    parameters: {
      form: required(choice('oversize', 'noTerminator', 'badJson', 'badUtf8', 'nulRun', 'deepNesting', 'protoKey')),
    },
  },
  failNth: {
    parameters: {
      op: required(choice('dial', 'listen', 'accept', 'read', 'write')),
      n: required(atLeastOne),
      code: required(text()),
    },
    simulatorOnly: 'a proxy cannot make system calls of another process fail; use the simulation',
  },
  swizzle: { parameters: { fraction: required(probability), spread: required(milliseconds) } },
  heal: { parameters: {} },
};
