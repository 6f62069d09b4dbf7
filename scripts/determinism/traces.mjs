// Runs simulations one after the other in one process, and prints a line of JSON with the hash of each trace.
//
//   node scripts/determinism/traces.mjs FILE     a list of options of crowd(), as JSON

import { readFileSync } from 'node:fs';
import { crowd } from '../storm/crowd.mjs';

for (const options of JSON.parse(readFileSync(process.argv[2], 'utf8'))) {
  const { result } = await crowd(options);
  console.log(JSON.stringify({ node: process.version, hash: result.hash }));
}
