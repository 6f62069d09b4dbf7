/** The public list of `ipc/testing/fast-check`. Needs fast-check, which is an optional peer dependency. */

export type { Body, Epilogue, ExploreOptions } from './explore.js';
export { ExploreError, explore } from './explore.js';
export type { FaultPlanConstraints } from './fault-arbitraries.js';
export { DEFAULT_KINDS, faultPlans, faults, plannedFaults } from './fault-arbitraries.js';
