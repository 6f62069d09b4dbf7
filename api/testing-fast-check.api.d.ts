// The API of ipc/testing/fast-check. Written by `npm run api`: do not edit.

// src/testing/fast-check/index.d.ts
export type { FaultPlanConstraints } from './fault-arbitraries.js';
export { DEFAULT_KINDS, faultPlans, faults, plannedFaults } from './fault-arbitraries.js';

// src/testing/fast-check/fault-arbitraries.d.ts
import fc from 'fast-check';
import type { Fault, FaultKind } from '../fault.js';
import type { FaultPlan, PlannedFault } from '../fault-plan.js';
export interface FaultPlanConstraints {
    readonly kinds?: readonly FaultKind[];
    readonly processes?: readonly string[];
    readonly clients?: readonly string[];
    readonly horizonMs?: number;
    readonly maxFaults?: number;
}
export declare const DEFAULT_KINDS: readonly FaultKind[];
export declare function faultPlans(constraints?: FaultPlanConstraints): fc.Arbitrary<FaultPlan>;
export declare function plannedFaults(constraints?: FaultPlanConstraints): fc.Arbitrary<PlannedFault>;
export declare function faults(constraints?: FaultPlanConstraints): fc.Arbitrary<Fault>;

// src/testing/fault.d.ts
export type Direction = 'toServer' | 'toClient' | 'both';
export interface FaultTarget {
    readonly server?: string;
    readonly client?: string | readonly string[] | {
        readonly oneOf: readonly string[];
    } | {
        readonly fraction: number;
    };
    readonly connection?: number;
}
export interface FaultScope {
    readonly id?: string;
    readonly target?: FaultTarget;
    readonly direction?: Direction;
    readonly toxicity?: number;
    readonly for?: number;
}
export type RefusalCode = 'ENOENT' | 'ECONNREFUSED' | 'EACCES' | 'EAGAIN' | 'EMFILE' | 'ENOTDIR';
export interface Refuse extends FaultScope {
    readonly kind: 'refuse';
    readonly code: RefusalCode;
}
export interface AcceptDelay extends FaultScope {
    readonly kind: 'acceptDelay';
    readonly delay: number;
    readonly jitter?: number;
}
export interface AcceptDrop extends FaultScope {
    readonly kind: 'acceptDrop';
    readonly mode?: 'eof' | 'reset';
    readonly after?: number;
}
export interface Backlog extends FaultScope {
    readonly kind: 'backlog';
    readonly limit: number;
}
export interface Latency extends FaultScope {
    readonly kind: 'latency';
    readonly latency: number;
    readonly jitter?: number;
    readonly distribution?: 'uniform' | 'exponential';
}
export interface Bandwidth extends FaultScope {
    readonly kind: 'bandwidth';
    readonly rate: number;
    readonly burst?: number;
}
export interface Slice extends FaultScope {
    readonly kind: 'slice';
    readonly average: number;
    readonly variation?: number;
    readonly delay?: number;
}
export interface Coalesce extends FaultScope {
    readonly kind: 'coalesce';
    readonly window: number;
    readonly max?: number;
}
export interface LimitData extends FaultScope {
    readonly kind: 'limitData';
    readonly bytes: number;
    readonly then?: 'end' | 'reset' | 'stall';
}
export interface Cut extends FaultScope {
    readonly kind: 'cut';
    readonly mode?: 'eof' | 'reset' | 'auto';
}
export interface HalfClose extends FaultScope {
    readonly kind: 'halfClose';
    readonly side: 'client' | 'server';
}
export interface SlowClose extends FaultScope {
    readonly kind: 'slowClose';
    readonly delay: number;
}
export interface Stall extends FaultScope {
    readonly kind: 'stall';
}
export interface Hold extends FaultScope {
    readonly kind: 'hold';
}
export interface Release extends FaultScope {
    readonly kind: 'release';
}
export interface Partition extends FaultScope {
    readonly kind: 'partition';
    readonly groups: readonly (readonly string[])[];
    readonly connects?: 'refuse' | 'hang';
}
export interface Crash extends FaultScope {
    readonly kind: 'crash';
    readonly lose?: 'kernelKept' | 'all';
    readonly restartAfter?: number;
    readonly staleFile?: boolean;
}
export interface Stop extends FaultScope {
    readonly kind: 'stop';
    readonly restartAfter?: number;
}
export interface Pause extends FaultScope {
    readonly kind: 'pause';
}
export interface SlowStart extends FaultScope {
    readonly kind: 'slowStart';
    readonly delay: number;
}
export interface ReplaceServer extends FaultScope {
    readonly kind: 'replaceServer';
}
export interface UnlinkSocket extends FaultScope {
    readonly kind: 'unlinkSocket';
}
export interface ClockJump extends FaultScope {
    readonly kind: 'clockJump';
    readonly delta: number;
}
export interface GcPause extends FaultScope {
    readonly kind: 'gcPause';
}
export interface Corrupt extends FaultScope {
    readonly kind: 'corrupt';
    readonly probability: number;
    readonly bytes?: number;
}
export interface Garbage extends FaultScope {
    readonly kind: 'garbage';
    readonly form: 'oversize' | 'noTerminator' | 'badJson' | 'badUtf8' | 'nulRun' | 'deepNesting' | 'protoKey';
}
export interface FailNth extends FaultScope {
    readonly kind: 'failNth';
    readonly op: 'dial' | 'listen' | 'accept' | 'read' | 'write' | 'end' | 'close';
    readonly n: number;
    readonly code: string;
}
export interface Swizzle extends FaultScope {
    readonly kind: 'swizzle';
    readonly fraction: number;
    readonly spread: number;
}
export interface Heal extends FaultScope {
    readonly kind: 'heal';
}
export type Fault = Refuse | AcceptDelay | AcceptDrop | Backlog | Latency | Bandwidth | Slice | Coalesce | LimitData | Cut | HalfClose | SlowClose | Stall | Hold | Release | Partition | Crash | Stop | Pause | SlowStart | ReplaceServer | UnlinkSocket | ClockJump | GcPause | Corrupt | Garbage | FailNth | Swizzle | Heal;
export type FaultKind = Fault['kind'];
export type FaultOf<Kind extends FaultKind> = Extract<Fault, {
    readonly kind: Kind;
}>;

// src/testing/fault-plan.d.ts
import type { Fault } from './fault.js';
import { type Parameter } from './fault-kinds.js';
export interface Trigger {
    readonly at?: number;
    readonly afterBytes?: number;
    readonly afterFrames?: number;
    readonly afterConnects?: number;
    readonly onEvent?: string;
}
export type PlannedFault = Fault & Trigger;
export interface FaultPlan {
    readonly version: 1;
    readonly seed: number;
    readonly faults: readonly PlannedFault[];
}
export declare class FaultPlanError extends TypeError {
    readonly code: string;
    readonly name: string;
    readonly path: string;
    constructor(path: string, problem: string);
}
export declare function parseFaultPlan(value: unknown): FaultPlan;
export declare function parseFault(value: unknown): Fault;
export declare function checkForRealSockets(plan: FaultPlan): void;
export declare const TRIGGER_PARAMETERS: Readonly<Record<keyof Trigger, Parameter>>;

// src/testing/fault-kinds.d.ts
import type { FaultKind, FaultOf, FaultScope } from './fault.js';
export type Rule = {
    readonly type: 'integer' | 'number';
    readonly min: number;
    readonly max: number;
} | {
    readonly type: 'choice';
    readonly of: readonly string[];
} | {
    readonly type: 'string' | 'boolean' | 'groups';
} | {
    readonly type: 'target';
};
export interface Parameter {
    readonly rule: Rule;
    readonly optional: boolean;
}
export interface KindOfFault {
    readonly parameters: Readonly<Record<string, Parameter>>;
    readonly simulatorOnly?: string;
}
export declare const SCOPE_PARAMETERS: Readonly<Record<keyof FaultScope, Parameter>>;
type OwnParameters<Kind extends FaultKind> = Exclude<keyof FaultOf<Kind>, keyof FaultScope | 'kind'>;
type Kinds = {
    readonly [Kind in FaultKind]: KindOfFault & {
        readonly parameters: Record<OwnParameters<Kind>, Parameter>;
    };
};
export declare const FAULT_KINDS: Kinds;
export {};
