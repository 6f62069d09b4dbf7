/** What can go wrong, one class a condition. The `code` of each is stable; the wording of messages is not. */

import { detached } from './detached.js';

/** A message together with its topic: what a transcoder encodes and decodes. */
export interface MessageWrapper {
  topic: string;
  message: unknown;
}

/** Base of every error class of this library. What is wrong with an option or argument is a plain `TypeError`. */
export class IpcError extends Error {
  /** Stable across versions; compare with this and not with the message. */
  readonly code: string = 'IPC_ERROR';
  override readonly name: string = 'IpcError';
}

/** A message could not be sent. Base of the send family: `sentTopic` and `sentMessage` say which. */
export class SendError extends IpcError {
  override readonly code: string = 'IPC_SEND';
  override readonly name: string = 'SendError';
  readonly sentMessage: unknown;
  readonly sentTopic: unknown;

  constructor(errorMessage: string, message: unknown, topic: unknown, options?: ErrorOptions) {
    super(errorMessage, options);
    this.sentMessage = message;
    this.sentTopic = topic;
  }
}

/** The transcoder could not encode the message: a cycle, a BigInt, a throwing `toJSON`, a topic that is no string. */
export class EncodeError extends SendError {
  override readonly code: string = 'IPC_ENCODE';
  override readonly name: string = 'EncodeError';

  constructor(errorMessage: string, wrapper: { topic: unknown; message: unknown }, options?: ErrorOptions) {
    super(errorMessage, wrapper.message, wrapper.topic, options);
  }
}

/** `send` or `broadcast` was called after `close()`. A closed client or server stays closed: build a new one. */
export class SendAfterCloseError extends SendError {
  override readonly code: string = 'IPC_SEND_AFTER_CLOSE';
  override readonly name: string = 'SendAfterCloseError';
}

/** `client.send` with no connection: before `connect`, or between `disconnect` and the next `connect`. Not queued. */
export class NoServerError extends SendError {
  override readonly code: string = 'IPC_NO_SERVER';
  override readonly name: string = 'NoServerError';
}

/** `server.send` to an id that never was or has disconnected. */
export class BadClientError extends SendError {
  override readonly code: string = 'IPC_BAD_CLIENT';
  override readonly name: string = 'BadClientError';
  readonly clientId: unknown;

  constructor(errorMessage: string, message: unknown, topic: unknown, clientId: unknown, options?: ErrorOptions) {
    super(errorMessage, message, topic, options);
    this.clientId = clientId;
  }
}

/** The peer does not read, and what waits for it has passed `maxBufferedBytes`. The message was not sent. */
export class BackpressureError extends SendError {
  override readonly code: string = 'IPC_BACKPRESSURE';
  override readonly name: string = 'BackpressureError';
  /** The client that does not read; undefined on the client's side. */
  readonly clientId: string | undefined;
  /** Bytes waiting when the message was refused. */
  readonly bufferedBytes: number;

  constructor(
    errorMessage: string,
    message: unknown,
    topic: unknown,
    backlog: { clientId: string | undefined; bufferedBytes: number },
  ) {
    super(errorMessage, message, topic);
    this.clientId = backlog.clientId;
    this.bufferedBytes = backlog.bufferedBytes;
  }
}

/** Most of `DecodeError.rawData` that is kept, in bytes or characters. */
export const EXCERPT_LENGTH = 256;

/**
 * The peer sent something that is not a message, or more than `maxMessageBytes` of one. Its connection is destroyed,
 * since nothing after the fault can be trusted; nobody else is affected.
 */
export class DecodeError extends IpcError {
  override readonly code: string = 'IPC_DECODE';
  override readonly name: string = 'DecodeError';
  /** The beginning of what could not be decoded; at most 256 bytes of a Buffer or characters of a string. */
  readonly rawData: unknown;
  /** On the server, the client it came from. */
  clientId: string | undefined;

  constructor(errorMessage: string, rawData: unknown, options?: ErrorOptions) {
    super(errorMessage, options);
    this.rawData = excerpt(rawData);
    this.clientId = undefined;
  }
}

/** A copy, so that an error kept in a log does not keep a whole chunk alive. */
function excerpt(rawData: unknown): unknown {
  if (typeof rawData === 'string') {
    return detached(rawData.slice(0, EXCERPT_LENGTH));
  }
  return rawData instanceof Uint8Array ? Buffer.from(rawData.subarray(0, EXCERPT_LENGTH)) : rawData;
}

/** Codes of `UsageError`. */
export type UsageErrorCode = 'IPC_ALREADY_CONNECTED' | 'IPC_ALREADY_LISTENING' | 'IPC_BAD_DELAY' | 'IPC_CLOSED';

/** The application asked a `Client` or `Server` for something that cannot be; what was going on goes on. */
export class UsageError extends IpcError {
  override readonly code: UsageErrorCode;
  override readonly name: string = 'UsageError';

  constructor(code: UsageErrorCode, errorMessage: string, options?: ErrorOptions) {
    super(errorMessage, options);
    this.code = code;
  }
}

/** Codes of `SocketFileError`. */
export type SocketFileErrorCode = 'IPC_SOCKET_REMOVED' | 'IPC_SOCKET_REPLACED';

/**
 * Somebody removed the socket file of a server that listens, or put something else in its place. The server lives on
 * with the clients it has, and no new one finds it. Told once, and again only after the file has been back.
 */
export class SocketFileError extends IpcError {
  override readonly code: SocketFileErrorCode;
  override readonly name: string = 'SocketFileError';
  /** The path of the socket file. */
  readonly address: string;

  constructor(code: SocketFileErrorCode, errorMessage: string, address: string, options?: ErrorOptions) {
    super(errorMessage, options);
    this.code = code;
    this.address = address;
  }

  static removed(address: string): SocketFileError {
    const text =
      `The socket file ${address} was removed while the server listens. Clients that are connected go on; no new one ` +
      'can come, and one that loses its connection does not come back. Find out what removes files there, then close() ' +
      'this server and start another.';
    return new SocketFileError('IPC_SOCKET_REMOVED', text, address);
  }

  static replaced(address: string): SocketFileError {
    const text =
      `The socket file ${address} was replaced while the server listens: what stands there now is not its own. Clients ` +
      'that are connected go on; new ones do not reach this server, and may reach a stranger. Find out who put it there ' +
      '(ls -l, ss -xlp), then close() this server, which leaves that file alone, and start another.';
    return new SocketFileError('IPC_SOCKET_REPLACED', text, address);
  }
}

/** `socketPath` found no directory that is private to this user: it could not be made, or others have access to it. */
export class PrivateDirectoryError extends IpcError {
  override readonly code: string = 'IPC_PRIVATE_DIRECTORY';
  override readonly name: string = 'PrivateDirectoryError';
  /** The directory. */
  readonly directory: string;

  constructor(errorMessage: string, directory: string, options?: ErrorOptions) {
    super(errorMessage, options);
    this.directory = directory;
  }
}

/** What would end a line of a log, change how it is shown, or command a terminal. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * What was thrown, in words. Anything can be thrown, and not everything can be made a string. A SyntaxError quotes what it
 * could not read, so words of a stranger: they are made harmless.
 */
export function reasonOf(thrown: unknown): string {
  try {
    if (thrown instanceof SyntaxError) {
      return thrown.message.replace(UNPRINTABLE, (each) => `\\u{${each.codePointAt(0)?.toString(16)}}`);
    }
    return thrown instanceof Error ? thrown.message : String(thrown);
  } catch {
    return `a thrown ${typeof thrown}`;
  }
}
