import { expect } from 'chai';
import { currentPlatform, installPlatform, type Platform } from '#core/platform.js';

describe('platform', () => {
  it('is the one installed last, and the former one after it is put back', () => {
    const [first, second] = [{}, {}] as Platform[];
    const putBackNone = installPlatform(first as Platform);
    const putBackFirst = installPlatform(second as Platform);

    expect(currentPlatform()).to.equal(second);
    putBackFirst();
    expect(currentPlatform()).to.equal(first);
    putBackNone();
  });

  it('says what to import when there is none', () => {
    const putBack = installPlatform(undefined as unknown as Platform);

    expect(() => currentPlatform()).to.throw(Error, /import 'ipc'/);
    putBack();
  });
});
