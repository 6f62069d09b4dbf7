/** What this process has open. */

import { readdirSync, readlinkSync } from 'node:fs';

const FOLDER = '/proc/self/fd';

/**
 * How many descriptors are open; always 0 where the system does not tell. The null device does not count: libuv opens it with
 * the first stream of a process, and keeps it in reserve for when there is no other descriptor.
 */
export function openDescriptors(): number {
  if (process.platform !== 'linux') return 0;
  return readdirSync(FOLDER).filter((descriptor) => !leadsNowhere(descriptor)).length;
}

function leadsNowhere(descriptor: string): boolean {
  try {
    return readlinkSync(`${FOLDER}/${descriptor}`) === '/dev/null';
  } catch {
    // The one by which the folder was read is closed by now.
    return true;
  }
}
