/** What a scenario's processes and the one that directs them say to each other. */

import type { TraceRecord } from '../../trace/trace.js';
import type { Fact } from '../fact.js';
import type { ScenarioClient, ScenarioServer, Step } from '../scenario.js';

/** What a process is told when it is started, as its argument. */
export interface Assignment {
  readonly role: { readonly server: ScenarioServer } | { readonly client: ScenarioClient };
  /** Which life of the process this is, from 1. */
  readonly life: number;
  /** Where to listen or to connect. */
  readonly socketFile: string;
}

/** To the process. It does one after the other. */
export type Order =
  /** A server listens, or clients connect: all that it holds, or the one of this index. */
  | { readonly order: 'start'; readonly index?: number }
  | { readonly order: 'perform'; readonly step: Step }
  /** Says that it is there, and has done everything that it was told before. */
  | { readonly order: 'answer'; readonly number: number }
  | { readonly order: 'close' }
  /** Everything is over: whoever holds nothing any more ends by itself. */
  | { readonly order: 'leave' };

/** From the process: in the order in which it happened there. Times are those of the system's monotonic clock. */
export type News =
  | { readonly news: 'ready' }
  | { readonly news: 'answer'; readonly number: number }
  | { readonly news: 'record'; readonly record: TraceRecord }
  | { readonly news: 'fact'; readonly fact: Fact };
