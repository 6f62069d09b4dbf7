import { expect } from 'chai';
import sinon from 'sinon';
import { EnvelopeReader } from '#core/envelope.js';
import { eventOf, topicOf, topicToSend } from '#core/topic.js';
import { heldBytes } from '../support/held-bytes.js';

describe('topic', () => {
  it('has an event that is message. and its name, whatever the name', () => {
    for (const topic of ['dessert', '', 'a.b', '__proto__', 'constructor', 'ä€😀', 'x'.repeat(65)]) {
      expect(topicOf(topic).event).to.equal(`message.${topic}`);
      expect(eventOf(topic)).to.equal(`message.${topic}`);
      expect(eventOf(topic)).to.equal(`message.${topic}`);
    }
  });

  it('has the beginning of its messages as JSON writes it', () => {
    for (const name of ['dessert', '', '__proto__', 'a "quoted" \\ one', '\ud800', 'ä€😀', 'x'.repeat(65)]) {
      const { opening } = topicOf(name);

      expect(`${opening}1}`).to.equal(JSON.stringify({ topic: name, message: 1 }));
    }
  });

  it('is made once while its name has 64 characters at most, whatever comes between', () => {
    const name = 'y'.repeat(64);
    const [short, long] = [topicOf(name), topicOf(`${name}y`)];
    topicOf('between');
    topicOf('and more between');

    expect(topicOf(name)).to.equal(short);
    expect(topicOf(`${name}y`)).to.not.equal(long);
    expect(topicOf(`${name}y`)).to.deep.equal(long);
  });

  it('is made once for messages that follow each other while its name has 1024 characters at most', () => {
    const name = 'y'.repeat(1024);

    const [first, next] = [topicToSend(name), topicToSend(name)];
    const [longer, afterLonger] = [topicToSend(`${name}y`), topicToSend(`${name}y`)];

    expect(next).to.equal(first);
    expect(afterLonger).to.not.equal(longer);
  });

  it('is known once it was asked for, and none from the beginning', async () => {
    // A copy of the module, of which nothing has asked anything.
    const specifier = '#core/topic.js?unasked';
    const copy: typeof import('#core/topic.js') = await import(specifier);

    expect(copy.knownTopic('none')?.event).to.equal('message.none');
    expect(copy.knownTopic('asked for')).to.equal(undefined);
    const topic = copy.topicOf('asked for');

    expect(copy.knownTopic('asked for')).to.equal(topic);
  });

  it('is right also for more topics than are remembered', () => {
    for (let round = 0; round < 2; round++) {
      for (let count = 0; count < 20_000; count++) {
        expect(topicToSend(`t${count}`).name).to.equal(`t${count}`);
        expect(eventOf(`t${count}`)).to.equal(`message.t${count}`);
      }
    }
  });

  it('is remembered while it is used, however many others there are', () => {
    const used = topicOf('in use');
    for (let count = 0; count < 100_000; count++) {
      topicToSend(`others ${count}`);
      if (count % 5000 === 0) expect(topicToSend('in use')).to.equal(used);
    }
  });

  it('is remembered while it comes as expected, however many others there are', () => {
    const [sent, read] = [topicToSend('sent in turn'), topicOf('read in turn')];
    const text = JSON.stringify({ topic: 'read in turn', message: 1 });
    const reader = new EnvelopeReader();
    for (let count = 0; count < 100_000; count++) {
      topicOf(`passing ${count}`);
      if (count % 5000 === 0) {
        topicToSend('sent in turn');
        reader.read(text, 0, text.length);
      }
    }

    expect(topicOf('sent in turn')).to.equal(sent);
    expect(topicOf('read in turn')).to.equal(read);
  });

  it('is the same one whether it was expected or looked up', () => {
    const names = ['a first', 'a second', 'a third', 'a second'];
    const lookedUp = names.map((name) => topicOf(name));

    for (let round = 0; round < 3; round++) {
      for (const [index, name] of names.entries()) {
        expect(topicToSend(name)).to.equal(lookedUp[index]);
        expect(eventOf(name)).to.equal(`message.${name}`);
      }
    }
  });

  it('is not looked up when it comes after another as it did the last time', () => {
    const names = ['one in turn', 'two in turn', 'three in turn'];
    const reader = new EnvelopeReader();
    const texts = names.map((topic) => JSON.stringify({ topic, message: 'a text' }));
    const goRound = () => {
      for (const name of names) topicToSend(name);
      for (const text of texts) reader.read(text, 0, text.length);
      for (const name of names) eventOf(name);
    };
    for (let round = 0; round < 3; round++) goRound();
    const get = sinon.spy(Map.prototype, 'get');

    goRound();

    const count = get.callCount;
    get.restore();
    expect(count).to.equal(0);
  });

  const uses: readonly [string, (name: string) => unknown][] = [
    ['sent', topicToSend],
    ['handed out', eventOf],
  ];
  for (const [what, use] of uses) {
    it(`does not keep a long one as the latest that was ${what}`, () => {
      // In a function of its own: what calls it would keep the topic.
      const useLongOne = () => void use('x'.repeat(1_000_000));

      const before = heldBytes();
      useLongOne();
      const held = heldBytes() - before;

      expect(held).to.be.below(500_000);
    });

    it(`does not remember topics without end that are ${what}`, () => {
      const before = heldBytes();
      for (let count = 0; count < 200_000; count++) use(`${'x'.repeat(50)}${count}`);
      const held = heldBytes() - before;

      expect(held).to.be.below(12_000_000);
    });
  }

  for (const length of [50, 70]) {
    it(`does not keep all topics of ${length} characters that came after one that is kept`, () => {
      const before = heldBytes();
      const kept = topicToSend('kept by somebody');
      const idle = new EnvelopeReader();
      const busy = new EnvelopeReader();
      const read = (reader: EnvelopeReader, topic: string) => {
        const text = JSON.stringify({ topic, message: 1 });
        return reader.read(text, 0, text.length);
      };
      read(idle, 'kept by somebody');
      read(busy, 'kept by somebody');
      for (let count = 0; count < 100_000; count++) {
        const name = `${'x'.repeat(length - 6)}${count + 1e5}`;
        topicToSend(name);
        read(busy, name);
      }
      const held = heldBytes() - before;

      expect(held).to.be.below(24_000_000);
      expect(read(idle, kept.name)).to.deep.equal({ topic: 'kept by somebody', message: 1 });
    });
  }

  it('does not remember topics without limit', () => {
    const before = heldBytes();
    for (let count = 0; count < 500; count++) topicOf(`${count}${'x'.repeat(20_000)}`);
    const held = heldBytes() - before;

    expect(held).to.be.below(2_000_000);
  });

  it('does not keep the chunk that a topic was cut from', () => {
    const before = heldBytes();
    for (let count = 0; count < 50; count++) {
      const chunk = Buffer.alloc(200_000, `${count}.${'x'.repeat(30)}`).toString('utf8');
      topicOf(chunk.slice(0, 30));
    }
    const held = heldBytes() - before;

    expect(held).to.be.below(2_000_000);
  });
});
