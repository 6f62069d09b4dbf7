// The API of ipc/testing/fast-check. Written by `npm run api`: do not edit.

// src/testing/fast-check/index.d.ts
export type { Body, Epilogue, ExploreOptions } from './explore.js';
export { ExploreError, explore } from './explore.js';
export type { FaultPlanConstraints } from './fault-arbitraries.js';
export { DEFAULT_KINDS, faultPlans, faults, plannedFaults } from './fault-arbitraries.js';

// src/testing/fast-check/explore.d.ts
import type { FaultKind } from '../faults/fault.js';
import { type FaultPlan } from '../faults/fault-plan.js';
import type { Fidelity } from '../network/simulated-network.js';
import { Simulation } from '../simulation.js';
export type Epilogue = () => void | Promise<void>;
export type Body = (sim: Simulation) => Promise<Epilogue | void> | Epilogue | void;
export interface ExploreOptions {
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
export declare class ExploreError extends Error {
    #private;
    readonly code: string;
    readonly name: string;
    readonly plan: FaultPlan;
    readonly trace: string;
    constructor(plan: FaultPlan, sim: Simulation, cause: unknown, summary: string, decisive?: string);
    toHtml(): string;
}
export declare function explore(body: Body, options?: ExploreOptions): Promise<void>;

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

// src/testing/fast-check/fault-arbitraries.d.ts
import fc from 'fast-check';
import type { Fault, FaultKind } from '../faults/fault.js';
import type { FaultPlan, PlannedFault } from '../faults/fault-plan.js';
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
