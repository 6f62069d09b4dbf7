/** A program that does not listen to errors, and causes one. */

import { Client } from 'ipc';

process.on('uncaughtException', (error: NodeJS.ErrnoException) => console.log(`uncaught ${error.code}`));
const client = new Client({ socketFile: String(process.argv[2]) });
console.log(`send returned ${client.send('a', 1)}`);
