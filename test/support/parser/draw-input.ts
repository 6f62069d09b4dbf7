/** Draws inputs for the parser fuzz: mostly what peers send, and often enough what they should not. */

import type { SeededRandom } from 'ipc/testing';
import type { ParserInput } from './parser-input.js';

type Draw = (random: SeededRandom) => string;

/** Alternatives with their weights. Text is kept as latin1, a character for each byte. */
type Choices = readonly (readonly [weight: number, draw: Draw])[];

const COMMON_TOPICS = ['tick', 'tock', 'none', 'a', 'chat.said', 'ticks'];
/** More than a decoder is likely to remember. */
const MANY_TOPICS = 4000;

const ODD_TOPICS = [
  '',
  '__proto__',
  'toString',
  'constructor',
  'ä€😀',
  'a "quoted" \\ topic',
  '\n\t\u0001',
  '\ud800',
  '\u2028',
  '"message":',
  '{"topic":"tick","message":',
  'x'.repeat(127),
  'x'.repeat(128),
  'x'.repeat(129),
  'long'.repeat(100),
];

/** JSON of messages where a reader may take a wrong turn. */
const ODD_VALUES = [
  '-0',
  '1e400',
  '123456789012345678901234567890',
  '0.1e-7',
  '"\\u0000\\u0000"',
  '"\\ud800"',
  '"\\/\\b\\f"',
  '"}"',
  '"]}\\"}"',
  '"\\\\"',
  '{"__proto__":{"polluted":true}}',
  '{"__proto__":1,"__proto__":[2]}',
  '{"toString":1,"constructor":{"prototype":{}}}',
  '{"b":1,"a":2,"10":3,"2":4}',
  '{"a":1,"a":2}',
  '{"":{"":[]}}',
  '{"topic":"inner","message":{"topic":"innermost"}}',
  ' [ 1 , { } ] ',
  '{}',
  '[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]',
];

const UNREADABLE = [
  '',
  ' ',
  '\n',
  'null',
  'true',
  '12',
  '"topic"',
  '[]',
  '{}',
  '[{"topic":"a"}]',
  '{"message":1}',
  '{"topic":1}',
  '{"topic":null,"message":1}',
  '{"topic":["a"]}',
  '{"topic":{"toString":"a"}}',
  '{"__proto__":{"topic":"a"}}',
  '{"topic":"tick","topic":2}',
  '{"topic":"tick","message":}',
  '{"topic":"tick","message":1}}',
  '{"topic":"tick","message":1}{"topic":"tick","message":1}',
  '{"topic":"tick","message":1,}',
  "{'topic':'tick'}",
  '{"topic":"tick","message":NaN}',
  '{"topic":"tick","message":01}',
  '{"topic":"tick","message":"\u0001"}',
  '{"topic":"a\\u00"}',
  '\ufeff{"topic":"a"}',
  '\ufeff{"topic":"\ufffd"}',
].map(latin1);

const BROKEN_UTF8 = ['80', 'c3', 'c080', 'e282', 'eda080', 'f09f98', 'f8888080', 'ff', 'fe', 'f4908080', 'e282efbfbd']
  .map((hex) => Buffer.from(hex, 'hex'))
  .map((bytes) => bytes.toString('latin1'));

const characters: Choices = [
  [20, (random) => String.fromCharCode(random.between(0x20, 0x7e))],
  [3, (random) => String.fromCodePoint(random.between(0xa0, 0x7ff))],
  [3, (random) => random.pick(['€', '\ufffd', '\u2028', '\ufeff', '\uffff'])],
  [2, (random) => String.fromCodePoint(random.between(0x1_0000, 0x10_ffff))],
  [1, (random) => String.fromCharCode(random.below(0x20))],
  [1, () => '\ud800'],
];

const topics: Choices = [
  // Peers tend to stay with a topic.
  [60, () => '"tick"'],
  [40, (random) => latin1(JSON.stringify(random.pick(COMMON_TOPICS)))],
  [12, (random) => `"topic-${random.below(MANY_TOPICS)}"`],
  [10, (random) => latin1(JSON.stringify(random.pick(ODD_TOPICS)))],
  [5, (random) => latin1(JSON.stringify(text(random, 10)))],
  // The same topic in other words.
  [5, (random) => random.pick(['"\\u0074ick"', '"tic\\u006b"', '"\\u0061"', '"none"'])],
];

const values: Choices = [
  [20, (random) => String(random.between(-1000, 1000))],
  [20, (random) => latin1(JSON.stringify(text(random, 40)))],
  [10, (random) => random.pick(['true', 'false', 'null', '""', '0', '[]'])],
  [10, (random) => latin1(random.pick(ODD_VALUES))],
  [10, (random) => `[${list(random, 4, (inner) => choose(inner, values))}]`],
  [10, (random) => `{${list(random, 4, (inner) => `${choose(inner, topics)}:${choose(inner, values)}`)}}`],
];

const frames: Choices = [
  [200, (random) => `{"topic":${choose(random, topics)},"message":${choose(random, values)}}`],
  [12, (random) => `{"topic":${choose(random, topics)}}`],
  [12, (random) => `{"message":${choose(random, values)},"topic":${choose(random, topics)}}`],
  [8, (random) => ` {"topic" :\t${choose(random, topics)} , "message":\n${choose(random, values)} } `],
  [8, (random) => `{"topic":${choose(random, topics)},"message":${choose(random, values)}} `],
  [8, (random) => `{"topic":${choose(random, topics)},"message": ${choose(random, values)} }`],
  [8, (random) => withOneMore(random, 'message')],
  [8, (random) => withOneMore(random, 'topic')],
  [8, (random) => withOneMore(random, '__proto__')],
  [8, (random) => withOneMore(random, 'more')],
  [10, (random) => random.pick(UNREADABLE)],
  [10, (random) => damaged(random, choose(random, frames))],
  [6, (random) => `${choose(random, frames).slice(0, -1)}${random.pick([']', ',', ' ', '"', '}}', ''])}`],
  [2, (random) => garbage(random, random.below(40))],
];

const separators: Choices = [
  [100, () => '\0\0'],
  [2, () => '\0'],
  [3, () => '\0\0\0'],
  [3, (random) => '\0'.repeat(random.between(3, 9))],
];

const endings: Choices = [
  [8, () => ''],
  [2, (random) => choose(random, frames)],
  [1, (random) => `${choose(random, frames)}\0`],
  [1, () => '\0'],
];

/** The input with this number, which is the same for the same seed. */
export function drawInput(random: SeededRandom): ParserInput {
  const isLarge = random.chance(1 / 150);
  let stream = '';
  let frameLength = 0;
  for (let left = random.between(1, random.pick([1, 2, 4, 8, 12])); left > 0; left -= 1) {
    const frame = isLarge && random.chance(0.5) ? large(random) : choose(random, frames);
    if (frameLength === 0 || random.chance(0.3)) frameLength = frame.length;
    stream += frame + choose(random, separators);
  }
  stream += choose(random, endings);
  const cuts = drawCuts(random, stream);
  if (random.chance(isLarge ? 0.5 : 0.75)) return { stream, cuts };
  // Most limits are of no interest but the ones beside the length of a frame.
  const limit = random.chance(0.2) ? random.below(frameLength + 1) : frameLength + random.between(-2, 2);
  return { stream, cuts, limit: Math.max(1, limit) };
}

function drawCuts(random: SeededRandom, stream: string): number[] {
  const { length } = stream;
  const isLong = length > 2000;
  // The sizes of blocks at which a reader may change its ways, or else a byte at a time.
  const block = isLong ? 1024 * random.pick([1, 4, 16, 16]) + random.between(-1, 1) : 1;
  switch (random.below(isLong ? 6 : 4)) {
    case 0:
      return [];
    case 1:
      return sorted(random.between(1, 3), () => random.between(0, length));
    case 2:
      return sorted(random.between(1, 12), () => nearFrameEnd(random, stream));
    default:
      return Array.from({ length: Math.ceil(length / block) - 1 }, (_, index) => (index + 1) * block);
  }
}

function nearFrameEnd(random: SeededRandom, stream: string): number {
  const found = stream.indexOf('\0', random.below(stream.length + 1));
  return Math.max(0, Math.min(stream.length, (found === -1 ? stream.length : found) + random.between(-1, 3)));
}

/** From 4 kB to 128, each order of magnitude as often as the other. */
function large(random: SeededRandom): string {
  const length = Math.floor(2 ** (12 + 5 * random.next()));
  const part = latin1(JSON.stringify(text(random, 20)).slice(1, -1));
  return `{"topic":${choose(random, topics)},"message":"${`large ${part}`.repeat(Math.ceil(length / 30))}"}`;
}

function withOneMore(random: SeededRandom, key: string): string {
  const one = `${JSON.stringify(key)}:${key === 'topic' ? choose(random, topics) : choose(random, values)}`;
  const own = [`"topic":${choose(random, topics)}`, `"message":${choose(random, values)}`];
  return `{${own.toSpliced(random.below(3), 0, one).join(',')}}`;
}

/** With bytes taken out, put in or changed somewhere, invalid UTF-8 above all. */
function damaged(random: SeededRandom, frame: string): string {
  const at = random.below(frame.length + 1);
  const put = random.pick([...BROKEN_UTF8, '\0', '', '}', '"', garbage(random, 1)]);
  return frame.slice(0, at) + put + frame.slice(at + random.below(3));
}

function garbage(random: SeededRandom, length: number): string {
  return Array.from({ length }, () => String.fromCharCode(random.below(256))).join('');
}

function text(random: SeededRandom, most: number): string {
  return Array.from({ length: random.below(most + 1) }, () => choose(random, characters)).join('');
}

function list(random: SeededRandom, most: number, draw: Draw): string {
  return Array.from({ length: random.below(most + 1) }, () => draw(random)).join(',');
}

function sorted(length: number, draw: () => number): number[] {
  return Array.from({ length }, draw).sort((one, other) => one - other);
}

function choose(random: SeededRandom, choices: Choices): string {
  const total = choices.reduce((sum, [weight]) => sum + weight, 0);
  let left = random.below(total);
  for (const [weight, draw] of choices) {
    if (left < weight) return draw(random);
    left -= weight;
  }
  return '';
}

function latin1(characters: string): string {
  return Buffer.from(characters, 'utf8').toString('latin1');
}
