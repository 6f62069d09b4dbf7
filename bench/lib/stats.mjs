// Medians, spreads, and ratios of values that were measured in the same round.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Median, lowest and highest; undefined without values. */
export function summarize(values) {
  const known = values.filter((value) => Number.isFinite(value));
  if (known.length === 0) return undefined;
  return { median: median(known), low: Math.min(...known), high: Math.max(...known), count: known.length };
}

/** How many times better one is than the other, round by round: over 1 when `ours` is better. */
export function compare(ours, others, better) {
  const ratios = ours.map((value, round) => (better === 'higher' ? value / others[round] : others[round] / value));
  return summarize(ratios);
}
