import { expect } from 'chai';
import { topicOf } from '#core/topic.js';
import { heldBytes } from '../support/held-bytes.js';

describe('topic', () => {
  it('has an event that is message. and its name, whatever the name', () => {
    for (const topic of ['dessert', '', 'a.b', '__proto__', 'constructor', 'ä€😀', 'x'.repeat(65)]) {
      expect(topicOf(topic).event).to.equal(`message.${topic}`);
      expect(topicOf(topic).event).to.equal(`message.${topic}`);
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

    const [first, next] = [topicOf(name), topicOf(name)];
    const [longer, afterLonger] = [topicOf(`${name}y`), topicOf(`${name}y`)];

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
      for (let count = 0; count < 20_000; count++) expect(topicOf(`t${count}`).event).to.equal(`message.t${count}`);
    }
  });

  it('is remembered while it is used, however many others there are', () => {
    const used = topicOf('in use');
    for (let count = 0; count < 100_000; count++) {
      topicOf(`others ${count}`);
      if (count % 5000 === 0) expect(topicOf('in use')).to.equal(used);
    }
  });

  it('does not keep a long one as the latest', () => {
    // In a function of its own: what calls it would keep the topic.
    const useLongOne = () => topicOf('x'.repeat(1_000_000)).event.length;

    const before = heldBytes();
    const length = useLongOne();
    const held = heldBytes() - before;

    expect(length).to.equal(1_000_008);
    expect(held).to.be.below(500_000);
  });

  it('does not remember topics without end', () => {
    const before = heldBytes();
    for (let count = 0; count < 200_000; count++) topicOf(`${'x'.repeat(50)}${count}`);
    const held = heldBytes() - before;

    expect(held).to.be.below(12_000_000);
  });

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
