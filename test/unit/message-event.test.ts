import { expect } from 'chai';
import { messageEvent } from '#core/message-event.js';
import { heldBytes } from '../support/held-bytes.js';

describe('message event', () => {
  it('is message. and the topic, whatever the topic', () => {
    for (const topic of ['dessert', '', 'a.b', '__proto__', 'constructor', 'ä€😀', 'x'.repeat(129)]) {
      expect(messageEvent(topic)).to.equal(`message.${topic}`);
      expect(messageEvent(topic)).to.equal(`message.${topic}`);
    }
  });

  it('is right also for more topics than are remembered', () => {
    for (let round = 0; round < 2; round++) {
      for (let count = 0; count < 5000; count++) expect(messageEvent(`t${count}`)).to.equal(`message.t${count}`);
    }
  });

  it('does not remember topics without end', () => {
    const before = heldBytes();
    for (let count = 0; count < 200_000; count++) messageEvent(`${'x'.repeat(100)}${count}`);
    const held = heldBytes() - before;

    expect(held).to.be.below(2_000_000);
  });

  it('does not remember topics without limit', () => {
    const before = heldBytes();
    for (let count = 0; count < 500; count++) messageEvent(`${count}${'x'.repeat(20_000)}`);
    const held = heldBytes() - before;

    expect(held).to.be.below(2_000_000);
  });

  it('does not keep the chunk that a topic was cut from', () => {
    const before = heldBytes();
    for (let count = 0; count < 50; count++) {
      const chunk = Buffer.alloc(200_000, `${count}.${'x'.repeat(30)}`).toString('utf8');
      messageEvent(chunk.slice(0, 30));
    }
    const held = heldBytes() - before;

    expect(held).to.be.below(2_000_000);
  });
});
