import { expect } from 'chai';
import { checkSocketPath, socketPathLimit } from '#core/socket-path.js';

describe('socket path', () => {
  it('takes a path of exactly the limit, counted in UTF-8 bytes', () => {
    const path = `/tmp/${'ä'.repeat(51)}`;

    expect(Buffer.byteLength(path)).to.equal(107);
    expect(() => checkSocketPath(path, socketPathLimit('linux'))).not.to.throw();
    expect(() => checkSocketPath(`${path}x`, socketPathLimit('linux'))).to.throw(TypeError, /108 bytes/);
    expect(() => checkSocketPath(path, socketPathLimit('darwin'))).to.throw(TypeError, /allows 103/);
  });

  it('has a limit on each system', () => {
    expect(['linux', 'android', 'darwin', 'freebsd'].map(socketPathLimit)).to.deep.equal([107, 107, 103, 103]);
  });

  for (const [what, value, reason] of [
    ['nothing', undefined, /must be a string.*got undefined\.$/],
    ['null', null, /got null/],
    ['a number', 8000, /must be a string.*got 8000\.$/],
    ['an object', {}, /got an object/],
    ['an empty path', '', /is empty/],
    ['digits', '8000', /looks like a port/],
    ['a directory', '/tmp/', /a directory/],
    ['a NUL', '/tmp/a\0b', /NUL/],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(() => checkSocketPath(value, 107)).to.throw(TypeError, reason);
    });
  }
});
