/** Clients of a drill that talk without pause, see drills/talker.ts. */

import { takeOrders } from '../drills/duty.js';
import { Talker } from '../drills/talker.js';

const [socketFile = '', name = '', count = '1', size = 'large'] = process.argv.slice(2);
const talkers = Array.from(
  { length: Number(count) },
  (_, index) => new Talker(`${name}-${index + 1}`, socketFile, { large: size === 'large' }),
);

const all = async (act: (talker: Talker) => Promise<void>): Promise<object> => {
  await Promise.all(talkers.map(act));
  return { counts: talkers.map(({ counts }) => counts) };
};

takeOrders({
  start({ count }) {
    for (const talker of talkers) talker.start();
    return all((talker) => talker.talks(count));
  },
  talk: ({ count }) => all((talker) => talker.talksOn(count)),
  finish: () => all((talker) => talker.finish()),
  close: () => all((talker) => talker.close()),
});
