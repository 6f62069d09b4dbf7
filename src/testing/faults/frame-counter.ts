/** Frames that go by: a frame ends in two NUL bytes. */

const NUL = 0;

/** Counts the frames of one stream, wherever its chunks are cut. */
export class FrameCounter {
  /** Whether the last byte may be the first half of a delimiter. */
  #endsInNul = false;

  /** How many frames end in this chunk. */
  push(chunk: Buffer): number {
    let frames = 0;
    let previous = -1;
    for (let index = chunk.indexOf(NUL); index !== -1; index = chunk.indexOf(NUL, index + 1)) {
      const isSecond = this.#endsInNul && index === previous + 1;
      if (isSecond) frames += 1;
      this.#endsInNul = !isSecond;
      previous = index;
    }
    if (previous !== chunk.length - 1) this.#endsInNul = false;
    return frames;
  }
}
