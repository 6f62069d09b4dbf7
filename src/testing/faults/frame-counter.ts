/** Frames of the default transcoder that go by: each ends in two NUL bytes, which nothing inside a frame can hold. */

const NUL = 0;

/** Counts the frames of one stream, wherever its chunks are cut. */
export class FrameCounter {
  /** Whether the last byte may be the first half of a delimiter. */
  #endsInNul = false;

  /** How many bytes of the next chunk there are up to the end of each frame that ends in it. Counts nothing. */
  ends(chunk: Buffer): readonly number[] {
    return this.#scan(chunk).ends;
  }

  /** How many frames end in this chunk. */
  push(chunk: Buffer): number {
    const { ends, endsInNul } = this.#scan(chunk);
    this.#endsInNul = endsInNul;
    return ends.length;
  }

  #scan(chunk: Buffer): { readonly ends: readonly number[]; readonly endsInNul: boolean } {
    const ends: number[] = [];
    let endsInNul = this.#endsInNul;
    let previous = -1;
    for (let index = chunk.indexOf(NUL); index !== -1; index = chunk.indexOf(NUL, index + 1)) {
      const isSecond = endsInNul && index === previous + 1;
      if (isSecond) ends.push(index + 1);
      endsInNul = !isSecond;
      previous = index;
    }
    return { ends, endsInNul: endsInNul && previous === chunk.length - 1 };
  }
}
