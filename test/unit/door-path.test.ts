import { expect } from 'chai';
import { temporaryPathFor } from '#testing/chaos/door-path.js';

describe('door path', () => {
  for (const random of ['743e479', '1234567', '0000000', '1e00000', '7e145d8']) {
    it(`makes a relative name that Node does not take for a port, with ${random}`, () => {
      const path = temporaryPathFor('front.sock', random);

      expect(Number(path)).to.be.NaN;
      expect(path).to.have.length('.743e4679'.length);
    });
  }

  it('makes another name each time', () => {
    expect(temporaryPathFor('run/front.sock')).to.match(/^run\/\.x[0-9a-f]{7}$/);
    expect(temporaryPathFor('front.sock')).to.not.equal(temporaryPathFor('front.sock'));
  });
});
