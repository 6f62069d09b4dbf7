/** What the application and the world do in a run, as plain data that fast-check draws and shrinks. */

import fc from 'fast-check';
import type { FaultPlan } from 'ipc/testing';
import { faultPlans } from 'ipc/testing/fast-check';

/** How many clients a world has. */
export const CLIENTS = 3;

/** Something to do: a call of the application, a blow of fate, or letting time pass. */
export type Action =
  | { readonly do: 'connect' | 'send' | 'flood' | 'closeClient' | 'sendTo' | 'crashClient'; readonly client: number }
  | { readonly do: 'startServer' | 'listen' | 'broadcast' | 'closeServer' | 'crashServer' | 'throw' }
  | { readonly do: 'advance'; readonly ms: number };

/** What a listener does when it hears the event for the n-th time. */
export interface Reaction {
  readonly event: string;
  readonly nth: number;
  readonly action: Action;
}

/** A whole run. */
export interface Script {
  readonly seed: number;
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
  'error',
  'drain',
  'closed',
  'close',
];

const client = fc.nat({ max: CLIENTS - 1 });

function toClient(
  action: 'connect' | 'send' | 'flood' | 'closeClient' | 'sendTo' | 'crashClient',
): fc.Arbitrary<Action> {
  return client.map((index) => ({ do: action, client: index }));
}

function simply(
  action: 'startServer' | 'listen' | 'broadcast' | 'closeServer' | 'crashServer' | 'throw',
): fc.Arbitrary<Action> {
  return fc.constant({ do: action });
}

const call: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: toClient('connect') },
  { weight: 6, arbitrary: toClient('send') },
  { weight: 1, arbitrary: toClient('flood') },
  { weight: 2, arbitrary: toClient('closeClient') },
  { weight: 4, arbitrary: toClient('sendTo') },
  { weight: 4, arbitrary: simply('startServer') },
  { weight: 3, arbitrary: simply('broadcast') },
  { weight: 1, arbitrary: simply('listen') },
  { weight: 1, arbitrary: simply('closeServer') },
);

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

/** Runs without crashes, in which nothing that was accepted may be lost. */
export const peacefulScripts: fc.Arbitrary<Script> = scripts(
  fc.oneof({ weight: 3, arbitrary: call }, { weight: 2, arbitrary: advance }),
);

/** Runs in which processes crash. */
export const scriptsWithCrashes: fc.Arbitrary<Script> = scripts(
  fc.oneof({ weight: 6, arbitrary: call }, { weight: 4, arbitrary: advance }, { weight: 1, arbitrary: crash }),
);

/** Runs in which anything goes wrong that the vocabulary of faults knows. */
export const scriptsWithFaults: fc.Arbitrary<Script> = fc
  .tuple(
    peacefulScripts,
    faultPlans({ processes: ['server', 'client0', 'client1'], clients: ['client0', 'client1', 'client2'] }),
  )
  .map(([script, plan]) => ({ ...script, plan }));

function scripts(action: fc.Arbitrary<Action>): fc.Arbitrary<Script> {
  const reaction = fc.record({
    event: fc.constantFrom(...EVENTS),
    nth: fc.integer({ min: 1, max: 3 }),
    action: fc.oneof({ weight: 5, arbitrary: call }, { weight: 1, arbitrary: simply('throw') }),
  });
  return fc
    .record({
      seed: fc.nat(),
      first: beginning,
      rest: fc.array(action, { size: 'max', minLength: 3, maxLength: 60 }),
      reactions: fc.array(reaction, { maxLength: 4 }),
    })
    .map(({ seed, first, rest, reactions }) => ({ seed, actions: [...first, ...rest], reactions }));
}
