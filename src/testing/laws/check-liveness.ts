/** Whether everybody who wants a connection has one: what must hold some time after the last fault is healed. */

import { type Checkable, type Verdicts, walkTrace } from './check-trace.js';

/**
 * Clients that want a connection and have none although a server listens, or ought to: its process died, is there again,
 * and does not listen any more; or it failed to listen, and nobody has ever done so. Their names, in the order of the
 * trace.
 */
export function findUnconnected(trace: Checkable): string[] {
  const { states, clients, isBereft } = endOf(trace);
  const isServed = isBereft || [...states.values()].includes('listening');
  const isWanting = ([actor, state]: [string, string]): boolean => clients.has(actor) && WANTING.has(state);
  return isServed ? [...states].filter(isWanting).map(([actor]) => actor) : [];
}

/** States of a client's law in which it goes on trying. */
const WANTING: ReadonlySet<string> = new Set(['unconnected', 'lost']);

/** Events of a client that has been told to connect. One that has only had an error may be a server that cannot listen. */
const TRYING: ReadonlySet<string> = new Set(['connect', 'connectError']);

/**
 * The state of each actor's law at the end of the trace, of those whose process has not died; who has tried to connect;
 * and whether a server is missing: one that listened in an earlier life of its process and has not done so in this one,
 * or the only one there is, which has failed.
 */
function endOf(trace: Checkable): {
  readonly states: Map<string, string>;
  readonly clients: Set<string>;
  readonly isBereft: boolean;
} {
  const states = new Map<string, string>();
  const clients = new Set<string>();
  /** Who may have failed to listen: clients have errors of the system only on a connection. */
  const failed = new Set<string>();
  let hasListened = false;
  /** Processes whose server died with them; whether they are there again. */
  const bereft = new Map<string, boolean>();
  const verdicts: Verdicts = walkTrace(trace);
  for (const { record, law } of verdicts) {
    if (law !== undefined) {
      states.set(record.actor, law.state);
      if (TRYING.has(record.name)) clients.add(record.actor);
      if (record.name === 'error' && isOfSystem(record.detail)) failed.add(record.actor);
      if (record.name === 'listening') {
        hasListened = true;
        bereft.delete(processOf(record.actor));
      }
    } else if (record.kind === 'process' && record.name === 'restart' && bereft.has(record.actor)) {
      bereft.set(record.actor, true);
    } else if (record.kind === 'process' && (record.name === 'crash' || record.name === 'stop')) {
      for (const [actor, state] of [...states]) {
        if (actor.startsWith(`${record.actor}/`)) {
          if (state === 'listening') bereft.set(record.actor, false);
          states.delete(actor);
        }
      }
    }
  }
  const isFailed =
    !hasListened && [...failed].some((actor) => !clients.has(actor) && states.get(actor) === 'unconnected');
  return { states, clients, isBereft: isFailed || [...bereft.values()].includes(true) };
}

/** Whether an error is one of the system, by the code that the trace shows: EADDRINUSE, EACCES. */
function isOfSystem(detail: string): boolean {
  return /^E[A-Z0-9]+$/.test(detail);
}

function processOf(actor: string): string {
  return actor.slice(0, Math.max(0, actor.lastIndexOf('/')));
}
