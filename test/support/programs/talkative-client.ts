/** A client that sends without pause until it is killed. */

import { Client } from 'ipc';

const client = new Client({ socketFile: String(process.argv[2]) });
client.on('error', () => {});
client.on('connect', () => {
  console.log('talking');
  const talk = () => {
    client.send('talk', 'x'.repeat(1000));
    setTimeout(talk, 1);
  };
  talk();
});
client.connect();
