/** What a script does to one connection: bytes of its own, and ends. */

import type { DuplexConnection } from '../../core/transport.js';
import { SimulatedSocket } from '../network/simulated-socket.js';
import type { CutOptions } from './expectation.js';
import type { FakeWorld } from './fake-world.js';
import { checkBytes, checkCut, checkPart } from './script-arguments.js';
import { PartialFrame, RawBytes } from './scripted-transcoder.js';

/** Sends through the real state machine. */
export type Send = (topic: string, message: unknown) => void;

/** A topic for what has none. */
const RAW = 'raw';

/** Sends bytes as they are, in order with the messages. */
export function sendRaw(send: Send, bytes: Uint8Array | string): void {
  checkBytes(bytes, 'sendRaw()');
  send(RAW, new RawBytes(typeof bytes === 'string' ? Buffer.from(bytes) : bytes));
}

/** Sends the first bytes of a frame. */
export function sendPartial(send: Send, topic: string, message: unknown, part: { readonly bytes: number }): void {
  checkPart(part, 'sendPartial()');
  send(topic, new PartialFrame(message, part.bytes));
}

/** Cuts a connection after everything sent so far has been written. */
export function cutConnection(world: FakeWorld, connection: DuplexConnection, options: CutOptions): void {
  checkCut(options);
  const { mode = 'auto' } = options;
  if (mode === 'reset' && !(connection instanceof SimulatedSocket)) {
    throw new Error(
      "cut({ mode: 'reset' }) needs a simulation: a real unix socket resets only when it is closed with something unread.",
    );
  }
  world.transcoder.whenIdle(() =>
    world.runtime.defer(() => {
      if (mode === 'auto' || !(connection instanceof SimulatedSocket)) connection.destroy();
      else connection.cut(mode === 'reset');
    }),
  );
}
