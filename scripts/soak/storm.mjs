// The reconnection storm of scripts/storm.mjs for hours of virtual time, with every event and message held against its law.

import { fork } from 'node:child_process';
import { built } from './built.mjs';

const { Violation } = await built('drills/drill');

/** A server that is back after a crash has everybody back after this: the delay of the clients. */
const RETURN_MS = 1_000;

/** In the shape of the drills of test/support/drills, though it has no sockets, and its process is only for its memory. */
export const storm = {
  name: 'storm',
  threat: 'the server of a crowd crashes every minute for hours, in the simulation',
  promise: 'everybody is back each time; events and messages are in order; memory does not follow the hours',
  commit: { clients: 1_000, hours: 1, peakMib: 300 },
  long: { clients: 10_000, hours: 24, peakMib: 600 },
  run,
};

export const swizzle = {
  name: 'swizzle',
  threat: 'the same, and each minute half of the connections stall one by one and are released in another order',
  promise: 'the same, and no message is lost but by the crashes',
  commit: { clients: 1_000, hours: 1, peakMib: 300 },
  long: { clients: 10_000, hours: 24, peakMib: 600 },

  async run(scale, watch) {
    const { figures, result } = await measure(scale, watch, ['--swizzle']);
    if (result.heldUp === 0) throw new Violation('No message was held up: the connections did not stall.');
    return [
      ...figures,
      { what: 'messages that were held up', value: result.heldUp, unit: '' },
      { what: 'messages lost before a crash', value: result.unheard, unit: '', atMost: 0 },
    ];
  },
};

async function run(scale, watch) {
  const { figures } = await measure(scale, watch, []);
  return figures;
}

async function measure({ clients, hours, peakMib, seed = 1 }, watch, more) {
  const args = ['--clients', clients, '--minutes', 60 * hours, '--seed', seed, ...more];
  const result = await inProcess(args, watch);
  const figures = [
    { what: 'virtual time', value: result.minutes / 60, unit: 'h' },
    { what: 'crashes', value: result.minutes, unit: '' },
    { what: 'connections', value: result.connects, unit: '' },
    { what: 'messages', value: result.messages, unit: '' },
    { what: 'clients that were missing before a crash', value: clients - result.fewestConnected, unit: '', atMost: 0 },
    { what: 'last client was back after', value: result.slowestReturnMs, unit: 'ms (virtual)', atMost: RETURN_MS },
    { what: 'peak memory', value: result.peakMib, unit: 'MiB', atMost: peakMib },
    { what: 'events of the simulation', value: result.eventsPerSecond, unit: '/s' },
  ];
  return { figures, result };
}

/** In a process with the semi-spaces that a crowd needs, as `npm run storm`. Gives what it prints. */
async function inProcess(args, watch) {
  const child = fork(new URL('../storm.mjs', import.meta.url), ['--json', '--laws', ...args.map(String)], {
    execArgv: ['--max-semi-space-size=32'],
    // A Ctrl-C at the terminal is for the drill alone; its process ends with it.
    detached: process.stdin.isTTY === true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const minutes = Number(args[args.indexOf('--minutes') + 1]);
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  child.on('message', ({ minute }) => {
    watch.progress(minute, minutes, 'minutes of virtual time');
    if (watch.isStopped) child.send('stop', () => {});
  });
  const [code, signal] = await new Promise((resolve) => child.on('close', (...how) => resolve(how)));
  // A verdict that is missed, 1 without a word on its errors, is told by the figures.
  if (signal !== null || errors !== '' || output === '') {
    throw new Violation(`The storm ended with ${signal ?? code}.\n${errors}`);
  }
  return JSON.parse(output);
}
