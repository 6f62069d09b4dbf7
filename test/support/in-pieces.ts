import { Pieces } from '#core/pieces.js';

/** The bytes cut at these places, which may count from the end. */
export function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const edges = [
    0,
    ...places.map((place) => (place < 0 ? bytes.length + place : place) % (bytes.length + 1)).sort((a, b) => a - b),
    bytes.length,
  ];
  return edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
}

/** The same as if they had come so. */
export function inPieces(bytes: Buffer, ...places: readonly number[]): Pieces {
  return new Pieces(cutAt(bytes, places), bytes.length);
}
