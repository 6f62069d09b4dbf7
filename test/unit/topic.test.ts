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

  it('is right also for more topics than are remembered', () => {
    for (let round = 0; round < 2; round++) {
      for (let count = 0; count < 20_000; count++) expect(topicOf(`t${count}`).event).to.equal(`message.t${count}`);
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
