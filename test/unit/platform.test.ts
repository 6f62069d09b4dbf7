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

  it('is the last of those that are left, in whatever order they are put back', () => {
    const [before, first, second] = [{}, {}, {}] as Platform[];
    const takeBefore = installPlatform(before as Platform);
    const takeFirst = installPlatform(first as Platform);
    const takeSecond = installPlatform(second as Platform);

    takeFirst();
    expect(currentPlatform()).to.equal(second);
    takeSecond();
    expect(currentPlatform()).to.equal(before);
    takeBefore();
  });

  it('says what to import when there is none', async () => {
    // A copy of the module, in which nothing has installed one.
    const specifier = '#core/platform.js?without-platform';
    const copy: typeof import('#core/platform.js') = await import(specifier);

    expect(() => copy.currentPlatform()).to.throw(Error, /import 'ipc'/);
  });
});
