/**
 * The events of `Client` and `Server` with their arguments, and their order. `E` stands for
 * `(message | drain | error)*`:
 *
 *     client  :=  connectError*  [ connect E ( disconnect connectError* connect reconnect E )* [ disconnect connectError* ] ]
 *                 closed close
 *     server  :=  [ listening ( connection | message | disconnect | drain | error )* ]  closed close
 *     client i as the server sees it  :=  connection (message | drain | error)* disconnect
 *
 * An `error` of a connection (`ECONNRESET`, `EPIPE`), which `disconnect` follows, is emitted only when somebody listens.
 * An `error` that answers a call of the application (a `send` that cannot be done, a second `connect`) may come at any
 * time, after `close` too. No event is emitted from inside a call of the application.
 */

import type { TopicOf } from './contract.js';
import type { DuplexConnection } from './transport.js';

/** Events of a `Client`. `Incoming` maps the topics that it receives to their messages. */
export type ClientEvents<Incoming> = {
  /** A connection is established; the first one, and each one after a loss. */
  connect: [connection: DuplexConnection];
  /** Directly after every `connect` but the first; nothing in between. */
  reconnect: [connection: DuplexConnection];
  /** An attempt to connect failed; the next one follows after `retryDelay`. */
  connectError: [error: NodeJS.ErrnoException];
  /** The connection was lost without `close()`; after the last message that it carried. */
  disconnect: [];
  /** Any message; its `message.<topic>` follows directly. */
  message: { [Topic in TopicOf<Incoming>]: [message: Incoming[Topic], topic: Topic] }[TopicOf<Incoming>];
  /** The backlog is written out, after a `send` that returned false. */
  drain: [];
  error: [error: NodeJS.ErrnoException];
  /** Deprecated: the same as `close`, directly before it. */
  closed: [];
  /** `close()` was called and the connection, if any, is gone. Once; only the error that answers a late call may follow. */
  close: [];
} & {
  [Topic in TopicOf<Incoming> as `message.${Topic}`]: [message: Incoming[Topic]];
};

/** Events of a `Server`. `Incoming` maps the topics that it receives to their messages. */
export type ServerEvents<Incoming> = {
  /** Ready for connections. */
  listening: [];
  /** A client connected. */
  connection: [clientId: string, connection: DuplexConnection];
  /** Any message of any client; its `message.<topic>` follows directly. */
  message: {
    [Topic in TopicOf<Incoming>]: [message: Incoming[Topic], topic: Topic, clientId: string];
  }[TopicOf<Incoming>];
  /** That client is gone; once for each `connection`, after its last message. */
  disconnect: [clientId: string];
  /** That client's backlog is written out, after a `send` or `broadcast` that returned false. */
  drain: [clientId: string];
  error: [error: NodeJS.ErrnoException];
  /** Deprecated: the same as `close`, directly before it. */
  closed: [];
  /** Not listening, every connection closed, every `disconnect` emitted. Once; see `Client`'s. */
  close: [];
} & {
  [Topic in TopicOf<Incoming> as `message.${Topic}`]: [message: Incoming[Topic], clientId: string];
};
