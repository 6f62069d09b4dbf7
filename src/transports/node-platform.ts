/** Makes Node the platform of the core: importing this file is enough. */

import { installPlatform, type Platform } from '../core/platform.js';
import { nodeRuntime } from './node-runtime.js';
import { UnixTransport } from './unix.js';

/** Socket files as the process's own operating system has them. */
export const nodePlatform: Platform = {
  runtime: nodeRuntime,
  socketFileTransport: (path, options) => new UnixTransport(path, options),
};

installPlatform(nodePlatform);
