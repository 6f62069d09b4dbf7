/** When it learns and when it gives up; that it gives what `JSON` gives is a law in test/property. */

import { expect } from 'chai';
import sinon from 'sinon';
import { AdaptiveJson } from '#core/adaptive-json.js';
import { JsonTemplate } from '#core/json-template.js';
import { LearningBudget } from '#core/learning-budget.js';
import { heldBytes } from '../support/held-bytes.js';
import { WholeJson } from '../support/whole-json.js';

const PATIENCE = 8;

describe('adaptive JSON', () => {
  afterEach(() => sinon.restore());

  /** How many of the messages were left to `JSON`. */
  function leftToJson(json: WholeJson, messages: Iterable<unknown>): number {
    const stringify = sinon.spy(JSON, 'stringify');
    let count = 0;
    for (const message of messages) {
      stringify.resetHistory();
      const text = json.stringify(message);
      // A scalar in a slot may be asked for, but not the whole.
      count += Number(stringify.args.some(([value]) => value === message));
      expect(text).to.equal(stringify.wrappedMethod(message));
    }
    stringify.restore();
    return count;
  }

  function* numbered(count: number, make: (n: number) => unknown): Generator<unknown> {
    for (let n = 0; n < count; n++) yield make(n);
  }

  const reading = (n: number) => ({ n, kind: 'reading', tags: ['a'] });

  it('has seen enough of messages that are alike after twice its patience', () => {
    const json = new WholeJson();

    expect(leftToJson(json, numbered(2 * PATIENCE, reading))).to.equal(2 * PATIENCE);
    expect(leftToJson(json, numbered(1000, reading))).to.equal(0);
  });

  it('learns a value that was always the same and is not any more', () => {
    const json = new WholeJson();
    leftToJson(json, numbered(100, reading));
    const changed = (n: number) => ({ ...reading(n), kind: 'another' });

    expect(leftToJson(json, numbered(100, changed))).to.equal(PATIENCE);
    expect(leftToJson(json, numbered(100, reading))).to.equal(0);
  });

  it('keeps what helps with most, whatever else there is', () => {
    const json = new WholeJson();
    leftToJson(json, numbered(100, reading));
    const mixed = (n: number) => (n % 3 === 0 ? { of: { another: 'kind', n } } : reading(n));

    expect(leftToJson(json, numbered(3000, mixed))).to.equal(1000);
  });

  it('goes over to messages of another kind when the former ones do not come any more', () => {
    const json = new WholeJson();
    leftToJson(json, numbered(100, reading));
    const other = (n: number) => ({ of: 'another kind', n });

    // It is put to the question, seen not to help, given up, and learned anew, with twice the patience.
    expect(leftToJson(json, numbered(1000, other))).to.be.below(8 * PATIENCE);
    expect(leftToJson(json, numbered(1000, other))).to.equal(0);
  });

  it('takes the messages less and less often apart while nothing fits', () => {
    const json = new WholeJson();
    const matchAll = sinon.spy(String.prototype, 'matchAll');
    const never = (n: number) => ({ [`key ${n}`]: n });

    leftToJson(json, numbered(10_000, never));
    const atFirst = matchAll.callCount;
    leftToJson(json, numbered(10_000, never));

    expect(atFirst).to.be.within(10, 40);
    expect(matchAll.callCount - atFirst).to.be.within(1, 20);
  });

  it('leaves messages to JSON of which nearly all differs', () => {
    const json = new WholeJson();
    const varied = (n: number) => ({ a: n, b: `${n}`, c: n / 8, d: [n] });

    expect(leftToJson(json, numbered(1000, varied))).to.equal(1000);
  });

  it('leaves long messages to JSON', () => {
    const json = new WholeJson();
    const long = (n: number) => ({ n, text: 'x'.repeat(4096) });

    expect(leftToJson(json, numbered(100, long))).to.equal(100);
  });

  it('does not keep the chunks alive that messages were read from', () => {
    const all: WholeJson[] = [];
    const before = heldBytes();
    for (let count = 0; count < 30; count++) {
      const json = new WholeJson();
      for (let n = 0; n < 3 * PATIENCE; n++) {
        const text = JSON.stringify({ ...reading(n), text: 'a text of more than thirteen characters' });
        json.parse(Buffer.from(text + ' '.repeat(1e6)).toString(), 0, text.length);
      }
      all.push(json);
    }

    expect(heldBytes() - before).to.be.below(5e6);
    expect(all).to.have.lengthOf(30);
  });

  it('holds no more than some megabytes for any number of kinds, and forgets the oldest first', () => {
    const text = 'x'.repeat(500);
    const all = Array.from({ length: 4000 }, () => new WholeJson());
    const before = heldBytes();
    for (const [kind, json] of all.entries()) {
      for (let n = 0; n < 3 * PATIENCE; n++) json.stringify({ [`kind ${kind}`]: n, text: `${text}${kind}` });
    }

    expect(heldBytes() - before).to.be.below(8e6);
    expect(leftToJson(all[3999] as WholeJson, [{ 'kind 3999': -1, text: `${text}3999` }])).to.equal(0);
    expect(leftToJson(all[0] as WholeJson, [{ 'kind 0': -1, text: `${text}0` }])).to.equal(1);
  });

  it('does not keep what stood in a slot, however long it was', () => {
    const all = Array.from({ length: 50 }, () => new WholeJson());
    const before = heldBytes();
    for (const json of all) {
      for (const value of [...Array(3 * PATIENCE).keys(), `\n${'x'.repeat(1e6)}`]) {
        const text = JSON.stringify({ value, kind: 'reading' });
        json.parse(text, 0, text.length);
      }
    }

    expect(heldBytes() - before).to.be.below(5e6);
    expect(all).to.have.lengthOf(50);
  });

  it('gives up a template that nothing fits any more, also when what comes is long', () => {
    const json = new WholeJson();
    const read = sinon.spy(JsonTemplate.prototype, 'read');
    const parse = (message: unknown) => json.parse(JSON.stringify(message), 0, JSON.stringify(message).length);
    for (let n = 0; n < 100; n++) parse(reading(n));
    for (let n = 0; n < 3 * PATIENCE; n++) parse({ n, text: 'x'.repeat(5000) });
    // It had helped with the messages before: the second time it has not.
    const tried = read.callCount;
    for (let n = 0; n < 100; n++) parse({ n, text: 'x'.repeat(5000) });

    expect(read.callCount - tried).to.equal(0);
  });

  it('asks a getter once', () => {
    const json = new WholeJson();
    let asked = 0;
    const make = (kind: string) => ({
      get seq() {
        asked += 1;
        return asked;
      },
      kind,
    });
    for (let n = 0; n < 100; n++) json.stringify(make('reading'));

    expect(json.stringify(make('another'))).to.equal('{"seq":101,"kind":"another"}');
  });

  it('learns from a message that is nested deeper than the stack has room for, without harm', () => {
    const json = new WholeJson();
    const deep = JSON.parse('['.repeat(900) + ']'.repeat(900));
    const under = (frames: number): string | undefined => (frames > 0 ? under(frames - 1) : json.stringify(deep));

    for (let n = 0; n < 3 * PATIENCE; n++) expect(under(5000)).to.equal(JSON.stringify(deep));
  });

  it('is not slower to learn again because others needed the room', () => {
    const json = new WholeJson();
    for (let round = 0; round < 10; round++) {
      leftToJson(json, numbered(100, reading));
      for (let kind = 0; kind < 300; kind++) {
        const other = new WholeJson();
        for (let n = 0; n <= PATIENCE; n++) other.stringify({ [`kind ${kind}`]: 1, list: Array(100).fill('filling') });
      }
    }

    expect(leftToJson(json, numbered(100, reading))).to.be.within(PATIENCE, 2 * PATIENCE);
  });

  it('does not take what JSON.rawJSON writes for what a number looks like', function () {
    const { rawJSON } = JSON as { rawJSON?: (text: string) => unknown };
    if (rawJSON === undefined) return this.skip();
    const json = new WholeJson();
    for (let n = 0; n < 100; n++) json.stringify({ id: rawJSON('1.00') });

    expect(json.stringify({ id: 1 })).to.equal('{"id":1}');
  });

  it('learns of very many kinds no more than costs little', () => {
    const matchAll = sinon.spy(String.prototype, 'matchAll');
    const budget = new LearningBudget();
    const all = Array.from({ length: 2000 }, () => new WholeJson(undefined, { budget }));
    for (let n = 0; n < 3 * PATIENCE; n++) {
      for (const [kind, json] of all.entries()) json.stringify({ [`kind ${kind}`]: n });
    }

    // One for 1,024 messages, and those of the beginning.
    expect(matchAll.callCount).to.be.within(64, 64 + (2000 * 3 * PATIENCE) / 1024);
  });

  describe('with others', () => {
    /** So many kinds that none can learn for itself, and one for all of them. */
    function ofMany(count: number): readonly WholeJson[] {
      const others = new AdaptiveJson({ opening: '', closing: ']' }, undefined, new LearningBudget());
      const budget = new LearningBudget();
      while (budget.spend());
      return Array.from({ length: count }, () => new WholeJson({ opening: '[', closing: ']' }, { others, budget }));
    }

    it('writes and reads what is alike in messages of very many kinds', () => {
      const [writing, readingThem] = [ofMany(200), ofMany(200)];
      const [stringify, parse] = [sinon.spy(JSON, 'stringify'), sinon.spy(JSON, 'parse')];
      const whole = (spy: sinon.SinonSpy, argument: unknown) => spy.args.filter(([first]) => first === argument).length;
      let [stringified, parsed] = [0, 0];
      for (let n = 0; n < 10; n++) {
        for (const [kind, json] of writing.entries()) {
          const message = reading(n);
          const text = stringify.wrappedMethod(message);

          expect(json.stringify(message)).to.equal(`[${text}]`);
          expect(readingThem[kind]?.parse(`[${text}]`)).to.deep.equal(message);
          stringified += whole(stringify, message);
          parsed += whole(parse, text);
          stringify.resetHistory();
          parse.resetHistory();
        }
      }

      // The first two of each kind, and what the others needed to learn.
      expect(stringified).to.be.within(400, 400 + 5 * PATIENCE);
      expect(parsed).to.be.below(5 * PATIENCE);
    });

    it('asks a getter once', () => {
      const [usual, special] = ofMany(2) as [WholeJson, WholeJson];
      for (let n = 0; n < 100; n++) usual.stringify(reading(n));
      let asked = 0;
      for (let n = 0; n < 100; n++) {
        special.stringify({
          get n() {
            asked += 1;
            return 1;
          },
          kind: 'another',
        });
      }

      expect(asked).to.equal(100);
    });

    it('learns what they know already at the price of eight lessons', () => {
      const others = new AdaptiveJson({ opening: '', closing: ']' }, undefined, new LearningBudget());
      const budget = new LearningBudget();
      const around = { opening: '[', closing: ']' };
      const [writing, readingThem] = [
        new WholeJson(around, { others, budget }),
        new WholeJson(around, { others, budget }),
      ];
      for (let n = 0; n < 2 * PATIENCE; n++) others.stringify(reading(n));

      for (let n = 0; n <= PATIENCE; n++) readingThem.parse(writing.stringify(reading(n)) as string);
      let lessons = 0;
      while (budget.spend()) lessons += 1;

      expect(lessons).to.equal(64 - 2 * 8);
    });

    it('asks a getter twice at most', () => {
      const [usual] = ofMany(1) as [WholeJson];
      const others = new AdaptiveJson({ opening: '', closing: '' }, undefined, new LearningBudget());
      const json = new WholeJson(undefined, { others });
      for (let n = 0; n < 100; n++) {
        usual.stringify(reading(n));
        json.stringify(reading(n));
      }
      let asked = 0;
      json.stringify({
        get n() {
          asked += 1;
          return 1;
        },
        kind: 'another',
      });

      expect(asked).to.be.within(1, 2);
    });

    it('does not search what JSON does not write', () => {
      const [json] = ofMany(1) as [WholeJson];
      let hidden: object = {};
      // Without a bound thousands of them would be looked at.
      for (let level = 0; level < 12; level++) hidden = { a: hidden, b: hidden };
      const describe = sinon.spy(Object, 'getOwnPropertyDescriptor');

      for (const message of [Object.assign([1], { hidden }), [Object.assign(Object(1), { hidden })]]) {
        for (let n = 0; n < 3 * PATIENCE; n++) expect(json.stringify(message)).to.equal('[[1]]');
      }

      expect(describe.callCount).to.be.below(1000);
    });

    it('does not search long where very much is in a message', () => {
      const [json] = ofMany(1) as [WholeJson];
      const message = { list: Array.from({ length: 900 }, () => 1), none: Array(300).fill(undefined) };
      const describe = sinon.spy(Object, 'getOwnPropertyDescriptor');

      for (let n = 0; n < 3 * PATIENCE; n++) expect(json.stringify(message)).to.equal(`[${JSON.stringify(message)}]`);

      expect(describe.callCount).to.be.below(1000);
    });

    it('writes what does not let itself be looked at', () => {
      const [json] = ofMany(1) as [WholeJson];
      const has = () => {
        throw new Error('not to be asked');
      };

      for (let n = 0; n < 3 * PATIENCE; n++) expect(json.stringify(new Proxy({ n }, { has }))).to.equal(`[{"n":${n}}]`);
      for (let n = 0; n < 3 * PATIENCE; n++) {
        expect(json.stringify({ n, in: new Proxy({ n }, { has }) })).to.equal(`[{"n":${n},"in":{"n":${n}}}]`);
      }
    });

    it('is not harmed by a message that is nested deeper than the stack has room for', () => {
      const [json] = ofMany(1) as [WholeJson];
      const deep = JSON.parse('['.repeat(900) + ']'.repeat(900));
      const under = (frames: number): string | undefined => (frames > 0 ? under(frames - 1) : json.stringify(deep));

      for (let n = 0; n < 3 * PATIENCE; n++) expect(under(5000)).to.equal(`[${JSON.stringify(deep)}]`);
    });

    it('throws what JSON throws', () => {
      const [json] = ofMany(1) as [WholeJson];
      const [other] = ofMany(1) as [WholeJson];
      for (let n = 0; n < 3 * PATIENCE; n++) other.parse(json.stringify(reading(n)) as string);
      const cyclic: Record<string, unknown> = reading(1);
      cyclic.kind = cyclic;

      expect(() => other.parse('[{"n":1,"kind":"reading","tags":["a"]]')).to.throw(SyntaxError);
      expect(() => json.stringify(cyclic)).to.throw(TypeError, 'circular');
    });
  });

  it('spends nothing on texts that are too long to learn from', () => {
    const budget = new LearningBudget();
    for (let kind = 0; kind < 100; kind++) {
      const long = new WholeJson(undefined, { budget });
      for (let n = 0; n < PATIENCE; n++) long.stringify({ n, text: 'x'.repeat(3000) });
    }
    let lessons = 0;
    while (budget.spend()) lessons += 1;

    expect(lessons).to.equal(64);
  });

  it('throws what JSON throws', () => {
    const json = new WholeJson();
    for (let n = 0; n < 100; n++) json.parse(JSON.stringify(reading(n)), 0, JSON.stringify(reading(n)).length);
    const cyclic: Record<string, unknown> = reading(1);
    cyclic.kind = cyclic;

    expect(() => json.parse('{"n":1,"kind":"reading","tags":["a"]', 0, 36)).to.throw(SyntaxError);
    expect(() => json.stringify(cyclic)).to.throw(TypeError, 'circular');
  });
});
