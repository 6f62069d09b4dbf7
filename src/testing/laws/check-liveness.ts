/** Whether everybody who wants a connection has one: what must hold some time after the last fault is healed. */

import { type Checkable, type Verdicts, walkTrace } from './check-trace.js';

/**
 * Clients that want a connection and have none although a server listens, or ought to: its process died, is there again,
 * and does not listen any more. Their names, in the order of the trace.
 */
export function findUnconnected(trace: Checkable): string[] {
  const { states, isBereft } = endOf(trace);
  const isServed = isBereft || [...states.values()].includes('listening');
  return isServed ? [...states].filter(([, state]) => WANTING.has(state)).map(([actor]) => actor) : [];
}

/** States of a client's law in which it goes on trying. Before its first event nobody knows that it does. */
const WANTING: ReadonlySet<string> = new Set(['unconnected', 'lost']);

/**
 * The state of each actor's law at the end of the trace, of those whose process has not died; and whether there is a
 * process that listened in an earlier life and has not done so in this one.
 */
function endOf(trace: Checkable): { readonly states: Map<string, string>; readonly isBereft: boolean } {
  const states = new Map<string, string>();
  /** Processes whose server died with them; whether they are there again. */
  const bereft = new Map<string, boolean>();
  const verdicts: Verdicts = walkTrace(trace);
  for (const { record, law } of verdicts) {
    if (law !== undefined) {
      states.set(record.actor, law.state);
      if (record.name === 'listening') bereft.delete(processOf(record.actor));
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
  return { states, isBereft: [...bereft.values()].includes(true) };
}

function processOf(actor: string): string {
  return actor.slice(0, Math.max(0, actor.lastIndexOf('/')));
}
