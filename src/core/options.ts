/** Options of `Server` and `Client`: checked once, completed once; nothing downstream knows a default. */

import { type Delay, isDelayMs, LONGEST_DELAY_MS } from './backoff.js';
import { describe } from './describe.js';
import { jsonTranscoder } from './json-transcoder.js';
import { nearestName } from './nearest-name.js';
import { currentPlatform } from './platform.js';
import type { Runtime } from './runtime.js';
import type { Transcoder } from './transcoder.js';
import type { Transport } from './transport.js';

/** Where the server is: a socket file, or any other transport. Exactly one of the two. */
export type Address =
  | {
      /**
       * Path of the socket file: at most 107 bytes on Linux, 103 on macOS. A string of digits only is refused, since
       * it looks like a port; write `./8000` for a file of that name.
       */
      socketFile: string;
      transport?: undefined;
    }
  | {
      socketFile?: undefined;
      /** Any other way to connect: the simulator of `ipc/testing`, TCP, your own. */
      transport: Transport;
    };

/** What `Server` and `Client` have in common. */
export interface CommonOptions {
  /** The wire format. Default: JSON, as `@crussell52/socket-ipc` writes it. */
  transcoder?: Transcoder | undefined;
  /** Longest message taken from a peer, in bytes; one that sends more is cut off. Default 100 MiB. */
  maxMessageBytes?: number | undefined;
  /** Most that may wait for a peer that does not read, in bytes; one message may overshoot it. Default 64 MiB. */
  maxBufferedBytes?: number | undefined;
  /** How long `close()` waits for a peer that does not finish before it cuts it off, in milliseconds. Default 5000. */
  closeTimeout?: number | undefined;
}

/** Options of a `Server`. */
export type ServerOptions = Address &
  CommonOptions & {
    /** Permissions of the socket file from the moment it exists, such as `0o600`. Default: by the process umask. */
    mode?: number | undefined;
  };

/** Options of a `Client`. */
export type ClientOptions = Address &
  CommonOptions & {
    /** Wait after a failed attempt to connect. Default 1000 ms. */
    retryDelay?: Delay | undefined;
    /** Wait after the loss of a connection. Default 100 ms. */
    reconnectDelay?: Delay | undefined;
  };

/** Everything a `Server` needs to know. */
export interface ResolvedOptions {
  readonly transport: Transport;
  readonly runtime: Runtime;
  readonly transcoder: Transcoder;
  readonly maxMessageBytes: number;
  readonly maxBufferedBytes: number;
  readonly closeTimeout: number;
}

/** Everything a `Client` needs to know. */
export interface ResolvedClientOptions extends ResolvedOptions {
  readonly retryDelay: Delay;
  readonly reconnectDelay: Delay;
}

const MEBIBYTE = 1024 * 1024;

/** Letters too many, too few or wrong in a name that is taken for a misspelt one. */
const MOST_TYPOS = 2;

/** @throws TypeError that names the option, says what is wrong with it and what it may be. */
export function resolveServerOptions(options: ServerOptions): ResolvedOptions {
  checkObject(options, 'Server');
  const { mode } = options;
  if (mode !== undefined) {
    check(
      Number.isInteger(mode) && mode >= 0 && mode <= 0o777,
      'mode',
      'permissions from 0 to 0o777, such as 0o600',
      mode,
    );
    check(options.transport === undefined, 'mode', 'left out with a transport, which has no socket file', mode);
  }
  return resolveCommon(options, mode);
}

/** @throws TypeError that names the option, says what is wrong with it and what it may be. */
export function resolveClientOptions(options: ClientOptions): ResolvedClientOptions {
  checkObject(options, 'Client');
  const { retryDelay = 1000, reconnectDelay = 100 } = options;
  checkDelay(retryDelay, 'retryDelay');
  checkDelay(reconnectDelay, 'reconnectDelay');
  const { transport, runtime, transcoder, maxMessageBytes, maxBufferedBytes, closeTimeout } = resolveCommon(
    options,
    undefined,
  );
  // Not spread: V8 gives every object that a spread begins a hidden class of its own, and each access would be a search.
  return {
    transport,
    runtime,
    transcoder,
    maxMessageBytes,
    maxBufferedBytes,
    closeTimeout,
    retryDelay,
    reconnectDelay,
  };
}

function resolveCommon(options: Address & CommonOptions, mode: number | undefined): ResolvedOptions {
  const {
    transcoder = jsonTranscoder,
    maxMessageBytes = 100 * MEBIBYTE,
    maxBufferedBytes = 64 * MEBIBYTE,
    closeTimeout = 5000,
  } = options;
  checkTranscoder(transcoder);
  checkLimit(maxMessageBytes, 'maxMessageBytes');
  checkLimit(maxBufferedBytes, 'maxBufferedBytes');
  check(isDelayMs(closeTimeout) && closeTimeout > 0, 'closeTimeout', TIMEOUT, closeTimeout);
  const transport = resolveTransport(options, mode);
  const runtime = transport.runtime ?? currentPlatform().runtime;
  return { transport, runtime, transcoder, maxMessageBytes, maxBufferedBytes, closeTimeout };
}

function resolveTransport(options: Address, mode: number | undefined): Transport {
  const { socketFile, transport } = options;
  if (transport !== undefined) {
    if (socketFile !== undefined) {
      refuse('transport', 'left out with a socketFile: give one of the two', 'both');
    }
    const usable = typeof transport?.dial === 'function' && typeof transport.listen === 'function';
    check(usable, 'transport', 'an object with dial() and listen()', transport);
    return transport;
  }
  if (socketFile === undefined) {
    throw new TypeError('options.socketFile is missing: the path of the socket file (or give options.transport).');
  }
  return currentPlatform().socketFileTransport(socketFile, mode === undefined ? {} : { mode });
}

const NAMES: readonly string[] = [
  'socketFile',
  'transport',
  'transcoder',
  'maxMessageBytes',
  'maxBufferedBytes',
  'closeTimeout',
  'mode',
  'retryDelay',
  'reconnectDelay',
];

/** Those that nobody comes near by accident, as `code` and `role` come near `mode`. */
const LONG_NAMES = NAMES.filter(({ length }) => length > 4);

/**
 * Of names that are no option only those are refused that are one misspelt: programs hand over objects that hold more, such
 * as one for both sides.
 */
function checkObject(options: unknown, name: string): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`new ${name}() needs an object of options, such as { socketFile: '/tmp/app.sock' }.`);
  }
  for (const given of Object.keys(options)) {
    const meant = NAMES.includes(given) ? undefined : nearestName(given, LONG_NAMES, MOST_TYPOS);
    if (meant !== undefined) {
      throw new TypeError(`options.${given} is no option; did you mean '${meant}'?`);
    }
  }
}

const TIMEOUT = `milliseconds, more than 0 and at most ${LONGEST_DELAY_MS}`;
const DELAY = `milliseconds from 0 to ${LONGEST_DELAY_MS}, { min, max } of them, or a function (attempt) => milliseconds`;

function checkDelay(delay: Delay, option: string): void {
  if (typeof delay === 'object' && delay !== null) {
    if (!(isDelayMs(delay.min) && isDelayMs(delay.max) && delay.min <= delay.max)) {
      refuse(option, DELAY, `{ min: ${describe(delay.min)}, max: ${describe(delay.max)} }`);
    }
  } else {
    check(typeof delay === 'function' || isDelayMs(delay), option, DELAY, delay);
  }
}

function checkLimit(bytes: number, option: string): void {
  check(Number.isSafeInteger(bytes) && bytes > 0, option, 'a whole number of bytes, 1 or more', bytes);
}

function checkTranscoder(transcoder: Transcoder): void {
  const usable =
    typeof transcoder === 'object' &&
    transcoder !== null &&
    typeof transcoder.createEncoder === 'function' &&
    typeof transcoder.createDecoder === 'function';
  check(usable, 'transcoder', 'an object with socketEncoding, createEncoder() and createDecoder()', transcoder);
  // Transcoders written in plain JavaScript may leave it out, which means Buffers.
  const encoding = transcoder.socketEncoding ?? null;
  check(
    encoding === null || Buffer.isEncoding(encoding),
    'transcoder.socketEncoding',
    "null for Buffers, or an encoding such as 'utf8'",
    encoding,
  );
}

function check(holds: boolean, option: string, expected: string, value: unknown): void {
  if (!holds) {
    refuse(option, expected, describe(value));
  }
}

function refuse(option: string, expected: string, got: string): never {
  throw new TypeError(`options.${option} must be ${expected}; got ${got}.`);
}
