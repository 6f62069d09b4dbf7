/** The public list of `ipc/testing`. */

export type { DuplexConnection, Transport } from '../core/transport.js';
export { ChaosProxy } from './chaos/chaos-proxy.js';
export type { InjectedFault, PlayedPlan } from './chaos/handles.js';
export type { ChaosProcess, ChaosProcessOptions, ChaosProxyEvents, ChaosProxyOptions } from './chaos/options.js';
export type { ChaosClock } from './chaos/timers.js';
export type { Companion, VirtualClockOptions } from './clock/clock-options.js';
export type { PendingTimer } from './clock/clock-timer.js';
export { VirtualClock } from './clock/virtual-clock.js';
export type { TranscoderContractOptions } from './contracts/transcoder-contract.js';
export { transcoderContract } from './contracts/transcoder-contract.js';
export type { ContractCase, ContractWorld, TransportContractOptions } from './contracts/transport-contract.js';
export { transportContract } from './contracts/transport-contract.js';
export type { Answer, CutOptions, Expectation, ScriptedPeer } from './fakes/expectation.js';
export type { Fake, WithinOptions } from './fakes/fake.js';
export { MissingFactError } from './fakes/fake.js';
export type { FakeClientOptions } from './fakes/fake-client.js';
export { FakeClient } from './fakes/fake-client.js';
export type { FakeServerOptions, ToOptions } from './fakes/fake-server.js';
export { FakeServer } from './fakes/fake-server.js';
export type { FakeOptions } from './fakes/fake-world.js';
export { VerificationError } from './fakes/leftovers-table.js';
export type { Malformation } from './fakes/malformed-frames.js';
export type { DeepPartial, Exactly, Match } from './fakes/match.js';
export { exactly } from './fakes/match.js';
export type { ReceivedMessage } from './fakes/received-message.js';
export type { Direction, Fault, FaultKind, FaultOf, FaultScope, FaultTarget, RefusalCode } from './faults/fault.js';
export type { FaultHandle } from './faults/fault-engine.js';
export type { FaultPlan, PlannedFault, Trigger } from './faults/fault-plan.js';
export { FaultPlanError, faultPlanSchema, parseFault, parseFaultPlan } from './faults/fault-plan.js';
export type { FaultPlayer } from './faults/fault-player.js';
export type { Closable, Host, HostContext, HostFactory } from './host.js';
export type { Checkable, Violation } from './laws/check-trace.js';
export { checkTrace, findViolations, LawError } from './laws/check-trace.js';
export type { LeakReport } from './leak-report.js';
export { LeakError } from './leak-report.js';
export type { Fidelity, PathState, SimulatedNetwork } from './network/simulated-network.js';
export type { SimulatedSocket } from './network/simulated-socket.js';
export type { SimulatedTransport, SimulatedTransportOptions } from './network/simulated-transport.js';
export type { JsonSchema } from './rules/rule.js';
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
export type { SimulationOptions } from './simulation.js';
export { Simulation } from './simulation.js';
export { LivelockError, OverdueError } from './simulation-error.js';
export type { TraceKind, TraceOptions, TraceRecord } from './trace/trace.js';
export { Trace } from './trace/trace.js';
export { TraceSlice } from './trace/trace-slice.js';
