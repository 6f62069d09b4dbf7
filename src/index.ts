/** The public list of `ipc`. */

export type { DuplexConnection, Transport } from './core/transport.js';
