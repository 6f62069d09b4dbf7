/**
 * Shows a conversation: a client asks, the server answers that client, and tells everybody what happened.
 * Run it with `node build/examples/conversation.js`; it ends by itself.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Server } from 'ipc';

// Both ends are in one process here, so that there is one file to read. They may as well be in two.
const folder = mkdtempSync(join(tmpdir(), 'ipc-conversation-'));
const socketFile = join(folder, 'kitchen.sock');

const server = new Server({ socketFile });
const menu: Record<string, number> = { soup: 4, salad: 5, pie: 6 };
let guests = 0;

server.on('connection', (clientId) => {
  guests += 1;
  console.log(`server: guest ${guests} came in`);
  // To one client: its id says which.
  server.send('menu', Object.keys(menu), clientId);
});

server.on('message.order', (dish: string, clientId) => {
  const price = menu[dish];
  if (price === undefined) {
    server.send('refused', `there is no ${dish}`, clientId);
    return;
  }
  server.send('served', { dish, price }, clientId);
  // To all of them.
  server.broadcast('news', `somebody is having ${dish}`);
});

server.on('disconnect', () => {
  guests -= 1;
  console.log(`server: a guest left, ${guests} stay`);
  if (guests === 0) server.close();
});
server.on('error', (error) => console.log(`server: ${error.message}`));
server.on('close', () => {
  console.log('server: closed');
  rmSync(folder, { recursive: true });
});

function sitDown(name: string, dishes: string[]): void {
  const client = new Client({ socketFile });
  let unanswered = dishes.length;

  client.on('message.menu', (offered: string[]) => {
    console.log(`${name}: reads the menu: ${offered.join(', ')}`);
    for (const dish of dishes) client.send('order', dish);
  });
  client.on('message.served', ({ dish, price }: { dish: string; price: number }) => {
    console.log(`${name}: eats ${dish} for ${price}`);
    leaveWhenDone();
  });
  client.on('message.refused', (reason: string) => {
    console.log(`${name}: hears that ${reason}`);
    leaveWhenDone();
  });
  client.on('message.news', (news: string) => console.log(`${name}: hears that ${news}`));
  client.on('error', (error) => console.log(`${name}: ${error.message}`));
  client.on('close', () => console.log(`${name}: is gone`));
  client.connect();

  function leaveWhenDone(): void {
    unanswered -= 1;
    if (unanswered === 0) client.close();
  }
}

server.on('listening', () => {
  sitDown('ada', ['soup', 'steak']);
  sitDown('ben', ['pie']);
});
server.listen();
