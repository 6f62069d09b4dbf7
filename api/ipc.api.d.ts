// The API of ipc. Written by `npm run api`: do not edit.

// src/index.d.ts
export type { DuplexConnection, Transport } from './core/transport.js';

// src/core/transport.d.ts
import type { Runtime } from './runtime.js';
export interface DuplexConnection {
    readonly destroyed: boolean;
    readonly writableLength: number;
    readonly writableHighWaterMark: number;
    readonly writableNeedDrain: boolean;
    write(chunk: Uint8Array | string, encoding?: BufferEncoding): boolean;
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
