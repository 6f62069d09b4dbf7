/**
 * Gives every property the same seed, so that a run of the tests is repeatable: `IPC_TEST_SEED`, or 1. Nightly runs
 * draw a fresh one. Loaded by `.mocharc.json` before the tests.
 */

import fc from 'fast-check';

const seed = Number(process.env.IPC_TEST_SEED ?? 1);
fc.configureGlobal({ seed });
console.log(`Properties run with seed ${seed} (IPC_TEST_SEED).`);
