/** Frames of the default wire format that are no messages. */

/** What can be wrong with a frame. */
export type Malformation = 'notJson' | 'badUtf8' | 'empty' | 'null' | 'noTopic' | 'numericTopic';

/** A frame for each malformation, delimiter included. Each costs the sender its connection. */
export const MALFORMED_FRAMES: Readonly<Record<Malformation, Buffer>> = {
  notJson: Buffer.from('{"topic":"hello",\0\0'),
  badUtf8: Buffer.from([...Buffer.from('{"topic":"hello","message":"'), 0xff, 0xfe, ...Buffer.from('"}\0\0')]),
  empty: Buffer.from('\0\0'),
  null: Buffer.from('null\0\0'),
  noTopic: Buffer.from('{"message":"hello"}\0\0'),
  numericTopic: Buffer.from('{"topic":7,"message":"hello"}\0\0'),
};
