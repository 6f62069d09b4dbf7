// What the library is meant to reach, as ratios in one run, and whether it does. A ratio over 1 means that ours is better.

import { compare, summarize } from './stats.mjs';

const peersWithJson = ['socket-ipc', 'node-ipc', 'net-ipc', 'vscode-jsonrpc', 'zeromq', 'child-json'];
const everyPeer = [...peersWithJson, 'child-advanced'];
const fast = [
  { than: ['floor'], ratio: 1 },
  { than: ['socket-ipc', 'node-ipc'], ratio: 1.8 },
  { than: everyPeer.filter((peer) => peer !== 'socket-ipc' && peer !== 'node-ipc'), ratio: 3 },
];
const quickest = [{ than: ['floor', 'socket-ipc', 'node-ipc', 'child-json'], ratio: 0.95 }];
const large = (id) => [
  { row: id, metric: 'rate', ratios: [{ than: ['floor', ...peersWithJson], ratio: 1 }] },
  { row: id, metric: 'client-peak', ratios: [{ than: ['floor'], ratio: 1 }] },
  { row: id, metric: 'server-peak', ratios: [{ than: ['floor'], ratio: 1 }] },
];
/** The limit of the library, one half more, and what a process needs that does nothing. */
const BASE_MB = 60;
const memory = (limitMiB) => Math.round(((limitMiB * 2 ** 20) / 1e6) * 1.5) + BASE_MB;

export const targets = [
  { row: 'one-way-100', metric: 'rate', ratios: fast },
  { row: 'burst', metric: 'rate', ratios: fast },
  { row: 'broadcast-50', metric: 'rate', ratios: fast },
  { row: 'one-way-1k', metric: 'rate', ratios: [{ than: ['floor', ...everyPeer], ratio: 1 }] },
  { row: 'ping-pong', metric: 'p50', ratios: quickest },
  { row: 'in-flight-256', metric: 'rate', ratios: quickest },
  ...['large-1', 'large-64', 'large-256'].flatMap(large),
  { row: 'connect', metric: 'rate', ratios: [{ than: ['floor'], ratio: 0.95 }] },
  // What has no JSON, events or names is the socket and nothing else.
  { row: 'idle', metric: 'heap', ratios: [{ than: ['bytes'], ratio: 1 / 1.1 }] },
  { row: 'stopped', metric: 'memory', atMost: memory(64) },
  { row: 'endless', metric: 'memory', atMost: memory(100) },
  { row: 'endless', metric: 'stall', atMost: 50 },
  { row: 'import', metric: 'wall', atMost: 15 },
  { row: 'packed', metric: 'size', atMost: 60 },
];

/** Ratios that `bench:guard` holds: against the floor, or against the socket where that is the measure. */
export function guarded() {
  return targets.flatMap(({ row, metric, ratios = [] }) =>
    ratios
      .filter(({ than }) => than.includes('floor') || than.includes('bytes'))
      .map(({ than, ratio }) => ({ row, metric, than: than.includes('floor') ? 'floor' : 'bytes', ratio })),
  );
}

/** A line for each target that a run can tell about: `{ row, metric, wanted, than, measured, isMet }`. */
export function judge(rows) {
  const lines = [];
  for (const { row: id, metric: name, ratios, atMost } of targets) {
    const row = rows.find((each) => each.id === id);
    const metric = row?.metrics.find((each) => each.id === name);
    const ours = metric?.values.ours?.rounds;
    if (!ours?.some(Number.isFinite)) continue;
    if (atMost !== undefined) {
      const measured = summarize(ours);
      lines.push({ row, metric, wanted: atMost, measured, isMet: measured.median <= atMost });
    }
    for (const { than, ratio } of ratios ?? []) {
      // The one that is hardest to beat speaks for its group, but the floor for itself.
      const compared = than
        .map((peer) => ({ peer, measured: compare(ours, metric.values[peer]?.rounds ?? [], metric.better) }))
        .filter(({ measured }) => measured !== undefined)
        .sort((a, b) => a.measured.median - b.measured.median);
      const floor = compared.find(({ peer }) => peer === 'floor');
      const best = compared.find(({ peer }) => peer !== 'floor');
      for (const { peer, measured } of [floor, best].filter(Boolean)) {
        lines.push({ row, metric, wanted: ratio, than: peer, measured, isMet: measured.median >= ratio });
      }
    }
  }
  return lines;
}
