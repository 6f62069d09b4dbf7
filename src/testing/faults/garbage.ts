/** Bytes that are no message, in the ways that protocols are known to stumble over. */

import type { Garbage } from './fault.js';

const oversizeBytes = 200 * 1024 * 1024;
const chunkBytes = 65_536;
const filler = Buffer.alloc(chunkBytes, 'x');

/** The bytes of one form, as chunks to write one after the other. */
export function* garbage(form: Garbage['form']): Generator<Buffer> {
  switch (form) {
    case 'oversize':
      yield Buffer.from('{"topic":"oversize","message":"');
      for (let sent = 0; sent < oversizeBytes; sent += chunkBytes) yield filler;
      return;
    case 'noTerminator':
      yield Buffer.from('{"topic":"unfinished","message":1}');
      return;
    case 'badJson':
      yield Buffer.from('{"topic":\0\0');
      return;
    case 'badUtf8':
      yield Buffer.concat([Buffer.from('{"topic":"'), Buffer.from([0xc3, 0x28, 0xff]), Buffer.from('"}\0\0')]);
      return;
    case 'nulRun':
      yield Buffer.alloc(1001);
      return;
    case 'deepNesting':
      yield Buffer.from(`{"topic":"deep","message":${'['.repeat(100_000)}\0\0`);
      return;
    case 'protoKey':
      yield Buffer.from(
        '{"__proto__":{"polluted":true},"topic":"__proto__","message":{"__proto__":{"polluted":1}}}\0\0',
      );
      return;
    default:
      form satisfies never;
  }
}
