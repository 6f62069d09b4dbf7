/** Runs a script, and says how to see it again when a law is broken. */

import type { Script } from './script.js';
import { World } from './world.js';

/** The world of a script that has run. @throws with the script, to see it again, when a law is broken. */
export function lawfulWorld(script: Script): World {
  const world = new World(script);
  try {
    world.run();
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new Error(`${problem}\n\nTo see it again: new World(${JSON.stringify(script)}).run()`, { cause: error });
  }
  return world;
}
