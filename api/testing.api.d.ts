// The API of ipc/testing. Written by `npm run api`: do not edit.

// src/testing/index.d.ts
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
export type { Liveness, Scenario, ScenarioClient, ScenarioExpectation, ScenarioServer, Step, } from './scenario/scenario.js';
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

// src/core/transport.d.ts
import type { EventEmitter } from 'node:events';
import type { Runtime } from './runtime.js';
export interface DuplexConnection {
    readonly destroyed: boolean;
    readonly writableLength: number;
    readonly writableHighWaterMark: number;
    readonly writableNeedDrain: boolean;
    write(chunk: Uint8Array | string, callback?: (error?: Error | null) => void): boolean;
    end(): unknown;
    destroy(error?: Error): unknown;
    pause(): unknown;
    resume(): unknown;
    cork(): void;
    uncork(): void;
    setEncoding(encoding: BufferEncoding): unknown;
    on(event: 'data', listener: (chunk: Buffer | string) => void): unknown;
    on(event: 'error', listener: (error: Error) => void): unknown;
    on(event: 'end' | 'drain' | 'close', listener: () => void): unknown;
    off(event: 'data', listener: (chunk: Buffer | string) => void): unknown;
    off(event: 'error', listener: (error: Error) => void): unknown;
    off(event: 'end' | 'drain' | 'close', listener: () => void): unknown;
}
export interface DialHandlers {
    opened(connection: DuplexConnection): void;
    failed(error: Error): void;
}
export interface Dial {
    abort(): void;
}
export interface ListenHandlers {
    listening(): void;
    failed(error: Error): void;
    accepted(connection: DuplexConnection): void;
    error(error: Error): void;
    closed(): void;
}
export interface Listener {
    close(): void;
}
export interface Transport {
    readonly runtime?: Runtime;
    dial(handlers: DialHandlers): Dial;
    listen(handlers: ListenHandlers): Listener;
    attach?(owner: EventEmitter): void;
}

// src/core/runtime.d.ts
export interface Timer {
    cancel(): void;
}
export interface Runtime {
    now(): number;
    setTimer(delayMs: number, callback: () => void, label: string): Timer;
    random(): number;
    createId(): string;
    defer(callback: () => void): void;
}

// src/testing/chaos/chaos-proxy.d.ts
import { TypedEmitter } from '../../core/typed-emitter.js';
import type { Fault } from '../faults/fault.js';
import { type FaultPlan } from '../faults/fault-plan.js';
import { Trace } from '../trace/trace.js';
import type { InjectedFault, PlayedPlan } from './handles.js';
import type { ChaosProxyEvents, ChaosProxyOptions } from './options.js';
export declare class ChaosProxy extends TypedEmitter<ChaosProxyEvents> implements AsyncDisposable {
    #private;
    readonly seed: number;
    readonly trace: Trace;
    constructor(options: ChaosProxyOptions);
    start(): Promise<void>;
    inject(fault: Fault): InjectedFault;
    heal(): void;
    check(plan: FaultPlan): void;
    play(plan: FaultPlan): PlayedPlan;
    close(): Promise<void>;
    [Symbol.asyncDispose](): Promise<void>;
}

// src/core/typed-emitter.d.ts
import { EventEmitter } from 'node:events';
type Name<Events> = keyof Events & string;
type Listener<Arguments> = [Arguments] extends [unknown[]] ? (...args: Arguments) => void : never;
type Values<Arguments> = [Arguments] extends [unknown[]] ? Arguments : never;
export interface TypedEmitter<Events> extends EventEmitter {
    addListener<E extends Name<Events>>(event: E, listener: Listener<Events[E]>): this;
    on<E extends Name<Events>>(event: E, listener: Listener<Events[E]>): this;
    once<E extends Name<Events>>(event: E, listener: Listener<Events[E]>): this;
    prependListener<E extends Name<Events>>(event: E, listener: Listener<Events[E]>): this;
    prependOnceListener<E extends Name<Events>>(event: E, listener: Listener<Events[E]>): this;
    off<E extends Name<Events>>(event: E, listener: Listener<Events[E]>): this;
    removeListener<E extends Name<Events>>(event: E, listener: Listener<Events[E]>): this;
    removeAllListeners(event?: Name<Events>): this;
    emit<E extends Name<Events>>(event: E, ...values: Values<Events[E]>): boolean;
    listenerCount(event: Name<Events>): number;
}
export declare const TypedEmitter: new <Events>() => TypedEmitter<Events>;
export {};

// src/testing/faults/fault.d.ts
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
    readonly op: 'dial' | 'listen' | 'accept' | 'read' | 'write';
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

// src/testing/faults/fault-plan.d.ts
import { type JsonSchema, type Rule } from '../rules/rule.js';
import type { Fault } from './fault.js';
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
    readonly problem: string;
    constructor(path: string, problem: string);
}
export declare const PLANNED_FAULT_RULE: Rule;
export declare function parseFaultPlan(value: unknown): FaultPlan;
export declare function parseFault(value: unknown): Fault;
export declare function splitPlanned(planned: PlannedFault): {
    readonly fault: Fault;
    readonly trigger: Trigger;
};
export declare function faultPlanSchema(): JsonSchema;

// src/testing/rules/rule.d.ts
export interface JsonSchema {
    readonly [keyword: string]: unknown;
}
export type Fail = (path: string, problem: string) => never;
export interface Rule {
    readonly expected: string;
    readonly schema: JsonSchema;
    check(value: unknown, path: string, fail: Fail): void;
}
export declare function integer(min?: number, max?: number): Rule;
export declare function number(min: number, max: number): Rule;
export declare const LONGEST_MS: number;
export declare const milliseconds: Rule;
export declare function exactly(value: unknown): Rule;
export declare function choice(of: readonly string[], expected?: string): Rule;
export declare function text(expected?: string): Rule;
export declare function form({ source }: RegExp, expected: string): Rule;
export declare function that(expected: string, isAllowed: (value: unknown) => boolean): Rule;
export declare const boolean: Rule;
export declare function list(item: Rule, { min }?: {
    readonly min?: number;
}): Rule;
export declare function anyOf(expected: string, ...rules: readonly Rule[]): Rule;
export declare function also(rule: Rule, check: Rule['check']): Rule;
export declare function suggest(given: unknown, names: readonly string[], listOtherwise?: boolean): string;
export declare function show(value: unknown): string;

// src/testing/trace/trace.d.ts
import type { EventEmitter } from 'node:events';
import { TraceSlice } from './trace-slice.js';
export type TraceKind = 'event' | 'link' | 'bytes' | 'fault' | 'process' | 'note';
export interface TraceRecord {
    readonly at: number;
    readonly kind: TraceKind;
    readonly actor: string;
    readonly name: string;
    readonly detail: string;
    readonly peer?: string;
}
export interface TraceOptions {
    readonly keep?: number;
    readonly hash?: boolean;
    readonly bytes?: boolean;
    readonly details?: boolean;
}
export declare class Trace extends TraceSlice {
    #private;
    readonly recordsBytes: boolean;
    constructor(now: () => number, options?: TraceOptions);
    get length(): number;
    get records(): readonly TraceRecord[];
    record(kind: TraceKind, actor: string, name: string, detail?: string, emitter?: EventEmitter): void;
    recordBytes(from: string, to: string, detail: string): void;
    note(text: string): void;
    subscribe(listener: (record: TraceRecord, emitter: EventEmitter | undefined) => void): () => void;
    watch(emitter: EventEmitter, name?: string, process?: string): string;
    nameOf(emitter: object): string | undefined;
    isActor(name: string): boolean;
    actors(most: number): string[];
    of(actor: string | object): TraceSlice;
    hash(): string;
}

// src/testing/trace/trace-slice.d.ts
import type { TraceRecord } from './trace.js';
export declare class TraceSlice {
    #private;
    constructor(records: readonly TraceRecord[]);
    get records(): readonly TraceRecord[];
    names(): string[];
    of(actor: string): TraceSlice;
    filter(predicate: (record: TraceRecord) => boolean): TraceSlice;
    last(count: number): TraceSlice;
    toLines(): string;
    toJsonLines(): string;
    toChart(): string;
    toMermaid(): string;
    toHtml(title?: string): string;
    toString(): string;
}

// src/testing/chaos/handles.d.ts
import type { FaultHandle } from '../faults/fault-engine.js';
export interface InjectedFault extends FaultHandle {
    readonly inForce: Promise<void>;
    readonly over: Promise<void>;
}
export interface PlayedPlan {
    readonly done: Promise<void>;
    readonly left: number;
    stop(): void;
}

// src/testing/faults/fault-engine.d.ts
import type { Epoch } from '../clock/epoch.js';
import type { Link } from '../network/link.js';
import type { Acceptance, Caller, NetworkFaults } from '../network/simulated-network.js';
import type { SeededRandom } from '../seeded-random.js';
import { type FaultWorld } from './active-fault.js';
import type { Fault } from './fault.js';
export interface FaultHandle {
    readonly fault: Fault;
    heal(): void;
}
export declare class FaultEngine implements NetworkFaults {
    #private;
    constructor(world: FaultWorld, random: SeededRandom);
    inject(fault: Fault, random?: SeededRandom): FaultHandle;
    heal(): void;
    get active(): readonly Fault[];
    refusal(address: string, caller: Caller): string | undefined;
    linked(link: Link): void;
    acceptance(link: Link): Acceptance | undefined;
    acceptFailure(link: Link): string | undefined;
    backlogLimit(address: string): number | undefined;
    listenDelayMs(address: string, epoch: Epoch | undefined): number;
    listenFailure(address: string): string | undefined;
}

// src/testing/clock/epoch.d.ts
import type { ClockEntry } from './clock-entry.js';
export declare class Epoch {
    readonly name: string;
    state: 'running' | 'paused' | 'ended';
    readonly parkedEntries: ClockEntry[];
    readonly parkedCallbacks: (() => void)[];
    constructor(name: string);
}

// src/testing/clock/clock-entry.d.ts
import type { Epoch } from './epoch.js';
export type EntryPlace = 'nowhere' | 'heap' | 'queue' | 'pool' | 'parked';
export declare abstract class ClockEntry {
    dueMicros: number;
    sequence: number;
    place: EntryPlace;
    index: number;
    previous: ClockEntry | undefined;
    next: ClockEntry | undefined;
    readonly epoch: Epoch | undefined;
    constructor(epoch: Epoch | undefined);
    abstract get label(): string;
    abstract run(): void;
}

// src/testing/network/link.d.ts
import type { Epoch } from '../clock/epoch.js';
import type { VirtualClock } from '../clock/virtual-clock.js';
import { type KernelPair, KernelSocket } from './kernel-socket.js';
import { LinkDirection } from './link-direction.js';
import { SimulatedSocket } from './simulated-socket.js';
export type Side = 'client' | 'server';
export type LinkEvent = 'accepted' | 'connected' | 'closed';
export interface LinkOptions {
    readonly clock: VirtualClock;
    readonly id: number;
    readonly address: string;
    readonly epoch: Epoch | undefined;
    readonly dialler: string;
    readonly allowHalfOpen?: boolean;
    readonly onClosed: (link: Link) => void;
}
export declare class Link implements KernelPair {
    #private;
    readonly id: number;
    readonly address: string;
    readonly dialler: string;
    serverActor: string;
    readonly toServer: LinkDirection;
    readonly toClient: LinkDirection;
    readonly clientEnd: KernelSocket;
    readonly serverEnd: KernelSocket;
    readonly clientEpoch: Epoch | undefined;
    serverEpoch: Epoch | undefined;
    client: SimulatedSocket | undefined;
    server: SimulatedSocket | undefined;
    stack: string | undefined;
    constructor(options: LinkOptions);
    closed(): void;
    adopt(side: Side, epoch: Epoch | undefined): SimulatedSocket;
    towards(side: Side): LinkDirection;
    block(side: Side): void;
    unblock(side: Side): void;
    end(side: Side): KernelSocket;
    abandon(side: Side, reset?: boolean): void;
    sever(resetSides: readonly Side[], lose: boolean): void;
    severAsDeath(lose: boolean): void;
}

// src/testing/clock/virtual-clock.d.ts
import type { Timer } from '../../core/runtime.js';
import type { ClockEntry } from './clock-entry.js';
import type { Companion, VirtualClockOptions } from './clock-options.js';
import { type PendingTimer } from './clock-timer.js';
import type { Epoch } from './epoch.js';
export declare class VirtualClock {
    #private;
    onScheduled: (() => void) | undefined;
    constructor(options?: VirtualClockOptions);
    get now(): number;
    get nowMicros(): number;
    get events(): number;
    get nextMs(): number;
    get isRunning(): boolean;
    get epoch(): Epoch | undefined;
    setTimer(delayMs: number, callback: () => void, label: string, epoch?: Epoch): Timer;
    setUrgentTimer(delayMs: number, callback: () => void, label: string): Timer;
    defer(callback: () => void, epoch?: Epoch): void;
    schedule(entry: ClockEntry, dueMicros: number): void;
    wake(entry: ClockEntry): void;
    cancel(entry: ClockEntry): void;
    within<Result>(epoch: Epoch | undefined, run: () => Result): Result;
    resume(epoch: Epoch): void;
    pendingTimers(): PendingTimer[];
    accompany(companion: Companion | undefined): void;
    advance(ms: number): Promise<void>;
    settle(): Promise<void>;
    until(predicate: () => boolean, { within }?: {
        within?: number;
    }): Promise<void>;
    advanceSync(ms: number): void;
    settleSync(): void;
}

// src/testing/clock/clock-options.d.ts
import type { Draw } from './timeline.js';
export interface Companion {
    tick(ms: number): unknown;
    countTimers?(): number;
}
export interface VirtualClockOptions {
    readonly eventsPerInstant?: number;
    readonly turnsPerInstant?: number;
    readonly draw?: Draw;
    readonly onException?: (exception: unknown) => void;
    readonly stacks?: boolean;
}

// src/testing/clock/timeline.d.ts
import type { ClockEntry } from './clock-entry.js';
export type Draw = (count: number) => number;
export declare class Timeline {
    #private;
    constructor(draw: Draw | undefined);
    entries(): Generator<ClockEntry>;
    get nextMicros(): number;
    add(entry: ClockEntry, dueMicros: number, nowMicros: number): void;
    addUrgent(entry: ClockEntry, dueMicros: number): void;
    addUnordered(entry: ClockEntry, nowMicros: number): void;
    isDue(nowMicros: number): boolean;
    take(nowMicros: number): ClockEntry | undefined;
    remove(entry: ClockEntry): void;
}

// src/testing/clock/clock-timer.d.ts
import type { Timer } from '../../core/runtime.js';
import { ClockEntry } from './clock-entry.js';
import type { Epoch } from './epoch.js';
import type { VirtualClock } from './virtual-clock.js';
export interface PendingTimer {
    readonly label: string;
    readonly dueMs: number;
    readonly process: string | undefined;
    readonly stack: string | undefined;
}
export declare class ClockTimer extends ClockEntry implements Timer {
    #private;
    readonly label: string;
    stack: string | undefined;
    constructor(clock: VirtualClock, callback: () => void, label: string, epoch: Epoch | undefined);
    run(): void;
    cancel(): void;
}
export declare function captureStack(): string;

// src/testing/network/kernel-socket.d.ts
import type { VirtualClock } from '../clock/virtual-clock.js';
import { KernelBuffer } from './kernel-buffer.js';
import type { LinkDirection } from './link-direction.js';
export type ReadResult = Buffer | 'end' | 'reset' | Error | undefined;
export interface KernelWatcher {
    wakeAt(dueMicros: number): void;
}
export interface KernelPair {
    closed(): void;
}
export declare class KernelSocket {
    #private;
    readonly inbox: KernelBuffer;
    readonly incoming: LinkDirection;
    peer: KernelSocket;
    watcher: KernelWatcher | undefined;
    constructor(clock: VirtualClock, incoming: LinkDirection, pair: KernelPair);
    get state(): 'open' | 'shut' | 'closed';
    get isHungUp(): boolean;
    get isWritable(): boolean;
    get nextMicros(): number;
    send(data: Buffer, offset: number, isShared: boolean): number | string;
    receive(limitBytes: number): ReadResult;
    shutdown(): void;
    close(reset?: boolean): void;
    orphan(reset: boolean): void;
    finishIncoming(): void;
    discard(): void;
    expedite(): void;
    recheck(): void;
}

// src/testing/network/kernel-buffer.d.ts
import type { LinkDirection } from './link-direction.js';
export declare const kernelBufferLimit = 212992;
export declare function chargeOf(bytes: number): number;
export declare class KernelBuffer {
    #private;
    get bytes(): number;
    get isWritable(): boolean;
    get dueMicros(): number;
    take(data: Buffer, offset: number, isShared: boolean, way: LinkDirection, nowMicros: number): number;
    read(limitBytes: number, nowMicros: number): Buffer | undefined;
    peek(nowMicros: number): Buffer;
    get firstPieceBytes(): number;
    expedite(nowMicros: number): void;
    clear(): void;
}

// src/testing/network/link-direction.d.ts
import type { KernelBuffer } from './kernel-buffer.js';
import type { Link, Side } from './link.js';
export type Freight = 'bytes' | 'end';
export interface Condition {
    delay?(dueMicros: number, bytes: number, freight: Freight): number;
    pieceLimit?(): number;
    readLimit?(waiting: KernelBuffer): number;
    readFailure?(): string | undefined;
    writeFailure?(): string | undefined;
    transform?(chunk: Buffer): Buffer;
    delivered?(chunk: Buffer): void;
}
export declare class LinkDirection {
    #private;
    cutRead: ((limitBytes: number, firstPieceBytes: number) => number) | undefined;
    onDelivered: ((chunk: Buffer, way: LinkDirection) => void) | undefined;
    readonly link: Link;
    readonly side: Side;
    constructor(link: Link, side: Side);
    get isBlocked(): boolean;
    block(): void;
    unblock(): void;
    add(condition: Condition): void;
    remove(condition: Condition): void;
    get isDelayed(): boolean;
    expedite(nowMicros: number): void;
    arrival(nowMicros: number, bytes: number, freight: Freight): number;
    pieceLimit(): number;
    readLimit(limitBytes: number, firstPieceBytes: number): number;
    quota(waiting: KernelBuffer): number;
    failure(call: 'readFailure' | 'writeFailure'): string | undefined;
    delivered(chunk: Buffer): Buffer;
}

// src/testing/network/simulated-socket.d.ts
import { EventEmitter } from 'node:events';
import type { DuplexConnection } from '../../core/transport.js';
import type { Epoch } from '../clock/epoch.js';
import type { VirtualClock } from '../clock/virtual-clock.js';
import type { KernelSocket, KernelWatcher, ReadResult } from './kernel-socket.js';
import { type ReaderSocket } from './socket-reader.js';
import { type WriteCallback, type WriterSocket } from './socket-writer.js';
export interface SimulatedSocketOptions {
    readonly clock: VirtualClock;
    readonly kernel: KernelSocket;
    readonly epoch: Epoch | undefined;
    readonly allowHalfOpen?: boolean;
}
export declare class SimulatedSocket extends EventEmitter implements DuplexConnection, ReaderSocket, WriterSocket, KernelWatcher {
    #private;
    constructor(options: SimulatedSocketOptions);
    get name(): string;
    get destroyed(): boolean;
    get closed(): boolean;
    get errored(): Error | null;
    get readable(): boolean;
    get readableEnded(): boolean;
    get readableFlowing(): boolean | null;
    get readableLength(): number;
    get readableHighWaterMark(): number;
    get writable(): boolean;
    get writableEnded(): boolean;
    get writableFinished(): boolean;
    get writableLength(): number;
    get writableHighWaterMark(): number;
    get writableNeedDrain(): boolean;
    get writableCorked(): number;
    get bytesRead(): number;
    get bytesWritten(): number;
    get connecting(): boolean;
    get pending(): boolean;
    get readyState(): 'open' | 'readOnly' | 'writeOnly' | 'closed';
    write(chunk: Uint8Array | string, callback?: WriteCallback): boolean;
    write(chunk: Uint8Array | string, encoding?: BufferEncoding, callback?: WriteCallback): boolean;
    end(callback?: () => void): this;
    end(chunk: Uint8Array | string, callback?: () => void): this;
    end(chunk: Uint8Array | string, encoding?: BufferEncoding, callback?: () => void): this;
    destroy(error?: Error): this;
    destroySoon(): void;
    pause(): this;
    resume(): this;
    isPaused(): boolean;
    cork(): void;
    uncork(): void;
    setEncoding(encoding: BufferEncoding): this;
    ref(): this;
    unref(): this;
    address(): object;
    on(event: string | symbol, listener: (...args: any[]) => void): this;
    addListener(event: string | symbol, listener: (...args: any[]) => void): this;
    get isAlive(): boolean;
    receive(limitBytes: number): ReadResult;
    send(data: Buffer, offset: number, isShared: boolean): number | string;
    shutdown(): void;
    defer(callback: () => void): void;
    wake(): void;
    wakeAt(dueMicros: number): void;
    emitData(chunk: Buffer | string): boolean;
    emitDrain(): void;
    emitEnd(): void;
    emitFinish(): void;
    readFailed(error: Error): void;
    writeFailed(error: Error): void;
    cut(reset: boolean): void;
    woken(): void;
}

// src/testing/network/socket-reader.d.ts
import type { ReadResult } from './kernel-socket.js';
export declare const readableHighWaterMark = 16384;
export interface ReaderSocket {
    receive(limitBytes: number): ReadResult;
    wake(): void;
    defer(callback: () => void): void;
    readonly isAlive: boolean;
    emitData(chunk: Buffer | string): boolean;
    emitEnd(): void;
    readFailed(error: Error): void;
}
export declare class SocketReader {
    #private;
    bytesRead: number;
    constructor(socket: ReaderSocket);
    get isEnded(): boolean;
    get isPaused(): boolean;
    get isFlowing(): boolean;
    get bufferedLength(): number;
    get isReading(): boolean;
    setEncoding(encoding: BufferEncoding): void;
    pause(): void;
    resume(): void;
    wanted(): void;
    readable(isHungUp: boolean): void;
    drop(): void;
}

// src/testing/network/socket-writer.d.ts
export declare const writableHighWaterMark = 16384;
export type WriteCallback = (error?: Error | null) => void;
export interface WriterSocket {
    send(data: Buffer, offset: number, isShared: boolean): number | string;
    shutdown(): void;
    defer(callback: () => void): void;
    readonly isAlive: boolean;
    emitDrain(): void;
    emitFinish(): void;
    writeFailed(error: Error): void;
}
export declare class SocketWriter {
    #private;
    bytesWritten: number;
    constructor(socket: WriterSocket);
    get length(): number;
    get needsDrain(): boolean;
    get isEnding(): boolean;
    get isFinished(): boolean;
    get isWaiting(): boolean;
    get corks(): number;
    write(data: Buffer, isShared: boolean, callback: WriteCallback | undefined): boolean;
    cork(): void;
    uncork(): void;
    end(callback: WriteCallback | undefined): void;
    writable(): void;
    abandon(error: Error | undefined): void;
}

// src/testing/network/simulated-network.d.ts
import type { Dial, DialHandlers, Listener, ListenHandlers } from '../../core/transport.js';
import type { Epoch } from '../clock/epoch.js';
import type { VirtualClock } from '../clock/virtual-clock.js';
import type { SeededRandom } from '../seeded-random.js';
import type { Trace } from '../trace/trace.js';
import { Link, type LinkEvent } from './link.js';
import { SimulatedDial } from './simulated-dial.js';
import { SimulatedListener } from './simulated-listener.js';
export type Fidelity = 'typical' | 'adversarial';
export type PathState = 'absent' | 'live' | 'stale' | 'file';
export interface NetworkOptions {
    readonly clock: VirtualClock;
    readonly random: SeededRandom;
    readonly trace: Trace;
    readonly fidelity: Fidelity;
    readonly stacks: boolean;
}
export interface Caller {
    readonly epoch: Epoch | undefined;
    readonly actor: string;
    readonly allowHalfOpen?: boolean;
}
export interface Acceptance {
    readonly delayMs: number;
    readonly drop: 'end' | 'reset' | undefined;
}
export interface NetworkFaults {
    refusal(address: string, caller: Caller): string | undefined;
    linked(link: Link): void;
    acceptance(link: Link): Acceptance | undefined;
    acceptFailure(link: Link): string | undefined;
    backlogLimit(address: string): number | undefined;
    listenDelayMs(address: string, epoch: Epoch | undefined): number;
    listenFailure(address: string): string | undefined;
}
export declare class SimulatedNetwork {
    #private;
    readonly clock: VirtualClock;
    readonly trace: Trace;
    readonly fidelity: Fidelity;
    readonly random: SeededRandom;
    faults: NetworkFaults | undefined;
    constructor(options: NetworkOptions);
    links(): Link[];
    listeners(): SimulatedListener[];
    onLink(listener: (event: LinkEvent, link: Link) => void): () => void;
    at(address: string): PathState;
    paths(): string[];
    placeFile(address: string): void;
    placeStale(address: string): void;
    unlink(address: string): () => void;
    get linkCount(): number;
    servers(): string[];
    isServer(process: string): boolean;
    listen(address: string, handlers: ListenHandlers, caller: Caller, backlog: number): Listener;
    dial(address: string, handlers: DialHandlers, caller: Caller): Dial;
    dialHangs(dial: SimulatedDial): void;
    dialGivenUp(dial: SimulatedDial): void;
    hangingDials(): SimulatedDial[];
    retryHangingDials(): void;
    claim(listener: SimulatedListener): string | undefined;
    serverNames(address: string): readonly string[];
    ownerOf(address: string): Epoch | undefined;
    yieldAddresses(epoch: Epoch): void;
    dialHostile(address: string, chunks: Iterable<Buffer>): void;
    release(listener: SimulatedListener, keepFile: boolean): void;
    connect(address: string, caller: Caller, stack?: string): Link | string;
    crash(epoch: Epoch): void;
    tellOfLink(event: LinkEvent, link: Link): void;
}

// src/testing/seeded-random.d.ts
export declare class SeededRandom {
    #private;
    readonly seed: number;
    readonly purpose: string;
    constructor(seed: number, purpose?: string);
    stream(purpose: string): SeededRandom;
    uint32(): number;
    next(): number;
    below(bound: number): number;
    between(min: number, max: number): number;
    chance(probability: number): boolean;
    pick<Item>(items: readonly Item[]): Item;
    uuid(): string;
}

// src/testing/network/simulated-dial.d.ts
import type { Dial, DialHandlers } from '../../core/transport.js';
import { ClockEntry } from '../clock/clock-entry.js';
import type { Caller, SimulatedNetwork } from './simulated-network.js';
export declare class SimulatedDial extends ClockEntry implements Dial {
    #private;
    readonly address: string;
    readonly stack: string | undefined;
    constructor(network: SimulatedNetwork, address: string, handlers: DialHandlers, caller: Caller, stack?: string);
    get dialler(): string;
    get label(): string;
    run(): void;
    abort(): void;
    retry(): void;
    attempt(): void;
}

// src/testing/network/simulated-listener.d.ts
import type { Listener, ListenHandlers } from '../../core/transport.js';
import { ClockEntry } from '../clock/clock-entry.js';
import type { Link } from './link.js';
import type { Caller, SimulatedNetwork } from './simulated-network.js';
export declare const defaultBacklog = 511;
export declare class SimulatedListener extends ClockEntry implements Listener {
    #private;
    readonly address: string;
    stack: string | undefined;
    constructor(network: SimulatedNetwork, address: string, handlers: ListenHandlers, caller: Caller, backlog: number);
    get label(): string;
    get actor(): string;
    isFull(limit?: number): boolean;
    enqueue(link: Link): void;
    fileTaken(): void;
    fileReturned(): void;
    run(): void;
    reconsider(): void;
    close(): void;
    crash(): void;
}

// src/testing/faults/active-fault.d.ts
import type { Epoch } from '../clock/epoch.js';
import type { Host } from '../host.js';
import type { Link } from '../network/link.js';
import type { Acceptance, Caller, SimulatedNetwork } from '../network/simulated-network.js';
import type { SeededRandom } from '../seeded-random.js';
import type { Fault } from './fault.js';
export interface FaultWorld {
    readonly network: SimulatedNetwork;
    hosts(): Host[];
}
export declare class ActiveFault {
    #private;
    readonly fault: Fault;
    constructor(fault: Fault, world: FaultWorld, random: SeededRandom);
    undo(callback: () => void): void;
    begin(): void;
    get struck(): number;
    get hasMet(): boolean;
    end(): void;
    linked(link: Link): void;
    refusal(address: string, caller: Caller): string | undefined;
    acceptance(link: Link): Acceptance | undefined;
    backlogLimit(address: string): number | undefined;
    listenDelayMs(address: string, epoch: Epoch | undefined): number;
    listenFailure(address: string): string | undefined;
    acceptFailure(link: Link): string | undefined;
}

// src/testing/host.d.ts
import { Epoch } from './clock/epoch.js';
import type { SimulatedNetwork } from './network/simulated-network.js';
import { SimulatedTransport, type SimulatedTransportOptions } from './network/simulated-transport.js';
export interface HostContext {
    readonly name: string;
    readonly life: number;
    transport(address: string, options?: SimulatedTransportOptions): SimulatedTransport;
}
export interface Closable {
    close(): unknown;
}
export type HostFactory = (context: HostContext) => Closable | readonly Closable[] | void;
export declare class Host {
    #private;
    readonly name: string;
    constructor(network: SimulatedNetwork, name: string, factory: HostFactory);
    get state(): 'down' | 'running' | 'paused';
    start(): void;
    crash(): void;
    stop(): void;
    restart(options?: {
        readonly graceful?: boolean;
    }): void;
    replace(): void;
    pause(): void;
    resume(): void;
    get epoch(): Epoch | undefined;
    transport(address: string, options?: SimulatedTransportOptions): SimulatedTransport;
}

// src/testing/network/simulated-transport.d.ts
import type { EventEmitter } from 'node:events';
import type { Runtime, Timer } from '../../core/runtime.js';
import type { Dial, DialHandlers, Listener, ListenHandlers, Transport } from '../../core/transport.js';
import type { Epoch } from '../clock/epoch.js';
import type { SimulatedNetwork } from './simulated-network.js';
export interface SimulatedTransportOptions {
    readonly backlog?: number;
    readonly allowHalfOpen?: boolean;
}
export declare class SimulatedRuntime implements Runtime {
    #private;
    constructor(network: SimulatedNetwork, purpose: string, epoch: Epoch | undefined);
    now(): number;
    setTimer(delayMs: number, callback: () => void, label: string): Timer;
    defer(callback: () => void): void;
    random(): number;
    createId(): string;
}
export declare class SimulatedTransport implements Transport {
    #private;
    readonly runtime: SimulatedRuntime;
    readonly address: string;
    constructor(network: SimulatedNetwork, address: string, purpose: string, epoch: Epoch | undefined, options: SimulatedTransportOptions);
    attach(owner: EventEmitter): void;
    dial(handlers: DialHandlers): Dial;
    listen(handlers: ListenHandlers): Listener;
}

// src/testing/chaos/options.d.ts
import type { TraceRecord } from '../trace/trace.js';
import type { ChaosClock } from './timers.js';
export interface ChaosProcess {
    readonly exitCode: number | null;
    readonly signalCode: NodeJS.Signals | null;
    kill(signal: NodeJS.Signals): boolean;
    once(event: 'exit', listener: () => void): unknown;
}
export interface ChaosProcessOptions {
    start(): Promise<ChaosProcess>;
    readonly running?: ChaosProcess;
}
export interface ChaosProxyOptions {
    readonly listen: string;
    readonly upstream: string;
    readonly seed?: number;
    readonly server?: string;
    readonly client?: string;
    readonly processes?: Readonly<Record<string, ChaosProcessOptions>>;
    readonly recordBytes?: boolean;
    readonly clock?: ChaosClock;
}
export type ChaosProxyEvents = {
    listening: [];
    accepted: [connection: number];
    connected: [connection: number];
    closed: [connection: number];
    record: [record: TraceRecord];
    error: [error: Error];
};

// src/testing/chaos/timers.d.ts
export interface ChaosClock {
    now(): number;
    after(delayMs: number, callback: () => void): () => void;
    waitFor?(work: Promise<unknown>): void;
}
export declare const systemClock: ChaosClock;
export declare class Timers implements ChaosClock {
    #private;
    constructor(clock: ChaosClock);
    now(): number;
    after(delayMs: number, callback: () => void): () => void;
    waitFor(work: Promise<unknown>): void;
    clear(): void;
}

// src/testing/contracts/transcoder-contract.d.ts
import type { MessageWrapper } from '../../core/errors.js';
import type { Transcoder } from '../../core/transcoder.js';
import { type ContractCase } from './contract-bench.js';
import { TranscoderBench } from './transcoder-bench.js';
export interface TranscoderContractOptions {
    readonly samples?: readonly MessageWrapper[];
    readonly malformed?: readonly (Uint8Array | string)[];
    readonly unencodable?: readonly unknown[];
    readonly skipped?: readonly MessageWrapper[];
    readonly holdsLimit?: boolean;
    readonly patience?: number;
}
export type TranscoderCase = (bench: TranscoderBench) => Promise<void> | void;
export declare function transcoderContract(transcoder: Transcoder, options?: TranscoderContractOptions): ContractCase[];

// src/core/errors.d.ts
export interface MessageWrapper {
    topic: string;
    message: unknown;
}
export declare class IpcError extends Error {
    readonly code: string;
    readonly name: string;
}
export declare class SendError extends IpcError {
    readonly code: string;
    readonly name: string;
    readonly sentMessage: unknown;
    readonly sentTopic: unknown;
    constructor(errorMessage: string, message: unknown, topic: unknown, options?: ErrorOptions);
}
export declare class EncodeError extends SendError {
    readonly code: string;
    readonly name: string;
    constructor(errorMessage: string, wrapper: {
        topic: unknown;
        message: unknown;
    }, options?: ErrorOptions);
}
export declare class SendAfterCloseError extends SendError {
    readonly code: string;
    readonly name: string;
}
export declare class NoServerError extends SendError {
    readonly code: string;
    readonly name: string;
}
export declare class BadClientError extends SendError {
    readonly code: string;
    readonly name: string;
    readonly clientId: unknown;
    constructor(errorMessage: string, message: unknown, topic: unknown, clientId: unknown, options?: ErrorOptions);
}
export declare class BackpressureError extends SendError {
    readonly code: string;
    readonly name: string;
    readonly clientId: string | undefined;
    readonly bufferedBytes: number;
    constructor(errorMessage: string, message: unknown, topic: unknown, backlog: {
        clientId: string | undefined;
        bufferedBytes: number;
    });
}
export declare class DecodeError extends IpcError {
    readonly code: string;
    readonly name: string;
    readonly rawData: unknown;
    clientId: string | undefined;
    constructor(errorMessage: string, rawData: unknown, options?: ErrorOptions);
}
export type UsageErrorCode = 'IPC_ALREADY_CONNECTED' | 'IPC_ALREADY_LISTENING' | 'IPC_BAD_DELAY' | 'IPC_CLOSED';
export declare class UsageError extends IpcError {
    readonly code: UsageErrorCode;
    readonly name: string;
    constructor(code: UsageErrorCode, errorMessage: string, options?: ErrorOptions);
}
export type SocketFileErrorCode = 'IPC_SOCKET_REMOVED' | 'IPC_SOCKET_REPLACED';
export declare class SocketFileError extends IpcError {
    readonly code: SocketFileErrorCode;
    readonly name: string;
    readonly address: string;
    constructor(code: SocketFileErrorCode, errorMessage: string, address: string, options?: ErrorOptions);
    static removed(address: string): SocketFileError;
    static replaced(address: string): SocketFileError;
}
export declare class PrivateDirectoryError extends IpcError {
    readonly code: string;
    readonly name: string;
    readonly directory: string;
    constructor(errorMessage: string, directory: string, options?: ErrorOptions);
}
export declare function reasonOf(thrown: unknown): string;

// src/core/transcoder.d.ts
import type { MessageWrapper } from './errors.js';
export declare function isMessageWrapper(value: unknown): value is MessageWrapper;
export type EncodedData = string | Uint8Array | null | undefined;
export type Encoder = (wrapper: MessageWrapper, callback: (error: Error | null | undefined, data?: EncodedData) => void) => void;
export declare const immediate: unique symbol;
export interface ImmediateEncoder extends Encoder {
    readonly [immediate]: (topic: string, message: unknown) => string | Uint8Array;
}
export declare function isImmediate(encoder: Encoder): encoder is ImmediateEncoder;
export type Decoder = (chunk: any, callback: (error: Error | null | undefined, wrappers?: readonly MessageWrapper[]) => void) => void;
export interface DecoderLimits {
    readonly maxMessageBytes: number;
}
export interface Transcoder {
    readonly socketEncoding: BufferEncoding | null;
    createEncoder(): Encoder;
    createDecoder(limits?: DecoderLimits): Decoder;
}

// src/testing/contracts/contract-bench.d.ts
import type { Dial, DuplexConnection, Listener, Transport } from '../../core/transport.js';
export interface ContractWorld {
    readonly transport: Transport;
    until(predicate: () => boolean): Promise<void>;
    quiet(): Promise<void>;
    takeAway?(): void;
    dispose(): unknown;
}
export interface ContractCase {
    readonly name: string;
    run(): Promise<void>;
}
export interface SocketLike extends Omit<DuplexConnection, 'write' | 'on'> {
    write(chunk: Uint8Array | string, callback?: (error?: Error | null) => void): boolean;
    on(event: 'data', listener: (chunk: Buffer | string) => void): unknown;
    on(event: 'error', listener: (error: Error) => void): unknown;
    on(event: 'end' | 'drain' | 'close', listener: () => void): unknown;
}
export declare class Witness {
    #private;
    readonly connection: SocketLike;
    readonly events: string[];
    readonly chunks: (Buffer | string)[];
    constructor(connection: DuplexConnection, reads: boolean);
    read(): void;
    get received(): Buffer;
    get isClosed(): boolean;
    get reads(): number[];
    get story(): string;
    act<Result>(name: string, call: (connection: SocketLike) => Result): Result;
}
export interface Pair {
    readonly client: Witness;
    readonly server: Witness;
    readonly listener: Listener;
}
export declare function check(condition: boolean, complaint: string): asserts condition;
export declare function checkEqual(actual: unknown, expected: unknown, what: string): void;
export declare function checkOneOf(actual: string, legal: readonly string[], what: string): void;
export declare class ListenWitness {
    readonly events: string[];
    readonly accepted: Witness[];
    readonly listener: Listener;
    constructor(transport: Transport, reads: boolean);
}
export declare class DialWitness {
    #private;
    readonly events: string[];
    client: Witness | undefined;
    readonly dial: Dial;
    constructor(transport: Transport, reads: boolean);
    abort(): void;
}
export declare function listening(world: ContractWorld, reads?: boolean): Promise<ListenWitness>;
export declare function connected(world: ContractWorld, reads?: {
    readonly client?: boolean;
    readonly server?: boolean;
}): Promise<Pair>;
export declare function runIn(world: ContractWorld, body: (world: ContractWorld) => Promise<void>): Promise<void>;

// src/testing/contracts/transcoder-bench.d.ts
import type { MessageWrapper } from '../../core/errors.js';
import type { DecoderLimits, EncodedData, Transcoder } from '../../core/transcoder.js';
import type { TranscoderContractOptions } from './transcoder-contract.js';
export interface Outcome {
    readonly messages: MessageWrapper[];
    readonly errors: unknown[];
}
export interface WatchedDecoder {
    readonly outcome: Outcome;
    push(bytes: Uint8Array): Promise<WatchedDecoder>;
}
export declare class TranscoderBench {
    #private;
    readonly transcoder: Transcoder;
    readonly options: TranscoderContractOptions;
    readonly samples: readonly MessageWrapper[];
    readonly malformed: readonly Buffer[];
    constructor(transcoder: Transcoder, options: TranscoderContractOptions);
    get knowsMalformed(): boolean;
    encoder(): (wrapper: MessageWrapper) => Promise<Buffer>;
    encodeToError(wrapper: MessageWrapper): Promise<unknown>;
    encode(wrapper: MessageWrapper): Promise<Buffer>;
    encodeRaw(wrapper: MessageWrapper): Promise<EncodedData>;
    encodeAll(): Promise<Buffer[]>;
    decoder(limits?: DecoderLimits): WatchedDecoder;
    decode(chunks: readonly Uint8Array[], limits?: DecoderLimits): Promise<Outcome>;
    checkDecoded({ messages, errors }: Outcome, expected: readonly MessageWrapper[], where: string): void;
    checkCallbacks(): void;
    quiet(): Promise<void>;
}

// src/testing/contracts/transport-contract.d.ts
import { type ContractCase, type ContractWorld } from './contract-bench.js';
export type { ContractCase, ContractWorld } from './contract-bench.js';
export interface TransportContractOptions {
    readonly linuxUnixSocket?: boolean;
    readonly socketFile?: boolean;
}
export type CaseBody = (world: ContractWorld) => Promise<void>;
export declare function transportContract(factory: () => ContractWorld | Promise<ContractWorld>, options?: TransportContractOptions): ContractCase[];

// src/testing/fakes/expectation.d.ts
import type { MessageArgument, TopicOf } from '../../core/contract.js';
import { type AnyMessage, type WhenAny } from './match.js';
export interface CutOptions {
    readonly mode?: 'eof' | 'reset' | 'auto';
}
export interface ScriptedPeer<Outgoing> {
    readonly clientId: string | undefined;
    send<T extends TopicOf<Outgoing>>(topic: T, ...message: MessageArgument<Outgoing[T]>): void;
    sendRaw(bytes: Uint8Array | string): void;
    sendPartial<T extends TopicOf<Outgoing>>(topic: T, message: Outgoing[T], part: {
        readonly bytes: number;
    }): void;
    cut(options?: CutOptions): void;
}
export type Answer<Incoming, Outgoing, Reply> = WhenAny<Reply, AnyMessage, Reply> | ((message: Incoming, peer: ScriptedPeer<Outgoing>) => Reply | Promise<Reply>);
type AnswerArgument<Incoming, Outgoing, Reply> = undefined extends Reply ? [answer?: Answer<Incoming, Outgoing, Reply>] : [answer: Answer<Incoming, Outgoing, Reply>];
export type Step = (message: unknown, peer: ScriptedPeer<Record<string, unknown>>) => unknown;
export declare class Wait {
    readonly ms: number;
    constructor(ms: number);
}
export declare class Expectation<Incoming, Outgoing> {
    #private;
    readonly topic: string;
    readonly match: unknown;
    constructor(topic: string, match: unknown);
    reply<T extends TopicOf<Outgoing>>(topic: T, ...[answer]: AnswerArgument<Incoming, Outgoing, Outgoing[T]>): this;
    replyRaw(bytes: Uint8Array | string): this;
    replyPartial<T extends TopicOf<Outgoing>>(topic: T, message: Outgoing[T], part: {
        readonly bytes: number;
    }): this;
    delay(ms: number): this;
    cut(options?: CutOptions): this;
    run(action: (message: Incoming, peer: ScriptedPeer<Outgoing>) => unknown): this;
    once(): this;
    times(count: number): this;
    persist(): this;
    optional(): this;
    get fired(): number;
    get pending(): number;
    get expected(): string;
    get isLeftOver(): boolean;
    get isMissed(): boolean;
    get isUsedUp(): boolean;
    get isLimited(): boolean;
    toString(): string;
    answers(topic: string, message: unknown): boolean;
    fire(): readonly (Step | Wait)[];
    awaits(promise: Promise<unknown>): void;
}
export {};

// src/core/contract.d.ts
export interface Contract {
    toServer: object;
    toClient: object;
}
export interface AnyContract extends Contract {
    toServer: Record<string, any>;
    toClient: Record<string, any>;
}
export type TopicOf<Messages> = keyof Messages & string;
export type EmptyTopic<Messages> = string extends keyof Messages ? null | undefined : never;
export type MessageOf<Messages, Topic> = Topic extends keyof Messages ? Messages[Topic] : unknown;
export type MessageArgument<Message> = undefined extends Message ? [message?: Message] : [message: Message];

// src/testing/fakes/match.d.ts
export type WhenAny<Message, True, False> = 0 extends 1 & Message ? True : False;
export type AnyMessage = {} | null | undefined;
export type DeepPartial<Message> = Message extends readonly (infer Element)[] ? readonly DeepPartial<Element>[] : Message extends object ? {
    readonly [Key in keyof Message]?: DeepPartial<Message[Key]>;
} : Message;
export type Match<Message> = WhenAny<Message, AnyMessage, DeepPartial<Message>> | Exactly<Message> | ((message: Message) => boolean);
export declare class Exactly<Message> {
    readonly message: Message;
    constructor(message: Message);
}
export declare function exactly<Message>(message: Message): Exactly<Message>;
export declare function matches(match: unknown, message: unknown): boolean;
export declare function differences(match: unknown, message: unknown): string[];
export declare function describeMatch(match: unknown): string;

// src/testing/fakes/fake.d.ts
import type { TopicOf } from '../../core/contract.js';
import type { Timer } from '../../core/runtime.js';
import type { DuplexConnection, Transport } from '../../core/transport.js';
import type { Simulation } from '../simulation.js';
import { Expectation, type ScriptedPeer } from './expectation.js';
import { type FakeOptions, FakeWorld } from './fake-world.js';
import type { Match } from './match.js';
import type { ReceivedMessage } from './received-message.js';
import { Waiters } from './waiters.js';
export interface WithinOptions {
    readonly within?: number;
}
export declare class MissingFactError extends Error {
    readonly code: string;
    readonly name: string;
}
export declare abstract class Fake<Incoming, Outgoing> {
    #private;
    protected readonly world: FakeWorld;
    protected readonly waiters: Waiters;
    protected constructor(options: FakeOptions);
    get transport(): Transport;
    get simulation(): Simulation;
    on<T extends TopicOf<Incoming>>(topic: T, match?: Match<Incoming[T]>): Expectation<Incoming[T], Outgoing>;
    ignore(...topics: TopicOf<Incoming>[]): this;
    received<T extends TopicOf<Incoming>>(topic: T, match?: Match<Incoming[T]>, options?: WithinOptions): Promise<Incoming[T]>;
    messages(): ReceivedMessage<TopicOf<Incoming>, Incoming[TopicOf<Incoming>]>[];
    messages<T extends TopicOf<Incoming>>(topic: T): Incoming[T][];
    delay(ms: number): void;
    stall(): void;
    resume(): void;
    verify(): void;
    close(): Promise<void>;
    [Symbol.dispose](): void;
    [Symbol.asyncDispose](): Promise<void>;
    protected abstract connections(): Iterable<DuplexConnection>;
    protected abstract describe(): string;
    protected abstract shut(): Promise<void>;
    protected get isStalled(): boolean;
    protected perform(action: () => void): void;
    protected heard(topic: string, message: unknown, sender: string, peer: ScriptedPeer<Outgoing>): void;
    protected failed(error: Error, where: string): void;
    protected until(predicate: () => boolean, missing: string, options?: WithinOptions): Promise<void>;
    protected startTimer(ms: number, callback: () => void, label: string): Timer;
}

// src/testing/simulation.d.ts
import type { Runtime } from '../core/runtime.js';
import type { Companion } from './clock/clock-options.js';
import { VirtualClock } from './clock/virtual-clock.js';
import type { Fault } from './faults/fault.js';
import { type FaultHandle } from './faults/fault-engine.js';
import type { FaultPlan } from './faults/fault-plan.js';
import { FaultPlayer } from './faults/fault-player.js';
import { Host, type HostFactory } from './host.js';
import { type LeakReport } from './leak-report.js';
import { type Fidelity, SimulatedNetwork } from './network/simulated-network.js';
import { SimulatedTransport, type SimulatedTransportOptions } from './network/simulated-transport.js';
import { SeededRandom } from './seeded-random.js';
import { Trace, type TraceOptions } from './trace/trace.js';
export interface SimulationOptions {
    readonly seed?: number;
    readonly fidelity?: Fidelity;
    readonly trace?: TraceOptions;
    readonly stacks?: boolean;
    readonly leaks?: 'report' | 'throw';
    readonly eventsPerInstant?: number;
    readonly turnsPerInstant?: number;
    readonly onException?: (exception: unknown) => void;
}
export declare class Simulation {
    #private;
    readonly seed: number;
    readonly fidelity: Fidelity;
    readonly clock: VirtualClock;
    readonly random: SeededRandom;
    readonly network: SimulatedNetwork;
    readonly trace: Trace;
    readonly runtime: Runtime;
    constructor(options?: SimulationOptions);
    get now(): number;
    transport(address: string, options?: SimulatedTransportOptions): SimulatedTransport;
    advance(ms: number): Promise<void>;
    settle(): Promise<void>;
    until(predicate: () => boolean, options?: {
        readonly within?: number;
    }): Promise<void>;
    advanceSync(ms: number): void;
    settleSync(): void;
    host(name: string, factory: HostFactory): Host;
    hosts(): Host[];
    inject(fault: Fault): FaultHandle;
    heal(): void;
    play(plan: FaultPlan): FaultPlayer;
    install(): Disposable & (() => void);
    accompany(fakeClock: Companion): Disposable & (() => void);
    leaks(): LeakReport;
    dispose(): LeakReport;
    abandon(): void;
    [Symbol.dispose](): void;
}

// src/testing/faults/fault-player.d.ts
import type { SimulatedNetwork } from '../network/simulated-network.js';
import type { FaultEngine } from './fault-engine.js';
import { type FaultPlan } from './fault-plan.js';
export declare class FaultPlayer {
    #private;
    readonly plan: FaultPlan;
    constructor(plan: FaultPlan, network: SimulatedNetwork, engine: FaultEngine, over: (player: FaultPlayer) => void);
    get left(): number;
    get isOver(): boolean;
    stop(): void;
}

// src/testing/leak-report.d.ts
import type { PendingTimer } from './clock/clock-timer.js';
import type { SimulatedNetwork } from './network/simulated-network.js';
export interface LeakedConnection {
    readonly link: number;
    readonly address: string;
    readonly dialler: string;
    readonly sides: readonly ('client' | 'server')[];
    readonly unreadBytes: number;
    readonly stack: string | undefined;
}
export interface LeakedDial {
    readonly address: string;
    readonly dialler: string;
    readonly stack: string | undefined;
}
export interface LeakedListener {
    readonly address: string;
    readonly owner: string;
    readonly stack: string | undefined;
}
export interface LeakReport {
    readonly connections: readonly LeakedConnection[];
    readonly dials: readonly LeakedDial[];
    readonly listeners: readonly LeakedListener[];
    readonly timers: readonly PendingTimer[];
    readonly isClean: boolean;
    toString(): string;
}
export declare class LeakError extends Error {
    readonly code = "IPC_SIMULATION_LEAK";
    readonly report: LeakReport;
    constructor(report: LeakReport);
}
export declare function findLeaks(network: SimulatedNetwork): LeakReport;

// src/testing/fakes/fake-world.d.ts
import type { Runtime } from '../../core/runtime.js';
import type { Transcoder } from '../../core/transcoder.js';
import type { Transport } from '../../core/transport.js';
import { type EntriesOf } from '../rules/object-rule.js';
import { Simulation } from '../simulation.js';
import { type Pace } from './pace.js';
import { ScriptedTranscoder } from './scripted-transcoder.js';
export interface FakeOptions {
    readonly transcoder?: Transcoder;
    readonly maxMessageBytes?: number;
    readonly strict?: boolean;
    readonly within?: number;
    readonly socketFile?: string;
    readonly simulation?: Simulation;
    readonly address?: string;
    readonly seed?: number;
    readonly time?: 'automatic' | 'manual';
    readonly leaks?: 'report' | 'throw';
}
export declare const FAKE_OPTIONS: EntriesOf<FakeOptions>;
export declare class FakeWorld {
    readonly transport: Transport;
    readonly ownTransport: Transport;
    readonly runtime: Runtime;
    readonly pace: Pace;
    readonly transcoder: ScriptedTranscoder;
    readonly withinMs: number;
    readonly address: string;
    readonly simulation: Simulation | undefined;
    readonly ownsSimulation: boolean;
    constructor(options: FakeOptions);
}

// src/testing/rules/object-rule.d.ts
import { type Rule } from './rule.js';
export interface Entry {
    readonly rule: Rule;
    readonly optional: boolean;
}
export type Entries = Readonly<Record<string, Entry>>;
export type EntriesOf<Value, Told extends string = never> = {
    readonly [Key in Exclude<keyof Value, Told>]-?: Entry;
};
export declare function required(rule: Rule): Entry;
export declare function optional(rule: Rule): Entry;
export declare function object(entries: Entries, expected?: string): Rule;
export declare function variants(key: string, kinds: Readonly<Record<string, Entries>>, problem: string): Rule;
export declare function join(path: string, key: string): string;

// src/testing/fakes/pace.d.ts
import type { Runtime } from '../../core/runtime.js';
import type { Simulation } from '../simulation.js';
export interface Pace {
    readonly unit: string;
    setDeadline(withinMs: number, expired: () => void): () => void;
    settleNow(): void;
}
export declare function realPace(runtime: Runtime): Pace;
export declare class SimulatedPace implements Pace {
    #private;
    readonly unit = "virtual ms";
    private constructor();
    static of(simulation: Simulation): SimulatedPace;
    runFreely(): void;
    setDeadline(withinMs: number, expired: () => void): () => void;
    settleNow(): void;
}

// src/testing/fakes/scripted-transcoder.d.ts
import type { Decoder, DecoderLimits, Encoder, Transcoder } from '../../core/transcoder.js';
export declare class RawBytes {
    readonly bytes: Uint8Array;
    constructor(bytes: Uint8Array);
}
export declare class PartialFrame {
    readonly message: unknown;
    readonly bytes: number;
    constructor(message: unknown, bytes: number);
}
export declare class ScriptedTranscoder implements Transcoder {
    #private;
    readonly socketEncoding: BufferEncoding | null;
    constructor(transcoder: Transcoder);
    createEncoder(): Encoder;
    createDecoder(limits?: DecoderLimits): Decoder;
    whenIdle(callback: () => void): void;
}

// src/testing/fakes/received-message.d.ts
export interface ReceivedMessage<Topic extends string = string, Message = unknown> {
    readonly topic: Topic;
    readonly message: Message;
    readonly clientId: string | undefined;
    readonly at: number;
}
export interface Entry extends ReceivedMessage {
    readonly sender: string;
    readonly isExpected: boolean;
    isTaken: boolean;
}
export declare function describeEntry(entry: Pick<Entry, 'topic' | 'message'> & Partial<Entry>): string;
export declare function differencesOf(match: unknown, message: unknown): string[];

// src/testing/fakes/waiters.d.ts
import type { Pace } from './pace.js';
export declare class Waiters {
    #private;
    constructor(pace: Pace);
    wait<Fact>(find: () => {
        readonly fact: Fact;
    } | undefined, withinMs: number, complain: () => Error): Promise<Fact>;
    check(): void;
    giveUp(error: Error): void;
}

// src/testing/fakes/fake-client.d.ts
import type { AnyContract, Contract, MessageArgument, TopicOf } from '../../core/contract.js';
import type { DuplexConnection } from '../../core/transport.js';
import type { CutOptions } from './expectation.js';
import { Fake, type WithinOptions } from './fake.js';
import { type FakeOptions } from './fake-world.js';
import { type Malformation } from './malformed-frames.js';
export interface FakeClientOptions extends FakeOptions {
    readonly connect?: boolean;
    readonly retryDelay?: number;
    readonly reconnectDelay?: number;
}
export declare class FakeClient<C extends Contract = AnyContract> extends Fake<C['toClient'], C['toServer']> {
    #private;
    constructor(options?: FakeClientOptions);
    connect(): void;
    connected(options?: WithinOptions): Promise<void>;
    disconnected(options?: WithinOptions): Promise<void>;
    send<T extends TopicOf<C['toServer']>>(topic: T, ...[message]: MessageArgument<C['toServer'][T]>): void;
    sendRaw(bytes: Uint8Array | string): void;
    sendPartial<T extends TopicOf<C['toServer']>>(topic: T, message: C['toServer'][T], options: {
        readonly bytes: number;
    }): void;
    sendMalformed(malformation?: Malformation): void;
    sendOversized(bytes: number): void;
    cut(options?: CutOptions): void;
    stop(): void;
    crash(): void;
    restart({ after }?: {
        readonly after?: number;
    }): void;
    protected connections(): Iterable<DuplexConnection>;
    protected describe(): string;
    protected shut(): Promise<void>;
}

// src/testing/fakes/malformed-frames.d.ts
export type Malformation = 'notJson' | 'badUtf8' | 'empty' | 'null' | 'noTopic' | 'numericTopic';
export declare const MALFORMED_FRAMES: Readonly<Record<Malformation, Buffer>>;

// src/testing/fakes/fake-server.d.ts
import type { AnyContract, Contract, MessageArgument, TopicOf } from '../../core/contract.js';
import type { DuplexConnection } from '../../core/transport.js';
import type { RefusalCode } from '../faults/fault.js';
import type { CutOptions } from './expectation.js';
import { Fake, type WithinOptions } from './fake.js';
import { type FakeOptions } from './fake-world.js';
import { type Malformation } from './malformed-frames.js';
export type FakeServerOptions = FakeOptions;
export interface ToOptions {
    readonly to?: string;
}
export declare class FakeServer<C extends Contract = AnyContract> extends Fake<C['toServer'], C['toClient']> {
    #private;
    constructor(options?: FakeServerOptions);
    get clients(): string[];
    listening(options?: WithinOptions): Promise<void>;
    connected(options?: WithinOptions): Promise<void>;
    disconnected(options?: WithinOptions): Promise<void>;
    send<T extends TopicOf<C['toClient']>>(topic: T, ...[message, options]: [...MessageArgument<C['toClient'][T]>, options?: ToOptions]): void;
    broadcast<T extends TopicOf<C['toClient']>>(topic: T, ...[message]: MessageArgument<C['toClient'][T]>): void;
    sendRaw(bytes: Uint8Array | string, options?: ToOptions): void;
    sendPartial<T extends TopicOf<C['toClient']>>(topic: T, message: C['toClient'][T], options: ToOptions & {
        readonly bytes: number;
    }): void;
    sendMalformed(malformation?: Malformation, options?: ToOptions): void;
    sendOversized(bytes: number, options?: ToOptions): void;
    refuse(code?: RefusalCode): void;
    accept(): void;
    delay(ms: number): void;
    cut(options?: CutOptions & ToOptions): void;
    stop(): void;
    restart({ after }?: {
        readonly after?: number;
    }): void;
    protected connections(): Iterable<DuplexConnection>;
    protected describe(): string;
    protected shut(): Promise<void>;
}

// src/testing/fakes/leftovers-table.d.ts
import type { Expectation } from './expectation.js';
import { type Entry } from './received-message.js';
type AnyExpectation = Expectation<unknown, unknown>;
export interface Findings {
    readonly expectations: readonly AnyExpectation[];
    readonly unexpected: readonly Entry[];
    readonly problems: readonly string[];
}
export declare class VerificationError extends Error {
    readonly code: string;
    readonly name: string;
}
export declare function verificationReport(name: string, { expectations, unexpected, problems }: Findings): string;
export {};

// src/testing/laws/check-trace.d.ts
import type { TraceRecord } from '../trace/trace.js';
import { type EventLaw } from './event-laws.js';
export interface Checkable {
    readonly records: readonly TraceRecord[];
    readonly length?: number;
}
export interface Violation {
    readonly at: number;
    readonly actor: string;
    readonly problem: string;
    readonly index: number;
}
export declare class LawError extends Error {
    readonly code: string;
    readonly name: string;
    readonly violations: readonly Violation[];
    constructor(violations: readonly Violation[], story: string);
}
export declare function checkTrace(trace: Checkable): void;
export declare function findViolations(trace: Checkable): Violation[];
export type Verdicts = Iterable<{
    readonly record: TraceRecord;
    readonly index: number;
    readonly law: EventLaw | undefined;
    readonly problem: string | undefined;
}>;
export declare function walkTrace(trace: Checkable): Verdicts;

// src/testing/laws/event-laws.d.ts
export interface LawEvent {
    readonly name: string;
    readonly clientId?: string | undefined;
}
export interface EventLaw {
    readonly state: string;
    next(event: LawEvent): string | undefined;
}
export declare const CLIENT_LAW_STATES: readonly string[];
export declare const SERVER_LAW_STATES: readonly string[];
export declare function clientLaw(): EventLaw;
export declare function serverLaw(): EventLaw;

// src/testing/scenario/parse-scenario.d.ts
import type { FaultPlanError } from '../faults/fault-plan.js';
import type { Scenario } from './scenario.js';
export declare class ScenarioError extends TypeError {
    readonly code: string;
    readonly name: string;
    readonly path: string;
    constructor(path: string, problem: string);
}
export declare function parseScenario(value: unknown): Scenario;
export declare function scenarioErrorOf({ path, problem }: FaultPlanError): ScenarioError;

// src/testing/scenario/scenario.d.ts
import type { PlannedFault } from '../faults/fault-plan.js';
export interface Scenario {
    readonly version: 1;
    readonly name: string;
    readonly about: string;
    readonly seed: number;
    readonly servers: readonly ScenarioServer[];
    readonly clients: readonly ScenarioClient[];
    readonly workload: readonly Step[];
    readonly faults: readonly PlannedFault[];
    readonly expect: readonly ScenarioExpectation[];
    readonly liveness?: Liveness;
}
export interface ScenarioServer {
    readonly name: string;
    readonly at?: number;
    readonly answers?: boolean;
    readonly options?: ScenarioServerOptions;
}
export interface ScenarioServerOptions {
    readonly maxMessageBytes?: number;
    readonly maxBufferedBytes?: number;
    readonly closeTimeout?: number;
}
export interface ScenarioClient {
    readonly name: string;
    readonly count?: number;
    readonly at?: number;
    readonly every?: number;
    readonly options?: ScenarioClientOptions;
}
export type ScenarioDelay = number | {
    readonly min: number;
    readonly max: number;
};
export interface ScenarioClientOptions extends ScenarioServerOptions {
    readonly retryDelay?: ScenarioDelay;
    readonly reconnectDelay?: ScenarioDelay;
}
export interface StepTimes {
    readonly at?: number;
    readonly every?: number;
    readonly count?: number;
}
export interface StepMessage {
    readonly topic?: string;
    readonly size?: number;
}
export interface SendStep extends StepTimes, StepMessage {
    readonly client: string;
    readonly do: 'send';
}
export interface PourStep extends StepTimes, StepMessage {
    readonly client: string;
    readonly do: 'pour';
}
export interface BroadcastStep extends StepTimes, StepMessage {
    readonly server: string;
    readonly do: 'broadcast';
}
export interface SendToStep extends StepTimes, StepMessage {
    readonly server: string;
    readonly do: 'sendTo';
    readonly to: string;
}
export interface ClientStep extends StepTimes {
    readonly client: string;
    readonly do: 'connect' | 'close';
}
export interface ServerStep extends StepTimes {
    readonly server: string;
    readonly do: 'listen' | 'close';
}
export type Step = SendStep | PourStep | BroadcastStep | SendToStep | ClientStep | ServerStep;
export interface Count {
    readonly atLeast?: number;
    readonly atMost?: number;
}
export interface OfClient {
    readonly client?: string;
}
export interface OfAnybody extends OfClient {
    readonly server?: string;
}
export type ScenarioExpectation = 
({
    readonly that: 'everythingDelivered';
} & OfClient)
 | ({
    readonly that: 'reconnected';
} & OfClient & Count)
 | ({
    readonly that: 'noDisconnect';
} & OfClient)
 | ({
    readonly that: 'connectedWithin';
    readonly within: number;
} & OfClient)
 | ({
    readonly that: 'connectErrors';
    readonly code?: string;
} & OfClient & Count)
 | ({
    readonly that: 'errors';
    readonly code?: string;
} & OfAnybody & Count)
 | ({
    readonly that: 'messages';
    readonly topic?: string;
} & OfAnybody & Count)
 | ({
    readonly that: 'quiet';
    readonly from: number;
    readonly to: number;
} & OfAnybody)
 | ({
    readonly that: 'drains';
} & OfAnybody & Count)
 | ({
    readonly that: 'listening';
    readonly server?: string;
} & Count)
 | ({
    readonly that: 'connections';
    readonly server?: string;
} & Count)
 | ({
    readonly that: 'closesWithin';
    readonly within: number;
} & OfAnybody);
export interface Liveness {
    readonly healAt: number;
    readonly within: number;
}

// src/testing/scenario/real/run-for-real.d.ts
import { ScenarioError } from '../parse-scenario.js';
import { type ScenarioResult } from '../result.js';
import type { RunScenarioOptions } from '../run-scenario.js';
import type { Scenario } from '../scenario.js';
export interface RunForRealOptions extends RunScenarioOptions {
    readonly directory: string;
}
export declare function whyNotForReal(scenario: Scenario): ScenarioError | undefined;
export declare function runScenarioForReal(scenario: Scenario, options: RunForRealOptions): Promise<ScenarioResult>;

// src/testing/scenario/result.d.ts
import type { TraceSlice } from '../trace/trace-slice.js';
import type { Evidence } from './evidence.js';
import { type Problem, type Slack } from './properties.js';
import type { Scenario } from './scenario.js';
export type ScenarioWorld = 'simulation' | 'sockets';
export interface Verdict {
    readonly name: string;
    readonly passed: boolean;
    readonly problems: readonly Problem[];
}
export interface ScenarioViolation extends Problem {
    readonly name: string;
}
export interface ScenarioResult {
    readonly scenario: Scenario;
    readonly seed: number;
    readonly world: ScenarioWorld;
    readonly passed: boolean;
    readonly verdicts: readonly Verdict[];
    readonly violations: readonly ScenarioViolation[];
    readonly trace: TraceSlice;
    readonly summary: string;
}
export interface WorldProblems {
    readonly closedAt: number;
    readonly unconnected: readonly Problem[];
    readonly left: readonly Problem[];
}
export declare function judge({ scenario, seed, world }: Pick<ScenarioResult, 'scenario' | 'seed' | 'world'>, evidence: Evidence, trace: TraceSlice, slack: Slack, { unconnected, left, closedAt }: WorldProblems): ScenarioResult;

// src/testing/scenario/evidence.d.ts
import type { TraceRecord } from '../trace/trace.js';
import { Delivery } from './delivery.js';
import { type Fact } from './fact.js';
export interface Told {
    readonly at: number;
    readonly actor: string;
}
export declare class Evidence {
    #private;
    readonly facts: Fact[];
    readonly delivery: Delivery;
    constructor(records: () => readonly TraceRecord[]);
    readonly take: (fact: Fact) => void;
    get lastArrivalAt(): number;
    events(name: string | undefined, process: string | undefined): TraceRecord[];
    only<Sort extends Fact['fact']>(sort: Sort): Extract<Fact, {
        fact: Sort;
    }>[];
    told(to?: 'connect' | 'listen' | 'close'): Told[];
    isGone(actor: string): boolean;
    unconnected(): string[];
    closing(): string[];
}

// src/testing/scenario/delivery.d.ts
import { type Fact } from './fact.js';
export declare class Delivery {
    #private;
    take(fact: Fact): void;
    disorder(): {
        readonly stream: string;
        readonly problem: string;
    }[];
    missing(process: string | undefined): {
        readonly stream: string;
        readonly problem: string;
    }[];
}

// src/testing/scenario/fact.d.ts
export type Fact = 
{
    readonly fact: 'told';
    readonly at: number;
    readonly actor: string;
    readonly to: 'connect' | 'listen' | 'close';
}
 | {
    readonly fact: 'failed';
    readonly at: number;
    readonly actor: string;
    readonly event: 'error' | 'connectError';
    readonly code: string;
}
 | {
    readonly fact: 'sent';
    readonly streams: readonly string[];
    readonly token: string;
}
 | {
    readonly fact: 'doubted';
    readonly stream: string;
    readonly tokens: readonly string[];
}
 | {
    readonly fact: 'refused';
    readonly stream: string;
    readonly token: string;
}
 | {
    readonly fact: 'arrived';
    readonly at: number;
    readonly actor: string;
    readonly topic: string;
    readonly stream: string;
    readonly token: string;
}
 | {
    readonly fact: 'introduced';
    readonly clientId: string;
    readonly stream: string;
}
 | {
    readonly fact: 'ended';
    readonly at: number;
    readonly process: string;
    readonly how: 'crash' | 'stop';
}
 | {
    readonly fact: 'thrown';
    readonly at: number;
    readonly process: string;
    readonly what: string;
};
export type Report = (fact: Fact) => void;
export declare function processOf(actor: string): string;
export declare function clientOf(stream: string): string;

// src/testing/scenario/properties.d.ts
import type { Evidence } from './evidence.js';
import type { ScenarioExpectation } from './scenario.js';
export interface Problem {
    readonly problem: string;
    readonly at?: number;
    readonly actor?: string;
}
export type Slack = (withinMs: number) => number;
export declare function checkExpectation(expectation: ScenarioExpectation, evidence: Evidence, slack: Slack): Problem[];
export declare function describeExpectation({ that, ...parameters }: ScenarioExpectation): string;

// src/testing/scenario/run-scenario.d.ts
import { type ScenarioResult } from './result.js';
import type { Scenario } from './scenario.js';
export interface RunScenarioOptions {
    readonly seed?: number;
}
export declare function runScenario(scenario: Scenario, options?: RunScenarioOptions): Promise<ScenarioResult>;

// src/testing/scenario/scenario-pack.d.ts
import type { Scenario } from './scenario.js';
export declare const scenarios: readonly Scenario[];

// src/testing/simulate.d.ts
import { Simulation, type SimulationOptions } from './simulation.js';
import type { TraceRecord } from './trace/trace.js';
export interface SimulateOptions extends SimulationOptions {
    readonly verify?: boolean;
}
export declare class DivergenceError extends Error {
    readonly code = "IPC_SIMULATION_DIVERGENCE";
    readonly index: number;
    readonly first: TraceRecord | undefined;
    readonly second: TraceRecord | undefined;
    constructor(seed: number, index: number, first: TraceRecord | undefined, second: TraceRecord | undefined);
}
export declare function simulate(options: SimulateOptions, body: (sim: Simulation) => void | Promise<void>): Promise<Simulation>;

// src/testing/simulation-error.d.ts
import type { PendingTimer } from './clock/clock-timer.js';
export declare class LivelockError extends Error {
    readonly code = "IPC_SIMULATION_LIVELOCK";
    readonly label: string;
    readonly lastEvents: readonly string[];
    constructor(nowMs: number, events: number, labels: readonly string[]);
}
export declare class OverdueError extends Error {
    readonly code = "IPC_SIMULATION_OVERDUE";
    constructor(withinMs: number, pending: readonly PendingTimer[]);
}
