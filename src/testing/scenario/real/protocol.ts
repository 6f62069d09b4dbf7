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

/** To the process. */
export type Order =
  /** A server listens, or clients connect, before the scenario begins. */
  | { readonly order: 'start' }
  /** The scenario begins, or began, at this time of the system's monotonic clock (nanoseconds, as a string). */
  | { readonly order: 'begin'; readonly startedAt: string }
  | { readonly order: 'perform'; readonly step: Step }
  | { readonly order: 'close' }
  /** Everything is over: whoever holds nothing any more ends by itself. */
  | { readonly order: 'leave' };

/** From the process: in the order in which it happened there. */
export type News =
  | { readonly news: 'ready' }
  | { readonly news: 'record'; readonly record: TraceRecord }
  | { readonly news: 'fact'; readonly fact: Fact };

/** Milliseconds since the scenario began; the clock is the same in all processes of a system. */
export function millisecondsSince(startedAt: bigint): number {
  return Math.round(Number(process.hrtime.bigint() - startedAt) / 1000) / 1000;
}
