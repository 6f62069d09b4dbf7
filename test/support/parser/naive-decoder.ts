/** The default wire format read in the most obvious way, a byte at a time: slow, and too short to be wrong. */

export type Fault = 'tooLong' | 'notUtf8' | 'notJson' | 'noMessage';

/** What one chunk completes: messages as `[topic, message]`, and what is wrong with the frame that comes after them. */
export interface Step {
  readonly messages: readonly (readonly [topic: string, message: unknown])[];
  readonly fault?: { readonly kind: Fault; readonly frame: Buffer };
}

export function naiveDecoder(limit: number): (chunk: Buffer) => Step {
  let frame: number[] = [];
  return (chunk) => {
    const messages: (readonly [string, unknown])[] = [];
    for (const byte of chunk) {
      frame.push(byte);
      if (byte === 0 && frame.at(-2) === 0) {
        const whole = Buffer.from(frame.slice(0, -2));
        const read = readFrame(whole, limit);
        if (typeof read === 'string') return { messages, fault: { kind: read, frame: whole } };
        messages.push(read);
        frame = [];
      }
    }
    // A last NUL may be half of the delimiter.
    const unfinished = frame.at(-1) === 0 ? frame.length - 1 : frame.length;
    return unfinished > limit ? { messages, fault: { kind: 'tooLong', frame: Buffer.from(frame) } } : { messages };
  };
}

function readFrame(frame: Buffer, limit: number): readonly [string, unknown] | Fault {
  if (frame.length > limit) return 'tooLong';
  const text = frame.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(frame)) return 'notUtf8';
  try {
    const value = JSON.parse(text);
    return typeof value?.topic === 'string' ? [value.topic, value.message] : 'noMessage';
  } catch {
    return 'notJson';
  }
}
