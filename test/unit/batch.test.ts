import { expect } from 'chai';
import { Batch } from '#core/batch.js';

describe('batch', () => {
  it('joins strings into one piece', () => {
    const batch = new Batch('utf8');

    for (const text of ['a', 'ä', '€']) batch.add(text);

    expect(batch.take().map(String)).to.deep.equal(['aä€']);
  });

  it('keeps the order of strings and Buffers, and Buffers as they are', () => {
    const batch = new Batch('utf8');
    const [long, longest] = [Buffer.alloc(4096, '2'), Buffer.alloc(5000, '3')];

    for (const data of ['0', '1', long, longest, '4', '5']) batch.add(data);
    const pieces = batch.take();

    expect(pieces.map(String)).to.deep.equal(['01', String(long), String(longest), '45']);
    expect([pieces[1] === long, pieces[2] === longest]).to.deep.equal([true, true]);
  });

  it('copies short Buffers together, up to the next long one', () => {
    const batch = new Batch('utf8');
    const long = Buffer.alloc(4096, '.');

    for (const data of ['0', Buffer.from('1'), Buffer.from('2'), long, new Uint8Array([51]), Buffer.from('4')]) {
      batch.add(data);
    }

    expect(batch.take().map(String)).to.deep.equal(['012', String(long), '34']);
  });

  it('keeps nothing of no length', () => {
    const batch = new Batch('utf8');
    for (const data of ['', Buffer.alloc(0), new Uint8Array()]) batch.add(data);

    expect(batch.bytes).to.equal(0);
    expect(batch.take()).to.deep.equal([]);
  });

  it('does not copy one short Buffer', () => {
    const batch = new Batch('utf8');
    const short = Buffer.from('1');
    batch.add(short);

    expect(batch.take()[0]).to.equal(short);
  });

  it('does not copy a short Buffer that has no short neighbour', () => {
    const batch = new Batch('utf8');
    const [before, long, after] = [Buffer.from('1'), Buffer.alloc(4096), Buffer.from('2')];
    for (const piece of [before, long, after]) batch.add(piece);

    const pieces = batch.take();

    expect(pieces).to.have.lengthOf(3);
    expect([before, long, after].every((piece, index) => piece === pieces[index])).to.equal(true);
  });

  it('is empty once it has been taken', () => {
    const batch = new Batch('utf8');
    batch.add('a');
    batch.add(Buffer.from('b'));

    expect(batch.bytes).to.equal(2);
    batch.take();

    expect(batch.bytes).to.equal(0);
    expect(batch.take()).to.deep.equal([]);
  });

  for (const encoding of ['utf8', 'utf16le', 'latin1', 'hex', 'base64', 'base64url'] as const) {
    it(`writes what each string stands for in ${encoding}`, () => {
      const batch = new Batch(encoding);
      const parts = ['hi', 'hell', 'abcdefgh'].map((text) => Buffer.from(text));

      for (const part of parts) batch.add(part.toString(encoding));

      expect(Buffer.concat(batch.take()).toString()).to.equal('hihellabcdefgh');
    });
  }

  it('knows hex and base64 in any spelling', () => {
    const batch = new Batch('BASE64' as BufferEncoding);

    for (const text of ['aA==', 'aQ==']) batch.add(text);

    expect(Buffer.concat(batch.take()).toString()).to.equal('hi');
  });

  it('gives a short text in UTF-8 as it is, and is empty then', () => {
    const batch = new Batch('utf8');
    for (const text of ['a', 'ä']) batch.add(text);

    expect(batch.takeText()).to.equal('aä');

    expect(batch.bytes).to.equal(0);
    expect(batch.take()).to.deep.equal([]);
  });

  it('gives a text of 64 KiB as it is', () => {
    const batch = new Batch('utf8');
    const text = 'x'.repeat(64 * 1024);
    batch.add(text);

    expect(batch.takeText()).to.equal(text);
  });

  for (const [what, encoding, ...parts] of [
    ['a longer text', 'utf8', 'x'.repeat(64 * 1024 + 1)],
    ['text in another encoding', 'latin1', 'a'],
    ['bytes', 'utf8', Buffer.from('a')],
    ['bytes and text', 'utf8', Buffer.from('a'), 'b'],
  ] as const) {
    it(`keeps ${what} to be taken in pieces`, () => {
      const batch = new Batch(encoding);
      for (const part of parts) batch.add(part);

      expect(batch.takeText()).to.equal(undefined);

      expect(Buffer.concat(batch.take())).to.deep.equal(Buffer.from(parts.join('')));
    });
  }
});
