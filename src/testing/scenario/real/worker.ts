/** A process of a scenario on real sockets: a server, or some clients, that do as they are told and report it. */

import { Client } from '../../../core/client.js';
import { Server } from '../../../core/server.js';
import { Trace } from '../../trace/trace.js';
import { ClientPart } from '../client-part.js';
import type { Fact } from '../fact.js';
import { ServerPart } from '../server-part.js';
import type { Assignment, News, Order } from './protocol.js';
import { systemMs } from './stage-clock.js';

// By its address, since transports are none of ipc/testing's business: it makes Node the platform of the core.
await import(new URL('../../../index.js', import.meta.url).href);

const { role, life, socketFile } = JSON.parse(process.argv[2] ?? '') as Assignment;
let unsent: News[] = [];

const trace = new Trace(systemMs, { keep: 1000, hash: false });
let closed = 0;
trace.subscribe((record) => {
  if (record.name === 'close') closed += 1;
  tell({ news: 'record', record });
});
const parts: readonly (ClientPart | ServerPart)[] =
  'server' in role ? [buildServer(role.server)] : buildClients(role.client);

process.on('message', (order: Order) => {
  switch (order.order) {
    case 'start':
      for (const [index, part] of parts.entries()) if (index === (order.index ?? index)) start(part);
      break;
    case 'answer':
      tell({ news: 'answer', number: order.number });
      break;
    case 'perform':
      for (const part of parts) part.perform(order.step);
      break;
    case 'close':
      close();
      break;
    case 'leave':
      leave();
      break;
    default:
      order satisfies never;
  }
});
process.on('SIGTERM', () => {
  trace.subscribe(() => {
    if (closed === parts.length) leave();
  });
  close();
});
// Whoever directed this is gone, and nobody else would end it.
process.on('disconnect', abandoned);
process.on('uncaughtException', (error: Error) => {
  report({ fact: 'thrown', at: systemMs(), process: nameOfProcess(), what: error.stack ?? error.message });
});
tell({ news: 'ready' });

function nameOfProcess(): string {
  return 'server' in role ? role.server.name : role.client.name;
}

function buildServer({ name, answers = false, options }: { name: string; answers?: boolean; options?: object }) {
  const server = new Server({ socketFile, ...options });
  const actor = trace.watch(server, `${name}/server-${life}`);
  return new ServerPart(actor, server, answers, report, systemMs);
}

function buildClients({ name, count = 1, options }: { name: string; count?: number; options?: object }) {
  return Array.from({ length: count }, (_, index) => {
    const client = new Client({ socketFile, ...options });
    const actor = trace.watch(client, `${name}/client-${(life - 1) * count + index + 1}`);
    return new ClientPart(actor, client, report, systemMs);
  });
}

function start(part: ClientPart | ServerPart): void {
  if (part instanceof ServerPart) part.listen();
  else part.connect();
}

function close(): void {
  for (const part of parts) part.close();
}

/** The channel to the director is the last that keeps this process, if it was left nothing else. */
function leave(): void {
  process.off('disconnect', abandoned);
  flush(() => process.disconnect?.());
}

function abandoned(): void {
  process.exit();
}

function report(fact: Fact): void {
  tell({ news: 'fact', fact });
}

/** All that one turn brings goes out together, and at the end of it: a process may be killed at any time. */
function tell(news: News): void {
  unsent.push(news);
  if (unsent.length === 1) queueMicrotask(() => flush());
}

function flush(sent?: () => void): void {
  const news = unsent;
  unsent = [];
  if (process.connected) process.send?.(news, undefined, undefined, () => sent?.());
  else sent?.();
}
