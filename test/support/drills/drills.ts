/** All drills, in the order in which `npm run soak` runs them. */

import { clientCrash } from './client-crash.js';
import type { Drill } from './drill.js';
import { exits } from './exits.js';
import { failNth } from './fail-nth.js';
import { files } from './files.js';
import { foreignPeer } from './foreign-peer.js';
import { handlers } from './handlers.js';
import { hostilePeers } from './hostile-peers.js';
import { parity } from './parity.js';
import { parserFuzz } from './parser-fuzz.js';
import { resources } from './resources.js';
import { scenariosForReal } from './scenarios-for-real.js';
import { serverCrash } from './server-crash.js';
import { slowReader } from './slow-reader.js';
import { churn, deadlyRace, startRace } from './start-race.js';
import { suite } from './suite.js';
import { visitors } from './visitors.js';

export const drills: readonly Drill<any>[] = [
  failNth,
  handlers,
  parity,
  serverCrash,
  clientCrash,
  visitors,
  hostilePeers,
  parserFuzz,
  foreignPeer,
  slowReader,
  resources,
  files,
  startRace,
  deadlyRace,
  churn,
  scenariosForReal,
  exits,
  suite,
];
