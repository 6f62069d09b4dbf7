/**
 * The vocabulary of faults: what can go wrong with a stream socket and the processes at its ends.
 *
 * Times are in milliseconds, sizes in bytes, rates in bytes a second, probabilities from 0 to 1. Loss, duplication and
 * reordering inside a connection are not among them, since a stream socket cannot do these.
 */

/** Which way bytes flow. */
export type Direction = 'toServer' | 'toClient' | 'both';

/** What a fault applies to. Everything, when left out. */
export interface FaultTarget {
  /** Name of the server's process or address. */
  readonly server?: string;
  /** Name of a client, several names, all of them, one drawn by the seed, or a drawn fraction of them. */
  readonly client?: string | readonly string[] | { readonly oneOf: readonly string[] } | { readonly fraction: number };
  /** The n-th connection since the start, counted from 1. */
  readonly connection?: number;
}

/** What every fault may carry. */
export interface FaultScope {
  /** A name to heal it by. */
  readonly id?: string;
  readonly target?: FaultTarget;
  /** Default `both`. */
  readonly direction?: Direction;
  /** Fraction of the connections that it applies to, drawn once for each. Default 1. */
  readonly toxicity?: number;
  /** How long it lasts. Default: until it is healed. */
  readonly for?: number;
}

/** The codes with which a connection can be refused. */
export type RefusalCode = 'ENOENT' | 'ECONNREFUSED' | 'EACCES' | 'EAGAIN' | 'EMFILE' | 'ENOTDIR';

/** New connections fail with this code; existing ones live on. */
export interface Refuse extends FaultScope {
  readonly kind: 'refuse';
  readonly code: RefusalCode;
}

/** The client is connected at once, the server accepts only after the delay. */
export interface AcceptDelay extends FaultScope {
  readonly kind: 'acceptDelay';
  readonly delay: number;
  /** Added at random, up to this much. Default 0. */
  readonly jitter?: number;
}

/** Connections are accepted and dropped unserved, as by a server without descriptors: the server sees nothing of it. */
export interface AcceptDrop extends FaultScope {
  readonly kind: 'acceptDrop';
  /** What the client sees. Default `eof`. */
  readonly mode?: 'eof' | 'reset';
  /** How long the client stays connected. Default 0. */
  readonly after?: number;
}

/** Only this many connections and one more wait to be accepted; the next fails with EAGAIN. */
export interface Backlog extends FaultScope {
  readonly kind: 'backlog';
  readonly limit: number;
}

/** Each chunk arrives later. Order is kept. */
export interface Latency extends FaultScope {
  readonly kind: 'latency';
  readonly latency: number;
  /** Spread around the latency. Default 0. */
  readonly jitter?: number;
  /** Of the jitter. Default `uniform`. */
  readonly distribution?: 'uniform' | 'exponential';
}

/** No more than this many bytes a second get through; the sender feels it as backpressure. */
export interface Bandwidth extends FaultScope {
  readonly kind: 'bandwidth';
  readonly rate: number;
  /** Bytes that may pass at once after a quiet time. Default 65,536. */
  readonly burst?: number;
}

/** Chunks are cut smaller: inside frames, between the two NULs, inside a character. Nobody may notice. */
export interface Slice extends FaultScope {
  readonly kind: 'slice';
  /** Mean size of a piece; 1 is allowed. */
  readonly average: number;
  /** Pieces differ from the mean by up to this much. Default 0. */
  readonly variation?: number;
  /** Between the pieces. Default 0. */
  readonly delay?: number;
}

/** Chunks that come within the window are joined. */
export interface Coalesce extends FaultScope {
  readonly kind: 'coalesce';
  readonly window: number;
  /** Largest joined chunk. Default 65,536. */
  readonly max?: number;
}

/** After this many bytes in the direction the connection ends, is reset, or passes nothing more. */
export interface LimitData extends FaultScope {
  readonly kind: 'limitData';
  readonly bytes: number;
  /** Default `end`. */
  readonly then?: 'end' | 'reset' | 'stall';
}

/** The connection ends now. `auto`: as by a process that dies, by what was unread and by the seed. */
export interface Cut extends FaultScope {
  readonly kind: 'cut';
  /** Default `auto`. */
  readonly mode?: 'eof' | 'reset' | 'auto';
}

/** One side finishes sending, the other direction stays open. */
export interface HalfClose extends FaultScope {
  readonly kind: 'halfClose';
  readonly side: 'client' | 'server';
}

/** The end of a connection arrives late. */
export interface SlowClose extends FaultScope {
  readonly kind: 'slowClose';
  readonly delay: number;
}

/** Nothing passes, nothing closes and nothing is lost; when healed it goes on where it stopped. */
export interface Stall extends FaultScope {
  readonly kind: 'stall';
}

/** Bytes are kept back, and delivered in one instant when released. */
export interface Hold extends FaultScope {
  readonly kind: 'hold';
}

/** Ends every `hold`, or the one of this id. */
export interface Release extends FaultScope {
  readonly kind: 'release';
}

/** Processes of different groups do not reach each other: their connections stall. */
export interface Partition extends FaultScope {
  readonly kind: 'partition';
  /** Names of processes. One that is in no group reaches all. */
  readonly groups: readonly (readonly string[])[];
  /** What becomes of new connections across. Default `refuse`. */
  readonly connects?: 'refuse' | 'hang';
}

/** A process dies: none of its callbacks runs again, its socket file stays behind. */
export interface Crash extends FaultScope {
  readonly kind: 'crash';
  /** What its peers still get of what it had sent: what the kernel had taken, or nothing. Default `kernelKept`. */
  readonly lose?: 'kernelKept' | 'all';
  /** It is started again after this time. Default: not. */
  readonly restartAfter?: number;
  /** Whether the socket file is left behind. Default true. */
  readonly staleFile?: boolean;
}

/** A process shuts down gracefully, and removes its socket file. */
export interface Stop extends FaultScope {
  readonly kind: 'stop';
  /** It is started again after this time. Default: not. */
  readonly restartAfter?: number;
}

/** A process makes no progress (SIGSTOP); the kernel still completes connections to it and absorbs some bytes. */
export interface Pause extends FaultScope {
  readonly kind: 'pause';
}

/** A server listens later than it asked to. */
export interface SlowStart extends FaultScope {
  readonly kind: 'slowStart';
  readonly delay: number;
}

/** A second server takes over the path while the first still serves its connections, as a deployment does. */
export interface ReplaceServer extends FaultScope {
  readonly kind: 'replaceServer';
}

/** Somebody removes the socket file of a live server. */
export interface UnlinkSocket extends FaultScope {
  readonly kind: 'unlinkSocket';
}

/** The wall clock jumps; the monotonic clock does not, and nothing may change. */
export interface ClockJump extends FaultScope {
  readonly kind: 'clockJump';
  readonly delta: number;
}

/** The event loop of a process is blocked: its timers and input come late and in a burst. */
export interface GcPause extends FaultScope {
  readonly kind: 'gcPause';
}

/** Bytes are flipped. A socket cannot do this; it tests the protocol, and delivery is not promised under it. */
export interface Corrupt extends FaultScope {
  readonly kind: 'corrupt';
  /** For each chunk. */
  readonly probability: number;
  /** How many of its bytes. Default 1. */
  readonly bytes?: number;
}

/** A hostile peer connects, or the client's connection turns hostile: what it sends is no message. */
export interface Garbage extends FaultScope {
  readonly kind: 'garbage';
  readonly form: 'oversize' | 'noTerminator' | 'badJson' | 'badUtf8' | 'nulRun' | 'deepNesting' | 'protoKey';
}

/** The n-th call of an operation fails with this code. Ending and closing are not among them: they do not fail. */
export interface FailNth extends FaultScope {
  readonly kind: 'failNth';
  readonly op: 'dial' | 'listen' | 'accept' | 'read' | 'write';
  /** Counted from 1, from when the fault begins. */
  readonly n: number;
  /** Such as `EIO`, `EMFILE` or `ECONNRESET`. */
  readonly code: string;
}

/** A drawn part of the connections stalls one by one, and is released in another order. */
export interface Swizzle extends FaultScope {
  readonly kind: 'swizzle';
  readonly fraction: number;
  /** Over how long the stalls, and then the releases, are spread. */
  readonly spread: number;
}

/** Ends every fault, or the one of this id. */
export interface Heal extends FaultScope {
  readonly kind: 'heal';
}

/** Anything of the vocabulary. */
export type Fault =
  | Refuse
  | AcceptDelay
  | AcceptDrop
  | Backlog
  | Latency
  | Bandwidth
  | Slice
  | Coalesce
  | LimitData
  | Cut
  | HalfClose
  | SlowClose
  | Stall
  | Hold
  | Release
  | Partition
  | Crash
  | Stop
  | Pause
  | SlowStart
  | ReplaceServer
  | UnlinkSocket
  | ClockJump
  | GcPause
  | Corrupt
  | Garbage
  | FailNth
  | Swizzle
  | Heal;

/** The name of a fault. */
export type FaultKind = Fault['kind'];

/** The fault of this name. */
export type FaultOf<Kind extends FaultKind> = Extract<Fault, { readonly kind: Kind }>;
