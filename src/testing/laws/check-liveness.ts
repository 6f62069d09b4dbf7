/** Whether everybody who wants a connection has one: what must hold some time after the last fault is healed. */

import { type Checkable, type Verdicts, walkTrace } from './check-trace.js';

/** Clients that want a connection and have none although a server listens; their names, in the order of the trace. */
export function findUnconnected(trace: Checkable): string[] {
  const states = finalStates(trace);
  const isServed = [...states.values()].includes('listening');
  return isServed ? [...states].filter(([, state]) => WANTING.has(state)).map(([actor]) => actor) : [];
}

/** States of a client's law in which it goes on trying. Before its first event nobody knows that it does. */
const WANTING: ReadonlySet<string> = new Set(['unconnected', 'lost']);

/** The state of each actor's law at the end of the trace; of those whose process has not died. */
function finalStates(trace: Checkable): Map<string, string> {
  const states = new Map<string, string>();
  const verdicts: Verdicts = walkTrace(trace);
  for (const { record, law } of verdicts) {
    if (law !== undefined) {
      states.set(record.actor, law.state);
    } else if (record.kind === 'process' && (record.name === 'crash' || record.name === 'stop')) {
      for (const actor of [...states.keys()]) {
        if (actor.startsWith(`${record.actor}/`)) {
          states.delete(actor);
        }
      }
    }
  }
  return states;
}
