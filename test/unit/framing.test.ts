import { expect } from 'chai';
import fc from 'fast-check';
import { Framing } from '#core/framing.js';
import { heldBytes } from '../support/held-bytes.js';
import { cutAt } from '../support/in-pieces.js';

/** Short streams, written with `.` for NUL. */
const shortStreams = [
  'a..',
  '..',
  '....',
  'a..b..',
  'ab..cd..e',
  '.a..b..',
  'a.b..c',
  'a...b..',
  'a....b',
  '.....',
  '.......a..',
  'a.....b...c....d',
  'ä..ö..',
  'abc',
];

describe('framing', () => {
  for (const drawn of shortStreams) {
    it(`splits ${drawn} in the same way wherever it is cut once or twice`, () => {
      const stream = bytes(drawn);
      const expected = splitNaively(stream);

      for (const chunks of cutTwice(stream)) expect(feed(chunks), cutsOf(chunks)).to.deep.equal(expected);
    });
  }

  it('pairs the NULs of a run from the left, as String.split does', () => {
    for (let length = 0; length <= 9; length++) {
      const text = `a${'\0'.repeat(length)}b\0\0`;
      const { frames } = feed(oneByOne(Buffer.from(text)));

      expect(frames, `${length} NULs`).to.deep.equal(text.split('\0\0').slice(0, -1).map(hex));
    }
  });

  it('gives back all complete frames of a chunk in one piece, without copying when nothing was pending', () => {
    const framing = new Framing();
    const chunk = bytes('a..b..c');

    const complete = framing.push(chunk);

    expect(complete).to.deep.equal(bytes('a..b..'));
    expect(complete?.buffer).to.equal(chunk.buffer);
    expect(framing.pendingBytes).to.equal(1);
  });

  it('gives back nothing for an empty chunk, and forgets nothing over it', () => {
    const framing = new Framing();

    expect(framing.push(Buffer.alloc(0))).to.equal(undefined);
    framing.push(bytes('a.'));
    expect(framing.push(Buffer.alloc(0))).to.equal(undefined);

    expect(framing.push(bytes('.'))).to.deep.equal(bytes('a..'));
  });

  it('gives a chunk of whole frames back as it is, without copying it', () => {
    const framing = new Framing();
    const [first, second] = [bytes('a..b..'), bytes('c..')];

    expect(framing.push(first)).to.equal(first);
    expect(framing.push(second)).to.equal(second);
  });

  it('is not disturbed when the buffer of a small chunk is used again', () => {
    const framing = new Framing();
    const chunk = bytes('abc');

    framing.push(chunk);
    chunk.fill('x');

    expect(framing.push(bytes('..'))).to.deep.equal(bytes('abc..'));
  });

  describe('pendingBytes', () => {
    it('counts the unfinished frame, without a last NUL that may be half of the delimiter', () => {
      const framing = new Framing();
      const counted = oneByOne(bytes('ab.c...d.')).map((chunk) => {
        framing.push(chunk);
        return framing.pendingBytes;
      });

      // a, b, NUL, c, NUL, delimiter, NUL, d, NUL
      expect(counted).to.deep.equal([1, 2, 2, 4, 4, 0, 0, 2, 2]);
    });

    it('does not depend on how the bytes came', () => {
      fc.assert(
        fc.property(streams(), ({ stream, chunks }) => {
          const whole = new Framing();
          whole.push(stream);

          expect(feed(chunks).pendingBytes).to.equal(whole.pendingBytes);
        }),
      );
    });
  });

  describe('peek', () => {
    it('shows the beginning of the unfinished frame, and no more than was asked for', () => {
      const framing = new Framing();

      framing.push(bytes('old..ne'));
      framing.push(bytes('wer'));

      expect(framing.peek(3).toString()).to.equal('new');
      expect(framing.peek(100).toString()).to.equal('newer');
    });

    it('shows the beginning also once it is in a finished block', () => {
      const framing = new Framing();

      framing.push(Buffer.alloc(20_000, 'a'));
      framing.push(Buffer.alloc(20_000, 'b'));

      expect(framing.peek(4).toString()).to.equal('aaaa');
    });

    it('shows the same however the bytes came', () => {
      const framing = new Framing();

      for (const piece of ['a', 'b'.repeat(20_000), 'c']) framing.push(Buffer.from(piece));

      expect(framing.peek(4).toString()).to.equal('abbb');
      expect(framing.peek(30_000).toString()).to.equal(`a${'b'.repeat(20_000)}c`);
    });

    it('shows nothing when no frame has begun', () => {
      const framing = new Framing();

      framing.push(bytes('a..'));

      expect(framing.peek(10)).to.have.lengthOf(0);
    });
  });

  describe('finish', () => {
    for (const drawn of shortStreams) {
      it(`takes the same frames from ${drawn} wherever it is cut once or twice`, () => {
        const stream = bytes(drawn);
        const expected = splitNaively(stream);

        for (const chunks of cutTwice(stream)) expect(finishEach(chunks), cutsOf(chunks)).to.deep.equal(expected);
      });
    }

    it('does not copy what was long', () => {
      const framing = new Framing();
      const [long, last] = [Buffer.alloc(20_000, 'a'), bytes('b..c')];
      framing.push(long);

      const finished = framing.finish(last);

      const parts = finished?.frame.parts(0, 20_001).map(({ buffer }) => buffer);
      expect(parts).to.deep.equal([long.buffer, last.buffer]);
      expect(finished?.rest.toString()).to.equal('c');
      expect(framing.pendingBytes).to.equal(0);
    });
  });

  describe('on long frames', () => {
    it('keeps the order of big and small pieces', () => {
      const sizes = [1, 20_000, 3, 16_384, 16_383, 50_000, 7, 7, 16_383, 16_383, 16_383, 16_383, 16_383, 1];
      const pieces = sizes.map((size, index) => Buffer.alloc(size, index + 1));
      const framing = new Framing();

      for (const piece of pieces) expect(framing.push(piece)).to.equal(undefined);
      const complete = framing.push(Buffer.from('\0\0next'));

      expect(complete?.equals(Buffer.concat([...pieces, Buffer.from('\0\0')]))).to.equal(true);
      expect(framing.peek(10).toString()).to.equal('next');
    });

    it('puts together pieces that are longer than any block', () => {
      const pieces = ['a', 'b'.repeat(100_000), 'c'.repeat(70_000), 'd..'].map(bytes);

      expect(feed(pieces).frames).to.deep.equal([hex(Buffer.concat(pieces).subarray(0, -2))]);
    });

    it('puts together a frame that comes one byte at a time', () => {
      const frame = Buffer.from(`${'0123456789'.repeat(20_000)}\0\0`);

      const { frames, pendingBytes } = feed(oneByOne(frame));

      expect(frames).to.deep.equal([hex(frame.subarray(0, -2))]);
      expect(pendingBytes).to.equal(0);
    });

    it('holds little more than the bytes themselves when they come one at a time', () => {
      const framing = new Framing();
      const total = 300_000;
      // As a socket reads them: each byte in a buffer of 64 KiB of its own.
      const readBuffer = Buffer.alloc(65_536, 'a');

      const before = heldBytes();
      for (let count = 0; count < total; count++) framing.push(readBuffer.subarray(count % 100, (count % 100) + 1));
      const held = heldBytes() - before;

      expect(framing.pendingBytes).to.equal(total);
      expect(held).to.be.below(2 * total + 300_000);
    });

    it('does not keep the buffers that small pieces came in', () => {
      const framing = new Framing();

      const before = heldBytes();
      for (let count = 0; count < 200; count++) framing.push(Buffer.alloc(65_536, 'a').subarray(0, 100));
      const held = heldBytes() - before;

      expect(framing.pendingBytes).to.equal(20_000);
      expect(held).to.be.below(1_000_000);
    });

    it('holds little for a peer that has sent little of a frame', () => {
      const peers = Array.from({ length: 1000 }, () => new Framing());

      const before = heldBytes();
      for (const framing of peers) framing.push(bytes('a'));
      const held = heldBytes() - before;

      expect(peers.every(({ pendingBytes }) => pendingBytes === 1)).to.equal(true);
      expect(held).to.be.below(2_000_000);
    });

    for (const [what, chunkBytes] of [
      ['one byte at a time', 1],
      ['in pieces of 1,000 bytes', 1000],
      ['in pieces of 16 KiB less one', 16_383],
      ['in pieces of 64 KiB', 65_536],
    ] as const) {
      it(`copies each byte a few times at most when a frame comes ${what}`, () => {
        const length = chunkBytes === 1 ? 500_000 : 5_000_000;

        const copied = countCopiedBytes(() => feedLongFrame(length, chunkBytes));

        expect(copied).to.be.within(length, 4 * length);
      });
    }

    // Well under a second, and minutes if the time were quadratic: no measure of a busy machine can mistake the two.
    it('takes time linear in the length of a frame that comes one byte at a time', () => {
      expect(timeOf(() => feedLongFrame(1_000_000, 1))).to.be.below(10_000);
    });

    it('takes time linear in the length of a run of NULs, in one chunk or in many', () => {
      const run = Buffer.alloc(2_000_000);

      expect(timeOf(() => new Framing().push(run))).to.be.below(10_000);
      expect(timeOf(() => pushAll(oneByOne(run.subarray(0, 200_000))))).to.be.below(10_000);
    });
  });

  it('agrees with a naive splitter on any stream in any chunks', () => {
    let framesSeen = 0;
    let straddled = 0;

    fc.assert(
      fc.property(streams(), ({ stream, chunks }) => {
        const result = feed(chunks);

        expect(result).to.deep.equal(splitNaively(stream));
        framesSeen += result.frames.length;
        straddled += chunks.some((chunk, index) => chunk.at(-1) === 0 && chunks[index + 1]?.[0] === 0) ? 1 : 0;
      }),
      { numRuns: 3000 },
    );

    expect(framesSeen).to.be.above(3000);
    expect(straddled).to.be.above(300);
  });
});

interface Split {
  /** In hexadecimal, which shows NULs and compares fast. */
  readonly frames: readonly string[];
  readonly pendingBytes: number;
}

/** The same as `feed`, but each frame that has begun in a former chunk is finished alone. */
function finishEach(chunks: readonly Buffer[]): ReturnType<typeof feed> {
  const framing = new Framing();
  const frames: string[] = [];
  for (const chunk of chunks) {
    const finished = framing.pendingBytes > 0 ? framing.finish(chunk) : undefined;
    if (finished !== undefined) frames.push(hex(Buffer.concat(finished.frame.parts(0, finished.frame.length))));
    const complete = framing.push(finished?.rest ?? chunk);
    if (complete !== undefined) frames.push(...splitNaively(complete).frames);
  }
  return { frames, pendingBytes: framing.pendingBytes };
}

function feed(chunks: readonly Buffer[]): Split {
  const framing = new Framing();
  const frames: string[] = [];
  for (const chunk of chunks) {
    const complete = framing.push(chunk);
    if (complete !== undefined) {
      const split = splitNaively(complete);
      expect(split.pendingBytes, 'bytes after the last delimiter of a piece').to.equal(0);
      frames.push(...split.frames);
    }
  }
  return { frames, pendingBytes: framing.pendingBytes };
}

/** Every way to cut it once or twice. */
function* cutTwice(stream: Buffer): Generator<Buffer[]> {
  for (let first = 0; first <= stream.length; first++) {
    for (let second = first; second <= stream.length; second++) yield cutAt(stream, [first, second]);
  }
}

function cutsOf(chunks: readonly Buffer[]): string {
  return `in chunks of ${chunks.map(({ length }) => length).join(', ')}`;
}

/** Latin 1 makes each byte a character, and `split` does the rest. */
function splitNaively(stream: Buffer): Split {
  const parts = stream.toString('latin1').split('\0\0');
  const rest = parts.pop() ?? '';
  const frames = parts.map((part) => Buffer.from(part, 'latin1').toString('hex'));
  return { frames, pendingBytes: rest.endsWith('\0') ? rest.length - 1 : rest.length };
}

/** Streams rich in NULs, with the places to cut them. */
function streams(): fc.Arbitrary<{ stream: Buffer; chunks: Buffer[] }> {
  const byte = fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 2, arbitrary: fc.constantFrom(97, 98, 195) },
  );
  return fc
    .record({
      stream: fc.array(byte, { size: 'max', maxLength: 60 }).map((values) => Buffer.from(values)),
      cuts: fc.array(fc.nat(60), { maxLength: 12 }),
    })
    .map(({ stream, cuts }) => ({ stream, chunks: cutAt(stream, cuts) }));
}

function bytes(drawn: string): Buffer {
  return Buffer.from(drawn.replaceAll('.', '\0'));
}

function hex(text: string | Buffer): string {
  return Buffer.from(text as string).toString('hex');
}

function oneByOne(stream: Buffer): Buffer[] {
  return Array.from(stream, (_byte, index) => stream.subarray(index, index + 1));
}

function feedLongFrame(length: number, chunkBytes: number): void {
  const framing = new Framing();
  const chunk = Buffer.alloc(chunkBytes, 'a');
  for (let sent = 0; sent < length; sent += chunkBytes) framing.push(chunk);
  framing.push(Buffer.from('\0\0'));
}

/** Counts what goes through the two ways in which Buffers are copied. */
function countCopiedBytes(work: () => void): number {
  const { copy } = Buffer.prototype;
  const { concat } = Buffer;
  let copied = 0;
  Buffer.prototype.copy = function (this: Buffer, ...args: Parameters<typeof copy>) {
    const count = copy.apply(this, args);
    copied += count;
    return count;
  };
  Buffer.concat = (...args: Parameters<typeof concat>) => {
    const joined = concat(...args);
    copied += joined.length;
    return joined;
  };
  try {
    work();
  } finally {
    Buffer.prototype.copy = copy;
    Buffer.concat = concat;
  }
  return copied;
}

function pushAll(chunks: readonly Buffer[]): void {
  const framing = new Framing();
  for (const chunk of chunks) framing.push(chunk);
}

function timeOf(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
