/** What one turn sends over a connection, gathered into as few pieces as can be. */

export class Batch {
  readonly #encoding: BufferEncoding;
  /** False for the encodings in which strings that are joined do not stand for their bytes joined. */
  readonly #joinsText: boolean;
  /** Strings that come after the pieces. */
  #text = '';
  #pieces: Uint8Array[] = [];
  #bytes = 0;

  constructor(encoding: BufferEncoding) {
    this.#encoding = encoding;
    this.#joinsText = !/^(?:hex|base64)/i.test(encoding);
  }

  /** Length so far; a character counts as one byte until it is encoded. */
  get bytes(): number {
    return this.#bytes;
  }

  add(data: string | Uint8Array): void {
    if (typeof data === 'string' && this.#joinsText) {
      this.#text += data;
    } else {
      this.#sealText();
      this.#pieces.push(typeof data === 'string' ? Buffer.from(data, this.#encoding) : data);
    }
    this.#bytes += data.length;
  }

  /** Gives back everything in order, and is empty then. */
  take(): readonly Uint8Array[] {
    this.#bytes = 0;
    if (this.#pieces.length === 0 && this.#text !== '') {
      const text = this.#text;
      this.#text = '';
      return [Buffer.from(text, this.#encoding)];
    }
    this.#sealText();
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }

  #sealText(): void {
    if (this.#text !== '') {
      this.#pieces.push(Buffer.from(this.#text, this.#encoding));
      this.#text = '';
    }
  }
}
