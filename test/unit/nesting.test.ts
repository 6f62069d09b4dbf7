import { expect } from 'chai';
import { DecodeError, jsonTranscoder, type MessageWrapper } from 'ipc';
import { MOST_LEVELS, nestsTooDeeply } from '#core/nesting.js';

const isTooDeep = (text: string) => nestsTooDeeply(text, 0, text.length);

describe('nesting', () => {
  for (const [what, open, close] of [
    ['arrays', '[', ']'],
    ['objects', '{"a":', '}'],
  ] as const) {
    it(`is too deep with one level of ${what} more than the limit, closed or not`, () => {
      const levels = (count: number, ending: string) => open.repeat(count) + ending;

      expect(isTooDeep(levels(MOST_LEVELS, `1${close.repeat(MOST_LEVELS)}`))).to.equal(false);
      expect(isTooDeep(levels(MOST_LEVELS + 1, `1${close.repeat(MOST_LEVELS + 1)}`))).to.equal(true);
      expect(isTooDeep(levels(MOST_LEVELS, 'x'.repeat(10)))).to.equal(false);
      expect(isTooDeep(levels(MOST_LEVELS + 1, ''))).to.equal(true);
    });
  }

  it('counts what is open at once, not what there is', () => {
    expect(isTooDeep(`[${'[[1],{"a":2}],'.repeat(MOST_LEVELS)}1]`)).to.equal(false);
  });

  it('is not too deep with as many levels as the limit and more brackets, nor by what follows its part', () => {
    const text = `{}${'['.repeat(MOST_LEVELS)}[`;

    expect(nestsTooDeeply(text, 0, text.length - 1)).to.equal(false);
    expect(nestsTooDeeply(text, 0, text.length)).to.equal(true);
  });

  it('goes on counting after an object that was closed', () => {
    expect(isTooDeep(`[{},${'['.repeat(MOST_LEVELS + 1)}`)).to.equal(true);
  });

  it('does not count what stands in strings', () => {
    const many = '['.repeat(MOST_LEVELS + 1);

    for (const string of [many, `\\"${many}`, `${many}\\\\`, `\\\\\\"${many}\\"`]) {
      expect(isTooDeep(`{"a":"${string}","b":[1]}`), string.slice(0, 8)).to.equal(false);
    }
    // The string is over before the brackets.
    expect(isTooDeep(`["\\\\",${many}`)).to.equal(true);
    // A string that never ends.
    expect(isTooDeep(`["${many}`)).to.equal(false);
  });

  it('looks at its part of the text only', () => {
    const many = '['.repeat(MOST_LEVELS + 1);
    const part = 'x'.repeat(MOST_LEVELS + 1);

    expect(nestsTooDeeply(many + part + many, many.length, many.length + part.length)).to.equal(false);
  });

  it('is a decode error with the beginning of the message, before anything is parsed', () => {
    const decode = jsonTranscoder.createDecoder({ maxMessageBytes: 100_000_000 });
    const messages: MessageWrapper[] = [];
    let reported: Error | null | undefined;

    decode(
      Buffer.from(`{"topic":"a","message":1}\0\0{"topic":"a","message":${'['.repeat(10_000_000)}\0\0`),
      (error, some) => {
        messages.push(...(some ?? []));
        reported = error;
      },
    );

    expect(messages).to.deep.equal([{ topic: 'a', message: 1 }]);
    expect(reported).to.be.instanceOf(DecodeError);
    expect(reported?.message).to.equal('The peer sent a message that nests more than 100000 levels deep.');
    expect(String((reported as DecodeError).rawData))
      .to.match(/^\{"topic":"a","message":\[+$/)
      .and.have.lengthOf(256);
  });

  it('is let through up to the limit, and means what JSON says', () => {
    const decode = jsonTranscoder.createDecoder({ maxMessageBytes: 100_000_000 });
    const message = `${'['.repeat(MOST_LEVELS - 1)}${']'.repeat(MOST_LEVELS - 1)}`;
    let depth = 0;

    decode(Buffer.from(`{"topic":"a","message":${message}}\0\0`), (_error, some) => {
      for (let value = some?.[0]?.message; Array.isArray(value); value = value[0]) depth += 1;
    });

    expect(depth).to.equal(MOST_LEVELS - 1);
  });
});
