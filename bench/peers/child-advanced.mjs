// child_process with structured clones instead of JSON.

import { channel } from './child.mjs';

export const { listen, connect } = channel('advanced');
