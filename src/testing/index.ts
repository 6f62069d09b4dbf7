/** The public list of `ipc/testing`. */

export type { DuplexConnection, Transport } from '../core/transport.js';
export type { PendingTimer } from './clock-timer.js';
export type { Direction, Fault, FaultKind, FaultTarget } from './fault.js';
export type { FaultHandle } from './fault-engine.js';
export type { FaultPlan, PlannedFault, Trigger } from './fault-plan.js';
export { FaultPlanError, parseFault, parseFaultPlan } from './fault-plan.js';
export { faultPlanSchema } from './fault-plan-schema.js';
export type { FaultPlayer } from './fault-player.js';
export type { Closable, Host, HostContext, HostFactory } from './host.js';
export type { LeakReport } from './leak-report.js';
export { LeakError } from './leak-report.js';
export { SeededRandom } from './seeded-random.js';
export type { SimulateOptions } from './simulate.js';
export { DivergenceError, simulate } from './simulate.js';
export type { Fidelity, PathState, SimulatedNetwork } from './simulated-network.js';
export type { SimulatedSocket } from './simulated-socket.js';
export type { SimulatedTransport, SimulatedTransportOptions } from './simulated-transport.js';
export type { SimulationOptions } from './simulation.js';
export { Simulation } from './simulation.js';
export { LivelockError, OverdueError } from './simulation-error.js';
export type { TraceKind, TraceOptions, TraceRecord } from './trace.js';
export { Trace } from './trace.js';
export { TraceSlice } from './trace-slice.js';
export type { ContractCase, ContractWorld, TransportContractOptions } from './transport-contract.js';
export { transportContract } from './transport-contract.js';
export type { Companion, VirtualClockOptions } from './virtual-clock.js';
export { VirtualClock } from './virtual-clock.js';
