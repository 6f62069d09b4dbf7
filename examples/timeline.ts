/**
 * Makes a timeline of a server's bad day: a stalled line, a crash, a partition, a reset and a deployment, and three clients
 * that come back each time. It is what a CI job would keep of a run that failed.
 * Run it with `node build/examples/timeline.js [file.html]`; it prints where the timeline is, to be opened in a browser.
 */

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Client, Server } from 'ipc';
import { checkTrace, type FaultPlan, type HostContext, Simulation } from 'ipc/testing';

interface Kitchen {
  toServer: { order: { dish: string; table: number } };
  toClient: { served: { dish: string; table: number } };
}

const ADDRESS = '/run/kitchen.sock';
const DISHES = ['soup', 'pasta', 'risotto', 'salad', 'fish', 'cake'];

function kitchen({ transport }: HostContext): Server<Kitchen> {
  const server = new Server<Kitchen>({ transport: transport(ADDRESS) });
  server.on('message.order', (order, clientId) => server.send('served', order, clientId));
  server.on('error', () => {});
  server.listen();
  return server;
}

/** Orders a dish now and then, and again on each connection what has not been served. */
function waiter(table: number, orderEveryMs: number): (context: HostContext) => Client<Kitchen> {
  return ({ transport }) => {
    const endpoint = transport(ADDRESS);
    const client = new Client<Kitchen>({ transport: endpoint, retryDelay: 400, reconnectDelay: 150 });
    const open = new Set<string>();
    let isConnected = false;
    let count = 0;
    const order = (): void => {
      const dish = DISHES[count % DISHES.length] as string;
      count += 1;
      open.add(dish);
      if (isConnected) client.send('order', { dish, table });
      if (count < 8) endpoint.runtime.setTimer(orderEveryMs, order, 'next order');
    };
    client.on('connect', () => {
      isConnected = true;
      for (const dish of open) client.send('order', { dish, table });
    });
    client.on('disconnect', () => {
      isConnected = false;
    });
    client.on('message.served', ({ dish }) => open.delete(dish));
    client.on('error', () => {});
    client.connect();
    endpoint.runtime.setTimer(orderEveryMs, order, 'first order');
    return client;
  };
}

/** Plain data: it could as well stand in a JSON file. */
const badDay: FaultPlan = {
  version: 1,
  seed: 7,
  faults: [
    { kind: 'stall', at: 1500, for: 1600, target: { client: 'ben' } },
    { kind: 'crash', at: 4200, restartAfter: 1300, target: { server: 'kitchen' } },
    { kind: 'partition', at: 7400, for: 1500, groups: [['ada', 'cleo'], ['kitchen']] },
    { kind: 'latency', at: 8200, for: 1800, latency: 250, jitter: 100, target: { client: 'ben' } },
    { kind: 'cut', at: 10_300, mode: 'reset', target: { client: 'cleo' } },
    { kind: 'replaceServer', at: 11_200, target: { server: 'kitchen' } },
  ],
};

const sim = new Simulation({ seed: 7 });
sim.play(badDay);
sim.host('kitchen', kitchen);
sim.host('ada', waiter(1, 1400));
sim.host('ben', waiter(2, 1470));
sim.host('cleo', waiter(3, 1540));
await sim.advance(12_500);
for (const host of sim.hosts()) host.stop();
await sim.advance(1000);
checkTrace(sim.trace);

const file = resolve(process.argv[2] ?? join(mkdtempSync(join(tmpdir(), 'ipc-timeline-')), 'timeline.html'));
writeFileSync(file, sim.trace.toHtml('A bad day in the kitchen'));
const count = (name: string): number => sim.trace.filter((record) => record.name === name).records.length;
console.log(`${sim.now} virtual ms, ${sim.trace.length} records`);
console.log(`${count('disconnect')} times a side lost a connection; the clients came back ${count('reconnect')} times`);
console.log(`timeline: ${pathToFileURL(file).href}`);
