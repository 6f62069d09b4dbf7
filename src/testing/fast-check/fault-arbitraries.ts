/** Fault plans as fast-check arbitraries: weighted towards what finds bugs, and shrinking to the fewest faults. */

import fc from 'fast-check';
import type { Direction, Fault, FaultKind, FaultOf, FaultTarget } from '../faults/fault.js';
import { PROCESS_KINDS } from '../faults/fault-kinds.js';
import type { FaultPlan, PlannedFault, Trigger } from '../faults/fault-plan.js';

/** Which plans to draw. */
export interface FaultPlanConstraints {
  /** Kinds to draw from. Default: all that leave a well-behaved peer well behaved; see `DEFAULT_KINDS`. */
  readonly kinds?: readonly FaultKind[];
  /** Names of processes that may crash, stop or pause. Default none, and then no such fault is drawn. */
  readonly processes?: readonly string[];
  /** Names of clients that a fault may single out. Default none: faults then apply to all. */
  readonly clients?: readonly string[];
  /** Faults begin within this time. Default 10,000 ms. */
  readonly horizonMs?: number;
  /** Most faults in a plan. Default 8. */
  readonly maxFaults?: number;
}

/** Faults that are drawn only when there are processes to have them. */
const OF_PROCESSES: readonly FaultKind[] = [...PROCESS_KINDS, 'slowStart'];

/**
 * Kinds drawn when none are named. Left out: `corrupt` and `garbage`, under which messages are not promised to arrive;
 * `failNth`, which torture tests step through one by one; `partition`, which has to name who is apart; and `release` and
 * `heal`, which draw nothing by themselves.
 */
export const DEFAULT_KINDS: readonly FaultKind[] = [
  'refuse',
  'acceptDelay',
  'acceptDrop',
  'backlog',
  'latency',
  'bandwidth',
  'slice',
  'coalesce',
  'limitData',
  'cut',
  'halfClose',
  'slowClose',
  'stall',
  'hold',
  'swizzle',
  'unlinkSocket',
  'clockJump',
  ...OF_PROCESSES,
];

const SEED_MAX = 0x7fff_ffff;

/** Plans of faults. They are valid by construction: `parseFaultPlan` takes each of them. */
export function faultPlans(constraints: FaultPlanConstraints = {}): fc.Arbitrary<FaultPlan> {
  const { maxFaults = 8 } = constraints;
  return fc.record({
    version: fc.constant(1 as const),
    seed: fc.nat({ max: SEED_MAX }),
    faults: fc.array(plannedFaults(constraints), { maxLength: maxFaults, size: 'max' }),
  });
}

/** Single faults with a trigger, as they stand in a plan. */
export function plannedFaults(constraints: FaultPlanConstraints = {}): fc.Arbitrary<PlannedFault> {
  const { horizonMs = 10_000 } = constraints;
  return fc
    .tuple(faults(constraints), triggers(horizonMs), lasting(horizonMs))
    .map(([fault, trigger, duration]) => ({ ...fault, ...trigger, ...duration }) as PlannedFault);
}

/** Single faults without a trigger, as `Simulation.inject` takes them. */
export function faults(constraints: FaultPlanConstraints = {}): fc.Arbitrary<Fault> {
  const { kinds = DEFAULT_KINDS, processes = [], clients = [], horizonMs = 10_000 } = constraints;
  const shortMs = fc.integer({ min: 0, max: Math.max(1, Math.floor(horizonMs / 20)) });
  const byKind = faultsByKind(shortMs, processes, clients);
  const drawn = kinds.filter((kind) => processes.length > 0 || !OF_PROCESSES.includes(kind));
  if (drawn.length === 0) {
    throw new TypeError(
      `There is no fault to draw: ${kinds.join(', ')} happen to processes; name some in 'processes', or more kinds.`,
    );
  }
  return fc
    .constantFrom(...drawn)
    .chain((kind) =>
      OF_PROCESSES.includes(kind)
        ? (byKind[kind] as fc.Arbitrary<Fault>)
        : fc
            .tuple(byKind[kind] as fc.Arbitrary<Fault>, scopes(clients))
            .map(([fault, scope]) => ({ ...fault, ...scope })),
    );
}

/** Faults that begin with something that happens find more than those that begin at a time. */
function triggers(horizonMs: number): fc.Arbitrary<Trigger> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.record({ at: fc.integer({ min: 0, max: horizonMs }) }) },
    { weight: 2, arbitrary: fc.record({ afterBytes: fc.integer({ min: 1, max: 2000 }) }) },
    { weight: 2, arbitrary: fc.record({ afterFrames: fc.integer({ min: 1, max: 20 }) }) },
    { weight: 2, arbitrary: fc.record({ afterConnects: fc.integer({ min: 1, max: 8 }) }) },
    { weight: 2, arbitrary: fc.record({ onEvent: fc.constantFrom('connect', 'disconnect', 'message', 'listening') }) },
  );
}

function lasting(horizonMs: number): fc.Arbitrary<{ readonly for?: number }> {
  return fc.record({ for: fc.integer({ min: 1, max: horizonMs }) }, { requiredKeys: [] });
}

function scopes(
  clients: readonly string[],
): fc.Arbitrary<{ readonly direction?: Direction; readonly toxicity?: number; readonly target?: FaultTarget }> {
  const direction = fc.constantFrom<Direction>('toServer', 'toClient', 'both');
  const toxicity = fc.constantFrom(0.1, 0.5, 0.9, 1);
  const connection = fc.record({ connection: fc.integer({ min: 1, max: 6 }) });
  const target: fc.Arbitrary<FaultTarget> =
    clients.length === 0 ? connection : fc.oneof(connection, fc.record({ client: fc.constantFrom(...clients) }));
  return fc.record({ direction, toxicity, target }, { requiredKeys: [] });
}

/** Milliseconds after which a dead process is there again: soon, or after some retries, or at the end. */
const restartAfter = fc.constantFrom(0, 1, 50, 500, 3000);

function faultsByKind(
  shortMs: fc.Arbitrary<number>,
  processes: readonly string[],
  clients: readonly string[],
): { readonly [Kind in FaultKind]: fc.Arbitrary<FaultOf<Kind>> } {
  const of = <Kind extends FaultKind>(
    kind: Kind,
    required: Record<string, fc.Arbitrary<unknown>>,
    optional: Record<string, fc.Arbitrary<unknown>> = {},
  ): fc.Arbitrary<FaultOf<Kind>> =>
    fc
      .record<Record<string, unknown>>({ ...required, ...optional }, { requiredKeys: Object.keys(required) })
      .map((parameters) => ({ kind, ...parameters }) as unknown as FaultOf<Kind>);
  const target = fc.record({ server: fc.constantFrom(...(processes.length > 0 ? processes : ['server'])) });
  const apart = [clients.length > 0 ? clients : ['client'], processes.length > 0 ? processes : ['server']];
  const probability = fc.constantFrom(0.01, 0.1, 0.5, 1);
  return {
    refuse: of('refuse', { code: fc.constantFrom('ENOENT', 'ECONNREFUSED', 'EACCES', 'EAGAIN') }),
    acceptDelay: of('acceptDelay', { delay: shortMs }, { jitter: shortMs }),
    acceptDrop: of('acceptDrop', {}, { mode: fc.constantFrom('eof', 'reset'), after: shortMs }),
    backlog: of('backlog', { limit: fc.integer({ min: 0, max: 3 }) }),
    latency: of(
      'latency',
      { latency: shortMs },
      { jitter: shortMs, distribution: fc.constantFrom('uniform', 'exponential') },
    ),
    bandwidth: of(
      'bandwidth',
      { rate: fc.constantFrom(100, 5000, 1_000_000) },
      { burst: fc.constantFrom(1, 100, 65_536) },
    ),
    slice: of(
      'slice',
      { average: fc.constantFrom(1, 2, 7, 100) },
      { variation: fc.constantFrom(0, 1, 5), delay: fc.constantFrom(0, 1) },
    ),
    coalesce: of('coalesce', { window: shortMs }, { max: fc.constantFrom(1, 100, 65_536) }),
    limitData: of(
      'limitData',
      { bytes: fc.integer({ min: 0, max: 2000 }) },
      // biome-ignore lint/suspicious/noThenProperty: the word of the plan format; nobody awaits this
      { then: fc.constantFrom('end', 'reset', 'stall') },
    ),
    cut: of('cut', {}, { mode: fc.constantFrom('eof', 'reset', 'auto') }),
    halfClose: of('halfClose', { side: fc.constantFrom('client', 'server') }),
    slowClose: of('slowClose', { delay: shortMs }),
    stall: of('stall', {}),
    hold: of('hold', {}),
    release: of('release', {}),
    partition: of('partition', { groups: fc.constant(apart) }, { connects: fc.constantFrom('refuse', 'hang') }),
    crash: of(
      'crash',
      { target, restartAfter },
      { lose: fc.constantFrom('kernelKept', 'all'), staleFile: fc.boolean() },
    ),
    stop: of('stop', { target, restartAfter }),
    pause: of('pause', { target }),
    slowStart: of('slowStart', { target, delay: shortMs }),
    replaceServer: of('replaceServer', { target }),
    unlinkSocket: of('unlinkSocket', {}),
    clockJump: of('clockJump', { delta: fc.constantFrom(-3_600_000, -1, 1, 86_400_000) }),
    gcPause: of('gcPause', { target, for: fc.integer({ min: 1, max: 500 }) }),
    corrupt: of('corrupt', { probability }, { bytes: fc.integer({ min: 1, max: 4 }) }),
    garbage: of('garbage', {
      form: fc.constantFrom('oversize', 'noTerminator', 'badJson', 'badUtf8', 'nulRun', 'deepNesting', 'protoKey'),
    }),
    failNth: of('failNth', {
      op: fc.constantFrom('dial', 'listen', 'accept', 'read', 'write'),
      n: fc.integer({ min: 1, max: 20 }),
      code: fc.constantFrom('EIO', 'EMFILE', 'ECONNRESET', 'ENOMEM'),
    }),
    swizzle: of('swizzle', { fraction: fc.constantFrom(0.3, 0.7, 1), spread: shortMs }),
    heal: of('heal', {}),
  };
}
