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
    const buffer = Buffer.from('2');

    for (const data of ['0', '1', buffer, Buffer.from('3'), '4', '5']) batch.add(data);
    const pieces = batch.take();

    expect(pieces.map(String)).to.deep.equal(['01', '2', '3', '45']);
    expect(pieces[1]).to.equal(buffer);
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
});
