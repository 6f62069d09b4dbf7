/** The edges, one by one; that what fits is what `JSON` gives is a law in test/property. */

import { inspect } from 'node:util';
import { expect } from 'chai';
import { type Outline, outlineOf } from '#core/json-outline.js';
import { JsonTemplate, MISFIT, type Surroundings } from '#core/json-template.js';

/** A template for all of the texts. */
function templateOf(first: string, ...others: readonly string[]): JsonTemplate {
  return templateIn({ opening: '', closing: '' }, first, ...others);
}

function templateIn(around: Surroundings, first: string, ...others: readonly string[]): JsonTemplate {
  return others.reduce(
    (template, text) => template.widened(outlineOf(text) as Outline) as JsonTemplate,
    new JsonTemplate(outlineOf(first) as Outline, around),
  );
}

/** One with a slot for `n`, and something of every kind that is always the same. */
const template = templateOf('{"n":1,"a":["x",null,{"b":true}],"e":{}}', '{"n":2,"a":["x",null,{"b":true}],"e":{}}');
const fitting = () => ({ n: 3 as unknown, a: ['x', null, { b: true }] as unknown[], e: {} as unknown });

describe('a template of JSON texts', () => {
  describe('writing', () => {
    it('takes what differs only where the texts differed', () => {
      expect(template.write(fitting())).to.equal('{"n":3,"a":["x",null,{"b":true}],"e":{}}');
      expect(template.write({ ...fitting(), n: 'text' })).to.equal('{"n":"text","a":["x",null,{"b":true}],"e":{}}');
    });

    for (const [what, message] of [
      ['another value where there is no slot', { ...fitting(), a: ['y', null, { b: true }] }],
      ['an object in a slot', { ...fitting(), n: {} }],
      ['nothing in a slot', { ...fitting(), n: undefined }],
      ['a function in a slot', { ...fitting(), n: () => {} }],
      ['one key more', { ...fitting(), more: 1 }],
      ['one key less', { n: 3, a: fitting().a }],
      ['keys in another order', { a: fitting().a, n: 3, e: {} }],
      ['a longer array', { ...fitting(), a: [...fitting().a, 1] }],
      ['a shorter array', { ...fitting(), a: ['x', null] }],
      ['an object for an array', { ...fitting(), a: { 0: 'x', 1: null, 2: { b: true } } }],
      ['an array for an object', { ...fitting(), e: [] }],
      ['an array that pretends to be an object', { ...fitting(), e: Object.setPrototypeOf([], Object.prototype) }],
      ['a map for an object', { ...fitting(), e: new Map() }],
      ['an object of a class', Object.assign(Object.create({}), fitting())],
      ['what has a toJSON', Object.assign(fitting(), { e: { toJSON: () => 1 } })],
      ['what has a toJSON that cannot be seen', Object.defineProperty(fitting(), 'toJSON', { value: () => 1 })],
      ['a hole for null', { ...fitting(), a: Object.assign(new Array(3), { 0: 'x', 2: { b: true } }) }],
      ['an array with a toJSON', { ...fitting(), a: Object.assign(fitting().a, { toJSON: () => 1 }) }],
      ['null', null],
      ['a scalar', 1],
    ] as const) {
      it(`leaves ${what} to JSON`, () => {
        expect(template.write(message)).to.equal(undefined);
      });
    }

    it('leaves out what is undefined, as JSON does', () => {
      expect(template.write({ none: undefined, ...fitting(), more: undefined })).to.equal(template.write(fitting()));
    });

    it('leaves everything to JSON while all objects inherit something that can be seen', () => {
      const pair = templateOf('{"n":1,"z":1}', '{"n":2,"z":1}');
      Object.assign(Object.prototype, { z: 1 });
      try {
        expect(pair.write({ n: 3 })).to.equal(undefined);
        expect(JSON.stringify({ n: 3 })).to.equal('{"n":3}');
      } finally {
        Reflect.deleteProperty(Object.prototype, 'z');
      }
      expect(pair.write({ n: 3, z: 1 })).to.equal('{"n":3,"z":1}');
    });

    it('is not mixed up by a getter that writes another message', () => {
      const inner = fitting();
      const message = Object.defineProperty(fitting(), 'n', {
        enumerable: true,
        get: () => template.write(inner)?.length,
      });

      expect(template.write(message)).to.equal(JSON.stringify(message));
    });
  });

  describe('reading', () => {
    const text = JSON.stringify(fitting());

    it('gives a value of its own each time', () => {
      const first = template.read(text, 0, text.length) as ReturnType<typeof fitting>;
      first.a[0] = 'changed';
      Object.assign(first.e as object, { more: 1 });
      Object.assign(first, { n: 4 });

      expect(template.read(text, 0, text.length)).to.deep.equal(fitting());
    });

    for (const damaged of [
      text.slice(0, -1),
      `${text}}`,
      ` ${text}`,
      text.replace('3', '03'),
      text.replace('3', '{}'),
      text.replace('3', ''),
      text.replace('"n"', '"m"'),
      text.replace('"x"', '"y"'),
      text.replace('true', 'false'),
      '',
    ]) {
      it(`leaves ${inspect(damaged)} to JSON`, () => {
        expect(template.read(damaged, 0, damaged.length)).to.equal(MISFIT);
      });
    }

    it('does not read over the end of the part', () => {
      const chunk = `${text}${text}`;

      expect(template.read(chunk, text.length, chunk.length)).to.deep.equal(fitting());
      expect(template.read(chunk, 0, text.length - 1)).to.equal(MISFIT);
      expect(template.read(chunk, 0, text.length + 1)).to.equal(MISFIT);
    });

    it('takes white space for a part of what messages have in common', () => {
      const spaced = templateOf('{ "n" : 1 }', '{ "n" : 2 }');

      expect(spaced.read('{ "n" : 3 }', 0, 11)).to.deep.equal({ n: 3 });
      expect(spaced.read('{"n":3}', 0, 7)).to.equal(MISFIT);
    });

    it('tells 0 from -0, and does not when it writes', () => {
      const zero = templateOf('{"n":0}');
      const negative = templateOf('{"n":-0}');

      expect(zero.read('{"n":-0}', 0, 8)).to.equal(MISFIT);
      expect(negative.read('{"n":-0}', 0, 8)).to.deep.equal({ n: -0 });
      expect(zero.write({ n: -0 })).to.equal('{"n":0}');
    });
  });

  describe('in surroundings', () => {
    const around = { opening: 'message: ', closing: '!' };
    const bare = { opening: '', closing: '' };

    for (const [what, texts, value, text] of [
      ['without a slot', ['[1,"a"]'], [1, 'a'], '[1,"a"]'],
      ['with one in it', ['{"n":1,"a":[]}', '{"n":2,"a":[]}'], { n: 3, a: [] }, '{"n":3,"a":[]}'],
      ['that begins and ends with a slot', ['[1,"a",1]', '[2,"a",2]'], [3, 'a', 4], '[3,"a",4]'],
    ] as const) {
      it(`writes and reads a message ${what}`, () => {
        const [first, ...others] = texts;
        const within = templateIn(around, first, ...others);

        expect(within.write(value)).to.equal(`message: ${text}!`);
        expect(within.read(`message: ${text}!`, 0, text.length + 10)).to.deep.equal(value);
        for (const other of [text, `message: ${text}`, `${text}!`, `Message: ${text}!`, `message: ${text}?`]) {
          expect(within.read(other, 0, other.length)).to.equal(MISFIT);
        }
      });
    }

    it('counts them as memory', () => {
      const longer = { opening: 'x'.repeat(100), closing: 'y'.repeat(10) };

      expect(templateIn(longer, '[1]').bytes - templateIn(bare, '[1]').bytes).to.equal(5 * 110);
    });
  });

  describe('widened', () => {
    it('has a slot more for each scalar that differs', () => {
      const one = templateOf('[1,2,3]');
      const wider = one.widened(outlineOf('[1,5,3]') as Outline) as JsonTemplate;

      expect(one.isNarrowerThan(wider)).to.equal(true);
      expect(wider.isNarrowerThan(wider.widened(outlineOf('[1,6,3]') as Outline) as JsonTemplate)).to.equal(false);
      expect(wider.write([1, 9, 3])).to.equal('[1,9,3]');
      expect(wider.write([9, 2, 3])).to.equal(undefined);
    });

    for (const other of ['[1,2]', '[1,[2],3]', '{"a":1,"b":2,"c":3}', '[1,2,3 ]', '[1,2,{}]', '[]']) {
      it(`is none for [1,2,3] and ${other}`, () => {
        expect(templateOf('[1,2,3]').widened(outlineOf(other) as Outline)).to.equal(undefined);
      });
    }

    for (const purpose of ['writing', 'reading'] as const) {
      it(`is not worth while for ${purpose} once more than half of many scalars differ`, () => {
        const isWorthwhile = (...texts: [string, string]) => templateOf(...texts).isWorthwhileFor(purpose);

        expect(isWorthwhile('[1,2,3,4]', '[5,6,3,4]')).to.equal(true);
        expect(isWorthwhile('[1,2,3,4]', '[5,6,7,4]')).to.equal(false);
        expect(isWorthwhile('[1,2,3,4,5,6]', '[5,6,7,4,5,6]')).to.equal(true);
        expect(isWorthwhile('[1,2]', '[5,6]')).to.equal(true);
      });
    }

    it('is not worth while for reading with half as many strings that must be copied', () => {
      const texts = ['first', 'other'].map((which) =>
        JSON.stringify([...Array(4).fill(`the ${which} text`), 1, 2, 3, 4]),
      );
      const [first, other] = texts as [string, string];

      expect(templateOf(first, other).isWorthwhileFor('writing')).to.equal(true);
      expect(templateOf(first, other).isWorthwhileFor('reading')).to.equal(false);
      expect(templateOf(first, first.replace('first', 'other')).isWorthwhileFor('reading')).to.equal(true);
    });
  });
});
