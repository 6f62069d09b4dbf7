// child_process with its default, JSON.

import { channel } from './child.mjs';

export const { listen, connect } = channel('json');
