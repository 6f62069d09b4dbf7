/** The public list of `ipc/testing`. */

export type { Transport } from '../core/transport.js';
