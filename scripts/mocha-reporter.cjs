// Mocha's spec reporter, which also writes what happened to a file for scripts/test.mjs, and which does not let a
// process linger: one that is still alive a while after the last test holds a timer, socket or child, and says so.

const { writeFileSync } = require('node:fs');
const { reporters, Runner } = require('mocha');

const LINGER_MS = 5000;
// Taken now: a test may leave a fake clock behind.
const { process, setTimeout } = globalThis;
const { now } = Date;

module.exports = class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const failed = [];
    const { output } = options.reporterOptions ?? {};
    const write = (more) => output && writeFileSync(output, JSON.stringify({ ...this.stats, failed, ...more }));

    runner.on(Runner.constants.EVENT_TEST_FAIL, (test, { message }) => {
      failed.push(`${test.fullTitle()}: ${message}`);
    });

    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const ended = { ended: true, endedAtMs: now() };
      write(ended);
      // Unreferenced, so that it fires only when something else keeps the process alive.
      setTimeout(() => {
        const alive = process.getActiveResourcesInfo();
        write({ ...ended, alive });
        console.error(`The tests are over, but the process was kept alive for ${LINGER_MS} ms by: ${alive.join(', ')}`);
        process.exit(1);
      }, LINGER_MS).unref();
    });
  }
};
