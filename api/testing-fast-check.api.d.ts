// The API of ipc/testing/fast-check. Written by `npm run api`: do not edit.

// dist/testing/fast-check/index.d.ts
import { Simulation, FaultPlan, FaultKind, Fidelity, Fault, PlannedFault } from '../index.js';
import fc from 'fast-check';

type Epilogue = () => void | Promise<void>;
type Body = (sim: Simulation) => Promise<Epilogue | void> | Epilogue | void;
interface ExploreOptions {
    readonly runs?: number;
    readonly seed?: number;
    readonly faults?: readonly FaultKind[];
    readonly processes?: readonly string[];
    readonly clients?: readonly string[];
    readonly horizonMs?: number;
    readonly maxFaults?: number;
    readonly reconnectWithinMs?: number;
    readonly fidelity?: Fidelity;
    readonly plan?: FaultPlan;
}
declare class ExploreError extends Error {
    #private;
    readonly code: string;
    readonly name: string;
    readonly plan: FaultPlan;
    readonly trace: string;
    constructor(plan: FaultPlan, sim: Simulation, cause: unknown, summary: string, decisive?: string);
    toHtml(): string;
}
declare function explore(body: Body, options?: ExploreOptions): Promise<void>;

interface FaultPlanConstraints {
    readonly kinds?: readonly FaultKind[];
    readonly processes?: readonly string[];
    readonly clients?: readonly string[];
    readonly horizonMs?: number;
    readonly maxFaults?: number;
}
declare const DEFAULT_KINDS: readonly FaultKind[];
declare function faultPlans(constraints?: FaultPlanConstraints): fc.Arbitrary<FaultPlan>;
declare function plannedFaults(constraints?: FaultPlanConstraints): fc.Arbitrary<PlannedFault>;
declare function faults(constraints?: FaultPlanConstraints): fc.Arbitrary<Fault>;

export { DEFAULT_KINDS, ExploreError, explore, faultPlans, faults, plannedFaults };
export type { Body, Epilogue, ExploreOptions, FaultPlanConstraints };
