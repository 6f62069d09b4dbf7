// A reconnection storm on virtual time, as a benchmark and a gate: many clients, one server whose host crashes every
// minute and is back 5 s later. Clients retry after 1 s, and send a small message every 10 s while they are connected.
//
//   npm run storm                     the gate: 10,000 clients, 60 minutes, and a verdict; exit code 1 when it is missed
//   node scripts/storm.mjs            1,000 clients, 10 minutes, and no limits
//
// The gate gives V8 semi-spaces of 32 MiB. Each crash makes 10,000 connections in one instant, which survive a smaller
// one and are moved twice: that takes 13 % more time (8.4 s against 9.5 s for 8 minutes).
//
//   --gate              the size and the limits of the gate; what is given beside it counts instead
//   --seed N            of the simulation, default 1
//   --async             a turn of the real event loop for every instant, as tests of code with promises need it
//   --adversarial       the seed decides what runs first, and much else
//   --plan FILE         plays the fault plan that this JSON file holds on top
//   --trace FILE        writes the records that the trace kept
//   --keep N            records that the trace keeps, default 10,000; the hash is over all of them
//   --laws              holds every event of every client and server against the law of their order, and every message against
//                       the one before it on its connection; the first breach ends it. Needs the tests to be built
//   --json              the result as one line of JSON
//   --max-seconds N, --max-mib N, --min-events N        limits: wall time, peak memory, events in a second

import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Client, Server } from 'ipc';
import { Simulation } from 'ipc/testing';
import { built } from './soak/built.mjs';

const MINUTE_MS = 60_000;
const DOWN_MS = 5_000;
const SEND_EVERY_MS = 10_000;
const RETRY_MS = 1_000;
const ADDRESS = '/run/storm.sock';

const USUAL = {
  clients: '1000',
  minutes: '10',
  'max-seconds': 'Infinity',
  'max-mib': 'Infinity',
  'min-events': '-Infinity',
};
const GATE = { clients: '10000', minutes: '60', 'max-seconds': '60', 'max-mib': '600', 'min-events': '200000' };

const { values: given } = parseArgs({
  options: {
    gate: { type: 'boolean', default: false },
    clients: { type: 'string' },
    minutes: { type: 'string' },
    seed: { type: 'string', default: '1' },
    async: { type: 'boolean', default: false },
    adversarial: { type: 'boolean', default: false },
    plan: { type: 'string' },
    trace: { type: 'string' },
    keep: { type: 'string', default: '10000' },
    laws: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    'max-seconds': { type: 'string' },
    'max-mib': { type: 'string' },
    'min-events': { type: 'string' },
  },
});
const flags = { ...(given.gate ? GATE : USUAL), ...given };

const { judgeClient, judgeServer } = await judges();
/** Whoever started this as a child process may want no more of it. */
let isStopped = false;
process.once('message', () => {
  isStopped = true;
});

const result = await storm();
const verdicts = judge(result);
print(result, verdicts);
process.exitCode = verdicts.every(({ isMet }) => isMet) ? 0 : 1;
if (process.connected) process.disconnect();

async function storm() {
  const [clients, minutes, seed] = [flags.clients, flags.minutes, flags.seed].map(Number);
  const fidelity = flags.adversarial ? 'adversarial' : 'typical';
  const sim = new Simulation({ seed, fidelity, trace: { keep: Number(flags.keep) } });
  const counts = { connects: 0, failedAttempts: 0, messages: 0 };
  /**
   * Since when there is a server, and how long after that the last client has come back, in virtual milliseconds; how many
   * are connected, and the fewest that were just before a crash.
   */
  const world = { upSinceMs: 0, slowestReturnMs: 0, connected: 0, fewest: clients };
  const startedAt = performance.now();
  const cpuAtStart = process.cpuUsage();

  const host = sim.host('server', ({ transport }) => {
    // A queue for all of them: what is measured is reconnecting, not being turned away from a full one.
    const server = new Server({ transport: transport(ADDRESS, { backlog: clients }) });
    const heard = judgeServer(server);
    server.on('message.tick', (message, id) => {
      counts.messages += 1;
      heard(message, id);
    });
    server.on('error', onError);
    server.listen();
    return server;
  });
  for (let index = 0; index < clients; index += 1) startClient(sim, index, clients, counts, world);
  if (flags.plan !== undefined) sim.play(JSON.parse(readFileSync(flags.plan, 'utf8')));

  const pass = async (ms) => (flags.async ? await sim.advance(ms) : sim.advanceSync(ms));
  let minute = 0;
  for (; minute < minutes && !isStopped; minute += 1) {
    await pass(MINUTE_MS - DOWN_MS);
    if (world.connected < world.fewest) world.fewest = world.connected;
    host.crash();
    await pass(DOWN_MS);
    world.upSinceMs = sim.now;
    host.start();
    if (process.connected) await tell({ minute: minute + 1 });
  }

  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpuAtStart);
  const { events } = sim.clock;
  if (flags.trace !== undefined) writeFileSync(flags.trace, sim.trace.toLines());
  return {
    ...{ node: [process.version, ...process.execArgv].join(' '), clients, minutes: minute, seed },
    seconds: round(seconds),
    cpuSeconds: round((user + system) / 1e6),
    events,
    eventsPerSecond: Math.round(events / seconds),
    peakMib: Math.round(process.resourceUsage().maxRSS / 1024),
    ...counts,
    slowestReturnMs: world.slowestReturnMs,
    fewestConnected: world.fewest,
    records: sim.trace.length,
    hash: sim.trace.hash(),
  };
}

function startClient(sim, index, clients, counts, world) {
  const transport = sim.transport(ADDRESS);
  const client = new Client({ transport, retryDelay: RETRY_MS });
  let connected = false;
  judgeClient(client);
  client.on('connect', () => {
    connected = true;
    world.connected += 1;
    counts.connects += 1;
    world.slowestReturnMs = Math.max(world.slowestReturnMs, sim.now - world.upSinceMs);
  });
  client.on('connectError', () => {
    counts.failedAttempts += 1;
  });
  client.on('disconnect', () => {
    connected = false;
    world.connected -= 1;
  });
  client.on('error', onError);
  const { runtime } = transport;
  let sent = 0;
  const tick = () => {
    if (connected) {
      sent += 1;
      client.send('tick', { index, sent });
    }
    runtime.setTimer(SEND_EVERY_MS, tick, 'tick');
  };
  runtime.setTimer(Math.floor((index / clients) * SEND_EVERY_MS), tick, 'tick');
  client.connect();
}

/** What holds clients and servers against their laws with `--laws`, and does nothing without. */
async function judges() {
  if (!flags.laws) return { judgeClient() {}, judgeServer: () => () => {} };
  const { obey } = await built('drills/obey');
  const { clientLaw, serverLaw } = await import('../build/ipc/testing/laws/event-laws.js');
  const complain = (problem) => {
    throw new Error(problem);
  };
  return {
    judgeClient: (client) => obey(client, clientLaw(), complain),
    judgeServer(server) {
      obey(server, serverLaw(), complain);
      const last = new Map();
      return ({ index, sent }, id) => {
        const before = last.get(id);
        if (before !== undefined && (before.index !== index || before.sent + 1 !== sent)) {
          complain(`message ${sent} of client ${index} came after ${before.sent} of client ${before.index}`);
        }
        last.set(id, { index, sent });
      };
    },
  };
}

/** Tells whoever started this, and lets what he has to say in. */
async function tell(news) {
  process.send(news);
  await new Promise((resolve) => setImmediate(resolve));
}

/** Only a fault of a plan can bring one about, and then it is in the trace. */
function onError(error) {
  if (flags.plan === undefined) throw error;
}

/** What is held against a limit: those of the flags, and that everybody is back one delay after the server is. */
function judge({ seconds, peakMib, eventsPerSecond, slowestReturnMs }) {
  const [maxSeconds, maxMib, minEvents] = ['max-seconds', 'max-mib', 'min-events'].map((name) => Number(flags[name]));
  const everyone = flags.plan === undefined ? RETRY_MS : Infinity;
  return [
    { what: 'wall time, s', measured: seconds, limit: maxSeconds, isMet: seconds <= maxSeconds },
    { what: 'peak memory, MiB', measured: peakMib, limit: maxMib, isMet: peakMib <= maxMib },
    { what: 'events a second', measured: eventsPerSecond, limit: minEvents, isMet: eventsPerSecond >= minEvents },
    { what: 'slowest return, ms', measured: slowestReturnMs, limit: everyone, isMet: slowestReturnMs <= everyone },
  ].filter(({ limit }) => Number.isFinite(limit));
}

function print(result, verdicts) {
  if (flags.json) {
    console.log(JSON.stringify(result));
    return;
  }
  for (const [name, value] of Object.entries(result)) console.log(`${name.padEnd(20)} ${show(value, name)}`);
  console.log('');
  for (const { what, measured, limit, isMet } of verdicts) {
    const side = what === 'events a second' ? 'at least' : 'at most';
    console.log(`${isMet ? 'ok  ' : 'MISS'} ${what.padEnd(20)} ${show(measured)}, ${side} ${show(limit)}`);
  }
  const missed = verdicts.filter(({ isMet }) => !isMet).length;
  console.log(missed === 0 ? 'The gate is passed.' : `The gate is missed: ${missed} of ${verdicts.length} limits.`);
}

function show(value, name) {
  return typeof value === 'number' && name !== 'seed' ? value.toLocaleString('en') : value;
}

function round(seconds) {
  return Number(seconds.toFixed(2));
}
