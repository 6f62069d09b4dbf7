/**
 * A client process of the demo: `node demo-client.js <name> <socket file>`. It asks for squares until it has come back
 * from one reconnection and every question is answered; then it says goodbye and ends.
 */

import { Client } from 'ipc';
import { type Counts, type Desk, endWithParent, report } from './demo-contract.js';

const ASK_EVERY_MS = 200;
const ANSWERS_AFTER_RECONNECT = 5;

const [name = 'client', socketFile = './demo.sock'] = process.argv.slice(2);
const client = new Client<Desk>({ socketFile, retryDelay: { min: 150, max: 250 }, reconnectDelay: 100 });
const counts: Counts = { asked: 0, answered: 0, repeated: 0, news: 0, reconnects: 0 };
/** Numbers whose square we have not been told. */
const open = new Set<number>();
let asking: NodeJS.Timeout | undefined;
let failures = 0;
let answersToGo = Number.POSITIVE_INFINITY;

client.on('connect', () => {
  client.send('hello', { name });
  asking = setInterval(ask, ASK_EVERY_MS);
});
client.once('connect', () => report('connected', 'is connected'));

client.on('reconnect', () => {
  counts.reconnects += 1;
  answersToGo = ANSWERS_AFTER_RECONNECT;
  report('reconnected', `is connected again, after ${failures} failed attempts (open questions: ${open.size})`);
  // A server that is killed takes what it had not answered with it: whoever wants an answer asks again.
  for (const number of open) {
    counts.repeated += 1;
    client.send('square', number);
  }
});

client.on('disconnect', () => {
  clearInterval(asking);
  failures = 0;
  report('lost', `has lost the server, open questions: ${open.size} of ${counts.asked}`);
});
client.on('connectError', (error) => {
  failures += 1;
  // Many in a row say the same thing.
  report('other', failures === 1 ? `cannot connect yet: ${error.message.replace(/ \/.*/, '')}` : undefined);
});
client.on('error', (error) => report('other', `has an error: ${error.message}`));

client.on('message.welcome', ({ by }) => report('other', `is welcomed by ${by}`));
client.on('message.news', (news) => {
  counts.news += 1;
  report('news', `hears: ${news}`);
});
client.on('message.squared', ({ number, square }) => {
  open.delete(number);
  counts.answered += 1;
  answersToGo -= 1;
  report('answer', number <= 2 ? `is told that ${number} times ${number} is ${square}` : undefined);
  if (answersToGo <= 0 && open.size === 0) {
    clearInterval(asking);
    client.send('bye', { name });
    client.close();
  }
});
client.on('close', () => report('closed', 'is closed', counts));

function ask(): void {
  // After the reconnection it takes only so many more.
  if (open.size < answersToGo) {
    counts.asked += 1;
    open.add(counts.asked);
    client.send('square', counts.asked);
  }
}

endWithParent();
client.connect();
