// The API of ipc/testing. Written by `npm run api`: do not edit.

// dist/testing/index.d.ts
import { Transport, DuplexConnection } from '../shared/transport.js';
import { TypedEmitter, TopicOf, MessageArgument } from '../shared/typed-emitter.js';
import { MessageWrapper, Transcoder, Contract, AnyContract } from '../index.js';
import { FaultHandle, TraceRecord, Trace, Fault, FaultPlan, Simulation, RefusalCode, PlannedFault, TraceSlice, SimulationOptions, PendingTimer } from './shared/simulation.js';
export { Closable, Companion, Direction, FaultKind, FaultOf, FaultPlanError, FaultPlayer, FaultScope, FaultTarget, Fidelity, Host, HostContext, HostFactory, JsonSchema, LeakError, LeakReport, PathState, SeededRandom, SimulatedNetwork, SimulatedSocket, SimulatedTransport, SimulatedTransportOptions, TraceKind, TraceOptions, Trigger, VirtualClock, VirtualClockOptions, faultPlanSchema, parseFault, parseFaultPlan } from './shared/simulation.js';

interface InjectedFault extends FaultHandle {
    readonly inForce: Promise<void>;
    readonly over: Promise<void>;
}
interface PlayedPlan {
    readonly done: Promise<void>;
    readonly left: number;
    stop(): void;
}

interface ChaosClock {
    now(): number;
    after(delayMs: number, callback: () => void): () => void;
    waitFor?(work: Promise<unknown>): void;
}

interface ChaosProcess {
    readonly exitCode: number | null;
    readonly signalCode: NodeJS.Signals | null;
    kill(signal: NodeJS.Signals): boolean;
    once(event: 'exit', listener: () => void): unknown;
}
interface ChaosProcessOptions {
    start(): Promise<ChaosProcess>;
    readonly running?: ChaosProcess;
}
interface ChaosProxyOptions {
    readonly listen: string;
    readonly upstream: string;
    readonly seed?: number;
    readonly server?: string;
    readonly client?: string;
    readonly processes?: Readonly<Record<string, ChaosProcessOptions>>;
    readonly recordBytes?: boolean;
    readonly clock?: ChaosClock;
}
type ChaosProxyEvents = {
    listening: [];
    accepted: [connection: number];
    connected: [connection: number];
    closed: [connection: number];
    record: [record: TraceRecord];
    error: [error: Error];
};

declare class ChaosProxy extends TypedEmitter<ChaosProxyEvents> implements AsyncDisposable {
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

interface ContractWorld {
    readonly transport: Transport;
    until(predicate: () => boolean): Promise<void>;
    quiet(): Promise<void>;
    takeAway?(): void;
    dispose(): unknown;
}
interface ContractCase {
    readonly name: string;
    run(): Promise<void>;
}

interface TranscoderContractOptions {
    readonly samples?: readonly MessageWrapper[];
    readonly malformed?: readonly (Uint8Array | string)[];
    readonly unencodable?: readonly unknown[];
    readonly skipped?: readonly MessageWrapper[];
    readonly holdsLimit?: boolean;
    readonly patience?: number;
}
declare function transcoderContract(transcoder: Transcoder, options?: TranscoderContractOptions): ContractCase[];

interface TransportContractOptions {
    readonly linuxUnixSocket?: boolean;
    readonly socketFile?: boolean;
}
declare function transportContract(factory: () => ContractWorld | Promise<ContractWorld>, options?: TransportContractOptions): ContractCase[];

type WhenAny<Message, True, False> = 0 extends 1 & Message ? True : False;
type AnyMessage = {} | null | undefined;
type DeepPartial<Message> = Message extends readonly (infer Element)[] ? readonly DeepPartial<Element>[] : Message extends object ? {
    readonly [Key in keyof Message]?: DeepPartial<Message[Key]>;
} : Message;
type Match<Message> = WhenAny<Message, AnyMessage, DeepPartial<Message>> | Exactly<Message> | ((message: Message) => boolean);
declare class Exactly<Message> {
    readonly message: Message;
    constructor(message: Message);
}
declare function exactly<Message>(message: Message): Exactly<Message>;

interface CutOptions {
    readonly mode?: 'eof' | 'reset' | 'auto';
}
interface ScriptedPeer<Outgoing> {
    readonly clientId: string | undefined;
    send<T extends TopicOf<Outgoing>>(topic: T, ...message: MessageArgument<Outgoing[T]>): void;
    sendRaw(bytes: Uint8Array | string): void;
    sendPartial<T extends TopicOf<Outgoing>>(topic: T, message: Outgoing[T], part: {
        readonly bytes: number;
    }): void;
    cut(options?: CutOptions): void;
}
type Answer<Incoming, Outgoing, Reply> = WhenAny<Reply, AnyMessage, Reply> | ((message: Incoming, peer: ScriptedPeer<Outgoing>) => Reply | Promise<Reply>);
type AnswerArgument<Incoming, Outgoing, Reply> = undefined extends Reply ? [answer?: Answer<Incoming, Outgoing, Reply>] : [answer: Answer<Incoming, Outgoing, Reply>];
type Step$1 = (message: unknown, peer: ScriptedPeer<Record<string, unknown>>) => unknown;
declare class Wait {
    readonly ms: number;
    constructor(ms: number);
}
declare class Expectation<Incoming, Outgoing> {
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
    fire(): readonly (Step$1 | Wait)[];
    awaits(promise: Promise<unknown>): void;
}

interface FakeOptions {
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

interface ReceivedMessage<Topic extends string = string, Message = unknown> {
    readonly topic: Topic;
    readonly message: Message;
    readonly clientId: string | undefined;
    readonly at: number;
}

interface WithinOptions {
    readonly within?: number;
}
declare class MissingFactError extends Error {
    readonly code: string;
    readonly name: string;
}
declare abstract class Fake<Incoming, Outgoing> {
    #private;
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
}

type Malformation = 'notJson' | 'badUtf8' | 'empty' | 'null' | 'noTopic' | 'numericTopic';

interface FakeClientOptions extends FakeOptions {
    readonly connect?: boolean;
    readonly retryDelay?: number;
    readonly reconnectDelay?: number;
}
declare class FakeClient<C extends Contract = AnyContract> extends Fake<C['toClient'], C['toServer']> {
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
    restart(options?: {
        readonly after?: number;
    }): void;
    protected connections(): Iterable<DuplexConnection>;
    protected describe(): string;
    protected shut(): Promise<void>;
}

type FakeServerOptions = FakeOptions;
interface ToOptions {
    readonly to?: string;
}
declare class FakeServer<C extends Contract = AnyContract> extends Fake<C['toServer'], C['toClient']> {
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
    restart(options?: {
        readonly after?: number;
    }): void;
    protected connections(): Iterable<DuplexConnection>;
    protected describe(): string;
    protected shut(): Promise<void>;
}

declare class VerificationError extends Error {
    readonly code: string;
    readonly name: string;
}

interface Checkable {
    readonly records: readonly TraceRecord[];
    readonly length?: number;
}
interface Violation {
    readonly at: number;
    readonly actor: string;
    readonly problem: string;
    readonly index: number;
}
declare class LawError extends Error {
    readonly code: string;
    readonly name: string;
    readonly violations: readonly Violation[];
    constructor(violations: readonly Violation[], story: string);
}
declare function checkTrace(trace: Checkable): void;
declare function findViolations(trace: Checkable): Violation[];

interface Scenario {
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
interface ScenarioServer {
    readonly name: string;
    readonly at?: number;
    readonly answers?: boolean;
    readonly options?: ScenarioServerOptions;
}
interface ScenarioServerOptions {
    readonly maxMessageBytes?: number;
    readonly maxBufferedBytes?: number;
    readonly closeTimeout?: number;
}
interface ScenarioClient {
    readonly name: string;
    readonly count?: number;
    readonly at?: number;
    readonly every?: number;
    readonly options?: ScenarioClientOptions;
}
type ScenarioDelay = number | {
    readonly min: number;
    readonly max: number;
};
interface ScenarioClientOptions extends ScenarioServerOptions {
    readonly retryDelay?: ScenarioDelay;
    readonly reconnectDelay?: ScenarioDelay;
}
interface StepTimes {
    readonly at?: number;
    readonly every?: number;
    readonly count?: number;
}
interface StepMessage {
    readonly topic?: string;
    readonly size?: number;
}
interface SendStep extends StepTimes, StepMessage {
    readonly client: string;
    readonly do: 'send';
}
interface PourStep extends StepTimes, StepMessage {
    readonly client: string;
    readonly do: 'pour';
}
interface BroadcastStep extends StepTimes, StepMessage {
    readonly server: string;
    readonly do: 'broadcast';
}
interface SendToStep extends StepTimes, StepMessage {
    readonly server: string;
    readonly do: 'sendTo';
    readonly to: string;
}
interface ClientStep extends StepTimes {
    readonly client: string;
    readonly do: 'connect' | 'close';
}
interface ServerStep extends StepTimes {
    readonly server: string;
    readonly do: 'listen' | 'close';
}
type Step = SendStep | PourStep | BroadcastStep | SendToStep | ClientStep | ServerStep;
interface Count {
    readonly atLeast?: number;
    readonly atMost?: number;
}
interface OfClient {
    readonly client?: string;
}
interface OfAnybody extends OfClient {
    readonly server?: string;
}
type ScenarioExpectation = 
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
interface Liveness {
    readonly healAt: number;
    readonly within: number;
}

declare class ScenarioError extends TypeError {
    readonly code: string;
    readonly name: string;
    readonly path: string;
    constructor(path: string, problem: string);
}
declare function parseScenario(value: unknown): Scenario;

interface Problem {
    readonly problem: string;
    readonly at?: number;
    readonly actor?: string;
}

type ScenarioWorld = 'simulation' | 'sockets';
interface Verdict {
    readonly name: string;
    readonly passed: boolean;
    readonly problems: readonly Problem[];
}
interface ScenarioViolation extends Problem {
    readonly name: string;
}
interface ScenarioResult {
    readonly scenario: Scenario;
    readonly seed: number;
    readonly world: ScenarioWorld;
    readonly passed: boolean;
    readonly verdicts: readonly Verdict[];
    readonly violations: readonly ScenarioViolation[];
    readonly trace: TraceSlice;
    readonly summary: string;
}

interface RunScenarioOptions {
    readonly seed?: number;
}
declare function runScenario(scenario: Scenario, options?: RunScenarioOptions): Promise<ScenarioResult>;

interface RunForRealOptions extends RunScenarioOptions {
    readonly directory: string;
}
declare function whyNotForReal(scenario: Scenario): ScenarioError | undefined;
declare function runScenarioForReal(scenario: Scenario, options: RunForRealOptions): Promise<ScenarioResult>;

declare const scenarios: readonly Scenario[];

interface SimulateOptions extends SimulationOptions {
    readonly verify?: boolean;
}
declare class DivergenceError extends Error {
    readonly code = "IPC_SIMULATION_DIVERGENCE";
    readonly index: number;
    readonly first: TraceRecord | undefined;
    readonly second: TraceRecord | undefined;
    constructor(seed: number, index: number, first: TraceRecord | undefined, second: TraceRecord | undefined);
}
declare function simulate(options: SimulateOptions, body: (sim: Simulation) => void | Promise<void>): Promise<Simulation>;

declare class LivelockError extends Error {
    readonly code = "IPC_SIMULATION_LIVELOCK";
    readonly label: string;
    readonly lastEvents: readonly string[];
    constructor(nowMs: number, events: number, labels: readonly string[]);
}
declare class OverdueError extends Error {
    readonly code = "IPC_SIMULATION_OVERDUE";
    constructor(withinMs: number, pending: readonly PendingTimer[]);
}

export { ChaosProxy, DivergenceError, DuplexConnection, Exactly, Expectation, Fake, FakeClient, FakeServer, Fault, FaultHandle, FaultPlan, LawError, LivelockError, MissingFactError, OverdueError, PendingTimer, PlannedFault, RefusalCode, ScenarioError, Simulation, SimulationOptions, Trace, TraceRecord, TraceSlice, Transport, VerificationError, checkTrace, exactly, findViolations, parseScenario, runScenario, runScenarioForReal, scenarios, simulate, transcoderContract, transportContract, whyNotForReal };
export type { Answer, ChaosClock, ChaosProcess, ChaosProcessOptions, ChaosProxyEvents, ChaosProxyOptions, Checkable, ContractCase, ContractWorld, CutOptions, DeepPartial, FakeClientOptions, FakeOptions, FakeServerOptions, InjectedFault, Liveness, Malformation, Match, PlayedPlan, ReceivedMessage, RunForRealOptions, RunScenarioOptions, Scenario, ScenarioClient, ScenarioExpectation, ScenarioResult, ScenarioServer, ScenarioViolation, ScenarioWorld, ScriptedPeer, SimulateOptions, Step, ToOptions, TranscoderContractOptions, TransportContractOptions, Verdict, Violation, WithinOptions };

// dist/testing/shared/simulation.d.ts
import { Timer, DuplexConnection, ListenHandlers, Listener, DialHandlers, Dial, Transport, Runtime } from '../../shared/transport.js';
import { EventEmitter } from 'node:events';

type Direction = 'toServer' | 'toClient' | 'both';
interface FaultTarget {
    readonly server?: string;
    readonly client?: string | readonly string[] | {
        readonly oneOf: readonly string[];
    } | {
        readonly fraction: number;
    };
    readonly connection?: number;
}
interface FaultScope {
    readonly id?: string;
    readonly target?: FaultTarget;
    readonly direction?: Direction;
    readonly toxicity?: number;
    readonly for?: number;
}
type RefusalCode = 'ENOENT' | 'ECONNREFUSED' | 'EACCES' | 'EAGAIN' | 'EMFILE' | 'ENOTDIR';
interface Refuse extends FaultScope {
    readonly kind: 'refuse';
    readonly code: RefusalCode;
}
interface AcceptDelay extends FaultScope {
    readonly kind: 'acceptDelay';
    readonly delay: number;
    readonly jitter?: number;
}
interface AcceptDrop extends FaultScope {
    readonly kind: 'acceptDrop';
    readonly mode?: 'eof' | 'reset';
    readonly after?: number;
}
interface Backlog extends FaultScope {
    readonly kind: 'backlog';
    readonly limit: number;
}
interface Latency extends FaultScope {
    readonly kind: 'latency';
    readonly latency: number;
    readonly jitter?: number;
    readonly distribution?: 'uniform' | 'exponential';
}
interface Bandwidth extends FaultScope {
    readonly kind: 'bandwidth';
    readonly rate: number;
    readonly burst?: number;
}
interface Slice extends FaultScope {
    readonly kind: 'slice';
    readonly average: number;
    readonly variation?: number;
    readonly delay?: number;
}
interface Coalesce extends FaultScope {
    readonly kind: 'coalesce';
    readonly window: number;
    readonly max?: number;
}
interface LimitData extends FaultScope {
    readonly kind: 'limitData';
    readonly bytes: number;
    readonly then?: 'end' | 'reset' | 'stall';
}
interface Cut extends FaultScope {
    readonly kind: 'cut';
    readonly mode?: 'eof' | 'reset' | 'auto';
}
interface HalfClose extends FaultScope {
    readonly kind: 'halfClose';
    readonly side: 'client' | 'server';
}
interface SlowClose extends FaultScope {
    readonly kind: 'slowClose';
    readonly delay: number;
}
interface Stall extends FaultScope {
    readonly kind: 'stall';
}
interface Hold extends FaultScope {
    readonly kind: 'hold';
}
interface Release extends FaultScope {
    readonly kind: 'release';
}
interface Partition extends FaultScope {
    readonly kind: 'partition';
    readonly groups: readonly (readonly string[])[];
    readonly connects?: 'refuse' | 'hang';
}
interface Crash extends FaultScope {
    readonly kind: 'crash';
    readonly lose?: 'kernelKept' | 'all';
    readonly restartAfter?: number;
    readonly staleFile?: boolean;
}
interface Stop extends FaultScope {
    readonly kind: 'stop';
    readonly restartAfter?: number;
}
interface Pause extends FaultScope {
    readonly kind: 'pause';
}
interface SlowStart extends FaultScope {
    readonly kind: 'slowStart';
    readonly delay: number;
}
interface ReplaceServer extends FaultScope {
    readonly kind: 'replaceServer';
}
interface UnlinkSocket extends FaultScope {
    readonly kind: 'unlinkSocket';
}
interface ClockJump extends FaultScope {
    readonly kind: 'clockJump';
    readonly delta: number;
}
interface GcPause extends FaultScope {
    readonly kind: 'gcPause';
}
interface Corrupt extends FaultScope {
    readonly kind: 'corrupt';
    readonly probability: number;
    readonly bytes?: number;
}
interface Garbage extends FaultScope {
    readonly kind: 'garbage';
    readonly form: 'oversize' | 'noTerminator' | 'badJson' | 'badUtf8' | 'nulRun' | 'deepNesting' | 'protoKey';
}
interface FailNth extends FaultScope {
    readonly kind: 'failNth';
    readonly op: 'dial' | 'listen' | 'accept' | 'read' | 'write';
    readonly n: number;
    readonly code: string;
}
interface Swizzle extends FaultScope {
    readonly kind: 'swizzle';
    readonly fraction: number;
    readonly spread: number;
}
interface Heal extends FaultScope {
    readonly kind: 'heal';
}
type Fault = Refuse | AcceptDelay | AcceptDrop | Backlog | Latency | Bandwidth | Slice | Coalesce | LimitData | Cut | HalfClose | SlowClose | Stall | Hold | Release | Partition | Crash | Stop | Pause | SlowStart | ReplaceServer | UnlinkSocket | ClockJump | GcPause | Corrupt | Garbage | FailNth | Swizzle | Heal;
type FaultKind = Fault['kind'];
type FaultOf<Kind extends FaultKind> = Extract<Fault, {
    readonly kind: Kind;
}>;

interface JsonSchema {
    readonly [keyword: string]: unknown;
}

interface Trigger {
    readonly at?: number;
    readonly afterBytes?: number;
    readonly afterFrames?: number;
    readonly afterConnects?: number;
    readonly onEvent?: string;
}
type PlannedFault = Fault & Trigger;
interface FaultPlan {
    readonly version: 1;
    readonly seed: number;
    readonly faults: readonly PlannedFault[];
}
declare class FaultPlanError extends TypeError {
    readonly code: string;
    readonly name: string;
    readonly path: string;
    readonly problem: string;
    constructor(path: string, problem: string);
}
declare function parseFaultPlan(value: unknown): FaultPlan;
declare function parseFault(value: unknown): Fault;
declare function faultPlanSchema(): JsonSchema;

type EntryPlace = 'nowhere' | 'heap' | 'queue' | 'pool' | 'parked';
declare abstract class ClockEntry {
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

declare class Epoch {
    readonly name: string;
    state: 'running' | 'paused' | 'ended';
    readonly parkedEntries: ClockEntry[];
    readonly parkedCallbacks: (() => void)[];
    constructor(name: string);
}

type Draw = (count: number) => number;

interface Companion {
    tick(ms: number): unknown;
    countTimers?(): number;
}
interface VirtualClockOptions {
    readonly eventsPerInstant?: number;
    readonly turnsPerInstant?: number;
    readonly draw?: Draw;
    readonly onException?: (exception: unknown) => void;
    readonly stacks?: boolean;
}

interface PendingTimer {
    readonly label: string;
    readonly dueMs: number;
    readonly process: string | undefined;
    readonly stack: string | undefined;
}

declare class VirtualClock {
    #private;
    constructor(options?: VirtualClockOptions);
    get now(): number;
    get nowMicros(): number;
    get events(): number;
    get nextMs(): number;
    get isRunning(): boolean;
    setTimer(delayMs: number, callback: () => void, label: string, epoch?: Epoch): Timer;
    setUrgentTimer(delayMs: number, callback: () => void, label: string): Timer;
    defer(callback: () => void, epoch?: Epoch): void;
    pendingTimers(): PendingTimer[];
    accompany(companion: Companion | undefined): void;
    advance(ms: number): Promise<void>;
    settle(): Promise<void>;
    until(predicate: () => boolean, options?: {
        within?: number;
    }): Promise<void>;
    advanceSync(ms: number): void;
    settleSync(): void;
}

declare class SeededRandom {
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

declare class TraceSlice {
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

type TraceKind = 'event' | 'link' | 'bytes' | 'fault' | 'process' | 'note';
interface TraceRecord {
    readonly at: number;
    readonly kind: TraceKind;
    readonly actor: string;
    readonly name: string;
    readonly detail: string;
    readonly peer?: string;
}
interface TraceOptions {
    readonly keep?: number;
    readonly hash?: boolean;
    readonly bytes?: boolean;
    readonly details?: boolean;
}
declare class Trace extends TraceSlice {
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

type Freight = 'bytes' | 'end';
interface Condition {
    delay?(dueMicros: number, bytes: number, freight: Freight): number;
    pieceLimit?(): number;
    readLimit?(waiting: KernelBuffer): number;
    readFailure?(): string | undefined;
    writeFailure?(): string | undefined;
    transform?(chunk: Buffer): Buffer;
    delivered?(chunk: Buffer): void;
}
declare class LinkDirection {
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

declare class KernelBuffer {
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

type ReadResult = Buffer | 'end' | 'reset' | Error | undefined;
interface KernelWatcher {
    wakeAt(dueMicros: number): void;
}
interface KernelPair {
    closed(): void;
}
declare class KernelSocket {
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

type WriteCallback = (error?: Error | null) => void;

interface SimulatedSocketOptions {
    readonly clock: VirtualClock;
    readonly kernel: KernelSocket;
    readonly epoch: Epoch | undefined;
    readonly allowHalfOpen?: boolean;
}
declare class SimulatedSocket extends EventEmitter implements DuplexConnection {
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
}

type Side = 'client' | 'server';
interface LinkOptions {
    readonly clock: VirtualClock;
    readonly id: number;
    readonly address: string;
    readonly epoch: Epoch | undefined;
    readonly dialler: string;
    readonly allowHalfOpen?: boolean;
    readonly onClosed: (link: Link) => void;
}
declare class Link implements KernelPair {
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

type Fidelity = 'typical' | 'adversarial';
type PathState = 'absent' | 'live' | 'stale' | 'file';
interface NetworkOptions {
    readonly clock: VirtualClock;
    readonly random: SeededRandom;
    readonly trace: Trace;
    readonly fidelity: Fidelity;
    readonly stacks: boolean;
}
interface Caller {
    readonly epoch: Epoch | undefined;
    readonly actor: string;
    readonly allowHalfOpen?: boolean;
}
interface Acceptance {
    readonly delayMs: number;
    readonly drop: 'end' | 'reset' | undefined;
}
interface NetworkFaults {
    refusal(address: string, caller: Caller): string | undefined;
    linked(link: Link): void;
    acceptance(link: Link): Acceptance | undefined;
    acceptFailure(link: Link): string | undefined;
    backlogLimit(address: string): number | undefined;
    listenDelayMs(address: string, epoch: Epoch | undefined): number;
    listenFailure(address: string): string | undefined;
}
declare class SimulatedNetwork {
    #private;
    readonly clock: VirtualClock;
    readonly trace: Trace;
    readonly fidelity: Fidelity;
    readonly random: SeededRandom;
    faults: NetworkFaults | undefined;
    constructor(options: NetworkOptions);
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
    dialHostile(address: string, chunks: Iterable<Buffer>): void;
}

interface SimulatedTransportOptions {
    readonly backlog?: number;
    readonly allowHalfOpen?: boolean;
}
declare class SimulatedRuntime implements Runtime {
    #private;
    constructor(network: SimulatedNetwork, purpose: string, epoch: Epoch | undefined);
    now(): number;
    setTimer(delayMs: number, callback: () => void, label: string): Timer;
    defer(callback: () => void): void;
    random(): number;
    createId(): string;
}
declare class SimulatedTransport implements Transport {
    #private;
    readonly runtime: SimulatedRuntime;
    readonly address: string;
    constructor(network: SimulatedNetwork, address: string, purpose: string, epoch: Epoch | undefined, options: SimulatedTransportOptions);
    attach(owner: EventEmitter): void;
    dial(handlers: DialHandlers): Dial;
    listen(handlers: ListenHandlers): Listener;
}

interface HostContext {
    readonly name: string;
    readonly life: number;
    transport(address: string, options?: SimulatedTransportOptions): SimulatedTransport;
}
interface Closable {
    close(): unknown;
}
type HostFactory = (context: HostContext) => Closable | readonly Closable[] | void;
declare class Host {
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
    transport(address: string, options?: SimulatedTransportOptions): SimulatedTransport;
}

interface FaultWorld {
    readonly network: SimulatedNetwork;
    hosts(): Host[];
}

interface FaultHandle {
    readonly fault: Fault;
    heal(): void;
}
declare class FaultEngine implements NetworkFaults {
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

declare class FaultPlayer {
    #private;
    readonly plan: FaultPlan;
    constructor(plan: FaultPlan, network: SimulatedNetwork, engine: FaultEngine, over: (player: FaultPlayer) => void);
    get left(): number;
    get isOver(): boolean;
    stop(): void;
}

interface LeakedConnection {
    readonly link: number;
    readonly address: string;
    readonly dialler: string;
    readonly sides: readonly ('client' | 'server')[];
    readonly unreadBytes: number;
    readonly stack: string | undefined;
}
interface LeakedDial {
    readonly address: string;
    readonly dialler: string;
    readonly stack: string | undefined;
}
interface LeakedListener {
    readonly address: string;
    readonly owner: string;
    readonly stack: string | undefined;
}
interface LeakReport {
    readonly connections: readonly LeakedConnection[];
    readonly dials: readonly LeakedDial[];
    readonly listeners: readonly LeakedListener[];
    readonly timers: readonly PendingTimer[];
    readonly isClean: boolean;
    toString(): string;
}
declare class LeakError extends Error {
    readonly code = "IPC_SIMULATION_LEAK";
    readonly report: LeakReport;
    constructor(report: LeakReport);
}

interface SimulationOptions {
    readonly seed?: number;
    readonly fidelity?: Fidelity;
    readonly trace?: TraceOptions;
    readonly stacks?: boolean;
    readonly leaks?: 'report' | 'throw';
    readonly eventsPerInstant?: number;
    readonly turnsPerInstant?: number;
    readonly onException?: (exception: unknown) => void;
}
declare class Simulation {
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

export { FaultPlanError, FaultPlayer, Host, LeakError, SeededRandom, SimulatedNetwork, SimulatedSocket, SimulatedTransport, Simulation, Trace, TraceSlice, VirtualClock, faultPlanSchema, parseFault, parseFaultPlan };
export type { Closable, Companion, Direction, Fault, FaultHandle, FaultKind, FaultOf, FaultPlan, FaultScope, FaultTarget, Fidelity, HostContext, HostFactory, JsonSchema, LeakReport, PathState, PendingTimer, PlannedFault, RefusalCode, SimulatedTransportOptions, SimulationOptions, TraceKind, TraceOptions, TraceRecord, Trigger, VirtualClockOptions };
