/** A scenario as plain JSON: who is there, what they do, what goes wrong, and what must hold all the same. */

import type { PlannedFault } from '../faults/fault-plan.js';

/** What a scenario holds. Times are in milliseconds since its start, sizes in bytes. */
export interface Scenario {
  readonly version: 1;
  /** In kebab-case: what it is called on the command line. */
  readonly name: string;
  /** One sentence: what happens, and what must hold. */
  readonly about: string;
  /** Everything that is left to chance follows from it. */
  readonly seed: number;
  readonly servers: readonly ScenarioServer[];
  readonly clients: readonly ScenarioClient[];
  readonly workload: readonly Step[];
  /** As in a fault plan. Faults of processes name theirs: `target.server` or `target.client`. */
  readonly faults: readonly PlannedFault[];
  /**
   * What must hold beside the laws, which always do: events come in the promised order, what arrives on a connection
   * is the beginning of what was sent on it, nobody throws, everybody closes when told to, nothing is left behind.
   */
  readonly expect: readonly ScenarioExpectation[];
  /** Left out: faults are healed after the last thing that is planned, and nobody has to be connected then. */
  readonly liveness?: Liveness;
}

/** A process with a server. All servers of a scenario listen on the same address. */
export interface ScenarioServer {
  /** Of the process, as faults and steps call it. */
  readonly name: string;
  /** When it listens. Left out: before anything else happens. Started again after a crash, it does so at once. */
  readonly at?: number;
  /** Whether it answers each message with one of topic `answer`. Default false. */
  readonly answers?: boolean;
  readonly options?: ScenarioServerOptions;
}

/** Those of `ServerOptions` that are plain data. */
export interface ScenarioServerOptions {
  readonly maxMessageBytes?: number;
  readonly maxBufferedBytes?: number;
  readonly closeTimeout?: number;
}

/** A process with one client, or several. */
export interface ScenarioClient {
  /** Of the process, as faults and steps call it; its clients are `name/client-1` and so on. */
  readonly name: string;
  /** How many clients it holds. Default 1. */
  readonly count?: number;
  /** When the first of them connects. Left out: all do before anything else happens. Started again, all do at once. */
  readonly at?: number;
  /** With `at`: how long after one the next connects. Default 0. */
  readonly every?: number;
  readonly options?: ScenarioClientOptions;
}

/** A wait that is always the same, or drawn from a range. */
export type ScenarioDelay = number | { readonly min: number; readonly max: number };

/** Those of `ClientOptions` that are plain data. */
export interface ScenarioClientOptions extends ScenarioServerOptions {
  readonly retryDelay?: ScenarioDelay;
  readonly reconnectDelay?: ScenarioDelay;
}

/** When something is done, and how often. */
export interface StepTimes {
  /** Default 0. */
  readonly at?: number;
  /** How long after one time the next follows. Default 0: all at once. */
  readonly every?: number;
  /** How many times. Default 1. */
  readonly count?: number;
}

/** What a message is like. */
export interface StepMessage {
  /** Default `message`. */
  readonly topic?: string;
  /** Of the text that it carries, in bytes. Default 16. */
  readonly size?: number;
}

/** Each client of the process sends a message. */
export interface SendStep extends StepTimes, StepMessage {
  readonly client: string;
  readonly do: 'send';
}

/** Each client of the process sends `count` messages as fast as `drain` lets it. */
export interface PourStep extends StepTimes, StepMessage {
  readonly client: string;
  readonly do: 'pour';
}

/** The server sends a message to all who are connected. */
export interface BroadcastStep extends StepTimes, StepMessage {
  readonly server: string;
  readonly do: 'broadcast';
}

/** The server sends a message to each client of the process `to`, as it knows them from their last connections. */
export interface SendToStep extends StepTimes, StepMessage {
  readonly server: string;
  readonly do: 'sendTo';
  readonly to: string;
}

/** Each client of the process calls `connect()` or `close()`. Connecting is done by itself; this is once more. */
export interface ClientStep extends StepTimes {
  readonly client: string;
  readonly do: 'connect' | 'close';
}

/** The server calls `listen()` or `close()`. Listening is done by itself; this is once more. */
export interface ServerStep extends StepTimes {
  readonly server: string;
  readonly do: 'listen' | 'close';
}

/** Something that a program does. What befalls it is a fault. */
export type Step = SendStep | PourStep | BroadcastStep | SendToStep | ClientStep | ServerStep;

/** How many of something there must be. At least one, when neither is given. */
export interface Count {
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** Whose. Everybody's, when left out. */
export interface OfClient {
  readonly client?: string;
}

/** Whose. Everybody's, when left out; one of the two at most. */
export interface OfAnybody extends OfClient {
  readonly server?: string;
}

/** A property of the run, with its parameters. */
export type ScenarioExpectation =
  /** Every message that `send` or `broadcast` took has arrived: those of this client and to it, or all. */
  | ({ readonly that: 'everythingDelivered' } & OfClient)
  /** Each client that lived to the end has come back so many times. */
  | ({ readonly that: 'reconnected' } & OfClient & Count)
  /** No client has lost its connection. */
  | ({ readonly that: 'noDisconnect' } & OfClient)
  /** Each client was connected this long after it was told to. */
  | ({ readonly that: 'connectedWithin'; readonly within: number } & OfClient)
  /** Attempts to connect that failed, with this code or any. */
  | ({ readonly that: 'connectErrors'; readonly code?: string } & OfClient & Count)
  /** `error` events, with this code or any. */
  | ({ readonly that: 'errors'; readonly code?: string } & OfAnybody & Count)
  /** Messages that were received, of this topic or any. */
  | ({ readonly that: 'messages'; readonly topic?: string } & OfAnybody & Count)
  /** No message was received between the two times. */
  | ({ readonly that: 'quiet'; readonly from: number; readonly to: number } & OfAnybody)
  /** `drain` events. */
  | ({ readonly that: 'drains' } & OfAnybody & Count)
  /** `listening` events. */
  | ({ readonly that: 'listening'; readonly server?: string } & Count)
  /** `connection` events. */
  | ({ readonly that: 'connections'; readonly server?: string } & Count)
  /** Whoever was told to close had done so this long after; as a program would wait for it. */
  | ({ readonly that: 'closesWithin'; readonly within: number } & OfAnybody);

/**
 * Every fault begins before one time and is healed then; so long after it everybody who wants a connection has one.
 * For real, what is to be done later than `healAt` waits for that.
 */
export interface Liveness {
  readonly healAt: number;
  readonly within: number;
}
