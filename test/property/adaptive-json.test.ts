/** What is written and read with a template is what `JSON` writes and reads, whatever comes after what. */

import { expect } from 'chai';
import fc from 'fast-check';
import sinon from 'sinon';
import { AdaptiveJson } from '#core/adaptive-json.js';
import { outlineOf } from '#core/json-outline.js';
import { ScalarReader, scalarText } from '#core/json-scalar.js';
import { JsonTemplate, MISFIT, type Surroundings } from '#core/json-template.js';
import { LearningBudget } from '#core/learning-budget.js';
import { WholeJson } from '../support/whole-json.js';

/** A number, string, boolean or null, with those in plenty that are written in an unusual way. */
const scalars = fc.oneof(
  fc.constantFrom(null, true, false, -0, 0, 1e21, 1e-7, 0.1, 2 ** 53, 123_456_789_012_345_680, Number.NaN, -1 / 0),
  fc.constantFrom('', '"', '\\', '\0', '\ud800', '\udc00', '😀', 'ä', '\u2028', 'twelve chars', 'thirteen char', '"}'),
  fc.double(),
  fc.integer(),
  fc.integer({ min: -99, max: 99 }).map((cents) => cents / 100),
  fc.string({ unit: 'binary', maxLength: 50 }),
  fc.string({ maxLength: 20 }),
);

/** Names of keys, with those that are sorted, escaped, or mean something to objects. */
const names = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('id', 'kind', 'at', 'text', 'ok') },
  { weight: 1, arbitrary: fc.constantFrom('7', '__proto__', 'toJSON', 'constructor', 'a "b"', '\ud800', '') },
);

/** What messages of one kind look like: each value is always the same, or one that is drawn for each message. */
type Kind =
  | { readonly fixed: unknown }
  | { readonly drawn: true }
  | { readonly list: readonly Kind[] }
  | { readonly entries: readonly (readonly [string, Kind])[] };

const { kind: kinds } = fc.letrec<{ kind: Kind; inner: Kind }>((tie) => ({
  inner: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalars.map((fixed) => ({ fixed })),
    scalars.map((fixed) => ({ fixed })),
    fc.constant({ drawn: true as const }),
    tie('kind'),
  ),
  kind: fc.oneof(
    fc.array(tie('inner'), { maxLength: 4 }).map((list) => ({ list })),
    fc
      .uniqueArray(fc.tuple(names, tie('inner')), { maxLength: 5, selector: ([name]) => name })
      .map((entries) => ({ entries })),
  ),
}));

function ofKind(kind: Kind, draw: () => unknown): unknown {
  if ('fixed' in kind) {
    return kind.fixed;
  }
  if ('drawn' in kind) {
    return draw();
  }
  if ('list' in kind) {
    return kind.list.map((inner) => ofKind(inner, draw));
  }
  const object = {};
  for (const [name, inner] of kind.entries) {
    Object.defineProperty(object, name, {
      ...{ value: ofKind(inner, draw), enumerable: true, writable: true, configurable: true },
    });
  }
  return object;
}

/** What an application may do to a message without knowing that it leaves its kind. */
const changes: readonly ((message: unknown) => unknown)[] = [
  (message) => ({ message }),
  (message) => [message],
  (message) => edited(message, (object) => Reflect.set(object, 'id', undefined)),
  (message) => edited(message, (object) => Reflect.set(object, 'id', () => 'a function')),
  (message) => edited(message, (object) => Reflect.set(object, 'more', 1)),
  (message) => edited(message, (object) => Reflect.set(object, 'at', [])),
  (message) => edited(message, (object) => Reflect.deleteProperty(object, 'id')),
  (message) => edited(message, (object) => Object.setPrototypeOf(object, { inherited: 1 })),
  (message) => edited(message, (object) => Object.setPrototypeOf(object, null)),
  (message) => edited(message, (object) => Object.defineProperty(object, 'toJSON', { value: () => 'by toJSON' })),
  (message) => edited(message, (object) => Object.defineProperty(object, 'hidden', { value: 1 })),
  (message) => edited(message, (object) => Object.defineProperty(object, 'got', { get: () => 1, enumerable: true })),
  (message) => edited(message, (object) => Reflect.set(object, Symbol('symbol'), 1)),
  (message) => Object.fromEntries(Object.entries(message as object).reverse()),
  (message) => new Proxy(message as object, {}),
  (message) => edited(message, (object) => Reflect.set(object, 'ok', Object(true))),
  (message) => edited(message, (object) => Reflect.set(object, 'at', new Date(0))),
];

function edited(message: unknown, edit: (object: object) => unknown): unknown {
  const copy = Array.isArray(message) ? [...message] : { ...(message as object) };
  edit(copy);
  return copy;
}

/** Mostly messages of one kind, and some of another, or changed. */
const sequences = fc.tuple(kinds, kinds, fc.infiniteStream(scalars)).chain(([usual, other, drawn]) =>
  fc.array(
    fc.oneof(
      { weight: 12, arbitrary: fc.constant(() => ofKind(usual, () => drawn.next().value)) },
      { weight: 1, arbitrary: fc.constant(() => ofKind(other, () => drawn.next().value)) },
      {
        weight: 2,
        arbitrary: fc
          .nat(changes.length - 1)
          .map((index) => () => changes[index]?.(ofKind(usual, () => drawn.next().value))),
      },
    ),
    { minLength: 20, maxLength: 60, size: 'max' },
  ),
);

const surroundings = fc.constantFrom(
  { opening: '', closing: '' },
  { opening: '{"topic":"t","message":', closing: '}\0\0' },
);

/** One that has nothing to learn with, and asks another one. */
function oneOfMany(around: Surroundings): WholeJson {
  const budget = new LearningBudget();
  while (budget.spend());
  return new WholeJson(around, {
    others: new AdaptiveJson({ ...around, opening: '' }, undefined, new LearningBudget()),
    budget,
  });
}

/** What a call gave: its result, or the error it threw. */
function outcome(call: () => unknown): { readonly gave: unknown } | { readonly threw: string } {
  try {
    return { gave: call() };
  } catch (error) {
    return { threw: String(error) };
  }
}

/** As the envelope has it: what converts itself is not asked to be written alone. */
function standsAlone(message: unknown): boolean {
  return typeof (message as { toJSON?: unknown }).toJSON !== 'function';
}

describe('JSON for messages that are alike', () => {
  afterEach(() => sinon.restore());

  it('is written as JSON writes it, and read as JSON reads it', () => {
    const write = sinon.spy(JsonTemplate.prototype, 'write');
    const read = sinon.spy(JsonTemplate.prototype, 'read');

    fc.assert(
      fc.property(sequences, surroundings, fc.boolean(), (messages, around, ofMany) => {
        const [writing, reading] = ofMany
          ? [oneOfMany(around), oneOfMany(around)]
          : [new WholeJson(around), new WholeJson(around)];
        for (const message of messages.map((make) => make()).filter(standsAlone)) {
          const text = JSON.stringify(message);
          const whole = around.opening + text + around.closing;
          const chunk = `before${whole}after`;

          expect(writing.stringify(message)).to.equal(whole);
          const value = reading.parse(chunk, 6, 6 + whole.length);
          expect(value).to.deep.equal(JSON.parse(text));
          expect(JSON.stringify(value)).to.equal(JSON.stringify(JSON.parse(text)));
        }
      }),
      { numRuns: 400 },
    );

    // Without templates that fit, nothing would have been shown.
    expect(write.returnValues.filter((text) => text !== undefined).length).to.be.above(1000);
    expect(read.returnValues.filter((value) => value !== MISFIT).length).to.be.above(1000);
  });

  it('is refused as JSON refuses it when it is damaged', () => {
    let fitted = 0;
    let refused = 0;

    fc.assert(
      fc.property(kinds, fc.infiniteStream(scalars), fc.nat(), fc.nat(), fc.string(), (kind, drawn, at, less, more) => {
        const text = () => JSON.stringify(ofKind(kind, () => drawn.next().value));
        const template = templateOf([text(), text(), text()], { opening: '[', closing: ']' });
        const whole = `[${text()}]`;
        const start = at % (whole.length + 1);
        const damaged = whole.slice(0, start) + more.slice(0, 2) + whole.slice(start + (less % 3));

        const value = template?.read(damaged, 0, damaged.length) ?? MISFIT;

        if (value !== MISFIT) {
          expect({ gave: [value] }).to.deep.equal(outcome(() => JSON.parse(damaged)));
          fitted += 1;
        }
        refused += Number('threw' in outcome(() => JSON.parse(damaged)));
      }),
      { numRuns: 3000 },
    );

    expect(fitted).to.be.above(100);
    expect(refused).to.be.above(1000);
  });

  it('fits a template of it as soon as all that differs has been seen', () => {
    let fitted = 0;

    fc.assert(
      fc.property(kinds, fc.infiniteStream(scalars), (kind, drawn) => {
        const text = () => JSON.stringify(ofKind(kind, () => drawn.next().value));
        // Three texts may happen to have something in common that the fourth has not.
        const texts = [text(), text(), text()];
        const template = templateOf([...texts, ...texts]);

        for (const each of texts) {
          if (template !== undefined) {
            expect(template.read(each, 0, each.length)).to.deep.equal(JSON.parse(each));
            expect(template.write(JSON.parse(each))).to.equal(JSON.stringify(JSON.parse(each)));
            fitted += 1;
          }
        }
      }),
      { numRuns: 1000 },
    );

    expect(fitted).to.be.above(1000);
  });
});

/** A template that was made of the first text and widened by the others. Undefined when there is none for the first. */
function templateOf(
  [first, ...others]: readonly string[],
  around: Surroundings = { opening: '', closing: '' },
): JsonTemplate | undefined {
  const outline = outlineOf(first as string);
  return others.reduce<JsonTemplate | undefined>((template, text) => {
    const next = outlineOf(text);
    return next && template?.widened(next);
  }, outline && new JsonTemplate(outline, around));
}

describe('scalars of JSON', () => {
  const reader = new ScalarReader();

  it('are read as JSON reads them, and written as JSON writes them', () => {
    fc.assert(
      fc.property(scalars, fc.constantFrom('', ',', '}', ']', ',"more":1'), (scalar, after) => {
        const text = JSON.stringify(scalar);

        expect(scalarText(scalar)).to.equal(text);
        expect(reader.read(`[${text}${after}`, 1)).to.equal(1 + text.length);
        expect(reader.value).to.deep.equal(JSON.parse(text));
      }),
      { numRuns: 10_000 },
    );
  });

  it('are read from no text that JSON would not read', () => {
    const almost = fc.string({ unit: fc.constantFrom(...'0123456789.eE+-"\\untrfals \n'), maxLength: 12 });
    let read = 0;

    fc.assert(
      fc.property(
        fc.oneof(
          almost,
          almost.map((text) => `"${text}"`),
          almost.map((text) => `-${text}`),
        ),
        (text) => {
          const end = reader.read(text, 0);

          // White space around a scalar belongs to what is around it.
          if (end === -1 && text === text.trim()) {
            expect(
              outcome(() => JSON.parse(text)),
              text,
            ).to.have.property('threw');
          } else if (end !== -1) {
            expect(
              outcome(() => JSON.parse(text.slice(0, end))),
              text,
            ).to.deep.equal({ gave: reader.value });
            read += 1;
          }
        },
      ),
      { numRuns: 20_000 },
    );

    expect(read).to.be.above(5000);
  });
});
