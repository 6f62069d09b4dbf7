/** Every kind of fault as data: its parameters, what they may be, and where it can be done. */

import type { FaultKind, FaultOf, FaultScope } from './fault.js';

/** What a parameter may be. */
export type Rule =
  | { readonly type: 'integer' | 'number'; readonly min: number; readonly max: number }
  | { readonly type: 'choice'; readonly of: readonly string[] }
  | { readonly type: 'string' | 'boolean' | 'groups' }
  | { readonly type: 'target' };

/** A parameter: its rule, and whether it may be left out. */
export interface Parameter {
  readonly rule: Rule;
  readonly optional: boolean;
}

/** A kind of fault. */
export interface KindOfFault {
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** Why it cannot be done on real sockets; undefined when it can. */
  readonly simulatorOnly?: string;
}

const LONGEST_MS = 2 ** 31 - 1;

const milliseconds: Rule = { type: 'integer', min: 0, max: LONGEST_MS };
const bytes: Rule = { type: 'integer', min: 0, max: Number.MAX_SAFE_INTEGER };
const atLeastOne: Rule = { type: 'integer', min: 1, max: Number.MAX_SAFE_INTEGER };
const probability: Rule = { type: 'number', min: 0, max: 1 };
const text: Rule = { type: 'string' };

function choice(...of: string[]): Rule {
  return { type: 'choice', of };
}

function required(rule: Rule): Parameter {
  return { rule, optional: false };
}

function optional(rule: Rule): Parameter {
  return { rule, optional: true };
}

/** What every fault may carry. */
export const SCOPE_PARAMETERS: Readonly<Record<keyof FaultScope, Parameter>> = {
  id: optional(text),
  target: optional({ type: 'target' }),
  direction: optional(choice('toServer', 'toClient', 'both')),
  toxicity: optional(probability),
  for: optional(milliseconds),
};

type OwnParameters<Kind extends FaultKind> = Exclude<keyof FaultOf<Kind>, keyof FaultScope | 'kind'>;

type Kinds = {
  readonly [Kind in FaultKind]: KindOfFault & { readonly parameters: Record<OwnParameters<Kind>, Parameter> };
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
    parameters: { groups: required({ type: 'groups' }), connects: optional(choice('refuse', 'hang')) },
  },
  crash: {
    parameters: {
      lose: optional(choice('kernelKept', 'all')),
      restartAfter: optional(milliseconds),
      staleFile: optional({ type: 'boolean' }),
    },
  },
  stop: { parameters: { restartAfter: optional(milliseconds) } },
  pause: { parameters: {} },
  slowStart: { parameters: { delay: required(milliseconds) } },
  replaceServer: { parameters: {} },
  unlinkSocket: { parameters: {} },
  clockJump: {
    parameters: { delta: required({ type: 'integer', min: -LONGEST_MS, max: LONGEST_MS }) },
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
      op: required(choice('dial', 'listen', 'accept', 'read', 'write', 'end', 'close')),
      n: required(atLeastOne),
      code: required(text),
    },
    simulatorOnly: 'a proxy cannot make system calls of another process fail; use the simulation',
  },
  swizzle: { parameters: { fraction: required(probability), spread: required(milliseconds) } },
  heal: { parameters: {} },
};
