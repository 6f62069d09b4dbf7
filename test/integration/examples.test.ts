/** Every example runs as it stands, shows what it says, ends by itself and leaves no file. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import fc from 'fast-check';
import type { MessageWrapper, Transcoder } from 'ipc';
import { type Outcome, runProgram } from '../support/program.js';
import { repositoryRoot } from '../support/repository-root.js';

/** What the output must contain, in this order; for programs with several processes only what has an order. */
const examples: Readonly<Record<string, readonly (string | RegExp)[]>> = {
  conversation: ['server: guest 1 came in', 'reads the menu', 'ada: eats soup for 4', 'a guest left, 0 stay'],
  resilience: [
    'client: no server yet (ENOENT), tries again',
    'client: connected; sends 2 pending entries',
    'client: entry 2 is safe',
    'client: lost the server; 0 entries are pending',
    'client: connected; sends 2 pending entries',
    'client: that was a reconnection',
    'client: entry 4 is safe',
    'stored: 1, 2, 3, 4',
  ],
  throughput: ['sent      20000 messages', 'received  20000 messages', 'rate', 'waited'],
  'custom-transcoder': [
    'structured: the client cannot send that',
    'structured: date: 1970-01-01T00:00:00.000Z',
    "structured: map: Map(1) { 'big' => 18446744073709551616n }",
    'structured: bytes: <Buffer 72 61 77>',
    'structured: the server says until next time',
    'structured: the server refuses: The decoder failed: A message of 4294967295 bytes was announced',
    'compressed: date: 1970-01-01T00:00:00.000Z',
    'compressed: the server says until next time',
    'compressed: the server refuses',
  ],
  timeline: [
    '13500 virtual ms',
    'the clients came back 7 times',
    /^timeline: file:\/\/.*timeline-of-the-example\.html$/m,
  ],
  'typed-contract': ['heating in the kitchen on', 'heating in the study off', 'the rooms are kitchen and study'],
};

const args: Readonly<Record<string, readonly string[]>> = {
  throughput: ['20000', '100'],
  timeline: ['build/timeline-of-the-example.html'],
};

describe('examples', function () {
  this.timeout(30_000);

  for (const [name, expected] of Object.entries(examples)) {
    it(`${name} shows what it says, ends by itself and leaves no file`, async () => {
      const outcome = await runProgram(`build/examples/${name}.js`, args[name]);

      expectGoodEnd(outcome);
      expectInOrder(outcome.output, expected);
    });
  }

  it('are all run here', () => {
    const programs = readdirSync(join(repositoryRoot, 'examples')).filter(
      (file) =>
        file.endsWith('.ts') &&
        readFileSync(join(repositoryRoot, 'examples', file), 'utf8').includes(`Run it with \`node build/examples/`),
    );

    expect(programs.map((file) => file.replace('.ts', '')).sort()).to.deep.equal(Object.keys(examples).sort());
  });
});

describe('the transcoders of the examples', () => {
  const limits = { maxMessageBytes: 5000 };
  const message = fc.oneof(
    fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true }),
    fc.uint8Array(),
  );
  const wrappers = fc.array(fc.record({ topic: fc.string(), message }), { minLength: 1, maxLength: 5 });

  for (const name of ['structured', 'compressed(structured)']) {
    it(`${name} gives the same messages in the same order, wherever the stream is cut`, async () => {
      const transcoder = await load(name);

      await fc.assert(
        fc.asyncProperty(wrappers, fc.infiniteStream(fc.integer({ min: 1, max: 40 })), async (sent, lengths) => {
          const encode = transcoder.createEncoder();
          const stream = Buffer.concat(
            await Promise.all(sent.map((wrapper) => ask<Buffer>((done) => encode(wrapper, done)))),
          );
          const decode = transcoder.createDecoder({ maxMessageBytes: 1_000_000 });
          const chunks = cut(stream, lengths);

          const decoded = await Promise.all(
            chunks.map((chunk) => ask<MessageWrapper[]>((done) => decode(chunk, done as never))),
          );

          // fast-check compares as the structured clone does: by value, with -0 and NaN.
          expect(fc.stringify(decoded.flat())).to.equal(fc.stringify(structuredClone(sent)));
        }),
        { numRuns: 200 },
      );
    });

    it(`${name} refuses a message over the limit as soon as it is announced`, async () => {
      const decode = (await load(name)).createDecoder(limits);

      const refusal = await ask((done) => decode(Buffer.from([0, 0, 0x13, 0x89]), done)).catch((error) => error);

      expect(refusal).to.be.an('error').with.property('message').that.includes('5001 bytes');
    });
  }

  it('compressed refuses a few bytes that would blow up beyond the limit', async () => {
    const transcoder = await load('compressed(structured)');
    const bomb = await ask<Buffer>((done) =>
      transcoder.createEncoder()({ topic: 'zeros', message: Buffer.alloc(1_000_000) }, done),
    );
    const decode = transcoder.createDecoder(limits);

    const refusal = await ask((done) => decode(bomb, done)).catch((error) => error);

    expect(bomb.length).to.be.below(limits.maxMessageBytes);
    expect(refusal).to.be.an('error').with.property('code', 'ERR_BUFFER_TOO_LARGE');
  });
});

describe('the demo of npm start', function () {
  this.timeout(30_000);

  it('shows clients that survive the death of their server, and leaves no file', async () => {
    const outcome = await runProgram('build/examples/demo.js');

    expectGoodEnd(outcome);
    expectInOrder(outcome.output, [
      'server 1  listens',
      'hears hello from',
      'is welcomed by server 1',
      'hears: ada, ben, cleo are all at server 1',
      'kills server 1 while they talk (SIGKILL)',
      'has lost the server',
      'the socket file is still there, and nobody serves it',
      'cannot connect yet: connect ECONNREFUSED',
      'server 2  listens',
      'is connected again',
      'hears: ada, ben, cleo are all at server 2',
      'server 2  is closed',
      /ada +\d+ +\d+ +\d+ +2 +1\nben +\d+ +\d+ +\d+ +2 +1\ncleo +\d+ +\d+ +\d+ +2 +1\n/,
      'Everybody got every answer',
    ]);
  });

  it('begins each line with the time and a name, and has no colours where there is no terminal', async () => {
    const { output } = await runProgram('build/examples/demo.js');

    const [happenings = ''] = output.split('\n\n');
    const odd = happenings
      .split('\n')
      .filter((line) => !/^ *\d+\.\d{3} {2}(demo|server [12]|ada|ben|cleo) +\S/.test(line));
    expect(odd).to.deep.equal([]);
    expect(output).not.to.include('\x1b');
  });
});

/** The examples are compiled by another project than the tests. */
async function load(name: string): Promise<Transcoder> {
  const module = (file: string) => import(pathToFileURL(join(repositoryRoot, 'build/examples', file)).href);
  const { structuredTranscoder } = await module('structured-transcoder.js');
  if (name === 'structured') return structuredTranscoder;
  const { compressed } = await module('compressed-transcoder.js');
  return compressed(structuredTranscoder);
}

function ask<Answer>(call: (done: (error: unknown, answer?: unknown) => void) => void): Promise<Answer> {
  return new Promise((resolve, reject) => {
    call((error, answer) => (error ? reject(error) : resolve(answer as Answer)));
  });
}

function cut(stream: Buffer, lengths: Iterator<number>): Buffer[] {
  const chunks: Buffer[] = [];
  for (let start = 0; start < stream.length; start += chunks.at(-1)!.length) {
    chunks.push(stream.subarray(start, start + lengths.next().value));
  }
  return chunks;
}

function expectGoodEnd(outcome: Outcome): void {
  expect(outcome).to.deep.include({ exit: 0, errorOutput: '', left: [] }, outcome.output);
}

function expectInOrder(output: string, expected: readonly (string | RegExp)[]): void {
  let rest = output;
  for (const part of expected) {
    const found = typeof part === 'string' ? { index: rest.indexOf(part), length: part.length } : match(rest, part);
    expect(
      found.index,
      `${String(part)} is missing, or not after what should precede it, in:\n${output}`,
    ).to.be.at.least(0);
    rest = rest.slice(found.index + found.length);
  }
}

function match(text: string, pattern: RegExp): { index: number; length: number } {
  const found = pattern.exec(text);
  return { index: found?.index ?? -1, length: found?.[0].length ?? 0 };
}
