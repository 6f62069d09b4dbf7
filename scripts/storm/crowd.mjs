// The reconnection storm: many clients of one server, whose host crashes every minute and is back 5 s later, on virtual
// time. Clients retry after 1 s, and send a small message every 10 s while they are connected.

import { Client, Server } from 'ipc';
import { Simulation } from 'ipc/testing';
import { built } from '../soak/built.mjs';

const MINUTE_MS = 60_000;
const DOWN_MS = 5_000;
const SEND_EVERY_MS = 10_000;
/** The delay of the clients, after which all are back once the server is. */
export const RETRY_MS = 1_000;
const ADDRESS = '/run/storm.sock';

/** Stalls half of the connections one by one for 10 s, and releases them in another order in the 10 s after that. */
const SWIZZLE = { kind: 'swizzle', fraction: 0.5, spread: 10_000 };
/** When in each minute it begins: everybody is back, and it is over well before the crash. */
const SWIZZLE_AT_MS = 20_000;
/** What takes longer was held up: nothing else in a storm takes time. */
const HELD_UP_MS = 1_000;

/** Holds nobody against anything. */
const NO_JUDGES = { judgeClient() {}, judgeServer: () => () => {} };

/**
 * Runs a storm to its end.
 *
 * `plan` is a plan of faults on top, under which errors are to be expected; `swizzles` adds one swizzle a minute. `keep`
 * is how many records the trace keeps, `turns` takes a turn of the real event loop for every instant. `judges` come from
 * `lawJudges()`. `onMinute` is told how many are over, and answers whether it is enough.
 */
export async function crowd(options) {
  const { clients, minutes, seed, adversarial = false, turns = false, swizzles = false, keep = 10_000 } = options;
  const { plan, judges = NO_JUDGES, onMinute = () => false } = options;
  const sim = new Simulation({ seed, fidelity: adversarial ? 'adversarial' : 'typical', trace: { keep } });
  const counts = { connects: 0, failedAttempts: 0, messages: 0 };
  /**
   * Since when there is a server, and how long after that the last client has come back, in virtual milliseconds; how many
   * are connected, and the fewest that were just before a crash.
   */
  const world = { upSinceMs: 0, slowestReturnMs: 0, connected: 0, fewest: clients };
  const mail = swizzles ? new Mail(sim, clients) : undefined;
  const onError = (error) => {
    // Only a fault of a plan can bring one about, and then it is in the trace.
    if (plan === undefined) throw error;
  };
  const startedAt = performance.now();
  const cpuAtStart = process.cpuUsage();

  const host = sim.host('server', ({ transport }) => {
    // A queue for all of them: what is measured is reconnecting, not being turned away from a full one.
    const server = new Server({ transport: transport(ADDRESS, { backlog: clients }) });
    const heard = judges.judgeServer(server);
    server.on('message.tick', (message, id) => {
      counts.messages += 1;
      heard(message, id);
      mail?.heard(message);
    });
    server.on('error', onError);
    server.listen();
    return server;
  });
  for (let index = 0; index < clients; index += 1) startClient(index);
  if (plan !== undefined) sim.play(plan);

  const pass = async (ms) => (turns ? await sim.advance(ms) : sim.advanceSync(ms));
  let minute = 0;
  for (let isEnough = false; minute < minutes && !isEnough; minute += 1) {
    await pass(SWIZZLE_AT_MS);
    if (swizzles) sim.inject(SWIZZLE);
    await pass(MINUTE_MS - DOWN_MS - SWIZZLE_AT_MS);
    if (world.connected < world.fewest) world.fewest = world.connected;
    mail?.settle();
    host.crash();
    await pass(DOWN_MS);
    world.upSinceMs = sim.now;
    host.start();
    isEnough = await onMinute(minute + 1);
  }

  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpuAtStart);
  const { events } = sim.clock;
  const result = {
    ...{ node: [process.version, ...process.execArgv].join(' '), clients, minutes: minute, seed },
    seconds: round(seconds),
    cpuSeconds: round((user + system) / 1e6),
    events,
    eventsPerSecond: Math.round(events / seconds),
    peakMib: Math.round(process.resourceUsage().maxRSS / 1024),
    ...counts,
    ...mail?.counts,
    slowestReturnMs: world.slowestReturnMs,
    fewestConnected: world.fewest,
    records: sim.trace.length,
    hash: sim.trace.hash(),
  };
  return { result, trace: sim.trace };

  function startClient(index) {
    const transport = sim.transport(ADDRESS);
    const client = new Client({ transport, retryDelay: RETRY_MS });
    let connected = false;
    judges.judgeClient(client);
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
        mail?.sent(index, sent);
        client.send('tick', { index, sent });
      }
      runtime.setTimer(SEND_EVERY_MS, tick, 'tick');
    };
    runtime.setTimer(Math.floor((index / clients) * SEND_EVERY_MS), tick, 'tick');
    client.connect();
  }
}

/** What is on its way to the server. Without plans of faults, only a swizzle holds anything up, and nothing is lost by it. */
class Mail {
  counts = { heldUp: 0, unheard: 0 };
  #sim;
  #sentMs;

  constructor(sim, clients) {
    this.#sim = sim;
    this.#sentMs = Array.from({ length: clients }, () => new Map());
  }

  sent(index, number) {
    this.#sentMs[index].set(number, this.#sim.now);
  }

  heard({ index, sent }) {
    if (this.#sim.now - this.#sentMs[index].get(sent) > HELD_UP_MS) this.counts.heldUp += 1;
    this.#sentMs[index].delete(sent);
  }

  /** Just before a crash: what was sent in this very instant may be on its way, anything else should have come. */
  settle() {
    for (const waiting of this.#sentMs) {
      for (const atMs of waiting.values()) if (this.#sim.now - atMs > HELD_UP_MS) this.counts.unheard += 1;
      waiting.clear();
    }
  }
}

/**
 * Judges that throw at the first event of a client or server against the law of their order, and at the first message that
 * does not follow the one before it on its connection. They need the tests to be built.
 */
export async function lawJudges() {
  const { obey } = await built('drills/obey');
  const { clientLaw, serverLaw } = await import('../../build/ipc/testing/laws/event-laws.js');
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

function round(seconds) {
  return Number(seconds.toFixed(2));
}
