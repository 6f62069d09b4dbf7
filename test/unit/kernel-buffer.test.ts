import { expect } from 'chai';
import { KernelBuffer } from '#testing/network/kernel-buffer.js';
import { LinkDirection } from '#testing/network/link-direction.js';

/** A way without faults asks nothing of its link. */
function way(): LinkDirection {
  return new LinkDirection(undefined as never, 'server');
}

describe('kernel buffer', () => {
  it('takes 219,264 bytes of one large write, as Linux does', () => {
    const buffer = new KernelBuffer();

    expect(buffer.take(Buffer.alloc(1_000_000), 0, true, way(), 0)).to.equal(219_264);
    expect(buffer.take(Buffer.alloc(1), 0, true, way(), 0)).to.equal(0);
  });

  it('takes 278 small writes, whatever their size', () => {
    for (const bytes of [1, 100]) {
      const buffer = new KernelBuffer();
      let writes = 0;
      while (buffer.take(Buffer.alloc(bytes), 0, true, way(), 0) > 0) {
        writes += 1;
      }

      expect(writes).to.equal(278);
    }
  });

  it('gives back what it took, in order, and has room again', () => {
    const buffer = new KernelBuffer();
    const one = way();
    for (const text of ['one ', 'two ', 'three']) {
      buffer.take(Buffer.from(text), 0, false, one, 0);
    }

    expect(buffer.read(6, 0)?.toString()).to.equal('one tw');
    expect(buffer.read(100, 0)?.toString()).to.equal('o three');
    expect([buffer.bytes, buffer.isWritable, buffer.read(1, 0)]).to.deep.equal([0, true, undefined]);
  });
});
