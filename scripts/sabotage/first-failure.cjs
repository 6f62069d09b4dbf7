// A mocha reporter for scripts/sabotage.mjs: keeps the test that is running, and then the one that failed, in the file
// that IPC_SABOTAGE_RESULT names. A process that hangs or dies leaves behind what it was at.

const { writeFileSync } = require('node:fs');

module.exports = class FirstFailure {
  constructor(runner) {
    const write = (result) => writeFileSync(process.env.IPC_SABOTAGE_RESULT, JSON.stringify(result));
    const describe = (test) => ({ title: test.fullTitle(), file: test.file ?? test.parent?.file });
    let failed = false;
    runner.on('test', (test) => failed || write({ state: 'running', ...describe(test) }));
    runner.on('hook', (hook) => failed || write({ state: 'running', ...describe(hook) }));
    runner.on('fail', (test, error) => {
      if (failed) return;
      failed = true;
      write({ state: 'failed', ...describe(test), message: String(error?.message ?? error).slice(0, 500) });
    });
    runner.on('end', () => failed || write({ state: 'passed' }));
  }
};
