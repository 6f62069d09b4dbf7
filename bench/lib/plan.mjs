// Every row of the table: a work with its counts, and the figures that are taken from it.

import { importMs, packedKB, simulatorEvents, stormEvents } from './single.mjs';

const messages = ({ count, clients = 1 }) => count * clients;
const seconds = ({ server, client }) => client.seconds ?? server.seconds;
const perSecond = {
  id: 'rate',
  unit: 'thousand/s',
  better: 'higher',
  value: (figures, params) => messages(params) / seconds(figures) / 1000,
};
const cpu = {
  id: 'cpu',
  unit: 'CPU µs each, both ends',
  better: 'lower',
  value: ({ server, client }, params) => (server.cpu + client.cpu) / messages(params),
};
const megabytesPerSecond = {
  id: 'rate',
  unit: 'MB/s',
  better: 'higher',
  value: ({ client }) => client.megabytes / client.seconds,
};
const cpuPerMegabyte = {
  id: 'cpu',
  unit: 'CPU ms per MB, both ends',
  better: 'lower',
  value: ({ client, server }) => (client.cpu + server.cpu) / 1000 / client.megabytes,
};
const peakOf = (end, what) => ({
  id: `${end}-peak`,
  unit: `MB, peak of the ${what}`,
  better: 'lower',
  value: (figures) => figures[end].peakMB,
});

const small = { kind: 'small' };

/**
 * `quick` overrides the counts for --quick, `smoke` for the test that all of this still works; without them, a row is left
 * out there. `quickSlow` is for slow peers, and a row that `isSteady` has one round there.
 */
export const plan = [
  {
    id: 'one-way-100',
    title: 'one way, 100 B',
    work: 'oneWay',
    params: { ...small, warm: 40_000, count: 200_000 },
    quick: { warm: 30_000, count: 80_000 },
    quickSlow: { warm: 8000, count: 16_000 },
    smoke: { warm: 10, count: 500 },
    metrics: [perSecond, cpu],
  },
  {
    id: 'one-way-varied',
    title: 'one way, varied',
    work: 'oneWay',
    params: { kind: 'varied', warm: 40_000, count: 200_000 },
    quick: { warm: 30_000, count: 60_000 },
    quickSlow: { warm: 8000, count: 12_000 },
    smoke: { warm: 10, count: 500 },
    metrics: [perSecond, cpu],
  },
  {
    id: 'one-way-1k',
    title: 'one way, 1 KiB',
    work: 'oneWay',
    params: { kind: 'medium', warm: 10_000, count: 50_000 },
    quick: { warm: 5000, count: 12_000 },
    quickSlow: { warm: 3000, count: 6000 },
    smoke: { warm: 10, count: 200 },
    metrics: [perSecond, cpu],
  },
  {
    id: 'burst',
    title: 'burst',
    work: 'oneWay',
    ability: 'burst',
    params: { ...small, warm: 0, count: 200_000, inOneGo: true },
    quick: { count: 100_000 },
    quickSlow: { count: 15_000 },
    smoke: { count: 500 },
    metrics: [perSecond, cpu, peakOf('client', 'client')],
  },
  {
    id: 'ping-pong',
    title: 'ping-pong',
    work: 'pingPong',
    params: { ...small, warm: 5000, count: 10_000, window: 1 },
    quick: { warm: 3000, count: 4000 },
    quickSlow: { warm: 1500, count: 2000 },
    smoke: { warm: 10, count: 100 },
    metrics: [
      { id: 'p50', unit: 'µs, median trip', better: 'lower', value: ({ client }) => client.p50 },
      { id: 'p99', unit: 'µs, 99 % of trips', better: 'lower', value: ({ client }) => client.p99 },
      cpu,
    ],
  },
  {
    id: 'in-flight-256',
    title: '256 in flight',
    work: 'pingPong',
    params: { ...small, warm: 30_000, count: 60_000, window: 256 },
    quick: { warm: 20_000, count: 30_000 },
    quickSlow: { warm: 4000, count: 8000 },
    smoke: { warm: 300, count: 500 },
    metrics: [perSecond, cpu],
  },
  {
    id: 'broadcast-50',
    title: 'broadcast to 50',
    work: 'broadcast',
    ability: 'broadcast',
    params: { ...small, warm: 3000, count: 6000, clients: 50 },
    quick: { warm: 1000, count: 1500 },
    quickSlow: { warm: 100, count: 400 },
    smoke: { warm: 5, count: 20, clients: 5 },
    metrics: [perSecond, cpu],
  },
  {
    id: 'large-1',
    title: '1 MiB strings',
    work: 'large',
    params: { mebibytes: 1, warm: 64, count: 64, window: 4 },
    quick: { warm: 32, count: 32 },
    quickSlow: { warm: 4, count: 16 },
    smoke: { warm: 1, count: 2 },
    metrics: [megabytesPerSecond, cpuPerMegabyte, peakOf('client', 'sender'), peakOf('server', 'receiver')],
  },
  {
    id: 'large-64',
    title: '64 MiB strings',
    work: 'large',
    params: { mebibytes: 64, warm: 0, count: 3, window: 1 },
    quick: undefined,
    smoke: undefined,
    limitMs: 15_000,
    metrics: [megabytesPerSecond, cpuPerMegabyte, peakOf('client', 'sender'), peakOf('server', 'receiver')],
  },
  {
    id: 'large-256',
    title: '256 MiB string',
    work: 'large',
    params: { mebibytes: 256, warm: 0, count: 1, window: 1 },
    quick: undefined,
    smoke: undefined,
    limitMs: 30_000,
    metrics: [megabytesPerSecond, cpuPerMegabyte, peakOf('client', 'sender'), peakOf('server', 'receiver')],
  },
  {
    id: 'connect',
    title: 'connect and close',
    work: 'connectAndClose',
    ability: 'connect',
    // Node compiles what a cycle runs only after thousands of them.
    params: { warm: 5000, count: 10_000 },
    quick: { warm: 3000, count: 2000 },
    isSteady: true,
    smoke: { warm: 2, count: 10 },
    metrics: [{ ...perSecond, unit: 'cycles/s', value: (figures, { count }) => count / seconds(figures) }, cpu],
  },
  {
    id: 'idle',
    title: 'idle connections',
    work: 'idle',
    ability: 'idle',
    params: { warm: 200, count: 5000 },
    quick: { warm: 100, count: 1000 },
    isSteady: true,
    smoke: { warm: 5, count: 20 },
    metrics: [
      { id: 'heap', unit: 'KiB of heap each', better: 'lower', value: ({ server }) => server.heapKiB },
      { id: 'rss', unit: 'KiB of the process each', better: 'lower', value: ({ server }) => server.rssKiB },
    ],
  },
  {
    id: 'stopped',
    title: 'stopped reader',
    work: 'stopped',
    ability: 'stopped',
    params: { bytes: 100_000, count: 2000 },
    quick: { count: 800 },
    isSteady: true,
    smoke: { count: 20 },
    metrics: [
      { id: 'memory', unit: 'MB, peak of the server', better: 'lower', value: ({ server }) => server.peakMB },
      {
        id: 'growth',
        unit: 'MB more than before',
        better: 'lower',
        value: ({ server }) => server.peakMB - server.baseMB,
      },
    ],
  },
  {
    id: 'endless',
    title: 'no delimiter',
    work: 'endless',
    ability: 'endless',
    params: { megabytes: 300 },
    quick: { megabytes: 120 },
    quickLimitMs: 1000,
    isSteady: true,
    smoke: { megabytes: 5 },
    metrics: [
      { id: 'memory', unit: 'MB, peak of the server', better: 'lower', value: ({ server }) => server.peakMB },
      {
        id: 'growth',
        unit: 'MB more than before',
        better: 'lower',
        value: ({ server }) => server.peakMB - server.baseMB,
      },
      { id: 'stall', unit: 'ms, longest standstill', better: 'lower', value: ({ server }) => server.stallMs },
    ],
  },
  {
    id: 'import',
    title: 'import of ipc',
    measure: importMs,
    params: { times: 15 },
    quick: { times: 7 },
    smoke: { times: 1 },
    metrics: [
      { id: 'wall', unit: 'ms more than an empty module', better: 'lower', value: ({ wall }) => wall },
      { id: 'cpu', unit: 'CPU ms more', better: 'lower', value: ({ cpu }) => cpu },
    ],
  },
  {
    id: 'packed',
    title: 'package without source maps',
    measure: packedKB,
    params: {},
    quick: {},
    smoke: undefined,
    once: true,
    metrics: [
      { id: 'size', unit: 'kB, packed', better: 'lower', value: ({ size }) => size },
      { id: 'core', unit: 'kB without ipc/testing', better: 'lower', value: ({ core }) => core },
    ],
  },
  {
    id: 'simulator',
    title: 'simulator, 100 clients',
    measure: simulatorEvents,
    params: { clients: 100, minutes: 20 },
    quick: { minutes: 5 },
    smoke: { clients: 5, minutes: 1 },
    metrics: [
      { id: 'rate', unit: 'thousand events/s', better: 'higher', value: ({ rate }) => rate },
      { id: 'cpu', unit: 'CPU µs per event', better: 'lower', value: ({ cpu }) => cpu },
    ],
  },
  {
    id: 'storm',
    title: 'storm',
    measure: stormEvents,
    params: { clients: 10_000, minutes: 60 },
    quick: { clients: 500, minutes: 5 },
    smoke: undefined,
    once: true,
    limitMs: 180_000,
    metrics: [
      { id: 'seconds', unit: 's', better: 'lower', value: ({ seconds }) => seconds },
      { id: 'rate', unit: 'thousand events/s', better: 'higher', value: ({ rate }) => rate },
      { id: 'peak', unit: 'MiB, peak', better: 'lower', value: ({ peakMiB }) => peakMiB },
    ],
  },
];
