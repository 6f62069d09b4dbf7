/** What a chaos proxy is told when it is made, and what it tells while it runs. */

import type { TraceRecord } from '../trace/trace.js';
import type { ChaosClock } from './timers.js';

/** A process as `node:child_process` gives it: the part that the proxy uses. */
export interface ChaosProcess {
  readonly exitCode: number | null;
  readonly signalCode: NodeJS.Signals | null;
  kill(signal: NodeJS.Signals): boolean;
  once(event: 'exit', listener: () => void): unknown;
}

/** A process that faults may kill, stop, pause and start again. */
export interface ChaosProcessOptions {
  /** Starts it, also for the first time unless it is `running`. Resolves when it is ready for what it is there for. */
  start(): Promise<ChaosProcess>;
  /** It runs already; the proxy then leaves it running when it closes. */
  readonly running?: ChaosProcess;
}

/** How a {@link ChaosProxy} is set up. */
export interface ChaosProxyOptions {
  /** Path of the socket file that clients connect to. The proxy makes it and removes it. */
  readonly listen: string;
  /** Path of the socket file of the server that it stands in front of. */
  readonly upstream: string;
  /** Everything that is left to chance follows from it. A plan brings its own. Default 1. */
  readonly seed?: number;
  /** What faults call the server, as `target.server`, in `groups` and among `processes`. Default `server`. */
  readonly server?: string;
  /** What faults call those who connect, as `target.client` and in `groups`. Default `client`. */
  readonly client?: string;
  /** Processes by name, for the faults that need them: `crash`, `stop`, `pause`, `gcPause`, `replaceServer`. */
  readonly processes?: Readonly<Record<string, ChaosProcessOptions>>;
  /** Whether the log tells of every chunk that passes. Default true. */
  readonly recordBytes?: boolean;
  /** What its times are measured with. Default: the system's clock. */
  readonly clock?: ChaosClock;
}

/** The events of a {@link ChaosProxy}. Connections are counted from 1. */
export type ChaosProxyEvents = {
  /** Ready for connections. */
  listening: [];
  /** A client connected; the server does not know of it yet. */
  accepted: [connection: number];
  /** The server has taken it: bytes go through. */
  connected: [connection: number];
  /** Both sides of it are gone. Once for each `accepted`. */
  closed: [connection: number];
  /** Anything that went into the log. */
  record: [record: TraceRecord];
  /** The proxy itself cannot go on as it was told: the socket file was taken, a process could not be started. */
  error: [error: Error];
};
