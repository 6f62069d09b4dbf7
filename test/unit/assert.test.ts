import { expect } from 'chai';
import { invariant } from '#core/assert.js';

describe('invariant', () => {
  it('says nothing of a condition that holds', () => {
    expect(() => invariant(true, 'unheard')).not.to.throw();
  });

  it('throws, and says whose bug it is, where it does not', () => {
    expect(() => invariant(false, 'up is down')).to.throw(Error, /^Broken invariant in ipc.*: up is down$/);
  });
});
