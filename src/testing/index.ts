/** The public list of `ipc/testing`. */

export type { DuplexConnection, Transport } from '../core/transport.js';
export { ChaosProxy } from './chaos/chaos-proxy.js';
export type { InjectedFault, PlayedPlan } from './chaos/handles.js';
export type { ChaosProcess, ChaosProcessOptions, ChaosProxyEvents, ChaosProxyOptions } from './chaos/options.js';
export type { Checkable, Violation } from './check-trace.js';
export { checkTrace, findViolations, LawError } from './check-trace.js';
export type { Companion, VirtualClockOptions } from './clock-options.js';
export type { PendingTimer } from './clock-timer.js';
export type { Answer, CutOptions, Expectation, ScriptedPeer } from './expectation.js';
export type { Fake, WithinOptions } from './fake.js';
export { MissingFactError } from './fake.js';
export type { FakeClientOptions } from './fake-client.js';
export { FakeClient } from './fake-client.js';
export type { FakeServerOptions, ToOptions } from './fake-server.js';
export { FakeServer } from './fake-server.js';
export type { FakeOptions } from './fake-world.js';
export type { Direction, Fault, FaultKind, FaultOf, FaultScope, FaultTarget, RefusalCode } from './fault.js';
export type { FaultHandle } from './fault-engine.js';
export type { FaultPlan, PlannedFault, Trigger } from './fault-plan.js';
export { FaultPlanError, parseFault, parseFaultPlan } from './fault-plan.js';
export type { JsonSchema } from './fault-plan-schema.js';
export { faultPlanSchema } from './fault-plan-schema.js';
export type { FaultPlayer } from './fault-player.js';

export type { Closable, Host, HostContext, HostFactory } from './host.js';
export type { LeakReport } from './leak-report.js';
export { LeakError } from './leak-report.js';
export { VerificationError } from './leftovers-table.js';
export type { Malformation } from './malformed-frames.js';
export type { DeepPartial, Exactly, Match } from './match.js';
export { exactly } from './match.js';
export type { ReceivedMessage } from './received-message.js';
export { parseScenario, ScenarioError } from './scenario/parse-scenario.js';
export type { RunForRealOptions } from './scenario/real/run-for-real.js';
export { runScenarioForReal, whyNotForReal } from './scenario/real/run-for-real.js';
export type { ScenarioResult, ScenarioViolation, ScenarioWorld, Verdict } from './scenario/result.js';
export type { RunScenarioOptions } from './scenario/run-scenario.js';
export { runScenario } from './scenario/run-scenario.js';
export type {
  Liveness,
  Scenario,
  ScenarioClient,
  ScenarioExpectation,
  ScenarioServer,
  Step,
} from './scenario/scenario.js';
export { scenarios } from './scenario/scenario-pack.js';
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
export type { TranscoderContractOptions } from './transcoder-contract.js';
export { transcoderContract } from './transcoder-contract.js';
export type { ContractCase, ContractWorld, TransportContractOptions } from './transport-contract.js';
export { transportContract } from './transport-contract.js';
export { VirtualClock } from './virtual-clock.js';
