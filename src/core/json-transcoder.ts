/** The default wire format: `JSON.stringify({topic, message})` in UTF-8, then two NUL bytes. */

import { isAscii } from 'node:buffer';
import { EnvelopeReader, writeEnvelope } from './envelope.js';
import { DecodeError, EncodeError, EXCERPT_LENGTH, type MessageWrapper, reasonOf } from './errors.js';
import { DELIMITER, Framing } from './framing.js';
import { LEFT, LONG_STRING, readLongStrings } from './long-strings.js';
import { MOST_LEVELS, nestsTooDeeply } from './nesting.js';
import { joined, Pieces } from './pieces.js';
import {
  type Decoder,
  type DecoderLimits,
  type Encoder,
  type ImmediateEncoder,
  immediate,
  isMessageWrapper,
  type Transcoder,
} from './transcoder.js';

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/** The half of the delimiter. A search for one character is what engines are best at. */
const NUL = '\0';

/** U+FFFD, which decoding puts where bytes are not UTF-8; it may also stand there by right. */
const REPLACEMENT = '\ufffd';

/**
 * From here on plain ASCII is read as Latin-1, which gives the same text: Node 20 then keeps it outside of the heap. For
 * 64 MiB that takes 100 MB less at the peak; for 1 MiB it takes more, since it is collected later.
 */
const LONG_BYTES = 8 * 1024 * 1024;

/** More than one chunk of small messages, with what was left over from the one before: there is a long one among them. */
const MOST_SHORT_BYTES = 2 * LONG_STRING;

/** Reads and writes the wire format of the API page; used when no `transcoder` is given. */
export const jsonTranscoder: Transcoder = {
  // Buffers rather than strings, so that bytes that are not UTF-8 are noticed instead of replaced.
  socketEncoding: null,
  createEncoder: (): Encoder => encoder,
  createDecoder,
};

const encoder: ImmediateEncoder = Object.assign<Encoder, { [immediate]: ImmediateEncoder[typeof immediate] }>(
  ({ topic, message }, callback) => {
    let data: string | Buffer;
    try {
      data = encode(topic, message);
    } catch (error) {
      callback(error as EncodeError);
      return;
    }
    callback(null, data);
  },
  { [immediate]: encode },
);

function encode(topic: string, message: unknown): string | Buffer {
  try {
    return writeEnvelope(topic, message);
  } catch (error) {
    const text = `The message cannot be written as JSON: ${reasonOf(error)}`;
    throw new EncodeError(text, { topic, message }, { cause: error });
  }
}

function createDecoder({ maxMessageBytes }: DecoderLimits = { maxMessageBytes: Number.POSITIVE_INFINITY }): Decoder {
  const framing = new Framing();
  const reader = new EnvelopeReader();
  return (chunk: Buffer | string, callback) => {
    let bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    const wrappers: MessageWrapper[] = [];
    let error: DecodeError | undefined;
    const finished = framing.pendingBytes > LONG_STRING ? framing.finish(bytes) : undefined;
    if (finished !== undefined) {
      error = decodeLong(finished.frame, maxMessageBytes, reader, wrappers);
      bytes = finished.rest;
    }
    const complete = framing.push(bytes);
    if (complete !== undefined && error === undefined) {
      error = decodeFrames(complete, maxMessageBytes, reader, wrappers);
    }
    if (error === undefined && framing.pendingBytes > maxMessageBytes) {
      error = tooLong(maxMessageBytes, framing.peek(EXCERPT_LENGTH));
    }
    callback(error, wrappers);
  };
}

/** Appends the messages up to the first bad frame, and returns what is wrong with that one. */
function decodeFrames(
  complete: Buffer,
  maxMessageBytes: number,
  reader: EnvelopeReader,
  wrappers: MessageWrapper[],
): DecodeError | undefined {
  if (complete.length - DELIMITER.length > Math.min(maxMessageBytes, MOST_SHORT_BYTES)) {
    return decodeOneByOne(complete, maxMessageBytes, reader, wrappers);
  }
  const text = complete.toString();
  if (text.includes(REPLACEMENT)) {
    return decodeOneByOne(complete, maxMessageBytes, reader, wrappers);
  }
  let start = 0;
  for (let end = nextDelimiter(text, 0); end !== -1; end = nextDelimiter(text, start)) {
    const error = decodeFrame(text, start, end, reader, wrappers);
    if (error !== undefined) {
      return error;
    }
    start = end + DELIMITER.length;
  }
  return undefined;
}

/** What `text.indexOf(DELIMITER, from)` gives. */
function nextDelimiter(text: string, from: number): number {
  const at = text.indexOf(NUL, from);
  // Unless there is a NUL inside a frame, which no JSON has.
  return at === -1 || text[at + 1] === NUL ? at : text.indexOf(DELIMITER, at);
}

/** The same frame by frame, where one of them may be long or may not be UTF-8. */
function decodeOneByOne(
  complete: Buffer,
  maxMessageBytes: number,
  reader: EnvelopeReader,
  wrappers: MessageWrapper[],
): DecodeError | undefined {
  let start = 0;
  for (let end = complete.indexOf(DELIMITER); end !== -1; end = complete.indexOf(DELIMITER, start)) {
    const frame = complete.subarray(start, end);
    const error =
      frame.length > Math.min(LONG_STRING, maxMessageBytes)
        ? decodeLong(new Pieces([frame], frame.length), maxMessageBytes, reader, wrappers)
        : decodeAsText(frame, reader, wrappers);
    if (error !== undefined) {
      return error;
    }
    start = end + DELIMITER.length;
  }
  return undefined;
}

/** A frame that is long, or longer than messages may be. */
function decodeLong(
  frame: Pieces,
  maxMessageBytes: number,
  reader: EnvelopeReader,
  wrappers: MessageWrapper[],
): DecodeError | undefined {
  if (frame.length > maxMessageBytes) {
    return tooLong(maxMessageBytes, joined(frame.parts(0, EXCERPT_LENGTH)));
  }
  const value = readLongStrings(frame);
  if (value === LEFT) {
    return decodeAsText(joined(frame.parts(0, frame.length)), reader, wrappers);
  }
  if (!isMessageWrapper(value)) {
    return notAMessage(joined(frame.parts(0, EXCERPT_LENGTH)).toString());
  }
  wrappers.push(value);
  return undefined;
}

function decodeAsText(frame: Buffer, reader: EnvelopeReader, wrappers: MessageWrapper[]): DecodeError | undefined {
  const text = frame.toString(frame.length >= LONG_BYTES && isAscii(frame) ? 'latin1' : 'utf8');
  if (text.includes(REPLACEMENT)) {
    try {
      strictUtf8.decode(frame);
    } catch (error) {
      return new DecodeError('The peer sent a message that is not valid UTF-8.', frame, { cause: error });
    }
  }
  return decodeFrame(text, 0, text.length, reader, wrappers);
}

/** The frame that the part of the text from `start` to `end` is. */
function decodeFrame(
  text: string,
  start: number,
  end: number,
  reader: EnvelopeReader,
  wrappers: MessageWrapper[],
): DecodeError | undefined {
  if (nestsTooDeeply(text, start, end)) {
    const reason = `The peer sent a message that nests more than ${MOST_LEVELS} levels deep.`;
    return new DecodeError(reason, text.slice(start, start + EXCERPT_LENGTH));
  }
  let value: unknown;
  try {
    value = reader.read(text, start, end);
  } catch (error) {
    return new DecodeError(`The peer sent a message that is not JSON: ${reasonOf(error)}`, text.slice(start, end), {
      cause: error,
    });
  }
  if (!isMessageWrapper(value)) {
    return notAMessage(text.slice(start, end));
  }
  wrappers.push(value);
  return undefined;
}

function notAMessage(rawData: string | Buffer): DecodeError {
  return new DecodeError('The peer sent JSON that is no message: it is not an object with a string topic.', rawData);
}

/** In the same words whether the whole message is here or only its beginning. */
function tooLong(maxMessageBytes: number, rawData: Buffer): DecodeError {
  return new DecodeError(
    `The peer sent a message of more than ${maxMessageBytes} bytes (options.maxMessageBytes). ` +
      'Raise it on this side if such messages are meant to come.',
    rawData,
  );
}
