/** What a hostile peer may send: no message in any of these forms, piece by piece, never all of it in memory. */

import { DELIMITER } from '../../core/framing.js';
import type { FaultOf } from '../fault.js';

/** One of the forms of garbage. */
export type GarbageForm = FaultOf<'garbage'>['form'];

const PIECE_BYTES = 64 * 1024;
/** Above the default limit of a server for one message, 100 MiB. */
const OVERSIZE_BYTES = 101 * 1024 * 1024;
const NESTING = 100_000;
const NULS = 1001;

/** The bytes of a form. */
export function* garbage(form: GarbageForm): Generator<Buffer, void> {
  switch (form) {
    case 'oversize': {
      yield Buffer.from('{"topic":"oversize","message":"');
      const piece = Buffer.alloc(PIECE_BYTES, 'x');
      for (let bytes = 0; bytes < OVERSIZE_BYTES; bytes += PIECE_BYTES) yield piece;
      yield Buffer.from(`"}${DELIMITER}`);
      break;
    }
    case 'noTerminator':
      yield Buffer.from(`{"topic":"noTerminator","message":"${'x'.repeat(PIECE_BYTES)}`);
      break;
    case 'badJson':
      yield Buffer.from(`{"topic":"badJson","message":}${DELIMITER}`);
      break;
    case 'badUtf8':
      yield Buffer.from('{"topic":"badUtf8","message":"');
      yield Buffer.from([0xc3, 0x28, 0xff, 0xfe]);
      yield Buffer.from(`"}${DELIMITER}`);
      break;
    case 'nulRun':
      yield Buffer.alloc(NULS);
      break;
    case 'deepNesting':
      yield Buffer.from(`${'['.repeat(NESTING)}${DELIMITER}`);
      break;
    case 'protoKey':
      yield Buffer.from(
        `{"topic":"__proto__","message":{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}}${DELIMITER}`,
      );
      break;
    default:
      form satisfies never;
  }
}
