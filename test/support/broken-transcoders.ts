/** A good transcoder of another kind, and transcoders with one fault each, for the transcoder contract to find. */

import type { Decoder, MessageWrapper, Transcoder } from 'ipc';
import { jsonTranscoder } from 'ipc';

/** Lines of JSON as text: another delimiter, chunks that are strings, and an encoder that takes its time. */
export const lineTranscoder: Transcoder = {
  socketEncoding: 'utf8',
  createEncoder: () => (wrapper, callback) => {
    setImmediate(() => callback(null, wrapper.topic === 'secret' ? null : `${JSON.stringify(wrapper)}\n`));
  },
  createDecoder: () => {
    let pieces: string[] = [];
    return (chunk: string, callback) => {
      const lines = chunk.split('\n');
      const rest = lines.pop() ?? '';
      if (lines.length > 0) {
        lines[0] = pieces.join('') + lines[0];
        pieces = [];
      }
      pieces.push(rest);
      try {
        callback(null, lines.map(parse));
      } catch (error) {
        callback(error as Error);
      }
    };
  },
};

/** Length before bytes, which no delimiter can break. */
export const lengthTranscoder: Transcoder = {
  socketEncoding: null,
  createEncoder: () => (wrapper, callback) => {
    const body = Buffer.from(JSON.stringify(wrapper));
    const head = Buffer.alloc(4);
    head.writeUInt32BE(body.length);
    callback(null, Buffer.concat([head, body]));
  },
  createDecoder: ({ maxMessageBytes } = { maxMessageBytes: 2 ** 30 }) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    const take = (length: number): Buffer => {
      const all = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
      pieces.splice(0, pieces.length, all.subarray(length));
      bytes -= length;
      return all.subarray(0, length);
    };
    let wanted: number | undefined;
    return (chunk: Buffer, callback) => {
      pieces.push(chunk);
      bytes += chunk.length;
      const messages: MessageWrapper[] = [];
      try {
        for (;;) {
          if (wanted === undefined && bytes >= 4) {
            wanted = take(4).readUInt32BE();
            if (wanted > Math.min(maxMessageBytes, 2 ** 30))
              throw new Error(`A message of ${wanted} bytes is too long.`);
          }
          if (wanted === undefined || bytes < wanted) break;
          messages.push(parse(take(wanted).toString()));
          wanted = undefined;
        }
        callback(null, messages);
      } catch (error) {
        callback(error as Error, messages);
      }
    };
  },
};

function parse(text: string): MessageWrapper {
  const wrapper = JSON.parse(text) as MessageWrapper;
  if (typeof wrapper?.topic !== 'string') throw new Error('no topic');
  return wrapper;
}

/** The default one with another decoder or encoder. */
function broken(change: Partial<Transcoder>): Transcoder {
  return { ...jsonTranscoder, ...change };
}

/** Decodes frames that end in two NULs, out of whatever `next` makes of the text so far and the chunk. */
function naiveDecoder(state: { rest: Buffer } = { rest: Buffer.of() }): Decoder {
  return (chunk: Buffer, callback) => {
    const frames = Buffer.concat([state.rest, chunk]).toString('latin1').split('\0\0');
    state.rest = Buffer.from(frames.pop() ?? '', 'latin1');
    try {
      callback(
        null,
        frames.map((frame) => parse(Buffer.from(frame, 'latin1').toString())),
      );
    } catch (error) {
      callback(error as Error);
    }
  };
}

const shared = { rest: Buffer.of() };

/** Each with what it does wrong as its name. */
export const BROKEN: Readonly<Record<string, Transcoder>> = {
  'takes a chunk for a message': broken({
    createDecoder: () => (chunk: Buffer, callback) => {
      const text = chunk.toString();
      try {
        callback(null, text.endsWith('\0\0') ? [parse(text.slice(0, -2))] : []);
      } catch (error) {
        callback(error as Error);
      }
    },
  }),
  'cuts characters': broken({
    createDecoder: () => {
      let rest = '';
      return (chunk: Buffer, callback) => {
        const frames = (rest + chunk.toString()).split('\0\0');
        rest = frames.pop() ?? '';
        try {
          callback(null, frames.map(parse));
        } catch (error) {
          callback(error as Error);
        }
      };
    },
  }),
  'shares what is left over between connections': broken({ createDecoder: () => naiveDecoder(shared) }),
  'reverses the messages of a chunk': broken({
    createDecoder: () => {
      const decode = naiveDecoder();
      return (chunk, callback) => decode(chunk, (error, messages) => callback(error, [...(messages ?? [])].reverse()));
    },
  }),
  'gives only the first message of a chunk': broken({
    createDecoder: () => {
      const decode = naiveDecoder();
      return (chunk, callback) => decode(chunk, (error, messages) => callback(error, messages?.slice(0, 1)));
    },
  }),
  'throws for bad input': broken({
    createDecoder: () => {
      const decode = naiveDecoder();
      return (chunk, callback) =>
        decode(chunk, (error, messages) => {
          if (error) throw error;
          callback(null, messages);
        });
    },
  }),
  'is silent about bad input': broken({
    createDecoder: () => {
      const decode = naiveDecoder();
      return (chunk, callback) => decode(chunk, (error, messages) => !error && callback(null, messages));
    },
  }),
  'takes bad input for nothing': broken({
    createDecoder: () => {
      const decode = naiveDecoder();
      return (chunk, callback) => decode(chunk, (_error, messages) => callback(null, messages ?? []));
    },
  }),
  'calls back only when a message is complete': broken({
    createDecoder: () => {
      const decode = naiveDecoder();
      return (chunk, callback) =>
        decode(chunk, (error, messages) => (error || messages?.length ? callback(error, messages) : undefined));
    },
  }),
  'decodes twice': broken({
    createDecoder: () => {
      const decode = naiveDecoder();
      return (chunk, callback) =>
        decode(chunk, (error, messages) => {
          callback(error, messages);
          callback(error, messages);
        });
    },
  }),
  'encodes twice': broken({
    createEncoder: () => {
      const encode = jsonTranscoder.createEncoder();
      return (wrapper, callback) => {
        encode(wrapper, callback);
        encode(wrapper, callback);
      };
    },
  }),
  'never answers the encoding of a cycle': broken({
    createEncoder: () => {
      const encode = jsonTranscoder.createEncoder();
      return (wrapper, callback) => encode(wrapper, (error, data) => !error && callback(null, data));
    },
  }),
  'keeps bytes of one message for the next': broken({
    createEncoder: () => {
      let rest = '';
      const encode = jsonTranscoder.createEncoder();
      return (wrapper, callback) =>
        encode(wrapper, (error, data) => {
          const text = rest + String(data);
          rest = text.slice(-3);
          callback(error, text.slice(0, -3));
        });
    },
  }),
  'forgets the delimiter': broken({
    createEncoder: () => (wrapper, callback) => callback(null, JSON.stringify(wrapper)),
  }),
  'changes the message': broken({
    createEncoder: () => {
      const encode = jsonTranscoder.createEncoder();
      return (wrapper, callback) => {
        encode(wrapper, callback);
        (wrapper as { sentAt?: number }).sentAt = 1;
      };
    },
  }),
  'has no limit': broken({ createDecoder: () => naiveDecoder() }),
  'limits the connection': broken({
    createDecoder: ({ maxMessageBytes } = { maxMessageBytes: 2 ** 30 }) => {
      const decode = naiveDecoder();
      let bytes = 0;
      return (chunk: Buffer, callback) => {
        bytes += chunk.length;
        if (bytes > maxMessageBytes + 2) callback(new Error('too long'));
        else decode(chunk, callback);
      };
    },
  }),
  'searches everything again for each chunk': broken({ createDecoder: () => naiveDecoder() }),
  'cuts its buffer anew for each message': broken({
    createDecoder: ({ maxMessageBytes } = { maxMessageBytes: 2 ** 30 }) => {
      let rest = Buffer.of();
      return (chunk: Buffer, callback) => {
        rest = Buffer.concat([rest, chunk]);
        const messages: MessageWrapper[] = [];
        try {
          for (let end = rest.indexOf('\0\0'); end !== -1; end = rest.indexOf('\0\0')) {
            if (end > maxMessageBytes) throw new Error('too long');
            messages.push(parse(rest.subarray(0, end).toString()));
            rest = Buffer.from(rest.toString('latin1', end + 2), 'latin1');
          }
          callback(rest.length > maxMessageBytes ? new Error('too long') : null, messages);
        } catch (error) {
          callback(error as Error, messages);
        }
      };
    },
  }),
};
