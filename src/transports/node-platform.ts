/** Makes Node the platform of the core: importing this file is enough. */

import { installPlatform, type Platform, type SocketFileOptions } from '../core/platform.js';
import { nodeRuntime } from './node-runtime.js';
import { UnixTransport } from './unix.js';

/** The last one that was asked for. Without options it is the same for all who ask, and clients come in crowds. */
let last: { readonly path: string; readonly transport: UnixTransport } | undefined;

function socketFileTransport(path: string, options: SocketFileOptions): UnixTransport {
  if (options.mode !== undefined) {
    return new UnixTransport(path, options);
  }
  if (last === undefined || last.path !== path) {
    last = { path, transport: new UnixTransport(path) };
  }
  return last.transport;
}

/** Socket files as the process's own operating system has them. */
export const nodePlatform: Platform = {
  runtime: nodeRuntime,
  socketFileTransport,
};

installPlatform(nodePlatform);
