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
//   --swizzle           stalls half of the connections in each minute, and releases them in another order; tells how many
//                       messages that held up, and how many it lost, which has to be none
//   --laws              holds every event of every client and server against the law of their order, and every message against
//                       the one before it on its connection; the first breach ends it. Needs the tests to be built
//   --json              the result as one line of JSON
//   --max-seconds N, --max-mib N, --min-events N        limits: wall time, peak memory, events in a second

import { readFileSync, writeFileSync } from 'node:fs';
import { parseFlags } from './flags.mjs';
import { crowd, lawJudges, RETRY_MS } from './storm/crowd.mjs';

const USUAL = {
  clients: '1000',
  minutes: '10',
  'max-seconds': 'Infinity',
  'max-mib': 'Infinity',
  'min-events': '-Infinity',
};
const GATE = { clients: '10000', minutes: '60', 'max-seconds': '60', 'max-mib': '600', 'min-events': '200000' };

const { values: given } = parseFlags({
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
    swizzle: { type: 'boolean', default: false },
    laws: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    'max-seconds': { type: 'string' },
    'max-mib': { type: 'string' },
    'min-events': { type: 'string' },
  },
});
const flags = { ...(given.gate ? GATE : USUAL), ...given };

/** Whoever started this as a child process may want no more of it. */
let isStopped = false;
process.once('message', () => {
  isStopped = true;
});

const [clients, minutes, seed, keep] = [flags.clients, flags.minutes, flags.seed, flags.keep].map(Number);
const { result, trace } = await crowd({
  ...{ clients, minutes, seed, keep },
  ...{ adversarial: flags.adversarial, turns: flags.async, swizzles: flags.swizzle },
  plan: flags.plan === undefined ? undefined : JSON.parse(readFileSync(flags.plan, 'utf8')),
  judges: flags.laws ? await lawJudges() : undefined,
  onMinute: async (minute) => {
    if (process.connected) await tell({ minute });
    return isStopped;
  },
});
if (flags.trace !== undefined) writeFileSync(flags.trace, trace.toLines());
const verdicts = judge(result);
print(result, verdicts);
process.exitCode = verdicts.every(({ isMet }) => isMet) ? 0 : 1;
if (process.connected) process.disconnect();

/** Tells whoever started this, and lets what he has to say in. */
async function tell(news) {
  process.send(news);
  await new Promise((resolve) => setImmediate(resolve));
}

/** What is held against a limit: those of the flags, and that everybody is back one delay after the server is. */
function judge({ seconds, peakMib, eventsPerSecond, slowestReturnMs, unheard }) {
  const [maxSeconds, maxMib, minEvents] = ['max-seconds', 'max-mib', 'min-events'].map((name) => Number(flags[name]));
  const everyone = flags.plan === undefined ? RETRY_MS : Infinity;
  return [
    { what: 'wall time, s', measured: seconds, limit: maxSeconds, isMet: seconds <= maxSeconds },
    { what: 'peak memory, MiB', measured: peakMib, limit: maxMib, isMet: peakMib <= maxMib },
    { what: 'events a second', measured: eventsPerSecond, limit: minEvents, isMet: eventsPerSecond >= minEvents },
    { what: 'slowest return, ms', measured: slowestReturnMs, limit: everyone, isMet: slowestReturnMs <= everyone },
    ...(unheard === undefined || flags.plan !== undefined
      ? []
      : [{ what: 'messages lost', measured: unheard, limit: 0, isMet: unheard === 0 }]),
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
