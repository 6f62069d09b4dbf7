/** The public list of `ipc`. */

import './transports/node-platform.js';

export { type Delay, type DelayFunction, type ExponentialOptions, exponential } from './core/backoff.js';
export { Client } from './core/client.js';
export type { AnyContract, Contract } from './core/contract.js';
export {
  BackpressureError,
  BadClientError,
  DecodeError,
  EncodeError,
  IpcError,
  type MessageWrapper,
  NoServerError,
  PrivateDirectoryError,
  SendAfterCloseError,
  SendError,
  SocketFileError,
  type SocketFileErrorCode,
  UsageError,
  type UsageErrorCode,
} from './core/errors.js';
export type { ClientEvents, ServerEvents } from './core/events.js';
export { jsonTranscoder } from './core/json-transcoder.js';
export type { ClientOptions, ServerOptions } from './core/options.js';
export type { Runtime, Timer } from './core/runtime.js';
export { Server } from './core/server.js';
export type { Decoder, DecoderLimits, EncodedData, Encoder, Transcoder } from './core/transcoder.js';
export type { Dial, DialHandlers, DuplexConnection, Listener, ListenHandlers, Transport } from './core/transport.js';
export { ListenError } from './transports/listen-error.js';
export { socketPath } from './transports/private-path.js';
