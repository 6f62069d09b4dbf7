import { expect } from 'chai';
import { jsonTranscoder, type Transcoder } from 'ipc';
import { type TranscoderContractOptions, transcoderContract } from 'ipc/testing';
import { BROKEN, lengthTranscoder, lineTranscoder } from '../support/broken-transcoders.js';

const cycle: { self?: unknown } = {};
cycle.self = cycle;

const json: TranscoderContractOptions = {
  malformed: [
    '{"topic":\0\0',
    '\0\0',
    'null\0\0',
    '7\0\0',
    '{"topic":7}\0\0',
    '{}\0\0',
    Buffer.from('"\xff"\0\0', 'latin1'),
  ],
  unencodable: [cycle, 1n],
  holdsLimit: true,
};

describe('transcoderContract', () => {
  describe('of the default transcoder', () => {
    for (const { name, run } of transcoderContract(jsonTranscoder, json)) it(name, run);
  });

  describe('of lines of text, with an encoder that answers later', () => {
    const lines = { skipped: [{ topic: 'secret', message: 1 }], malformed: ['{"topic":\n', 'null\n', '\n'] };
    for (const { name, run } of transcoderContract(lineTranscoder, lines)) it(name, run);
  });

  describe('of lengths before bytes', () => {
    const lengths = { holdsLimit: true, malformed: [Buffer.from('ffffffff', 'hex'), Buffer.from('000000017b', 'hex')] };
    for (const { name, run } of transcoderContract(lengthTranscoder, lengths)) it(name, run);
  });

  describe('of a broken transcoder', () => {
    /** What each breaks first. */
    const found: Record<string, string> = {
      'takes a chunk for a message': 'carries a message that is cut at any byte',
      'cuts characters': 'carries a message that is cut at any byte',
      'shares what is left over between connections': 'keeps the decoders of two connections apart',
      'reverses the messages of a chunk': 'carries many messages in one chunk, in order',
      'gives only the first message of a chunk': 'carries many messages in one chunk, in order',
      'throws for bad input': 'answers bytes that are no message with an error, and does not throw',
      'is silent about bad input': 'answers bytes that are no message with an error, and does not throw',
      'takes bad input for nothing': 'answers bytes that are no message with an error, and does not throw',
      'calls back only when a message is complete': 'carries a message that is cut at any byte',
      'decodes twice': 'calls back once for each chunk that it decodes, also when it completes no message',
      'encodes twice': 'calls back once for each message that it encodes',
      'never answers the encoding of a cycle': 'answers a message that it cannot encode with an error',
      'keeps bytes of one message for the next': 'carries every message unchanged',
      'forgets the delimiter': 'carries every message unchanged',
      'changes the message': 'leaves the message that it encodes as it was',
      'has no limit': 'answers a message that is longer than maxMessageBytes with an error',
      'limits the connection': 'counts maxMessageBytes for each message, not for the connection',
      'searches everything again for each chunk': 'decodes a long message that comes in small chunks in linear time',
      'cuts its buffer anew for each message': 'decodes a chunk of many messages in linear time',
    };

    for (const [fault, transcoder] of Object.entries(BROKEN)) {
      it(`finds one that ${fault}`, async () => {
        expect(await failures(transcoder, found[fault] as string)).to.include(found[fault]);
      });
    }
  });

  it('says what is wrong', async () => {
    const cases = transcoderContract(BROKEN['forgets the delimiter'] as Transcoder);
    const messages: string[] = [];
    for (const { run } of cases.slice(0, 2)) await run().catch((error: Error) => messages.push(error.message));

    expect(messages).to.deep.equal([
      'decoded: message 1 of 1 did not come.',
      'cut after 1 of 42 bytes: message 1 of 1 did not come.',
    ]);
  });
});

/** The cases that a transcoder fails; of those about cost and limits only the one asked for. */
async function failures(transcoder: Transcoder, wanted: string): Promise<string[]> {
  const failed: string[] = [];
  for (const { name, run } of transcoderContract(transcoder, { ...json, patience: 50 })) {
    if (/time|maxMessageBytes/.test(name) && name !== wanted) continue;
    await run().catch(() => failed.push(name));
  }
  return failed;
}
