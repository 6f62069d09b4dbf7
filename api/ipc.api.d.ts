// The API of ipc. Written by `npm run api`: do not edit.

// dist/index.d.ts
import { DuplexConnection, Transport } from './shared/transport.js';
export { Dial, DialHandlers, ListenHandlers, Listener, Runtime, Timer } from './shared/transport.js';
import { TopicOf, Transcoder, Contract, AnyContract, TypedEmitter, EmptyTopic, MessageArgument, MessageOf, IpcError } from './shared/typed-emitter.js';
export { BackpressureError, BadClientError, DecodeError, Decoder, DecoderLimits, EncodeError, EncodedData, Encoder, MessageWrapper, NoServerError, PrivateDirectoryError, SendAfterCloseError, SendError, SocketFileError, SocketFileErrorCode, UsageError, UsageErrorCode } from './shared/typed-emitter.js';

type Delay = number | {
    readonly min: number;
    readonly max: number;
} | DelayFunction;
type DelayFunction = (attempt: number, random: () => number) => number;
interface ExponentialOptions {
    initial?: number;
    factor?: number;
    max?: number;
    jitter?: number;
}
declare function exponential(options?: ExponentialOptions): DelayFunction;

type ClientEvents<Incoming> = {
    connect: [connection: DuplexConnection];
    reconnect: [connection: DuplexConnection];
    connectError: [error: NodeJS.ErrnoException];
    disconnect: [];
    message: {
        [Topic in TopicOf<Incoming>]: [message: Incoming[Topic], topic: Topic];
    }[TopicOf<Incoming>];
    drain: [];
    error: [error: NodeJS.ErrnoException];
    closed: [];
    close: [];
} & {
    [Topic in TopicOf<Incoming> as `message.${Topic}`]: [message: Incoming[Topic]];
};
type ServerEvents<Incoming> = {
    listening: [];
    connection: [clientId: string, connection: DuplexConnection];
    message: {
        [Topic in TopicOf<Incoming>]: [message: Incoming[Topic], topic: Topic, clientId: string];
    }[TopicOf<Incoming>];
    disconnect: [clientId: string];
    drain: [clientId: string];
    error: [error: NodeJS.ErrnoException];
    closed: [];
    close: [];
} & {
    [Topic in TopicOf<Incoming> as `message.${Topic}`]: [message: Incoming[Topic], clientId: string];
};

type Address = {
    socketFile: string;
    transport?: undefined;
} | {
    socketFile?: undefined;
    transport: Transport;
};
interface CommonOptions {
    transcoder?: Transcoder | undefined;
    maxMessageBytes?: number | undefined;
    maxBufferedBytes?: number | undefined;
    closeTimeout?: number | undefined;
}
type ServerOptions = Address & CommonOptions & {
    mode?: number | undefined;
};
type ClientOptions = Address & CommonOptions & {
    retryDelay?: Delay | undefined;
    reconnectDelay?: Delay | undefined;
};

declare class Client<C extends Contract = AnyContract> extends TypedEmitter<ClientEvents<C['toClient']>> {
    #private;
    constructor(options: ClientOptions);
    connect(): void;
    send<T extends TopicOf<C['toServer']> | EmptyTopic<C['toServer']>>(topic: T, ...[message]: MessageArgument<MessageOf<C['toServer'], T>>): boolean;
    close(): void;
}

declare const jsonTranscoder: Transcoder;

declare class Server<C extends Contract = AnyContract> extends TypedEmitter<ServerEvents<C['toServer']>> {
    #private;
    constructor(options: ServerOptions);
    listen(): void;
    send<T extends TopicOf<C['toClient']> | EmptyTopic<C['toClient']>>(topic: T, message: MessageOf<C['toClient'], T>, clientId: string): boolean;
    broadcast<T extends TopicOf<C['toClient']> | EmptyTopic<C['toClient']>>(topic: T, ...[message]: MessageArgument<MessageOf<C['toClient'], T>>): boolean;
    close(): void;
}

declare class ListenError extends IpcError {
    readonly name: string;
    readonly code: string;
    readonly syscall: string;
    readonly address: string;
    constructor(code: string, address: string, message: string, options?: ErrorOptions);
}

declare function socketPath(name: string): string;

export { AnyContract, Client, Contract, DuplexConnection, IpcError, ListenError, Server, Transcoder, Transport, exponential, jsonTranscoder, socketPath };
export type { ClientEvents, ClientOptions, Delay, DelayFunction, ExponentialOptions, ServerEvents, ServerOptions };

// dist/shared/transport.d.ts
import { EventEmitter } from 'node:events';

interface Timer {
    cancel(): void;
}
interface Runtime {
    now(): number;
    setTimer(delayMs: number, callback: () => void, label: string): Timer;
    random(): number;
    createId(): string;
    defer(callback: () => void): void;
}

interface DuplexConnection {
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
interface DialHandlers {
    opened(connection: DuplexConnection): void;
    failed(error: Error): void;
}
interface Dial {
    abort(): void;
}
interface ListenHandlers {
    listening(): void;
    failed(error: Error): void;
    accepted(connection: DuplexConnection): void;
    error(error: Error): void;
    closed(): void;
}
interface Listener {
    close(): void;
}
interface Transport {
    readonly runtime?: Runtime;
    dial(handlers: DialHandlers): Dial;
    listen(handlers: ListenHandlers): Listener;
    attach?(owner: EventEmitter): void;
}

export type { Dial, DialHandlers, DuplexConnection, ListenHandlers, Listener, Runtime, Timer, Transport };

// dist/shared/typed-emitter.d.ts
import { EventEmitter } from 'node:events';

interface Contract {
    toServer: object;
    toClient: object;
}
interface AnyContract extends Contract {
    toServer: any;
    toClient: any;
}
type TopicOf<Messages> = keyof Messages & string;
type EmptyTopic<Messages> = string extends keyof Messages ? null | undefined : never;
type MessageOf<Messages, Topic> = Topic extends keyof Messages ? Messages[Topic] : unknown;
type MessageArgument<Message> = undefined extends Message ? [message?: Message] : [message: Message];

interface MessageWrapper {
    topic: string;
    message: unknown;
}
declare class IpcError extends Error {
    readonly code: string;
    readonly name: string;
}
declare class SendError extends IpcError {
    readonly code: string;
    readonly name: string;
    readonly sentMessage: unknown;
    readonly sentTopic: unknown;
    constructor(errorMessage: string, message: unknown, topic: unknown, options?: ErrorOptions);
}
declare class EncodeError extends SendError {
    readonly code: string;
    readonly name: string;
    constructor(errorMessage: string, wrapper: {
        topic: unknown;
        message: unknown;
    }, options?: ErrorOptions);
}
declare class SendAfterCloseError extends SendError {
    readonly code: string;
    readonly name: string;
}
declare class NoServerError extends SendError {
    readonly code: string;
    readonly name: string;
}
declare class BadClientError extends SendError {
    readonly code: string;
    readonly name: string;
    readonly clientId: unknown;
    constructor(errorMessage: string, message: unknown, topic: unknown, clientId: unknown, options?: ErrorOptions);
}
declare class BackpressureError extends SendError {
    readonly code: string;
    readonly name: string;
    readonly clientId: string | undefined;
    readonly bufferedBytes: number;
    constructor(errorMessage: string, message: unknown, topic: unknown, backlog: {
        clientId: string | undefined;
        bufferedBytes: number;
    });
}
declare class DecodeError extends IpcError {
    readonly code: string;
    readonly name: string;
    readonly rawData: unknown;
    clientId: string | undefined;
    constructor(errorMessage: string, rawData: unknown, options?: ErrorOptions);
}
type UsageErrorCode = 'IPC_ALREADY_CONNECTED' | 'IPC_ALREADY_LISTENING' | 'IPC_BAD_DELAY' | 'IPC_CLOSED';
declare class UsageError extends IpcError {
    readonly code: UsageErrorCode;
    readonly name: string;
    constructor(code: UsageErrorCode, errorMessage: string, options?: ErrorOptions);
}
type SocketFileErrorCode = 'IPC_SOCKET_REMOVED' | 'IPC_SOCKET_REPLACED';
declare class SocketFileError extends IpcError {
    readonly code: SocketFileErrorCode;
    readonly name: string;
    readonly address: string;
    constructor(code: SocketFileErrorCode, errorMessage: string, address: string, options?: ErrorOptions);
    static removed(address: string): SocketFileError;
    static replaced(address: string): SocketFileError;
}
declare class PrivateDirectoryError extends IpcError {
    readonly code: string;
    readonly name: string;
    readonly directory: string;
    constructor(errorMessage: string, directory: string, options?: ErrorOptions);
}

type EncodedData = string | Uint8Array | null | undefined;
type Encoder = (wrapper: MessageWrapper, callback: (error: Error | null | undefined, data?: EncodedData) => void) => void;
type Decoder = (chunk: any, callback: (error: Error | null | undefined, wrappers?: readonly MessageWrapper[]) => void) => void;
interface DecoderLimits {
    readonly maxMessageBytes: number;
}
interface Transcoder {
    readonly socketEncoding: BufferEncoding | null;
    createEncoder(): Encoder;
    createDecoder(limits?: DecoderLimits): Decoder;
}

type Name<Events> = keyof Events & string;
type Listener<Arguments> = [Arguments] extends [unknown[]] ? (...args: Arguments) => void : never;
type Values<Arguments> = [Arguments] extends [unknown[]] ? Arguments : never;
interface TypedEmitter<Events> extends EventEmitter {
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
declare const TypedEmitter: new <Events>() => TypedEmitter<Events>;

export { BackpressureError, BadClientError, DecodeError, EncodeError, IpcError, NoServerError, PrivateDirectoryError, SendAfterCloseError, SendError, SocketFileError, TypedEmitter, UsageError };
export type { AnyContract, Contract, Decoder, DecoderLimits, EmptyTopic, EncodedData, Encoder, MessageArgument, MessageOf, MessageWrapper, SocketFileErrorCode, TopicOf, Transcoder, UsageErrorCode };
