/** The public list of `ipc/testing/fast-check`. Needs fast-check, which is an optional peer dependency. */

export type { FaultPlanConstraints } from './fault-arbitraries.js';
export { DEFAULT_KINDS, faultPlans, faults, plannedFaults } from './fault-arbitraries.js';
