/** Takes all of a processor that it can get, until it is killed or its parent is gone. */

function work(): void {
  const untilMs = performance.now() + 50;
  while (performance.now() < untilMs);
  setImmediate(work);
}

process.on('disconnect', () => process.exit());
work();
