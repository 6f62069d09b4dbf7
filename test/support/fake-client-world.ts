/** A client whose world is the test. */

import { Client, type ClientOptions } from 'ipc';
import { FakeTransport } from './fake-transport.js';

/** A client over a fake transport, with what it emits as text. */
export function createClient(options: Partial<ClientOptions> = {}) {
  const transport = new FakeTransport();
  const client = new Client({ transport, ...options } as ClientOptions);
  const log: string[] = [];
  for (const event of ['connect', 'reconnect', 'disconnect', 'drain', 'message', 'closed', 'close'] as const) {
    client.on(event, () => log.push(event));
  }
  client.on('connectError', (error) => log.push(`connectError ${error.message}`));
  client.on('error', (error) => log.push(`error ${'code' in error ? error.code : error.message}`));
  return { client, transport, runtime: transport.runtime, log };
}
