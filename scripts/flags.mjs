// The flags of a script, or a word about the one that is wrong.

import { parseArgs } from 'node:util';

/** What `parseArgs` gives. A flag that does not exist, or lacks its value, ends the process with 2 and says which one do. */
export function parseFlags(config) {
  try {
    return parseArgs(config);
  } catch (error) {
    const names = Object.keys(config.options).map((name) => `--${name}`);
    console.error(`${error.message}\nThere are: ${names.join(', ')}.`);
    process.exit(2);
  }
}
