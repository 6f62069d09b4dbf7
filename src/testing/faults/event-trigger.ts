/** Events that a fault can begin at, and how a plan names them. */

import type { ClientEvents, ServerEvents } from '../../core/events.js';
import { type Rule, show, suggest } from '../rules/rule.js';

type AnyContract = Record<string, unknown>;
type EventName = Exclude<keyof ClientEvents<AnyContract> | keyof ServerEvents<AnyContract>, `message.${string}`>;

/** The events of clients and servers; the type holds the table to them. Beside these each topic has one. */
const EVENTS: Readonly<Record<EventName, true>> = {
  connect: true,
  reconnect: true,
  connectError: true,
  disconnect: true,
  message: true,
  drain: true,
  error: true,
  closed: true,
  close: true,
  listening: true,
  connection: true,
};

/** Events of connections that a fault can begin at, here as behind a proxy. */
export const CONNECTION_EVENT: RegExp = /^(?:connection-(\d+):)?(accepted|connected|closed)$/;

/** Of those, the ones that clients and servers do not have as well. */
const OF_CONNECTIONS_ONLY: readonly string[] = ['accepted', 'connected'];

/** A topic may have a colon in it, and so may the name of a process: the longest name of somebody wins. */
const OF_SOMEBODY = new RegExp(`^(?:(.+):)?(${Object.keys(EVENTS).join('|')}|message\\..+)$`);

/** The event that a plan names, and whose it has to be; undefined when it may be anybody's. */
export function splitEvent(wanted: string): { readonly actor: string | undefined; readonly event: string } {
  const [, actor, event = wanted] = OF_SOMEBODY.exec(wanted) ?? [];
  return { actor, event };
}

/** `connect`, `client-1:connect`, `message.job`, `connection-2:closed`: a name that is no event's would wait for ever. */
export const eventRule: Rule = {
  expected: 'the name of an event',
  schema: {
    type: 'string',
    anyOf: [OF_SOMEBODY, CONNECTION_EVENT].map(({ source }) => ({ pattern: source })),
  },
  check: (value, path, fail) => {
    if (typeof value !== 'string') return fail(path, `must be the name of an event; got ${show(value)}`);
    if (OF_SOMEBODY.test(value) || CONNECTION_EVENT.test(value)) return;
    const event = value.slice(value.lastIndexOf(':') + 1);
    if (OF_CONNECTIONS_ONLY.includes(event)) {
      fail(path, `${show(value)} is no event; '${event}' is of connections: '${event}', or 'connection-2:${event}'`);
    }
    fail(path, `${show(value)} is no event${suggest(event, [...Object.keys(EVENTS), ...OF_CONNECTIONS_ONLY])}`);
  },
};
