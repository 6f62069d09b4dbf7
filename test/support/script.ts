/** What the application and the world do in a run, as plain data that fast-check draws and shrinks. */

import fc from 'fast-check';
import type { FaultPlan } from 'ipc/testing';
import { faultPlans } from 'ipc/testing/fast-check';
import type { TranscoderKind } from './drawn-transcoder.js';
import { FORMS, type Form } from './hostile-law.js';
import type { DelayKind } from './patience-law.js';

/** How many clients a world has, unless its script says otherwise. */
export const CLIENTS = 3;

/** Something to do: a call of the application, a blow of fate, or letting time pass. */
export type Action =
  | { readonly do: 'connect' | 'flood' | 'closeClient' | 'crashClient'; readonly client: number }
  | { readonly do: 'send' | 'sendTo'; readonly client: number; readonly bytes?: number }
  /** A second server for the same path. */
  | { readonly do: 'startRival' }
  | { readonly do: 'startServer' | 'listen' | 'broadcast' | 'floodAll' | 'closeServer' | 'crashServer' | 'throw' }
  /** A client that sends what is no message. */
  | { readonly do: 'hostile'; readonly form: Form }
  | { readonly do: 'advance'; readonly ms: number };

/** What a listener does when it hears the event for the n-th time, on that side or on any. */
export interface Reaction {
  readonly event: string;
  readonly side?: 'client' | 'server';
  readonly nth: number;
  readonly action: Action;
}

/** A whole run. */
export interface Script {
  readonly seed: number;
  /** What is drawn where reality has a choice. Default `adversarial`. */
  readonly fidelity?: 'typical' | 'adversarial';
  /** How long encoders and decoders take. Default `json`: no time. */
  readonly transcoder?: TranscoderKind;
  /** Default {@link CLIENTS}. */
  readonly clients?: number;
  /** How clients wait. Default `fixed`: as they do by default. */
  readonly delays?: DelayKind;
  readonly actions: readonly Action[];
  readonly reactions: readonly Reaction[];
  /** What goes wrong meanwhile. */
  readonly plan?: FaultPlan;
}

export const EVENTS: readonly string[] = [
  'listening',
  'connection',
  'connect',
  'reconnect',
  'connectError',
  'disconnect',
  'message',
  'message.count',
  'message.one',
  'message.all',
  'error',
  'drain',
  'closed',
  'close',
];

const client = fc.nat({ max: CLIENTS - 1 });

function toClient(action: 'connect' | 'flood' | 'closeClient' | 'crashClient'): fc.Arbitrary<Action> {
  return client.map((index) => ({ do: action, client: index }));
}

/** Nothing at all, less than anything has room for, more than one read gives, and most of what may wait. */
export const LARGEST_BYTES = 120_000;
const bytes: fc.Arbitrary<number> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(0, 0, 1, 1000) },
  { weight: 1, arbitrary: fc.constantFrom(16_384, 65_536, 70_000, LARGEST_BYTES) },
);

function message(action: 'send' | 'sendTo'): fc.Arbitrary<Action> {
  return fc.record({ do: fc.constant(action), client, bytes });
}

function simply(
  action: 'startServer' | 'listen' | 'broadcast' | 'floodAll' | 'closeServer' | 'crashServer' | 'throw',
): fc.Arbitrary<Action> {
  return fc.constant({ do: action });
}

const call: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: toClient('connect') },
  { weight: 6, arbitrary: message('send') },
  { weight: 1, arbitrary: toClient('flood') },
  { weight: 2, arbitrary: toClient('closeClient') },
  { weight: 4, arbitrary: message('sendTo') },
  { weight: 4, arbitrary: simply('startServer') },
  { weight: 3, arbitrary: simply('broadcast') },
  { weight: 1, arbitrary: simply('listen') },
  { weight: 1, arbitrary: simply('closeServer') },
  { weight: 1, arbitrary: fc.oneof({ weight: 1, arbitrary: simply('floodAll') }, { weight: 3, arbitrary: hostile() }) },
);

function hostile(): fc.Arbitrary<Action> {
  return fc.record({ do: fc.constant('hostile' as const), form: fc.constantFrom(...FORMS) });
}

const crash: fc.Arbitrary<Action> = fc.oneof(
  { weight: 2, arbitrary: simply('crashServer') },
  { weight: 1, arbitrary: toClient('crashClient') },
);

const advance: fc.Arbitrary<Action> = fc
  .constantFrom(0, 0, 0, 1, 99, 100, 101, 1000, 6000)
  .map((ms) => ({ do: 'advance', ms }));

/** Most runs begin as most programs do, so that more of them get somewhere. */
const beginning: fc.Arbitrary<readonly Action[]> = fc.constantFrom<readonly Action[]>(
  [],
  [{ do: 'startServer' }, { do: 'connect', client: 0 }, { do: 'advance', ms: 0 }],
  [{ do: 'connect', client: 0 }, { do: 'connect', client: 1 }, { do: 'startServer' }, { do: 'advance', ms: 1000 }],
);

/** Some runs end in a hurry, with work under way on both sides. */
const ending: fc.Arbitrary<readonly Action[]> = fc.constantFrom<readonly Action[]>(
  [],
  [],
  [{ do: 'send', client: 0 }, { do: 'send', client: 0 }, { do: 'closeClient', client: 0 }, { do: 'closeServer' }],
  [{ do: 'sendTo', client: 0 }, { do: 'sendTo', client: 0 }, { do: 'closeServer' }, { do: 'closeClient', client: 0 }],
);

const peaceful = fc.oneof({ weight: 3, arbitrary: call }, { weight: 2, arbitrary: advance });

const delays = fc.constantFrom<DelayKind>('fixed', 'fixed', 'range', 'growing', 'growing', 'eager');

/** Runs without crashes, in which nothing that was accepted may be lost. */
export const peacefulScripts: fc.Arbitrary<Script> = scripts(
  peaceful,
  fc.constantFrom<TranscoderKind>('json', 'json', 'slow'),
);

/** Runs in which processes crash, and transcoders get stuck. */
export const scriptsWithCrashes: fc.Arbitrary<Script> = scripts(
  fc.oneof({ weight: 6, arbitrary: call }, { weight: 4, arbitrary: advance }, { weight: 1, arbitrary: crash }),
  fc.constantFrom<TranscoderKind>('json', 'json', 'slow', 'stuck'),
);

/** Runs in which anything goes wrong that the vocabulary of faults knows. */
export const scriptsWithFaults: fc.Arbitrary<Script> = fc
  .tuple(
    scripts(peaceful, fc.constantFrom<TranscoderKind>('json', 'json', 'json', 'slow')),
    faultPlans({ processes: ['server', 'client0', 'client1'], clients: ['client0', 'client1', 'client2'] }),
  )
  .map(([script, plan]) => ({ ...script, plan: movesMuch(script) ? coarser(plan) : plan }));

/** Byte by byte, a flood is over a million events in one instant, which the clock takes for a livelock. */
const FINEST_SLICE_OF_MUCH = 64;

function coarser(plan: FaultPlan): FaultPlan {
  const faults = plan.faults.map((fault) =>
    fault.kind === 'slice' ? { ...fault, average: Math.max(fault.average, FINEST_SLICE_OF_MUCH) } : fault,
  );
  return { ...plan, faults };
}

function movesMuch({ actions, reactions }: Script): boolean {
  return [...actions, ...reactions.map((reaction) => reaction.action)].some(
    (action) =>
      action.do === 'flood' ||
      action.do === 'floodAll' ||
      action.do === 'hostile' ||
      ('bytes' in action && action.bytes !== undefined && action.bytes > 1000),
  );
}

/**
 * Runs in which nothing is left to chance and nobody sees who else is there: each client does the same whatever another
 * one does.
 */
export const independentScripts: fc.Arbitrary<Script> = fc
  .record({
    seed: fc.nat(),
    delays: fc.constantFrom<DelayKind>('fixed', 'eager'),
    first: beginning,
    rest: fc.array(
      fc.oneof(
        { weight: 6, arbitrary: toClient('connect') },
        { weight: 6, arbitrary: message('send') },
        { weight: 1, arbitrary: toClient('flood') },
        { weight: 1, arbitrary: toClient('closeClient') },
        { weight: 4, arbitrary: simply('startServer') },
        { weight: 4, arbitrary: simply('broadcast') },
        { weight: 1, arbitrary: simply('closeServer') },
        { weight: 1, arbitrary: simply('crashServer') },
        { weight: 12, arbitrary: advance },
      ),
      { size: 'max', minLength: 3, maxLength: 40 },
    ),
  })
  .map(({ seed, delays: kind, first, rest }) => ({
    seed,
    fidelity: 'typical' as const,
    delays: kind,
    actions: [...first, ...rest],
    reactions: [],
  }));

/** Places in a script, from 0 to 1, and the hostile clients that turn up there. */
export const intrusions: fc.Arbitrary<readonly { readonly place: number; readonly action: Action }[]> = fc.array(
  fc.record({ place: fc.double({ min: 0, max: 1, noNaN: true }), action: hostile() }),
  { minLength: 1, maxLength: 4 },
);

function scripts(action: fc.Arbitrary<Action>, transcoder: fc.Arbitrary<TranscoderKind>): fc.Arbitrary<Script> {
  const reaction = fc.record({
    event: fc.constantFrom(...EVENTS),
    nth: fc.integer({ min: 1, max: 3 }),
    action: fc.oneof({ weight: 5, arbitrary: call }, { weight: 1, arbitrary: simply('throw') }),
  });
  return fc
    .record({
      seed: fc.nat(),
      transcoder,
      delays,
      first: beginning,
      rest: fc.array(action, { size: 'max', minLength: 3, maxLength: 60 }),
      last: ending,
      reactions: fc.array(reaction, { maxLength: 4 }),
    })
    .map(({ first, rest, last, ...others }) => ({ ...others, actions: [...first, ...rest, ...last] }));
}
