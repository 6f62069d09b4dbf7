// One end of a measurement, in a process of its own: `node end.mjs <specification as JSON>`. It talks to the runner in
// lines of JSON that begin with a mark, since a peer may print as well; the runner answers with any line.

import { once } from 'node:events';
import { loadPeer } from '../peers/index.mjs';
import { works } from './works.mjs';

const MARK = '@bench ';
const spec = JSON.parse(process.argv[2]);
const say = (what, figures = {}) =>
  process.stdout.write(`${MARK}${JSON.stringify({ what, end: spec.end, figures })}\n`);

// A client that comes back for its server by itself must not outlive it.
if (!process.send) {
  process.stdin.on('end', () => process.exit());
  process.stdin.resume();
}
process.on('uncaughtException', (error) => {
  say('failed', { reason: String(error?.message ?? error).slice(0, 300) });
});
process.on('unhandledRejection', () => {});

const peer = await loadPeer(spec.peer);
await works[spec.work][spec.end]({
  peer,
  path: spec.path,
  params: spec.params,
  options: { client: [import.meta.filename, JSON.stringify({ ...spec, end: 'client' })] },
  ready: () => say('ready'),
  report: (figures) => say('report', figures),
  told: () => once(process.stdin, 'data'),
});
