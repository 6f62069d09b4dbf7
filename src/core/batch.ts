/** What one turn sends over a connection, gathered into as few pieces as can be. */

/**
 * Up to this length a text in UTF-8 may be left to the socket, which writes it without a Buffer in between; for a longer
 * one it would take three bytes of memory a character.
 */
const LONGEST_TEXT = 64 * 1024;

/** Shorter pieces are copied together: to write one, or to keep it for later, costs more than its bytes. */
const LEAST_PIECE_BYTES = 4096;

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
    this.#joinsText = !/hex|base64/i.test(encoding);
  }

  /** Length so far; a character counts as one byte. */
  get bytes(): number {
    return this.#bytes;
  }

  add(data: string | Uint8Array): void {
    if (data.length === 0) {
      return;
    }
    if (typeof data === 'string' && this.#joinsText) {
      this.#text += data;
    } else {
      this.#sealText();
      this.#pieces.push(typeof data === 'string' ? Buffer.from(data, this.#encoding) : data);
    }
    this.#bytes += data.length;
  }

  /** Gives back everything in order, in few pieces, and is empty then. */
  take(): readonly Uint8Array[] {
    this.#bytes = 0;
    this.#sealText();
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces.length > 1 ? joinShort(pieces) : pieces;
  }

  /** Gives back everything, if it is one short text in UTF-8, and is empty then. */
  takeText(): string | undefined {
    const text = this.#text;
    if (this.#pieces.length > 0 || this.#encoding !== 'utf8' || text.length > LONGEST_TEXT) {
      return undefined;
    }
    this.#bytes = 0;
    this.#text = '';
    return text;
  }

  #sealText(): void {
    if (this.#text !== '') {
      this.#pieces.push(Buffer.from(this.#text, this.#encoding));
      this.#text = '';
    }
  }
}

/** The same bytes; long pieces as they are, since other connections may write them as well. */
function joinShort(pieces: readonly Uint8Array[]): readonly Uint8Array[] {
  const joined: Uint8Array[] = [];
  let short: Uint8Array[] = [];
  const join = () => {
    joined.push(...(short.length > 1 ? [Buffer.concat(short)] : short));
    short = [];
  };
  for (const piece of pieces) {
    if (piece.length < LEAST_PIECE_BYTES) {
      short.push(piece);
    } else {
      join();
      joined.push(piece);
    }
  }
  join();
  return joined;
}
