/** The public list of `ipc/testing`. */

export type { DuplexConnection, Transport } from '../core/transport.js';
export { ChaosProxy } from './chaos/chaos-proxy.js';
export type { InjectedFault, PlayedPlan } from './chaos/handles.js';
export type { ChaosProcess, ChaosProcessOptions, ChaosProxyEvents, ChaosProxyOptions } from './chaos/options.js';
export type { Checkable, Violation } from './check-trace.js';
export { checkTrace, findViolations, LawError } from './check-trace.js';
export type { PendingTimer } from './clock-timer.js';
export type { Closable, Host, HostContext, HostFactory } from './host.js';
export type { LeakReport } from './leak-report.js';
export { LeakError } from './leak-report.js';
export { SeededRandom } from './seeded-random.js';
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
