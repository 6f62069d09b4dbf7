/** The edges, one by one; that all scalars are read and written as `JSON` does it is a law in test/property. */

import { inspect } from 'node:util';
import { expect } from 'chai';
import sinon from 'sinon';
import { ScalarReader, scalarText } from '#core/json-scalar.js';
import { heldBytes } from '../support/held-bytes.js';

describe('a scalar in a JSON text', () => {
  afterEach(() => sinon.restore());

  for (const text of ['0', '-0', '7', '-7', '1.5', '0.1', '123456789012345', '0.00000000000001', '12345678.1234567']) {
    it(`is the number ${text}, without asking JSON`, () => {
      const parse = sinon.spy(JSON, 'parse');
      const reader = new ScalarReader();

      const end = reader.read(`${text},1`, 0);

      expect(parse.callCount).to.equal(0);
      expect({ end, value: reader.value }).to.deep.equal({ end: text.length, value: Number(text) });
    });
  }

  for (const text of ['1234567890123456', '0.1234567890123456', '1e3', '1E+3', '-1.5e-7', '9007199254740993']) {
    it(`is the number ${text}, as JSON has it`, () => {
      const reader = new ScalarReader();

      expect(reader.read(`[${text}]`, 1)).to.equal(1 + text.length);
      expect(reader.value).to.equal(JSON.parse(text));
    });
  }

  for (const text of [
    '01',
    '-01',
    '00.5',
    '-',
    '+1',
    '.5',
    '1.',
    '1.e3',
    '1e',
    '1e+',
    '--1',
    '',
    'nul',
    'True',
    '"a',
  ]) {
    it(`is not ${inspect(text)}`, () => {
      expect(new ScalarReader().read(text, 0)).to.equal(-1);
      expect(new ScalarReader().read(`[${text}`, 1)).to.equal(-1);
    });
  }

  for (const [text, value] of [
    ['""', ''],
    ['"twelve chars"', 'twelve chars'],
    ['"thirteen char"', 'thirteen char'],
    ['"a \\" and \\\\"', 'a " and \\'],
    ['"\\\\"', '\\'],
    ['"\\ud83d\\ude00😀"', '😀😀'],
  ] as const) {
    it(`is the string ${text}`, () => {
      const reader = new ScalarReader();

      expect(reader.read(`${text}"`, 0)).to.equal(text.length);
      expect(reader.value).to.equal(value);
    });
  }

  for (const text of ['"a\nb"', '"a\u0000"', '"\\x"', '"\\u12"', '"\\"', '"a\\"', `"${'long '.repeat(9)}\n"`]) {
    it(`is not the string ${inspect(text)}`, () => {
      expect(new ScalarReader().read(text, 0)).to.equal(-1);
    });
  }

  for (const text of [
    `"${'x'.repeat(100)}"`,
    `"\\n${'x'.repeat(100)}"`,
    '1'.repeat(300),
    `1e${'0'.repeat(300)}`,
    `0.${'1'.repeat(300)}`,
  ]) {
    it(`is left to JSON when it is as long as ${text.slice(0, 10)}... with ${text.length} characters`, () => {
      const parse = sinon.spy(JSON, 'parse');

      expect(new ScalarReader().read(`${text},`, 0)).to.equal(-1);
      expect(parse.args.every(([part]) => part.length <= 101)).to.equal(true);
    });
  }

  it('does not keep the text alive that it was read from', () => {
    const reader = new ScalarReader();
    const kept: unknown[] = [];
    const before = heldBytes();
    for (let count = 0; count < 100; count++) {
      for (const length of [12, 13, 40]) {
        const text = Buffer.from(`"${'x'.repeat(length)}"${' '.repeat(100_000)}`).toString();
        reader.read(text, 0);
        kept.push(reader.value);
      }
    }

    expect(heldBytes() - before).to.be.below(1e6);
    expect(kept).to.have.lengthOf(300);
  });
});

describe('the text of a scalar', () => {
  for (const value of [
    '',
    'plain',
    'x'.repeat(41),
    '"',
    '\\',
    '\n',
    '\u001f',
    ' ',
    '\u007f',
    'ä',
    '\ud7ff',
    '\ud800',
    '😀',
    '\ue000',
  ]) {
    it(`is that of JSON for ${inspect(value)}`, () => {
      expect(scalarText(value)).to.equal(JSON.stringify(value));
    });
  }

  for (const value of [undefined, {}, [], () => {}, Symbol('symbol'), 1n, Object(1)]) {
    it(`is none for ${inspect(value)}`, () => {
      expect(scalarText(value)).to.equal(undefined);
    });
  }
});
