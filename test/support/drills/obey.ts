/** Holds every event of a Server or Client against the law of their order, as it happens. */

import type { EventEmitter } from 'node:events';
import type { EventLaw } from '#testing/laws/event-laws.js';

/** Where the id of a client stands among the arguments of a server's event. */
const ID_AT: Readonly<Record<string, number>> = { connection: 0, disconnect: 0, drain: 0, message: 2 };

/** @param complain told of each event that may not be where it is. */
export function obey(emitter: EventEmitter, law: EventLaw, complain: (problem: string) => void): void {
  const emit = emitter.emit;
  emitter.emit = (event: string | symbol, ...values: unknown[]): boolean => {
    if (event !== 'newListener' && event !== 'removeListener') {
      const name = String(event);
      const id = values[name.startsWith('message.') ? 1 : (ID_AT[name] ?? values.length)];
      const problem = law.next({ name, clientId: typeof id === 'string' ? id : undefined });
      if (problem !== undefined) complain(problem);
    }
    return emit.call(emitter, event, ...values);
  };
}
