import { expect } from 'chai';
import { outlineOf, type Part } from '#core/json-outline.js';

/** The value that a part stands for. */
function contentOf({ keys, parts, value }: Part): unknown {
  const inner = parts?.map(contentOf);
  return inner && keys ? Object.fromEntries(keys.map((key, index) => [key, inner[index]])) : (inner ?? value);
}

describe('the outline of a JSON text', () => {
  for (const text of [
    '{}',
    '[]',
    '[1,"two",[true,[null]],{}]',
    '{"a":1,"b":{"c":[{"d":"e"},{"d":"f"}]}}',
    ' { "a" : [ 1 , -2.5e+3 ] , "b" : "x" } ',
    '{"a \\"quoted\\" : key":"a \\"quoted\\": value","":"{[,:]}"}',
    '{"\\ud800":"\\\\","ä":"\u2028"}',
  ]) {
    it(`has all that is in ${text}`, () => {
      expect(contentOf(outlineOf(text)?.root as Part)).to.deep.equal(JSON.parse(text));
    });
  }

  it('says where the scalars stand', () => {
    const text = '{"a":[1, "two"], "b" : null }';

    const places = outlineOf(text)?.scalars.map(({ start, end }) => text.slice(start, end));

    expect(places).to.deep.equal(['1', '"two"', 'null']);
  });

  for (const text of ['1', '"text"', ' null ', 'true']) {
    it(`is none for ${text}, which has nothing inside`, () => {
      expect(outlineOf(text)).to.equal(undefined);
    });
  }

  for (const text of ['{"a":{"__proto__":1}}', '[{"toString":1}]', '{"constructor":{}}', '{"\\u005f_proto__":1}']) {
    it(`is none for ${text}, with a key that objects inherit`, () => {
      expect(outlineOf(text)).to.equal(undefined);
    });
  }

  for (const text of ['{"7":1}', '[{"a":{"0":1}}]']) {
    it(`is none for ${text}, whose keys have an order of their own`, () => {
      expect(outlineOf(text)).to.equal(undefined);
    });
  }

  it('is none for what nests deeper than 31 levels, or has more than 128 values', () => {
    const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    const wide = (values: number) => JSON.stringify(Array.from({ length: values }, () => 0));

    expect(outlineOf(nested(31))).to.not.equal(undefined);
    expect(outlineOf(nested(33))).to.equal(undefined);
    expect(outlineOf(wide(127))?.partCount).to.equal(128);
    expect(outlineOf(wide(129))).to.equal(undefined);
  });

  it('is none for an object with a key twice', () => {
    expect(outlineOf('{"a":1,"b":2,"a":3}')).to.equal(undefined);
    expect(outlineOf('[{"a":1},{"a":1}]')).to.not.equal(undefined);
  });
});
