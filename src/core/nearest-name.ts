/** The known name that somebody most likely meant. */

/**
 * The nearest of `names` by edits, or undefined when none is near enough to be meant.
 *
 * @param most the edits of one that is near enough; default half of the characters, but 2.
 */
export function nearestName(
  given: string,
  names: readonly string[],
  most: number = Math.max(2, Math.floor(given.length / 2)),
): string | undefined {
  let nearest: string | undefined;
  let fewest = most + 1;
  for (const name of names) {
    const edits = editDistance(given.toLowerCase(), name.toLowerCase());
    if (edits < fewest) {
      fewest = edits;
      nearest = name;
    }
  }
  return nearest;
}

/** Insertions, deletions and replacements that turn one into the other (Levenshtein). */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}
