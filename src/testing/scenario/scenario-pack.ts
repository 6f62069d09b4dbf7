/** The scenarios that come with the package. */

import { BREAKING } from './pack/breaking.js';
import { COMING_UP } from './pack/coming-up.js';
import { UNDER_LOAD } from './pack/under-load.js';
import type { Scenario } from './scenario.js';

/** Each has a sentence that says what happens, and expectations that can fail. */
export const scenarios: readonly Scenario[] = [...COMING_UP, ...BREAKING, ...UNDER_LOAD];
