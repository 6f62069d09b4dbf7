import { expect } from 'chai';
import { SeededRandom } from 'ipc/testing';

function draws(random: SeededRandom, count = 8): number[] {
  return Array.from({ length: count }, () => random.uint32());
}

describe('seeded random', () => {
  it('draws the same for the same seed and purpose, and something else for any other', () => {
    const reference = draws(new SeededRandom(7, 'latency'));

    expect(draws(new SeededRandom(7, 'latency'))).to.deep.equal(reference);
    for (const other of [
      new SeededRandom(8, 'latency'),
      new SeededRandom(7, 'order'),
      new SeededRandom(7 + 2 ** 32, 'latency'),
    ]) {
      expect(draws(other)).not.to.deep.equal(reference);
    }
  });

  it('draws what it drew in the first release, so that printed seeds stay good', () => {
    expect(draws(new SeededRandom(1, 'golden'), 3)).to.deep.equal([3323540885, 980655681, 3803020095]);
  });

  it('gives streams that no draw of another stream shifts', () => {
    const [quiet, busy] = [new SeededRandom(3), new SeededRandom(3)];
    const stream = busy.stream('a');
    draws(busy, 1000);
    draws(busy.stream('b'), 1000);

    expect(draws(stream)).to.deep.equal(draws(quiet.stream('a')));
    expect(draws(busy.stream('a').stream('b'))).to.deep.equal(draws(new SeededRandom(3, 'a/b')));
  });

  it('draws evenly and stays within bounds', () => {
    const random = new SeededRandom(11);
    const counts = [0, 0, 0, 0, 0, 0];
    for (let draw = 0; draw < 60_000; draw += 1) counts[random.between(0, 5)]! += 1;

    for (const count of counts) expect(count).to.be.within(9_500, 10_500);
    expect(random.chance(0)).to.equal(false);
    expect(random.chance(1)).to.equal(true);
  });

  it('makes version 4 UUIDs', () => {
    const random = new SeededRandom(5);
    for (let count = 0; count < 100; count += 1) {
      expect(random.uuid()).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });
});
