import { expect } from 'chai';
import fc from 'fast-check';
import { joined, Pieces } from '#core/pieces.js';
import { cutAt } from '../support/in-pieces.js';

const bytesInPieces = fc.tuple(
  fc.string({ unit: fc.constantFrom(...'abc'), maxLength: 12 }),
  fc.array(fc.nat(), { maxLength: 6 }),
  fc.nat(3),
);

describe('pieces', () => {
  it('say what the whole says, wherever it was cut, up to the length that counts', () => {
    fc.assert(
      fc.property(bytesInPieces, fc.nat(13), fc.nat(13), ([text, cuts, more], start, end) => {
        const pieces = new Pieces(cutAt(Buffer.from(text + 'abc'.slice(0, more)), cuts), text.length);
        const whole = Buffer.from(text);

        expect(pieces.length).to.equal(whole.length);
        expect(pieces.at(start)).to.equal(whole[start]);
        for (const byte of Buffer.from('abcd'))
          expect(pieces.indexOf(byte, start)).to.equal(whole.indexOf(byte, start));
        const parts = pieces.parts(start, end);
        expect(Buffer.concat(parts).toString()).to.equal(start < end ? whole.toString('utf8', start, end) : '');
        expect(parts.every(({ length }) => length > 0)).to.equal(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('are not copied when they are looked at, nor when there is one', () => {
    const [one, two] = [Buffer.from('one'), Buffer.from('two')];
    const [first, second] = new Pieces([one, two], 6).parts(1, 5);

    expect([first?.buffer, second?.buffer]).to.deep.equal([one.buffer, two.buffer]);
    expect(joined([one])).to.equal(one);
    expect(joined([one, two]).toString()).to.equal('onetwo');
    expect(joined([]).length).to.equal(0);
  });

  it('are found in a time that does not grow with what was cut before', () => {
    const many = Array.from({ length: 100_000 }, () => Buffer.from('ab'));
    const pieces = new Pieces(many, 200_000);

    for (let place = 199_000; place < 200_000; place++) expect(pieces.at(place)).to.equal('ab'.charCodeAt(place % 2));
  });
});
