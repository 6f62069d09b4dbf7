// The API of ipc. Written by `npm run api`: do not edit.

// src/index.d.ts
import './transports/node-platform.js';
export { type Delay, type DelayFunction, type ExponentialOptions, exponential } from './core/backoff.js';
export { Client } from './core/client.js';
export type { AnyContract, Contract } from './core/contract.js';
export { BackpressureError, BadClientError, DecodeError, EncodeError, IpcError, type MessageWrapper, NoServerError, PrivateDirectoryError, SendAfterCloseError, SendError, SocketFileError, type SocketFileErrorCode, UsageError, type UsageErrorCode, } from './core/errors.js';
export type { ClientEvents, ServerEvents } from './core/events.js';
export { jsonTranscoder } from './core/json-transcoder.js';
export type { ClientOptions, ServerOptions } from './core/options.js';
export type { Runtime, Timer } from './core/runtime.js';
export { Server } from './core/server.js';
export type { Decoder, DecoderLimits, EncodedData, Encoder, Transcoder } from './core/transcoder.js';
export type { Dial, DialHandlers, DuplexConnection, Listener, ListenHandlers, Transport } from './core/transport.js';
export { ListenError } from './transports/listen-error.js';
export { socketPath } from './transports/private-path.js';

// src/transports/node-platform.d.ts
import { type Platform } from '../core/platform.js';
export declare const nodePlatform: Platform;

// src/core/platform.d.ts
import type { Runtime } from './runtime.js';
import type { Transport } from './transport.js';
export interface SocketFileOptions {
    readonly mode?: number;
}
export interface Platform {
    readonly runtime: Runtime;
    socketFileTransport(path: string, options: SocketFileOptions): Transport;
}
export declare function currentPlatform(): Platform;
export declare function installPlatform(platform: Platform): () => void;

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

// src/core/backoff.d.ts
export type Delay = number | {
    readonly min: number;
    readonly max: number;
} | DelayFunction;
export type DelayFunction = (attempt: number, random: () => number) => number;
export declare const LONGEST_DELAY_MS: number;
export declare function isDelayMs(value: unknown): value is number;
export declare function delayMs(delay: Delay, attempt: number, random: () => number): number;
export interface ExponentialOptions {
    initial?: number;
    factor?: number;
    max?: number;
    jitter?: number;
}
export declare function exponential(options?: ExponentialOptions): DelayFunction;

// src/core/client.d.ts
import type { AnyContract, Contract, EmptyTopic, MessageArgument, MessageOf, TopicOf } from './contract.js';
import type { ClientEvents } from './events.js';
import { type ClientOptions } from './options.js';
import { TypedEmitter } from './typed-emitter.js';
export declare class Client<C extends Contract = AnyContract> extends TypedEmitter<ClientEvents<C['toClient']>> {
    #private;
    constructor(options: ClientOptions);
    connect(): void;
    send<T extends TopicOf<C['toServer']> | EmptyTopic<C['toServer']>>(topic: T, ...[message]: MessageArgument<MessageOf<C['toServer'], T>>): boolean;
    close(): void;
}

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

// src/core/events.d.ts
import type { TopicOf } from './contract.js';
import type { DuplexConnection } from './transport.js';
export type ClientEvents<Incoming> = {
    connect: [connection: DuplexConnection];
    reconnect: [connection: DuplexConnection];
    connectError: [error: Error];
    disconnect: [];
    message: {
        [Topic in TopicOf<Incoming>]: [message: Incoming[Topic], topic: Topic];
    }[TopicOf<Incoming>];
    drain: [];
    error: [error: Error];
    closed: [];
    close: [];
} & {
    [Topic in TopicOf<Incoming> as `message.${Topic}`]: [message: Incoming[Topic]];
};
export type ServerEvents<Incoming> = {
    listening: [];
    connection: [clientId: string, connection: DuplexConnection];
    message: {
        [Topic in TopicOf<Incoming>]: [message: Incoming[Topic], topic: Topic, clientId: string];
    }[TopicOf<Incoming>];
    disconnect: [clientId: string];
    drain: [clientId: string];
    error: [error: Error];
    closed: [];
    close: [];
} & {
    [Topic in TopicOf<Incoming> as `message.${Topic}`]: [message: Incoming[Topic], clientId: string];
};

// src/core/options.d.ts
import { type Delay } from './backoff.js';
import type { Runtime } from './runtime.js';
import type { Transcoder } from './transcoder.js';
import type { Transport } from './transport.js';
export type Address = {
    socketFile: string;
    transport?: undefined;
} | {
    socketFile?: undefined;
    transport: Transport;
};
export interface CommonOptions {
    transcoder?: Transcoder | undefined;
    maxMessageBytes?: number | undefined;
    maxBufferedBytes?: number | undefined;
    closeTimeout?: number | undefined;
}
export type ServerOptions = Address & CommonOptions & {
    mode?: number | undefined;
};
export type ClientOptions = Address & CommonOptions & {
    retryDelay?: Delay | undefined;
    reconnectDelay?: Delay | undefined;
};
export interface ResolvedOptions {
    readonly transport: Transport;
    readonly runtime: Runtime;
    readonly transcoder: Transcoder;
    readonly maxMessageBytes: number;
    readonly maxBufferedBytes: number;
    readonly closeTimeout: number;
}
export interface ResolvedClientOptions extends ResolvedOptions {
    readonly retryDelay: Delay;
    readonly reconnectDelay: Delay;
}
export declare function resolveServerOptions(options: ServerOptions): ResolvedOptions;
export declare function resolveClientOptions(options: ClientOptions): ResolvedClientOptions;

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

// src/core/json-transcoder.d.ts
import { type Transcoder } from './transcoder.js';
export declare const jsonTranscoder: Transcoder;

// src/core/server.d.ts
import type { AnyContract, Contract, EmptyTopic, MessageArgument, MessageOf, TopicOf } from './contract.js';
import type { ServerEvents } from './events.js';
import { type ServerOptions } from './options.js';
import { TypedEmitter } from './typed-emitter.js';
export declare class Server<C extends Contract = AnyContract> extends TypedEmitter<ServerEvents<C['toServer']>> {
    #private;
    constructor(options: ServerOptions);
    listen(): void;
    send<T extends TopicOf<C['toClient']> | EmptyTopic<C['toClient']>>(topic: T, message: MessageOf<C['toClient'], T>, clientId: string): boolean;
    broadcast<T extends TopicOf<C['toClient']> | EmptyTopic<C['toClient']>>(topic: T, ...[message]: MessageArgument<MessageOf<C['toClient'], T>>): boolean;
    close(): void;
}

// src/transports/listen-error.d.ts
import { IpcError } from '../core/errors.js';
export declare class ListenError extends IpcError {
    readonly name: string;
    readonly code: string;
    readonly syscall: string;
    readonly address: string;
    constructor(code: string, address: string, message: string, options?: ErrorOptions);
}
export declare function codeOf(error: unknown): string;
export declare function wordListenError(error: unknown, path: string, directory: string): Error;
export declare function adviceFor(code: string, directory: string): string;

// src/transports/private-path.d.ts
export interface Surroundings {
    readonly system: NodeJS.Platform;
    readonly uid: number;
    readonly runtimeDirectory: string | undefined;
    readonly temporaryDirectory: string;
}
export declare function socketPath(name: string): string;
export declare function privateSocketPath(name: string, surroundings: Surroundings): string;
