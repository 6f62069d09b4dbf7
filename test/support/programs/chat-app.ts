/** A program in a process of its own: talks to the server at the path it is given, and prints what happens. */

import { Client } from 'ipc';
import type { Chat } from '../chat-app.js';

const client = new Client<Chat>({ socketFile: process.argv[2] ?? '', retryDelay: 20, reconnectDelay: 5 });
client.on('connect', () => {
  console.log('connect');
  client.send('hello', { name: 'ada' });
});
client.on('disconnect', () => console.log('disconnect'));
client.on('error', ({ name }) => console.log(name));
client.on('message.said', ({ by, text }) => console.log(`${by}: ${text}`));
client.on('message.tick', (count) => {
  if (count === 0) client.close();
  else client.send('say', `tick ${count}`);
});
client.on('close', () => console.log('close'));
client.connect();
