/** What the effects of faults reach of the proxy that they befall. */

import type { TraceKind } from '../trace/trace.js';
import type { ActiveFault } from './active-fault.js';
import type { FrontDoor } from './front-door.js';
import type { ManagedProcess } from './managed-process.js';
import type { ProxiedConnection } from './proxied-connection.js';
import type { Means } from './real-fault.js';
import type { Timers } from './timers.js';

/** One for each proxy. */
export interface World {
  readonly upstream: string;
  readonly door: FrontDoor;
  readonly timers: Timers;
  readonly means: Means;
  readonly processes: ReadonlyMap<string, ManagedProcess>;
  /** Those alive, oldest first. */
  connections(): readonly ProxiedConnection[];
  /** Those that have begun and are not over, oldest first. */
  activeFaults(): readonly ActiveFault[];
  /** True when everything is being ended: nothing is to be started again. */
  isClosing(): boolean;
  log(kind: TraceKind, actor: string, name: string, detail?: string): void;
  failed(error: unknown): void;
}
